//! SQL of the ledger.

use chassis::{Error, Result, Unit};
use contracts::collection::v1::{LedgerAccount, LedgerEntryKind};
use law::Month;
use rust_decimal::Decimal;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use super::Posting;
use super::account::Line;

/// Makes entries, with one statement. Booked on the unit's day.
///
/// # Errors
/// `ledger_entry_pkey` when a source has posted to the same month, account and kind before.
pub async fn post(unit: &mut Unit, postings: &[Posting]) -> Result<()> {
    if postings.is_empty() {
        return Ok(());
    }
    let (area, today, now) = (unit.area().to_owned(), unit.today(), unit.now());
    let employers: Vec<&str> = postings.iter().map(|p| p.employer_id.as_str()).collect();
    let months: Vec<Date> = postings.iter().map(|p| p.month.first_day()).collect();
    let accounts: Vec<i16> = postings.iter().map(|p| small(p.account as i32)).collect();
    let kinds: Vec<i16> = postings.iter().map(|p| small(p.kind as i32)).collect();
    let amounts: Vec<Decimal> = postings.iter().map(|p| p.amount).collect();
    let values_on: Vec<Date> = postings.iter().map(|p| p.value_on).collect();
    let source_kinds: Vec<i16> = postings.iter().map(|p| p.source.kind as i16).collect();
    let source_ids: Vec<Uuid> = postings.iter().map(|p| p.source.id).collect();
    let source_rows: Vec<i64> = postings.iter().map(|p| p.source.row).collect();
    let worksheets: Vec<Option<Json<_>>> = postings
        .iter()
        .map(|p| p.worksheet.as_ref().map(Json))
        .collect();
    query(
        "INSERT INTO ledger_entry (pooling_area, employer_id, month, account, kind, amount, value_on,
                source_kind, source_id, source_row, worksheet, booked_on, booked_at)
         SELECT $1, p.*, $12, $13
         FROM UNNEST($2::text[], $3::date[], $4::int2[], $5::int2[], $6::numeric[], $7::date[],
                     $8::int2[], $9::uuid[], $10::int8[], $11::jsonb[]) AS p",
    )
    .bind(area)
    .bind(employers)
    .bind(months)
    .bind(accounts)
    .bind(kinds)
    .bind(amounts)
    .bind(values_on)
    .bind(source_kinds)
    .bind(source_ids)
    .bind(source_rows)
    .bind(worksheets)
    .bind(today)
    .bind(now)
    .execute(unit.db())
    .await?;
    Ok(())
}

/// Lets one unit at a time read balances of the area in order to post by them, until it ends.
pub async fn lock(db: &mut PgConnection, area: &str) -> Result<()> {
    query("SELECT pg_advisory_xact_lock(hashtextextended('ledger ' || $1, 0))")
        .bind(area)
        .execute(db)
        .await?;
    Ok(())
}

#[derive(FromRow)]
struct LineRow {
    employer_id: String,
    month: Date,
    account: i16,
    kind: i16,
    amount: Decimal,
    value_on: Date,
}

impl TryFrom<LineRow> for Line {
    type Error = Error;

    fn try_from(row: LineRow) -> Result<Self> {
        Ok(Self {
            employer_id: row.employer_id,
            month: Month::of(row.month),
            account: LedgerAccount::try_from(i32::from(row.account)).map_err(Error::internal)?,
            kind: LedgerEntryKind::try_from(i32::from(row.kind)).map_err(Error::internal)?,
            amount: row.amount,
            value_on: row.value_on,
        })
    }
}

/// All entries of the employers.
pub async fn lines(db: &mut PgConnection, area: &str, employers: &[String]) -> Result<Vec<Line>> {
    let rows: Vec<LineRow> = query_as(
        "SELECT employer_id, month, account, kind, amount, value_on FROM ledger_entry
         WHERE pooling_area = $1 AND employer_id = ANY($2)",
    )
    .bind(area)
    .bind(employers)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// An enum value of the contract as it is stored.
pub(crate) fn small(number: i32) -> i16 {
    i16::try_from(number).unwrap_or_default()
}
