//! Section 4: a paid list of more rows than are matched at once.

use std::iter::successors;

use law::Month;
use time::macros::date;

use crate::books::{Books, DUE_ON, october, paid, reasons};

/// More than twice the rows that are matched at once, and one.
const ROWS: usize = 8_101;

// Art. 32
#[tokio::test]
async fn every_row_of_a_long_list_enters_once_and_is_answered() {
    let books = Books::open().await;
    let employers: Vec<String> = (1..10).map(|n| format!("E{n}")).collect();
    let months = successors(Some(october()), |month: &Month| Some(month.previous()));
    let owed: Vec<(&str, Month)> = months
        .flat_map(|month| employers.iter().map(move |id| (id.as_str(), month)))
        .take(ROWS)
        .collect();
    books.all_due(&owed, "10.00", DUE_ON).await;
    let on = date!(2026 - 10 - 20);
    let mut rows: Vec<_> = owed
        .iter()
        .zip(0..)
        .map(|((employer_id, month), n)| {
            // One in a thousand pays too little.
            let amount = if n % 1_000 == 7 { "9.00" } else { "10.00" };
            let mut row = paid(&format!("R{n}"), employer_id, amount, on);
            row.month = Some((*month).into());
            row
        })
        .collect();
    // A month of the first rows once more among the last, and a reference of them.
    let mut again = rows[3].clone();
    again.payment_reference = "again".to_owned();
    rows.push(again);
    rows.push(rows[4].clone());

    let (batch, findings) = books.send(rows).await;
    let mut found = reasons(&findings);
    found.sort_unstable();
    let mut expected: Vec<(u64, bool, String)> = (0..9)
        .map(|n| (n * 1_000 + 7, false, "PAID_SHORT".to_owned()))
        .collect();
    expected.push((8_101, false, "PAID_TWICE_IN_LIST".to_owned()));
    expected.push((8_102, true, "TWICE_IN_LIST".to_owned()));
    assert_eq!(found, expected);
    assert_eq!((batch.accepted_rows, batch.refused_rows), (8_102, 1));
    let totals = books.totals().await;
    assert_eq!(totals.principal_due.unwrap().as_text(), "81010.00");
    assert_eq!(totals.principal_unpaid.unwrap().as_text(), "9.00");
    assert_eq!(totals.suspense.unwrap().as_text(), "10.00");
}
