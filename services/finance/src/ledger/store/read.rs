//! SQL that reads vouchers, and what accounts come to.

use chassis::Result;
use contracts::finance::v1::{SourceDocument, Voucher};
use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query_as, query_scalar};
use time::Date;

use super::super::rules::{self, Line};

/// A voucher without its lines.
#[derive(Clone, Debug, FromRow)]
pub struct VoucherRow {
    month: Date,
    /// In the month.
    pub number: i32,
    kind: i32,
    document: i32,
    document_number: String,
    /// The day of the document.
    pub document_on: Date,
    booked_on: Date,
    summary: String,
    amount: Decimal,
    corrects_month: Option<Date>,
    corrects_number: Option<i32>,
    made_by: String,
}

impl VoucherRow {
    /// It takes another one back.
    #[must_use]
    pub fn is_correction(&self) -> bool {
        self.corrects_number.is_some()
    }

    /// As it is told.
    #[must_use]
    pub fn voucher(self, lines: &[Line]) -> Voucher {
        let corrects = self.corrects_month.zip(self.corrects_number);
        Voucher {
            month: Some(Month::of(self.month).into()),
            number: self.number,
            kind: self.kind,
            document: self.document,
            document_number: self.document_number,
            document_on: Some(self.document_on.into()),
            booked_on: Some(self.booked_on.into()),
            summary: self.summary,
            lines: rules::wire(lines),
            amount: Some(self.amount.into()),
            corrects: corrects.map_or_else(String::new, |(month, number)| {
                rules::name(Month::of(month), number)
            }),
            made_by: self.made_by,
        }
    }
}

/// Vouchers of a month in their order.
///
/// # Errors
/// When they cannot be read.
pub async fn vouchers(
    db: &mut PgConnection,
    area: &str,
    (month, document): (Month, Option<SourceDocument>),
    (after, limit): (Option<i32>, i64),
) -> Result<Vec<VoucherRow>> {
    Ok(query_as(
        "SELECT month, number, kind, document, document_number, document_on, booked_on, summary, amount,
             corrects_month, corrects_number, made_by
         FROM voucher
         WHERE pooling_area = $1 AND month = $2 AND ($3::int IS NULL OR document = $3) AND number > $4
         ORDER BY number LIMIT $5",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(document.map(|document| document as i32))
    .bind(after.unwrap_or_default())
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Lines of vouchers of a month, in their order, each with the number of its voucher.
///
/// # Errors
/// When they cannot be read.
pub async fn lines(
    db: &mut PgConnection,
    area: &str,
    (month, numbers): (Month, &[i32]),
) -> Result<Vec<(i32, Line)>> {
    let rows: Vec<(i32, String, Decimal, Decimal)> = query_as(
        "SELECT number, account, debit, credit FROM entry
         WHERE pooling_area = $1 AND month = $2 AND number = ANY ($3) ORDER BY number, line",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(numbers)
    .fetch_all(db)
    .await?;
    let read = rows.into_iter().map(|(number, account, debit, credit)| {
        let line = Line {
            account,
            debit,
            credit,
        };
        (number, line)
    });
    Ok(read.collect())
}

/// The voucher that takes another one back, by its number and month.
///
/// # Errors
/// When it cannot be read.
pub async fn correction_of(
    db: &mut PgConnection,
    area: &str,
    (month, number): (Month, i32),
) -> Result<Option<(Date, i32)>> {
    Ok(query_as(
        "SELECT month, number FROM voucher
         WHERE pooling_area = $1 AND corrects_month = $2 AND corrects_number = $3",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(number)
    .fetch_optional(db)
    .await?)
}

/// An account in a month, in yuan.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Sum {
    /// Code of the account.
    pub account: String,
    /// Debit less credit before the month.
    pub opening: Decimal,
    /// Of the month.
    pub debit: Decimal,
    /// Of the month.
    pub credit: Decimal,
}

impl Sum {
    /// An account without an entry.
    #[must_use]
    pub fn nothing(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            opening: Decimal::ZERO,
            debit: Decimal::ZERO,
            credit: Decimal::ZERO,
        }
    }

    /// Debit less credit after the month.
    #[must_use]
    pub fn closing(&self) -> Decimal {
        self.opening + self.debit - self.credit
    }
}

/// What each account comes to in a month, from the balances of the last month that was closed before it and the entries
/// since: nothing that lies further back is read.
///
/// # Errors
/// When they cannot be read.
pub async fn sums(db: &mut PgConnection, area: &str, month: Month) -> Result<Vec<Sum>> {
    Ok(query_as(
        "WITH last AS (SELECT max(month) AS month FROM period
             WHERE pooling_area = $1 AND month < $2 AND closed_on IS NOT NULL)
         SELECT account, sum(opening) AS opening, sum(debit) AS debit, sum(credit) AS credit FROM (
             SELECT b.account, b.closing AS opening, 0::numeric AS debit, 0::numeric AS credit
             FROM balance b JOIN last ON last.month = b.month WHERE b.pooling_area = $1
             UNION ALL
             SELECT e.account, sum(e.debit - e.credit), 0, 0 FROM entry e, last
             WHERE e.pooling_area = $1 AND e.month > COALESCE(last.month, '-infinity') AND e.month < $2
             GROUP BY e.account
             UNION ALL
             SELECT e.account, 0, sum(e.debit), sum(e.credit) FROM entry e
             WHERE e.pooling_area = $1 AND e.month = $2 GROUP BY e.account) AS parts
         GROUP BY account ORDER BY account COLLATE \"C\"",
    )
    .bind(area)
    .bind(month.first_day())
    .fetch_all(db)
    .await?)
}

/// What each account came to in a month that is closed.
///
/// # Errors
/// When they cannot be read.
pub async fn closed_sums(db: &mut PgConnection, area: &str, month: Month) -> Result<Vec<Sum>> {
    Ok(query_as(
        "SELECT account, opening, debit, credit FROM balance
         WHERE pooling_area = $1 AND month = $2 ORDER BY account COLLATE \"C\"",
    )
    .bind(area)
    .bind(month.first_day())
    .fetch_all(db)
    .await?)
}

/// What accounts moved by in the closed months of a span, debit less credit.
///
/// # Errors
/// When it cannot be read.
pub async fn turnover(
    db: &mut PgConnection,
    area: &str,
    accounts: &[&str],
    (from, until): (Month, Month),
) -> Result<Decimal> {
    Ok(query_scalar(
        "SELECT COALESCE(sum(debit - credit), 0) FROM balance
         WHERE pooling_area = $1 AND account = ANY ($2) AND month BETWEEN $3 AND $4",
    )
    .bind(area)
    .bind(accounts)
    .bind(from.first_day())
    .bind(until.first_day())
    .fetch_one(db)
    .await?)
}
