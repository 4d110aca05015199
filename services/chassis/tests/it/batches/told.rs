//! What people are told of a batch and of its rows.

use super::*;

#[tokio::test]
async fn a_batch_of_which_nothing_was_taken_says_so() {
    let (_service, channel) = set_up().await;
    let id = id();
    let mut rows: Vec<PaidRow> = (0..2).map(row).collect();
    for row in &mut rows {
        row.employer_id = "X1".to_owned();
    }
    let list = part(&id, 0, rows, Some((2, "21.00")));
    let batch = upload(&channel, vec![list]).await.unwrap();
    assert_eq!(batch.state(), BatchState::Done);
    assert!(
        batch.summary.starts_with("共2行，接受0行，退回2行。"),
        "{}",
        batch.summary
    );
    let second = super::id();
    let begun = part(&second, 0, vec![row(0)], None);
    let batch = upload(&channel, vec![begun]).await.unwrap();
    assert!(
        batch.summary.starts_with("已收到1行，尚未收完"),
        "{}",
        batch.summary
    );
}

#[tokio::test]
async fn what_could_not_be_read_is_told_without_its_mark_at_its_line_of_the_file() {
    let (_service, channel) = set_up().await;
    let id = id();
    let mut rows: Vec<PaidRow> = (0..5).map(row).collect();
    rows[1].amount = Some(Money::from_text("壹佰\u{1A}"));
    rows[2].payment_reference = "#REF!\u{1A}".to_owned();
    rows[3].payment_reference = "R3 \\\u{1A}人\"数".to_owned();
    rows[4].channel = -1;
    let mut first = part(&id, 0, rows[..2].to_vec(), None);
    first.lines = vec![3, 5];
    let mut second = part(&id, 2, rows[2..].to_vec(), Some((5, "42.00")));
    second.lines = vec![6, 7, 1_000_000];
    let batch = upload(&channel, vec![first, second]).await.unwrap();
    assert_eq!((batch.accepted_rows, batch.refused_rows), (1, 4));
    let found = findings(&channel, &id).await;
    let places: Vec<(u64, u64)> = found.iter().map(|f| (f.row, f.line)).collect();
    assert_eq!(places, [(1, 5), (2, 6), (3, 7), (4, 1_000_000)]);
    let labels: Vec<&str> = found.iter().map(|f| f.label.as_str()).collect();
    assert_eq!(labels, ["实缴金额", "缴款凭证号", "人\"数", "缴款方式"]);
    for finding in &found {
        let all = format!("{finding:?}");
        assert!(
            !all.contains("\u{1a}") && !all.contains("u001a") && !all.contains('\u{1A}'),
            "{all}"
        );
    }
    let content =
        |at: usize| -> serde_json::Value { serde_json::from_str(&found[at].content).unwrap() };
    assert_eq!(content(0)["amount"]["yuan"], "壹佰");
    assert_eq!(content(1)["paymentReference"], "#REF!");
    assert_eq!(content(2)["paymentReference"], "R3 \\");
    let said = &found[0].reason.as_ref().unwrap().sentence;
    assert!(said.starts_with("实缴金额：“壹佰”不是金额"), "{said}");
    let said = &found[2].reason.as_ref().unwrap().sentence;
    assert!(said.starts_with("人\"数：所填内容不能识别"), "{said}");

    let mut uneven = part(&super::id(), 0, vec![row(9)], None);
    uneven.lines = vec![2, 3];
    let refused = upload(&channel, vec![uneven]).await.unwrap_err();
    assert_eq!(reason(&refused), "INVALID_FIELD");
}
