//! Streams that do not come as they should: another header midway, totals twice, two at once.

use super::*;

/// Three rows with their totals.
fn whole(id: &str) -> UploadPaidListRequest {
    part(id, 0, (0..3).map(row).collect(), Some((3, "31.50")))
}

#[tokio::test]
async fn a_stream_belongs_to_one_batch_of_one_area() {
    let (service, channel) = set_up().await;
    let (first, second) = (id(), id());
    let another_list = part(&second, 2, vec![row(2)], Some((3, "31.50")));
    let mut another_reference = part(&first, 2, vec![row(2)], Some((3, "31.50")));
    another_reference.header.as_mut().unwrap().reference = "清单2".to_owned();
    let mut another_area = part(&first, 2, vec![row(2)], Some((3, "31.50")));
    another_area.pooling_area = "110100".to_owned();
    for stray in [another_list, another_reference, another_area] {
        let begun = part(&first, 0, (0..2).map(row).collect(), None);
        let refused = upload(&channel, vec![begun, stray]).await.unwrap_err();
        assert_eq!(reason(&refused), "INVALID_FIELD");
        let so_far = kept(&channel, &first).await.unwrap();
        assert_eq!(
            (so_far.state(), so_far.received_rows),
            (BatchState::Receiving, 2)
        );
    }
    assert_eq!(kept(&channel, &second).await, None);

    let mut headless = part(&first, 2, vec![row(2)], Some((3, "31.50")));
    headless.header = None;
    let again = part(&first, 0, (0..2).map(row).collect(), None);
    let batch = upload(&channel, vec![again, headless]).await.unwrap();
    assert_eq!(batch.accepted_rows, 3);
    assert_eq!(entered(&service).await, 3);
}

#[tokio::test]
async fn totals_twice_close_a_batch_once_and_must_be_the_same() {
    let (service, channel) = set_up().await;
    let id = id();
    let same = part(&id, 3, vec![], Some((3, "31.50")));
    let batch = upload(&channel, vec![whole(&id), same]).await.unwrap();
    assert_eq!((batch.state(), batch.accepted_rows), (BatchState::Done, 3));
    for other in [(4, "31.50"), (3, "31.51")] {
        let other = part(&id, 3, vec![], Some(other));
        let refused = upload(&channel, vec![other.clone()]).await.unwrap_err();
        assert_eq!(reason(&refused), "BATCH_CLOSED_TOTALS");
        let BatchTotals { rows, sum } = other.totals.unwrap();
        let both = format!(
            "“处理完毕”，收到3行、合计31.50元；本次声明{rows}行、合计{}元",
            sum.unwrap()
        );
        assert!(refused.message().contains(&both), "{}", refused.message());
    }
    let mut rows_only = part(&id, 3, vec![], Some((4, "0")));
    rows_only.totals.as_mut().unwrap().sum = None;
    let refused = upload(&channel, vec![rows_only]).await.unwrap_err();
    assert!(
        refused.message().contains("本次声明4行，"),
        "{}",
        refused.message()
    );
    assert_eq!(kept(&channel, &id).await.unwrap(), batch);
    assert_eq!(entered(&service).await, 3);
}

#[tokio::test]
async fn a_rejected_batch_stays_rejected_whatever_its_totals_become() {
    let (service, channel) = set_up().await;
    let id = id();
    let wrong = part(&id, 0, (0..3).map(row).collect(), Some((3, "31.49")));
    for (list, why) in [
        (wrong.clone(), "BATCH_TOTALS"),
        (wrong, "BATCH_TOTALS"),
        (whole(&id), "BATCH_CLOSED_TOTALS"),
    ] {
        let refused = upload(&channel, vec![list]).await.unwrap_err();
        assert_eq!(reason(&refused), why);
    }
    let batch = kept(&channel, &id).await.unwrap();
    assert_eq!(batch.state(), BatchState::Rejected);
    assert_eq!(entered(&service).await, 0);
}

#[tokio::test]
async fn two_streams_of_a_batch_at_once_enter_it_once() {
    let (service, channel) = set_up().await;
    let id = id();
    let parts: Vec<_> = (0..5)
        .map(|n| part(&id, n, vec![row(n)], (n == 4).then_some((5, "52.50"))))
        .collect();
    let at_once = (0..4).map(|_| upload(&channel, parts.clone()));
    for batch in futures::future::join_all(at_once).await {
        let batch = batch.unwrap();
        assert_eq!((batch.state(), batch.accepted_rows), (BatchState::Done, 5));
    }
    assert_eq!(entered(&service).await, 5);
}

#[tokio::test]
async fn rows_after_the_totals_are_refused_and_spoil_nothing() {
    let (service, channel) = set_up().await;
    let id = id();
    let late = part(&id, 3, vec![row(3)], Some((4, "42.00")));
    let refused = upload(&channel, vec![whole(&id), late]).await.unwrap_err();
    assert_eq!(reason(&refused), "BATCH_CLOSED");
    let batch = kept(&channel, &id).await.unwrap();
    assert_eq!(
        (batch.state(), batch.received_rows, batch.accepted_rows),
        (BatchState::Done, 3, 3)
    );
    assert_eq!(entered(&service).await, 3);
}

#[tokio::test]
async fn parts_out_of_order_keep_those_before_the_gap() {
    let (service, channel) = set_up().await;
    let id = id();
    let [first, second, third] = [
        part(&id, 0, vec![row(0)], None),
        part(&id, 1, vec![row(1)], None),
        part(&id, 2, vec![row(2)], Some((3, "31.50"))),
    ];
    let mixed = vec![first.clone(), third.clone(), second.clone()];
    let gap = upload(&channel, mixed).await.unwrap_err();
    assert_eq!(reason(&gap), "BATCH_GAP");
    assert!(gap.message().contains("从第1行"), "{}", gap.message());
    assert_eq!(kept(&channel, &id).await.unwrap().received_rows, 1);

    // Those that were kept may come again among the others.
    let batch = upload(&channel, vec![first.clone(), second, first, third])
        .await
        .unwrap();
    assert_eq!(batch.accepted_rows, 3);
    assert_eq!(entered(&service).await, 3);
}

#[tokio::test]
async fn amounts_beyond_all_bounds_are_answered_as_bad_rows() {
    let (service, channel) = set_up().await;
    let id = id();
    let vast = |number| PaidRow {
        amount: Some(Money::from_text("9999999999999.99")),
        ..row(number)
    };
    let rows = (0..1001).map(vast).collect();
    let mut list = part(&id, 0, rows, Some((1001, "")));
    // More than any declared sum can be.
    list.totals.as_mut().unwrap().sum = None;
    let batch = upload(&channel, vec![list]).await.unwrap();
    assert_eq!(
        (batch.state(), batch.refused_rows),
        (BatchState::Done, 1001)
    );
    assert_eq!(entered(&service).await, 0);
}
