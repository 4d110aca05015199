//! Section 4: what happens while a long paid list enters, part by part: articles 28 and 32.

use std::iter::successors;

use chassis::testing::{AREA, eventually};
use contracts::collection::v1::PaidRow;
use contracts::common::v1::RunState;
use law::Month;
use sqlx::{Postgres, Transaction};
use time::Date;
use time::macros::date;
use uuid::Uuid;

use crate::books::{Books, paid, reasons, tax_bureau};
use crate::support::*;

/// Months of each of nine employers, at 10.00 yuan; a list of them is matched in three parts.
const MONTHS: usize = 900;

/// In time are payments until then.
const DUE_ON: Date = date!(2026 - 12 - 25);

/// Nine coal mines, each with one person since October, owe months up to September.
async fn nine_mines() -> Books {
    let service = collection().await;
    service.clock().set(at(date!(2026 - 10 - 05)));
    let mut events = Vec::new();
    for n in 1..=9 {
        events.extend(registered(n, "06"));
        events.push(enrolled(n, n.try_into().unwrap(), 5000, month(10)));
    }
    tell(&service, events).await;
    let books = Books { service };
    let ids: Vec<String> = (1..=9).map(employer_id).collect();
    let of = |id| months().map(move |month| (id, month));
    let owed: Vec<_> = ids.iter().map(String::as_str).flat_map(of).collect();
    books.all_due(&owed, "10.00", DUE_ON).await;
    books
}

/// The months owed, September first.
fn months() -> impl Iterator<Item = Month> {
    successors(Some(month(9)), |month| Some(month.previous())).take(MONTHS)
}

/// A list that pays everything, exactly and in time.
fn everything() -> Vec<PaidRow> {
    let of = |n| months().map(move |month| payment(n, month));
    (1..=9).flat_map(of).collect()
}

fn payment(n: u32, of: Month) -> PaidRow {
    let reference = format!("{n} {of}");
    PaidRow {
        month: Some(of.into()),
        ..paid(&reference, &employer_id(n), "10.00", date!(2026 - 10 - 10))
    }
}

/// Holds up the part of a list that enters the payment of an employer for a month: the reference is taken
/// by somebody who has not committed.
async fn hold_up(books: &Books, n: u32, of: Month) -> Transaction<'static, Postgres> {
    let pool = books.service.platform.db().pool();
    let mut holds = pool.begin().await.unwrap();
    // A connection that is new has neither.
    let area = "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)";
    let area = sqlx::query(area).bind(AREA);
    area.execute(&mut *holds).await.unwrap();
    let taken = "INSERT INTO ledger_entry (pooling_area, employer_id, month, account, kind, source_kind,
             channel, value_on, booked_on, arrived_on, booked_at, source_row, source_id, amount, received,
             sender, payment_reference)
         VALUES ($1, $2, $3, 1, 4, 3, 6, $3, $3, $3, now(), 0, $4, -1, 1, '税务机关', $5)";
    let taken = sqlx::query(taken)
        .bind(AREA)
        .bind(employer_id(n))
        .bind(of.first_day())
        .bind(Uuid::now_v7())
        .bind(payment(n, of).payment_reference);
    taken.execute(&mut *holds).await.unwrap();
    holds
}

/// The session that is held up, as soon as one is.
async fn held_up(books: &Books) -> i32 {
    let waiting = "SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE locktype = 'transactionid' AND NOT granted AND datname = current_database()";
    let pool = books.service.platform.db().pool();
    eventually(async || {
        let found = sqlx::query_scalar(waiting).fetch_optional(pool);
        found.await.unwrap()
    })
    .await
}

// Art. 28
// Art. 32
#[tokio::test]
async fn what_a_month_adds_while_a_list_enters_stays_owed_and_nothing_is_lost_or_doubled() {
    let books = nine_mines().await;
    let service = &books.service;
    // Hired after September's window: October's assessment charges September as well.
    for (n, who) in [(1, 11), (9, 19)] {
        tell(service, vec![pre_enrolled(n, who, 1000, month(9))]).await;
    }
    let run = previewed(service, month(10)).await;
    let holds = hold_up(&books, 1, month(9)).await;
    // The first part is matched and held up; the last one is matched when October has taken effect.
    let meanwhile = async {
        held_up(&books).await;
        sign_off(service, &run).await;
        let is_charged = async || {
            let october = principal(service, 9, month(10)).await;
            (!october.is_empty()).then_some(())
        };
        eventually(is_charged).await;
        holds.rollback().await.unwrap();
    };
    let ((batch, findings), ()) = tokio::join!(books.send(everything()), meanwhile);
    let run = done(service, &run).await;
    assert_eq!(run.state(), RunState::Done, "{}", run.error);

    let short = (8 * MONTHS as u64, false, "PAID_SHORT".to_owned());
    assert_eq!(reasons(&findings), [short]);
    assert_eq!((batch.accepted_rows, batch.refused_rows), (8_100, 0));
    let totals = books.totals().await;
    assert_eq!(totals.received.unwrap().as_text(), "81000.00");
    assert_eq!(totals.principal_paid.unwrap().as_text(), "81000.00");
    // Nine at 95.00, and two hires at 19.00 for each of two months.
    assert_eq!(totals.principal_unpaid.unwrap().as_text(), "931.00");
    for n in [1, 9] {
        assert_eq!(books.owes(&employer_id(n)).await.0, "133.00", "{n}");
    }
    let september = amounts(&principal(service, 1, month(9)).await);
    assert_eq!(september, ["10.00", "19.00", "-10.00"]);
}

// Art. 32
#[tokio::test]
async fn a_list_that_is_killed_between_two_of_its_parts_leaves_nothing_and_enters_once() {
    let books = nine_mines().await;
    books.on(date!(2026 - 10 - 16));
    // Of the fifth employer, in the second part.
    let holds = hold_up(&books, 5, month(9)).await;
    let batch_id = Uuid::now_v7();
    let kills = async {
        let session = held_up(&books).await;
        let killed = sqlx::query_scalar("SELECT pg_terminate_backend($1)").bind(session);
        let killed: bool = killed
            .fetch_one(books.service.platform.db().pool())
            .await
            .unwrap();
        assert!(killed);
    };
    let sender = tax_bureau();
    let sent = books.send_as(&sender, batch_id, everything());
    let (sent, ()) = tokio::join!(sent, kills);
    sent.unwrap_err();
    let totals = books.totals().await;
    assert_eq!(totals.received.unwrap().as_text(), "0.00");
    assert_eq!(totals.principal_unpaid.unwrap().as_text(), "81000.00");

    holds.rollback().await.unwrap();
    for _again in 0..2 {
        let sent = books.send_as(&sender, batch_id, everything()).await;
        let (batch, findings) = sent.unwrap();
        assert!(findings.is_empty(), "{findings:?}");
        assert_eq!((batch.accepted_rows, batch.refused_rows), (8_100, 0));
        let totals = books.totals().await;
        assert_eq!(totals.received.unwrap().as_text(), "81000.00");
        assert_eq!(totals.principal_unpaid.unwrap().as_text(), "0.00");
    }
}
