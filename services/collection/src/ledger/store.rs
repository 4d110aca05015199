//! SQL of the ledger.

use std::collections::HashMap;

use chassis::{Error, Result, Unit};
use contracts::collection::v1::{LedgerAccount, LedgerEntryKind};
use law::Month;
use rust_decimal::Decimal;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;

use super::account::Line;
use super::{Posting, Received};

/// Makes entries, with one statement. Booked on the unit's day.
///
/// # Errors
/// `ledger_entry_pkey` when a source has posted to the same month, account and kind before.
pub async fn post(unit: &mut Unit, postings: &[Posting]) -> Result<()> {
    let none = vec![None; postings.len()];
    post_receipts(unit, postings, &none).await
}

/// Makes entries of which some say what arrived; otherwise as [`post`]. None is booked before a month that was
/// signed while it waited: it is on no bill.
///
/// # Errors
/// `ledger_entry_payment_once` when a payment has entered before.
pub async fn post_receipts(
    unit: &mut Unit,
    postings: &[Posting],
    received: &[Option<Received>],
) -> Result<()> {
    if postings.is_empty() {
        return Ok(());
    }
    let (area, today, now) = (unit.area().to_owned(), unit.today(), unit.now());
    let column =
        |of: fn(&Posting) -> i32| -> Vec<i16> { postings.iter().map(|p| small(of(p))).collect() };
    let worksheets = postings.iter().map(|p| p.worksheet.as_ref().map(Json));
    query(
        "INSERT INTO ledger_entry (pooling_area, booked_on, booked_at, employer_id, month, account, kind,
                amount, value_on, source_kind, source_id, source_row, worksheet, received, sender,
                payment_reference, arrived_on, channel)
         SELECT $1, $2, greatest($3, (SELECT max(sent_at) FROM month_sent WHERE pooling_area = $1)), p.*
         FROM UNNEST($4::text[], $5::date[], $6::int2[], $7::int2[], $8::numeric[], $9::date[],
                     $10::int2[], $11::uuid[], $12::int8[], $13::jsonb[], $14::numeric[], $15::text[],
                     $16::text[], $17::date[], $18::int2[]) AS p",
    )
    .bind(area)
    .bind(today)
    .bind(now)
    .bind(postings.iter().map(|p| p.employer_id.as_str()).collect::<Vec<_>>())
    .bind(postings.iter().map(|p| p.month.first_day()).collect::<Vec<_>>())
    .bind(column(|p| p.account as i32))
    .bind(column(|p| p.kind as i32))
    .bind(postings.iter().map(|p| p.amount).collect::<Vec<_>>())
    .bind(postings.iter().map(|p| p.value_on).collect::<Vec<_>>())
    .bind(column(|p| p.source.kind as i32))
    .bind(postings.iter().map(|p| p.source.id).collect::<Vec<_>>())
    .bind(postings.iter().map(|p| p.source.row).collect::<Vec<_>>())
    .bind(worksheets.collect::<Vec<_>>())
    .bind(received.iter().map(|r| r.as_ref().map(|r| r.amount)).collect::<Vec<_>>())
    .bind(received.iter().map(|r| r.as_ref().map(|r| r.sender.as_str())).collect::<Vec<_>>())
    .bind(received.iter().map(|r| r.as_ref().map(|r| r.reference.as_str())).collect::<Vec<_>>())
    .bind(received.iter().map(|r| r.as_ref().map(|r| r.arrived_on)).collect::<Vec<_>>())
    .bind(received.iter().map(|r| r.as_ref().map(|r| small(r.channel as i32))).collect::<Vec<_>>())
    .execute(unit.db())
    .await?;
    Ok(())
}

/// Lets one unit at a time read balances of the area in order to post by them, until it ends.
///
/// Who posts and changes what assessments count takes this lock first, then the one on what counts
/// (`assessment::store::change_what_counts`), and writes rows that others write under it only then: two that
/// took them the other way round would wait for each other.
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
    pay_by: Date,
    moved: bool,
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
            pay_by: row.pay_by,
            moved: row.moved,
        })
    }
}

/// All entries of the employers.
pub async fn lines(db: &mut PgConnection, area: &str, employers: &[String]) -> Result<Vec<Line>> {
    let rows: Vec<LineRow> = query_as(
        "SELECT employer_id, month, account, kind, amount, value_on,
                coalesce(CASE WHEN account = 2 AND kind = 3 THEN (
                    SELECT b.due_on FROM assessment b
                    WHERE b.pooling_area = $1 AND b.employer_id = e.employer_id AND b.run_id = e.source_id)
                END, value_on) AS pay_by,
                account = 1 AND kind = 5 AND source_kind = 1 AND amount < 0 AS moved
         FROM ledger_entry e
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

/// The areas in which employers have had credits.
pub async fn areas_with_credits(db: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    query_scalar("SELECT DISTINCT pooling_area FROM ledger_entry WHERE account = 3")
        .fetch_all(db)
        .await
}

/// The credits of the employers that have one, in yuan.
pub async fn credits_of(
    db: &mut PgConnection,
    area: &str,
    employers: &[String],
) -> Result<HashMap<String, Decimal>, sqlx::Error> {
    if employers.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(String, Decimal)> = query_as(
        "SELECT employer_id, -sum(amount) AS held FROM ledger_entry
         WHERE pooling_area = $1 AND account = 3 AND employer_id = ANY($2)
         GROUP BY employer_id",
    )
    .bind(area)
    .bind(employers)
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().collect())
}

/// The employers, or those of `only`, that have a credit and owe something.
pub async fn credited_and_owing(
    db: &mut PgConnection,
    area: &str,
    only: Option<&[String]>,
) -> Result<Vec<String>, sqlx::Error> {
    query_scalar(
        "WITH credited AS (
             SELECT employer_id FROM ledger_entry
             WHERE pooling_area = $1 AND account = 3 AND ($2::text[] IS NULL OR employer_id = ANY($2))
             GROUP BY employer_id HAVING sum(amount) < 0)
         SELECT employer_id FROM credited c
         WHERE EXISTS (
             SELECT FROM ledger_entry e
             WHERE e.pooling_area = $1 AND e.employer_id = c.employer_id AND e.account < 3
             GROUP BY e.month, e.account HAVING sum(e.amount) > 0)",
    )
    .bind(area)
    .bind(only)
    .fetch_all(db)
    .await
}
