//! Credits of employers: nobody is dunned for what the agency holds (articles 33 and 37).

use chassis::testing::{AREA, eventually};
use chassis::wire;
use contracts::collection::v1::{DunningOrder, DunningSummary, PaidRow, PaymentKind};
use law::Month;
use time::Date;
use time::macros::date;

use crate::books::{Books, DUE_ON, october, paid};
use crate::corrections::pays;
use crate::support::{
    assess, coal_mine, collection, declare, employer_id, month, preview, registered, sign, tell,
};
use crate::under_way::somebody_waits;

/// The day's work has left the employer with so much owed, and so much held.
async fn owes_soon(books: &Books, employer_id: &str, principal: &str, late_fee: &str, held: &str) {
    let wanted = (principal.into(), late_fee.into(), held.into());
    let owed = async || (books.owes(employer_id).await == wanted).then_some(());
    eventually(owed).await;
    books.totals().await;
}

fn paid_for(of: Month, reference: &str, employer_id: &str, amount: &str, on: Date) -> PaidRow {
    PaidRow {
        month: Some(of.into()),
        ..paid(reference, employer_id, amount, on)
    }
}

const NOVEMBER_DUE: Date = date!(2026 - 11 - 25);

// Art. 33
// Art. 37
#[tokio::test]
async fn a_credit_that_arises_on_the_day_of_dunning_is_not_dunned_for() {
    let books = Books::open().await;
    let november = october().next();
    for (employer_id, due) in [
        ("E1", "285.00"),
        ("E2", "285.00"),
        ("E3", "285.00"),
        ("E9", "30.00"),
    ] {
        books.due(employer_id, october(), "100.00", DUE_ON).await;
        books.due(employer_id, november, due, NOVEMBER_DUE).await;
    }
    let october_paid = |n: u8, amount| paid(&format!("A{n}"), &format!("E{n}"), amount, DUE_ON);
    books
        .send(vec![
            october_paid(1, "100.00"),
            october_paid(2, "100.00"),
            october_paid(3, "100.00"),
            october_paid(9, "130.00"),
        ])
        .await;
    // The day has applied the credits that there were.
    books.on(date!(2026 - 12 - 01));
    owes_soon(&books, "E9", "0.00", "0.00", "0.00").await;
    let before = date!(2026 - 11 - 24);
    books
        .send(vec![
            paid("B1", "E1", "300.00", before),
            paid("B3", "E3", "200.00", before),
        ])
        .await;
    let order = DunningOrder {
        month: Some(november.into()),
    };
    let run = preview(&books.service, &order).await;
    let summary: DunningSummary = wire::from_any(run.summary.as_ref().unwrap()).unwrap();
    assert_eq!(
        (summary.employers, summary.unpaid.unwrap().as_text()),
        (2, "370.00")
    );
    sign(&books.service, &run).await;
    let notices = books.deliver_dunning_of(november).await;
    let said: Vec<_> = notices
        .iter()
        .map(|notice| {
            (
                notice.employer_id.as_str(),
                notice.unpaid.as_ref().unwrap().as_text(),
            )
        })
        .collect();
    assert_eq!(said, [("E2", "285.00"), ("E3", "85.00")]);
    // What is dunned for is what is left once the credit is used.
    let owed = books.owes("E3").await;
    assert_eq!(owed, ("85.00".into(), "0.26".into(), "0.00".into()));
    books.totals().await;
}

// Art. 30
// Art. 33
// Art. 37
#[tokio::test]
async fn a_late_fee_is_paid_with_a_credit_before_anybody_is_dunned_for_it() {
    let books = Books::open().await;
    let november = october().next();
    books.due("E1", october(), "500.00", DUE_ON).await;
    books.due("E1", november, "150.00", NOVEMBER_DUE).await;
    books.on(date!(2026 - 12 - 07));
    // October twice, and November alone ten days late: 0.75.
    books
        .send(vec![
            paid("A1", "E1", "500.00", DUE_ON),
            paid_for(november, "A2", "E1", "150.00", date!(2026 - 12 - 05)),
            paid("A3", "E1", "500.00", DUE_ON),
        ])
        .await;
    let order = DunningOrder {
        month: Some(november.into()),
    };
    assert_eq!(books.run(&order).await.items, 0);
    books.on(date!(2026 - 12 - 08));
    owes_soon(&books, "E1", "0.00", "0.00", "499.25").await;
}

// Art. 30
// Art. 37
#[tokio::test]
async fn a_credit_pays_a_late_fee_once_the_bill_that_has_it_is_past_due() {
    let books = Books {
        service: collection().await,
    };
    coal_mine(&books.service).await;
    let (one, two) = (employer_id(1), employer_id(2));
    tell(&books.service, registered(2, "65")).await;
    assess(&books.service, month(10)).await;
    books.due(&two, month(10), "10.00", DUE_ON).await;
    books
        .due(&two, month(11), "30.00", date!(2026 - 11 - 20))
        .await;
    declare(&books.service, month(11), &[(1, "6000"), (2, "4000")]).await;
    // With 22 days of 190.00: 2.09.
    assess(&books.service, month(11)).await;
    pays(&books, month(10), "190.00", date!(2026 - 11 - 16)).await;
    let held = date!(2026 - 11 - 17);
    let row = PaidRow {
        kind: PaymentKind::Principal as i32,
        ..paid("B1", &one, "100.00", held)
    };
    books.on(date!(2026 - 11 - 18));
    books
        .send(vec![row, paid("B2", &two, "40.00", DUE_ON)])
        .await;
    books.on(date!(2026 - 11 - 21));
    owes_soon(&books, &two, "0.00", "0.00", "0.00").await;
    let billed = ("190.00".into(), "2.09".into(), "100.00".into());
    assert_eq!(books.owes(&one).await, billed);
    // The late fee of October, the oldest, and 97.91 of November as of its last day: 92.09 are a day late.
    books.on(date!(2026 - 11 - 26));
    owes_soon(&books, &one, "92.09", "0.05", "0.00").await;
}

// Art. 37
#[tokio::test]
async fn who_applies_credits_where_there_are_none_waits_for_nobody() {
    let books = Books::open().await;
    books.due("E1", october(), "100.00", DUE_ON).await;
    books.due("E2", october(), "100.00", DUE_ON).await;
    // E2 has a credit and owes nothing.
    books.send(vec![paid("A1", "E2", "130.00", DUE_ON)]).await;
    let mut other = books.service.platform.db().pool().begin().await.unwrap();
    collection::ledger::store::lock(&mut other, AREA)
        .await
        .unwrap();
    let waits = eventually(async || somebody_waits(&books.service).await.then_some(()));
    tokio::select! {
        applied = books.apply_credits() => assert_eq!(applied, (0, "0.00".to_owned())),
        () = waits => panic!("it waits for the ledger"),
    }
    other.rollback().await.unwrap();
}
