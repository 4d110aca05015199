//! What cases and events post between the assessments of months, and which of them bills it.

use std::collections::{BTreeMap, HashMap};

use contracts::collection::v1::BilledMonth;
use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

/// What cases and events posted to a month of an employer and no assessment has billed.
#[derive(Clone, Debug, FromRow)]
pub struct Billable {
    /// The employer.
    pub employer_id: String,
    /// First day of the month.
    pub month: Date,
    /// Assessed in a special way; otherwise added to or taken from the month.
    pub special: bool,
    /// Yuan, not zero.
    pub amount: Decimal,
    /// Last day in time of the first of it.
    pub due_on: Date,
    /// Yuan of it that were paid or written off before it was billed.
    #[sqlx(default)]
    pub settled: Decimal,
}

impl From<&Billable> for BilledMonth {
    fn from(row: &Billable) -> Self {
        Self {
            month: Some(Month::of(row.month).into()),
            amount: Some(row.amount.into()),
            special: row.special,
            due_on: Some(row.due_on.into()),
            settled: Some(row.settled.into()),
        }
    }
}

/// Back-payments, corrections and special contributions that cases and events have posted to employers of
/// `span` and no assessment has billed, in the order of the months.
pub async fn billable(
    db: &mut PgConnection,
    area: &str,
    span: (&str, &str),
) -> Result<Vec<Billable>> {
    sqlx::query_as(
        "SELECT employer_id, month, special, sum(amount) AS amount, min(due_on) AS due_on
         FROM (SELECT employer_id, month, kind = 1 AS special, amount, value_on AS due_on
               FROM ledger_entry
               WHERE pooling_area = $1 AND employer_id BETWEEN $2 AND $3 AND account = 1
                 AND kind IN (1, 2, 5) AND source_kind IN (2, 5)
               UNION ALL
               SELECT employer_id, month, special, -amount, NULL FROM billed
               WHERE pooling_area = $1 AND employer_id BETWEEN $2 AND $3) AS posted
         GROUP BY employer_id, month, special HAVING sum(amount) <> 0
         ORDER BY employer_id, month, special",
    )
    .bind(area)
    .bind(span.0)
    .bind(span.1)
    .fetch_all(db)
    .await
}

/// What the rows take off the bill that has them, in yuan, by employer: those of a month together, as what
/// takes the place of something may stand beside it.
pub fn taken_off<'a>(rows: impl IntoIterator<Item = &'a Billable>) -> BTreeMap<String, Decimal> {
    let mut by_month: BTreeMap<(&str, Date), Decimal> = BTreeMap::new();
    for row in rows {
        *by_month.entry((&row.employer_id, row.month)).or_default() += row.amount;
    }
    let mut found: BTreeMap<String, Decimal> = BTreeMap::new();
    for ((employer_id, _), amount) in by_month {
        if amount < Decimal::ZERO {
            *found.entry(employer_id.to_owned()).or_default() -= amount;
        }
    }
    found
}

/// What corrections of months take off the next bill of each of the employers, in yuan, as [`taken_off`].
pub async fn to_be_taken_off(
    db: &mut PgConnection,
    area: &str,
    employers: &[String],
) -> Result<HashMap<String, Decimal>> {
    let found: Vec<(String, Decimal)> = sqlx::query_as(
        "SELECT employer_id, -sum(amount) AS taken_off
         FROM (SELECT employer_id, sum(amount) AS amount
               FROM (SELECT employer_id, month, amount FROM ledger_entry
                     WHERE pooling_area = $1 AND employer_id = ANY($2) AND account = 1
                       AND kind IN (1, 2, 5) AND source_kind IN (2, 5)
                     UNION ALL
                     SELECT employer_id, month, -amount FROM billed
                     WHERE pooling_area = $1 AND employer_id = ANY($2)) AS posted
               GROUP BY employer_id, month HAVING sum(amount) < 0) AS corrected
         GROUP BY employer_id",
    )
    .bind(area)
    .bind(employers)
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().collect())
}

/// What events have added to months of the employers and no assessment has billed, by the last day in time.
pub async fn added_unbilled(
    db: &mut PgConnection,
    area: &str,
    employers: &[String],
) -> Result<Vec<Billable>> {
    sqlx::query_as(
        "SELECT employer_id, month, false AS special, amount, value_on AS due_on FROM unbilled_addition
         WHERE pooling_area = $1 AND employer_id = ANY($2)
         ORDER BY employer_id, month, value_on",
    )
    .bind(area)
    .bind(employers)
    .fetch_all(db)
    .await
}

/// Keeps what a run billed.
pub async fn insert_billed(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    rows: &[Billable],
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO billed (pooling_area, run_id, employer_id, month, special, amount, due_on, settled)
         SELECT $1, $2, * FROM unnest($3::text[], $4::date[], $5::bool[], $6::numeric[], $7::date[],
             $8::numeric[])",
    )
    .bind(area)
    .bind(run_id)
    .bind(rows.iter().map(|r| r.employer_id.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.month).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.special).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.amount).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.due_on).collect::<Vec<_>>())
    .bind(rows.iter().map(|r| r.settled).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}
