//! Section 4: paid lists.

use chassis::Actor;
use chassis::testing::{AREA, clerk, employer, reason};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    GetPaidListRequest, LedgerAccount, ListReceiptsRequest, PaidListHandover, PaymentChannel,
    PaymentKind,
};
use contracts::options::v1::{Department, Duty};
use time::macros::date;
use uuid::Uuid;

use crate::books::{Books, DUE_ON, handler, october, paid, reasons, tax_bureau, yuan};

// Art. 32
#[tokio::test]
async fn a_payment_of_what_is_due_in_time_enters_without_a_word() {
    let books = Books::open().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    let (batch, findings) = books.send(vec![paid("A1", "E1", "1000.00", DUE_ON)]).await;
    assert_eq!((batch.accepted_rows, findings.len()), (1, 0));
    assert_eq!(
        books.owes("E1").await,
        ("0.00".into(), "0.00".into(), "0.00".into())
    );
    let entered = books
        .hears(|told| match told {
            Happened::ReceiptsEntered(entered) => entered.receipts.into_iter().next(),
            _ => None,
        })
        .await;
    assert_eq!(entered.amount.as_ref().unwrap().as_text(), "1000.00");
    assert_eq!((entered.payment_reference.as_str(), entered.row), ("A1", 0));
    books.totals().await;
}

// Art. 32
#[tokio::test]
async fn every_trouble_of_a_paid_list_is_answered_by_row_and_spoils_no_other_row() {
    let books = Books::open().await;
    for n in 1..=8 {
        books
            .due(&format!("E{n}"), october(), "1000.00", DUE_ON)
            .await;
    }
    let on = date!(2026 - 10 - 20);
    let mut rows = vec![
        paid("B0", "E1", "1000.00", on),
        paid("B1", "NOBODY", "1000.00", on),
        paid("B2", "E2", "1000.00", on),
        paid("B3", "E3", "400.00", on),
        paid("B4", "E4", "1200.00", on),
        paid("B0", "E5", "1000.00", on),
        paid("B6", "E6", "1000.00", on),
        paid("B7", "", "1000.00", on),
        paid("B8", "E7", "1000.00", date!(2026 - 11 - 03)),
        paid("B9", "E8", "1000.00", on),
        paid("B10", "E8", "1000.00", on),
        paid("", "E7", "1000.00", on),
    ];
    rows[2].month = Some("2026-09".parse::<law::Month>().unwrap().into());
    rows[6].credit_code = "C7".to_owned();
    rows[10].channel = PaymentChannel::Card as i32;
    let (batch, findings) = books.send(rows.clone()).await;
    let found = reasons(&findings);
    let expected: Vec<(u64, bool, String)> = [
        (1, true, "PAYER_UNKNOWN"),
        (2, true, "MONTH_NOT_DUE"),
        (3, false, "PAID_SHORT"),
        (4, false, "PAID_OVER"),
        (5, true, "TWICE_IN_LIST"),
        (6, true, "PAYER_CONTRADICTORY"),
        (7, true, "PAYER_MISSING"),
        (8, true, "PAID_LATER"),
        (10, true, "CHANNEL"),
        (11, true, "ROW_INVALID"),
    ]
    .map(|(row, refused, reason)| (row, refused, reason.to_owned()))
    .into();
    assert_eq!(found, expected);
    assert!(
        findings[0]
            .reason
            .as_ref()
            .unwrap()
            .sentence
            .contains("NOBODY")
    );
    assert_eq!((batch.accepted_rows, batch.refused_rows), (4, 8));
    let totals = books.totals().await;
    assert_eq!(totals.principal_paid.unwrap().as_text(), "3400.00");
    assert_eq!(totals.suspense.unwrap().as_text(), "200.00");
    assert_eq!(totals.principal_unpaid.unwrap().as_text(), "4600.00");

    // The same rows in another list: references that entered do not enter again.
    let (again, findings) = books.send(vec![rows[0].clone(), rows[3].clone()]).await;
    assert_eq!(again.refused_rows, 2);
    assert!(
        reasons(&findings)
            .iter()
            .all(|(_, refused, reason)| *refused && reason == "ENTERED_BEFORE")
    );
    // Paid again under other numbers: kept for the employer, and each names the list that settled the month.
    let again = ["B20", "B21"].map(|reference| paid(reference, "E1", "1000.00", on));
    let (_, findings) = books.send(again.to_vec()).await;
    let in_two_lists = |row| (row, false, "PAID_IN_TWO_LISTS".to_owned());
    assert_eq!(reasons(&findings), [0, 1].map(in_two_lists));
    for finding in &findings {
        let sentence = &finding.reason.as_ref().unwrap().sentence;
        assert!(sentence.contains(&batch.batch_id), "{sentence}");
    }
    assert_eq!(books.owes("E1").await.2, "2000.00");
    books.totals().await;
}

// Art. 32
#[tokio::test]
async fn a_payment_that_two_people_of_the_tax_bureau_send_enters_once() {
    let books = Books::open().await;
    for employer in ["E1", "E2"] {
        books.due(employer, october(), "1000.00", DUE_ON).await;
    }
    let on = date!(2026 - 10 - 20);
    // One payment that is entered with others, and one that is looked at by itself.
    let rows = vec![
        paid("A1", "E1", "1000.00", on),
        paid("A2", "E2", "400.00", on),
    ];
    books.send(rows.clone()).await;
    let colleague = Actor {
        id: "colleague".to_owned(),
        ..tax_bureau()
    };
    let again = books.send_as(&colleague, Uuid::now_v7(), rows).await;
    let (batch, findings) = again.unwrap();
    assert_eq!((batch.accepted_rows, batch.refused_rows), (0, 2));
    assert!(
        reasons(&findings)
            .iter()
            .all(|(_, refused, reason)| *refused && reason == "ENTERED_BEFORE")
    );
    let totals = books.totals().await;
    assert_eq!(totals.principal_paid.unwrap().as_text(), "1400.00");
    assert_eq!(totals.suspense.unwrap().as_text(), "0.00");
}

// Art. 30
// Art. 32
#[tokio::test]
async fn a_late_payment_settles_the_late_fee_up_to_its_day() {
    let books = Books::open().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    // Seven days from 26 October to 1 November at 0.05%.
    let on = date!(2026 - 11 - 01);
    let (_, findings) = books.send(vec![paid("A1", "E1", "1000.00", on)]).await;
    assert_eq!(reasons(&findings), [(0, false, "PAID_SHORT".to_owned())]);
    assert!(
        findings[0]
            .reason
            .as_ref()
            .unwrap()
            .sentence
            .contains("滞纳金3.50元")
    );
    // The principal is paid, so the fee stands still.
    books.on(date!(2026 - 12 - 01));
    assert_eq!(
        books.owes("E1").await,
        ("0.00".into(), "3.50".into(), "0.00".into())
    );
    let mut fee = paid("A2", "E1", "3.50", date!(2026 - 11 - 30));
    fee.kind = PaymentKind::LateFee as i32;
    let (_, findings) = books.send(vec![fee]).await;
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(
        books.totals().await.late_fee_paid.unwrap().as_text(),
        "3.50"
    );
}

// Art. 37
#[tokio::test]
async fn a_payment_told_of_after_a_later_one_gives_back_late_fee_that_was_not_due() {
    let books = Books::open().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    books.on(date!(2026 - 11 - 20));
    // Ten days of 1000.00 are 5.00; 600.00 are paid with them.
    let first = [paid("A1", "E1", "600.00", date!(2026 - 11 - 04))];
    books.send(first.into()).await;
    let mut fee = paid("A2", "E1", "5.00", date!(2026 - 11 - 04));
    fee.kind = PaymentKind::LateFee as i32;
    books.send(vec![fee]).await;
    assert_eq!(
        books.totals().await.late_fee_paid.unwrap().as_text(),
        "5.00"
    );
    // The rest was paid five days earlier: late fee is 5 days of 1000.00 and 5 of 600.00.
    books
        .send(vec![paid("A3", "E1", "400.00", date!(2026 - 10 - 30))])
        .await;
    assert_eq!(
        books.owes("E1").await,
        ("0.00".into(), "0.00".into(), "1.00".into())
    );
    let totals = books.totals().await;
    assert_eq!(totals.late_fee_due.unwrap().as_text(), "4.00");
}

// Art. 32
#[tokio::test]
async fn the_same_list_sent_twice_changes_nothing() {
    let books = Books::open().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    let id = Uuid::now_v7();
    let rows = vec![paid("A1", "E1", "1000.00", DUE_ON)];
    let (first, _) = books
        .send_as(&tax_bureau(), id, rows.clone())
        .await
        .unwrap();
    let (second, _) = books.send_as(&tax_bureau(), id, rows).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(books.totals().await.received.unwrap().as_text(), "1000.00");
}

// Art. 32
#[tokio::test]
async fn a_list_is_taken_only_from_whoever_collects_in_the_area() {
    let books = Books::open().await;
    let finance = clerk(Department::Finance, Duty::Handler);
    let rows = vec![paid("A1", "E1", "1.00", DUE_ON)];
    let refused = books
        .send_as(&finance, Uuid::now_v7(), rows)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "SENDER_MODE");
    assert!(refused.message().contains("税务机关"));
}

// Art. 32
#[tokio::test]
async fn a_payment_without_a_month_pays_the_oldest_month_first_and_names_its_parts() {
    let books = Books::open().await;
    let september = october().previous();
    books
        .due("E1", september, "100.00", date!(2026 - 10 - 25))
        .await;
    books
        .due("E1", october(), "100.00", date!(2026 - 10 - 31))
        .await;
    let mut row = paid("A1", "", "150.00", date!(2026 - 10 - 20));
    row.month = None;
    row.credit_code = "C1".to_owned();
    let (batch, findings) = books.send(vec![row]).await;
    assert!(findings.is_empty(), "{findings:?}");
    let request = ListReceiptsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListReceiptsRequest::default()
    };
    let mut settlement = books.settlement(&handler()).await;
    let receipts = settlement
        .list_receipts(request)
        .await
        .unwrap()
        .into_inner()
        .receipts;
    let [receipt] = receipts.as_slice() else {
        panic!("{receipts:?}")
    };
    let parts: Vec<_> = receipt
        .parts
        .iter()
        .map(|part| {
            (
                law::Month::try_from(part.month.unwrap()).unwrap(),
                part.account(),
                yuan(part.amount.as_ref().unwrap().as_text()),
            )
        })
        .collect();
    assert_eq!(
        parts,
        [
            (september, LedgerAccount::Principal, yuan("100.00")),
            (october(), LedgerAccount::Principal, yuan("50.00")),
        ],
    );
    books.totals().await;
}

// Art. 32
#[tokio::test]
async fn a_paid_list_is_handed_over_once_with_its_vouchers() {
    let books = Books::open().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    let (batch, _) = books.send(vec![paid("A1", "E1", "1100.00", DUE_ON)]).await;
    let handover = PaidListHandover {
        batch_id: batch.batch_id.clone(),
        vouchers: 1,
    };
    books
        .service
        .approve(&tax_bureau(), &handover, &[])
        .await
        .unwrap();
    let request = GetPaidListRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
    };
    let mut settlement = books.settlement(&handler()).await;
    let list = settlement
        .get_paid_list(request)
        .await
        .unwrap()
        .into_inner()
        .paid_list
        .unwrap();
    assert_eq!(list.principal.unwrap().as_text(), "1000.00");
    assert_eq!(list.suspense.unwrap().as_text(), "100.00");
    assert_eq!((list.rows, list.vouchers), (1, 1));
    books
        .hears(|told| matches!(told, Happened::PaidListTaken(_)).then_some(()))
        .await;
    let again = books
        .service
        .approve(&tax_bureau(), &handover, &[])
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "LIST_HANDED_OVER");
    let unknown = PaidListHandover {
        batch_id: Uuid::now_v7().to_string(),
        vouchers: 1,
    };
    let refused = books
        .service
        .approve(&tax_bureau(), &unknown, &[])
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "LIST_NOT_DONE");
}

#[tokio::test]
async fn a_page_of_receipts_after_nothing_known_is_refused_and_not_the_first_one() {
    let books = Books::open().await;
    let mut settlement = books.settlement(&handler()).await;
    for token in ["x", "x/1", "0192d7a6-7c1e-7cc3-9b0e-0d8f5a3a1b2c/x"] {
        let request = ListReceiptsRequest {
            pooling_area: AREA.to_owned(),
            page_token: token.to_owned(),
            ..ListReceiptsRequest::default()
        };
        let refused = settlement.list_receipts(request).await.unwrap_err();
        assert_eq!(reason(&refused), "INVALID_FIELD", "{token}");
    }
}

#[tokio::test]
async fn receipts_are_paged_by_list_by_employer_and_all_together() {
    let books = Books::open().await;
    for employer_id in ["E1", "E2"] {
        books.due(employer_id, october(), "100.00", DUE_ON).await;
    }
    let on = DUE_ON;
    let refused = paid("B3", "E99", "10.00", on);
    let rows = vec![
        paid("B2", "E1", "60.00", on),
        refused,
        paid("B1", "E1", "40.00", on),
        paid("B4", "E2", "10.00", on),
    ];
    let (list, _) = books.send(rows).await;
    let (_, _) = books.send(vec![paid("A1", "E2", "90.00", on)]).await;
    let paged = async |employer_id: &str, batch_id: &str, actor: &Actor| {
        let mut settlement = books.settlement(actor).await;
        let mut request = ListReceiptsRequest {
            pooling_area: AREA.to_owned(),
            employer_id: employer_id.to_owned(),
            batch_id: batch_id.to_owned(),
            page_size: 1,
            page_token: String::new(),
        };
        let mut all = Vec::new();
        loop {
            let page = settlement.list_receipts(request.clone()).await.unwrap();
            let page = page.into_inner();
            all.extend(page.receipts.into_iter().map(|of| of.payment_reference));
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                break all;
            }
        }
    };
    let clerk = handler();
    assert_eq!(paged("", &list.batch_id, &clerk).await, ["B2", "B1", "B4"]);
    assert_eq!(paged("E1", &list.batch_id, &clerk).await, ["B2", "B1"]);
    assert_eq!(paged("E1", "", &clerk).await, ["B1", "B2"]);
    assert_eq!(paged("", "", &clerk).await, ["A1", "B1", "B2", "B4"]);
    assert_eq!(paged("", "", &employer("E2")).await, ["A1", "B4"]);
}
