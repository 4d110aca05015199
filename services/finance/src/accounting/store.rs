//! SQL of journals, ledgers and the closing of months.

use chassis::Result;
use contracts::finance::v1::Period;
use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use crate::ledger::store::read::Sum;

/// What the vouchers of a month say of themselves.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Books {
    /// How many there are.
    pub vouchers: i32,
    /// The greatest number.
    pub last_number: i32,
    /// Yuan of either side of all.
    pub amount: Decimal,
}

/// The vouchers of a month.
///
/// # Errors
/// When they cannot be read.
pub async fn books(db: &mut PgConnection, area: &str, month: Month) -> Result<Books> {
    Ok(query_as(
        "SELECT count(*)::int AS vouchers, COALESCE(max(number), 0) AS last_number,
             COALESCE(sum(amount), 0) AS amount
         FROM voucher WHERE pooling_area = $1 AND month = $2",
    )
    .bind(area)
    .bind(month.first_day())
    .fetch_one(db)
    .await?)
}

/// The first month of the books.
///
/// # Errors
/// When it cannot be read.
pub async fn first_month(db: &mut PgConnection, area: &str) -> Result<Option<Month>> {
    let first: Option<Date> = query_scalar("SELECT min(month) FROM period WHERE pooling_area = $1")
        .bind(area)
        .fetch_one(db)
        .await?;
    Ok(first.map(Month::of))
}

/// Locks a month, so that nobody enters it meanwhile.
///
/// # Errors
/// When the database does not answer.
pub async fn lock(db: &mut PgConnection, area: &str, month: Month) -> Result<()> {
    query(
        "INSERT INTO period (pooling_area, month) VALUES ($1, $2)
         ON CONFLICT ON CONSTRAINT period_pkey DO NOTHING",
    )
    .bind(area)
    .bind(month.first_day())
    .execute(&mut *db)
    .await?;
    query("SELECT 1 FROM period WHERE pooling_area = $1 AND month = $2 FOR UPDATE")
        .bind(area)
        .bind(month.first_day())
        .execute(db)
        .await?;
    Ok(())
}

/// Carries what accounts come to.
///
/// # Errors
/// When it cannot be written.
pub async fn carry(db: &mut PgConnection, area: &str, month: Month, sums: &[Sum]) -> Result<()> {
    query(
        "INSERT INTO balance (pooling_area, month, account, opening, debit, credit, closing)
         SELECT $1, $2, * FROM unnest($3::text[], $4::numeric[], $5::numeric[], $6::numeric[], $7::numeric[])",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(sums.iter().map(|sum| &*sum.account).collect::<Vec<_>>())
    .bind(sums.iter().map(|sum| sum.opening).collect::<Vec<_>>())
    .bind(sums.iter().map(|sum| sum.debit).collect::<Vec<_>>())
    .bind(sums.iter().map(|sum| sum.credit).collect::<Vec<_>>())
    .bind(sums.iter().map(Sum::closing).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Closes a month.
///
/// # Errors
/// When it is closed.
pub async fn close(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    (on, case_id): (Date, Uuid),
) -> Result<()> {
    query("UPDATE period SET closed_on = $3, case_id = $4 WHERE pooling_area = $1 AND month = $2")
        .bind(area)
        .bind(month.first_day())
        .bind(on)
        .bind(case_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Whether a month is closed.
///
/// # Errors
/// When it cannot be read.
pub async fn is_closed(db: &mut PgConnection, area: &str, month: Month) -> Result<bool> {
    let closed: Option<bool> = query_scalar(
        "SELECT closed_on IS NOT NULL FROM period WHERE pooling_area = $1 AND month = $2",
    )
    .bind(area)
    .bind(month.first_day())
    .fetch_optional(db)
    .await?;
    Ok(closed.unwrap_or_default())
}

#[derive(FromRow)]
pub(super) struct PeriodRow {
    pub month: Date,
    vouchers: i32,
    closed_on: Option<Date>,
    case_id: Option<Uuid>,
}

impl From<PeriodRow> for Period {
    fn from(row: PeriodRow) -> Self {
        Self {
            month: Some(Month::of(row.month).into()),
            vouchers: row.vouchers,
            closed_on: row.closed_on.map(Into::into),
            case_id: row.case_id.map_or_else(String::new, |id| id.to_string()),
        }
    }
}

/// Months, the last one first.
pub(super) async fn periods(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<Month>, i64),
) -> Result<Vec<PeriodRow>> {
    Ok(query_as(
        "SELECT p.month, p.closed_on, p.case_id, COALESCE((SELECT max(v.number) FROM voucher v
             WHERE v.pooling_area = p.pooling_area AND v.month = p.month), 0) AS vouchers
         FROM period p WHERE p.pooling_area = $1 AND ($2::date IS NULL OR p.month < $2)
         ORDER BY p.month DESC LIMIT $3",
    )
    .bind(area)
    .bind(after.map(Month::first_day))
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// A line of a journal or a ledger.
#[derive(Clone, Debug, FromRow)]
pub(super) struct LineRow {
    pub booked_on: Date,
    pub number: i32,
    pub line: i32,
    pub account: String,
    pub document_number: String,
    pub summary: String,
    pub debit: Decimal,
    pub credit: Decimal,
}

/// Lines of accounts in a month, in the order in which vouchers were entered.
pub(super) async fn lines(
    db: &mut PgConnection,
    area: &str,
    (month, accounts): (Month, &[&str]),
    ((number, line), limit): ((i32, i32), i64),
) -> Result<Vec<LineRow>> {
    Ok(query_as(
        "SELECT v.booked_on, e.number, e.line, e.account, v.document_number, v.summary, e.debit, e.credit
         FROM entry e
         JOIN voucher v ON v.pooling_area = e.pooling_area AND v.month = e.month AND v.number = e.number
         WHERE e.pooling_area = $1 AND e.month = $2 AND e.account = ANY ($3) AND (e.number, e.line) > ($4, $5)
         ORDER BY e.number, e.line LIMIT $6",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(accounts)
    .bind(number)
    .bind(line)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
