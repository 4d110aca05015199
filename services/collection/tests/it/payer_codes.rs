//! Who paid, where employers change their codes (articles 11(5) and 32).

use contracts::collection::v1::PaidRow;
use contracts::registration::v1::EmployerChanged;
use contracts::registration::v1::registration_event::What;
use time::Date;
use time::macros::date;

use crate::books::{Books, paid, reasons};
use crate::support::*;

/// Registration tells that the code of employer `n` is another one.
fn recoded(n: u32, code: &str) -> What {
    let employer = registered(n, "06").into_iter().find_map(|what| match what {
        What::EmployerRegistered(told) => told.employer,
        _ => None,
    });
    let mut employer = employer.unwrap();
    code.clone_into(&mut employer.facts.as_mut().unwrap().credit_code);
    What::EmployerChanged(EmployerChanged {
        employer: Some(employer),
        ..EmployerChanged::default()
    })
}

/// The code that employer `n` has after it first changed.
fn second(n: u32) -> String {
    employer_id(100 + n)
}

/// The code that employer `n` has after it changed again.
fn third(n: u32) -> String {
    employer_id(200 + n)
}

/// Employers 1 to 5 owe 190.00 each for October, on bills with their second codes; some days after the
/// month was signed they have their third.
async fn billed_under_the_second_code() -> Books {
    let service = collection().await;
    service.clock().set(at(date!(2026 - 10 - 05)));
    for n in 1..=5 {
        let mut events = registered(n, "06");
        events.push(enrolled(n, u16::try_from(n).unwrap(), 10_000, month(10)));
        tell(&service, events).await;
    }
    let books = Books { service };
    recode(&books, date!(2026 - 10 - 08), second).await;
    assess(&books.service, month(10)).await;
    recode(&books, date!(2026 - 10 - 18), third).await;
    books.service.clock().set(at(date!(2026 - 10 - 22)));
    books
}

async fn recode(books: &Books, on: Date, code: fn(u32) -> String) {
    books.service.clock().set(at(on));
    let changed = (1..=5).map(|n| recoded(n, &code(n))).collect();
    tell(&books.service, changed).await;
}

fn row(reference: &str, employer_id: &str, credit_code: &str) -> PaidRow {
    PaidRow {
        credit_code: credit_code.to_owned(),
        ..paid(reference, employer_id, "190.00", date!(2026 - 10 - 20))
    }
}

async fn owe_nothing(books: &Books, employers: impl IntoIterator<Item = u32>) {
    for n in employers {
        let owed = books.owes(&employer_id(n)).await.0;
        assert_eq!(owed, "0.00", "employer {n}");
    }
}

/// Nothing is found about the rows, and they pay all that the employers owe.
async fn pay_all_of(books: &Books, employers: [u32; 2], rows: Vec<PaidRow>) {
    let (_, findings) = books.send(rows).await;
    assert_eq!(reasons(&findings), []);
    owe_nothing(books, employers).await;
}

// Art. 11
// Art. 32
#[tokio::test]
async fn a_payment_is_matched_with_every_code_that_its_employer_had() {
    let books = billed_under_the_second_code().await;
    let (batch, findings) = books
        .send(vec![
            row("A0", "", &second(1)),
            row("A1", &employer_id(2), &second(2)),
            row("A2", "", &employer_id(3)),
            row("A3", &employer_id(4), &second(1)),
            row("A4", &employer_id(4), &third(1)),
            row("A5", &employer_id(4), &employer_id(1)),
            row("A6", "", &employer_id(999)),
            row("A7", &employer_id(4), &third(4)),
            row("A8", &employer_id(5), &employer_id(999)),
        ])
        .await;
    let found = [
        (3, true, "PAYER_CONTRADICTORY"),
        (4, true, "PAYER_CONTRADICTORY"),
        (5, true, "PAYER_CONTRADICTORY"),
        (6, true, "PAYER_UNKNOWN"),
        (8, false, "PAYER_CODE_UNKNOWN"),
    ];
    assert_eq!(
        reasons(&findings),
        found.map(|(row, refused, reason)| (row, refused, reason.to_owned()))
    );
    assert_eq!((batch.accepted_rows, batch.refused_rows), (5, 4));
    owe_nothing(&books, 1..=5).await;
    books.totals().await;
}

// Art. 11
// Art. 32
#[tokio::test]
async fn a_code_of_two_employers_is_that_of_who_has_it_then_of_who_had_it_last() {
    let books = billed_under_the_second_code().await;
    let taken_over = vec![recoded(5, &second(1)), recoded(2, &second(3))];
    tell(&books.service, taken_over).await;
    let rows = vec![
        row("A0", "", &second(1)),
        row("A1", &employer_id(1), &second(1)),
    ];
    pay_all_of(&books, [1, 5], rows).await;
    // Nobody has the code now; the number is still enough to tell who paid.
    books.service.clock().set(at(date!(2026 - 10 - 23)));
    tell(&books.service, vec![recoded(2, &third(2))]).await;
    let rows = vec![
        row("B0", "", &second(3)),
        row("B1", &employer_id(3), &second(3)),
    ];
    pay_all_of(&books, [2, 3], rows).await;
    books.totals().await;
}
