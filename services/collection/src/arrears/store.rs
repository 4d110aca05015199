//! SQL of arrears.

mod ability;
mod agreements;
mod notices;
mod questions;

pub(super) use ability::{AbilityFinding, keep as keep_ability, last as last_ability};
pub(super) use agreements::{
    kept, list as agreements, running, running_agreements, set_state as set_agreement_state, sign,
};
pub(super) use notices::{deliver, issue, issued, list as notices, notice, owing};
pub(super) use questions::{
    entries, insured_base, provisional_months, totals, unassessed_months, unpaid_months,
};

use chassis::{Error, Page, Result};
use contracts::collection::v1::{ArrearsState, MonthBalance};
use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use crate::ledger::store::small;
use crate::wire;

/// A line of the arrears ledger.
#[derive(FromRow)]
pub struct ArrearsRow {
    pub arrears_id: Uuid,
    pub employer_id: String,
    pub name: String,
    pub month: Date,
    pub opened_principal: Decimal,
    pub opened_on: Date,
    pub closed_on: Option<Date>,
    pub state: i16,
}

/// The areas in which a dunning notice or an agreement runs.
pub async fn areas_with_terms(db: &mut PgConnection) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT pooling_area FROM dunning_notice WHERE state = 1
         UNION SELECT pooling_area FROM repayment_agreement WHERE state = 1 ORDER BY 1",
    )
    .fetch_all(db)
    .await?)
}

/// Closes what is settled of the employers' arrears: nothing is owed for the month any more that was due
/// before today; of a month that finance has, nothing at all, as all of it was handed over.
pub async fn close_settled(
    db: &mut PgConnection,
    area: &str,
    employers: &[String],
    today: Date,
) -> Result<Vec<(String, Month)>> {
    let closed: Vec<(String, Date)> = query_as(
        "UPDATE arrears a SET state = 5, closed_on = $3
         WHERE a.pooling_area = $1 AND a.state <> 5 AND a.employer_id = ANY($2) AND NOT EXISTS (
             SELECT FROM due_entry e
             WHERE e.pooling_area = $1 AND e.employer_id = a.employer_id AND e.month = a.month
               AND (a.state = 4 OR e.account = 2 OR e.amount < 0 AND NOT e.moved OR e.value_on < $3)
             GROUP BY e.account HAVING sum(e.amount) > 0)
         RETURNING a.employer_id, a.month",
    )
    .bind(area)
    .bind(employers)
    .bind(today)
    .fetch_all(db)
    .await?;
    Ok(closed
        .into_iter()
        .map(|(employer_id, month)| (employer_id, Month::of(month)))
        .collect())
}

/// Months of an employer that are in arrears, and where each stands.
pub async fn open(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Vec<(Month, ArrearsState)>> {
    let rows: Vec<(Date, i16)> = query_as(
        "SELECT month, state FROM arrears
         WHERE pooling_area = $1 AND employer_id = $2 AND state <> 5 ORDER BY month",
    )
    .bind(area)
    .bind(employer_id)
    .fetch_all(db)
    .await?;
    standing(rows)
}

/// Moves arrears of an employer from one of the states to another.
///
/// # Errors
/// A conflict where one of the months is in none of them any more.
pub async fn set_state(
    db: &mut PgConnection,
    area: &str,
    (employer_id, months): (&str, &[Month]),
    (from, to): (&[ArrearsState], ArrearsState),
) -> Result<()> {
    let moved = query(
        "UPDATE arrears SET state = $4
         WHERE pooling_area = $1 AND employer_id = $2 AND month = ANY($3) AND state = ANY($5)",
    )
    .bind(area)
    .bind(employer_id)
    .bind(
        months
            .iter()
            .map(|month| month.first_day())
            .collect::<Vec<_>>(),
    )
    .bind(small(to as i32))
    .bind(
        from.iter()
            .map(|state| small(*state as i32))
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    if moved.rows_affected() == months.len() as u64 {
        return Ok(());
    }
    Err(Error::Conflict(format!(
        "arrears of {employer_id} are no longer where they were"
    )))
}

/// Arrears under an agreement are plain arrears again.
pub async fn reopen(db: &mut PgConnection, area: &str, employer_id: &str) -> Result<()> {
    query(
        "UPDATE arrears SET state = 1 WHERE pooling_area = $1 AND employer_id = $2 AND state = 2",
    )
    .bind(area)
    .bind(employer_id)
    .execute(db)
    .await?;
    Ok(())
}

/// Months of an employer wait for finance to answer whether they are written off; those that were not in
/// arrears yet are from now on.
pub async fn hand_to_finance(
    db: &mut PgConnection,
    area: &str,
    (case_id, employer_id): (Uuid, &str),
    months: &[MonthBalance],
    today: Date,
) -> Result<()> {
    let first_days: Result<Vec<Date>> = months
        .iter()
        .map(|balance| Ok(wire::month(balance.month)?.first_day()))
        .collect();
    let principals: Result<Vec<Decimal>> = months
        .iter()
        .map(|balance| wire::yuan(balance.unpaid.as_ref()))
        .collect();
    let first_days = first_days?;
    let ids = first_days
        .iter()
        .map(|month| Uuid::new_v5(&case_id, month.to_string().as_bytes()));
    query(
        "INSERT INTO arrears (pooling_area, employer_id, opened_on, state, handed_over_by, arrears_id, month,
             opened_principal)
         SELECT $1, $2, $3, 4, $7, m.* FROM UNNEST($4::uuid[], $5::date[], $6::numeric[]) AS m
         ON CONFLICT (pooling_area, employer_id, month) WHERE state <> 5
         DO UPDATE SET state = 4, handed_over_by = EXCLUDED.handed_over_by",
    )
    .bind(area)
    .bind(employer_id)
    .bind(today)
    .bind(ids.collect::<Vec<_>>())
    .bind(&first_days)
    .bind(principals?)
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(())
}

/// The months that a case handed to finance, which has not answered yet, and where each stands: with
/// finance, or closed where it was paid meanwhile.
pub async fn handed_to_finance(
    db: &mut PgConnection,
    area: &str,
    (employer_id, case_id): (&str, Uuid),
) -> Result<Vec<(Month, ArrearsState)>> {
    let rows: Vec<(Date, i16)> = query_as(
        "SELECT month, state FROM arrears
         WHERE pooling_area = $1 AND employer_id = $2 AND handed_over_by = $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(case_id)
    .fetch_all(db)
    .await?;
    standing(rows)
}

/// Finance has answered a case: what is owed still of its months is plain arrears again, or under the agreement
/// that runs on the month still. Answers whether the case waited for that.
pub async fn answered(
    db: &mut PgConnection,
    area: &str,
    (employer_id, case_id): (&str, Uuid),
) -> Result<bool> {
    let answered = query(
        "UPDATE arrears a SET handed_over_by = NULL, state = CASE
             WHEN a.state <> 4 THEN a.state
             WHEN EXISTS (SELECT FROM repayment_agreement r
                          WHERE r.pooling_area = $1 AND r.employer_id = $2 AND r.state = 1
                            AND a.month = ANY(r.months)) THEN 2
             ELSE 1 END
         WHERE a.pooling_area = $1 AND a.employer_id = $2 AND a.handed_over_by = $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(answered.rows_affected() > 0)
}

fn standing(rows: Vec<(Date, i16)>) -> Result<Vec<(Month, ArrearsState)>> {
    let state = |state: i16| ArrearsState::try_from(i32::from(state)).map_err(Error::internal);
    rows.into_iter()
        .map(|(month, number)| Ok((Month::of(month), state(number)?)))
        .collect()
}

/// A page of the arrears ledger.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    (employer_id, state): (&str, i32),
    page: &Page,
) -> Result<(Vec<ArrearsRow>, String)> {
    let rows: Vec<ArrearsRow> = query_as(
        "SELECT a.*, r.name FROM arrears a JOIN employer r USING (pooling_area, employer_id)
         WHERE a.pooling_area = $1 AND ($2 = '' OR a.employer_id = $2) AND ($3 = 0 OR a.state = $3)
           AND ($4::uuid IS NULL OR a.arrears_id > $4)
         ORDER BY a.arrears_id LIMIT $5",
    )
    .bind(area)
    .bind(employer_id)
    .bind(state)
    .bind(page.after::<Uuid>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?;
    Ok(page.cut(rows, |row| row.arrears_id.to_string()))
}
