//! SQL of budgets of prevention, and what was spent.

use std::collections::BTreeMap;

use chassis::Result;
use chassis::wire::{month, uuid, yuan};
use contracts::payment::v1::{PreventionBudget, PreventionSpending};
use law::Month;
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// Adds what came in of contributions in years.
///
/// # Errors
/// When it cannot be written.
pub async fn add_income(
    db: &mut PgConnection,
    area: &str,
    income: &BTreeMap<i32, Decimal>,
) -> Result<()> {
    query(
        "INSERT INTO contribution_income (pooling_area, year, amount)
         SELECT $1, * FROM unnest($2::int[], $3::numeric[])
         ON CONFLICT ON CONSTRAINT contribution_income_pkey
             DO UPDATE SET amount = contribution_income.amount + EXCLUDED.amount",
    )
    .bind(area)
    .bind(income.keys().copied().collect::<Vec<_>>())
    .bind(income.values().copied().collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// What came in of contributions in a year, in yuan.
///
/// # Errors
/// When it cannot be read.
pub async fn income(db: &mut PgConnection, area: &str, year: i32) -> Result<Decimal> {
    let amount: Option<Decimal> = query_scalar(
        "SELECT amount FROM contribution_income WHERE pooling_area = $1 AND year = $2",
    )
    .bind(area)
    .bind(year)
    .fetch_optional(db)
    .await?;
    Ok(amount.unwrap_or_default())
}

/// Keeps a budget.
///
/// # Errors
/// When it cannot be written.
pub async fn keep_budget(
    db: &mut PgConnection,
    area: &str,
    budget: &PreventionBudget,
) -> Result<()> {
    query(
        "INSERT INTO prevention_budget (pooling_area, case_id, year, total, content)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(area)
    .bind(uuid(&budget.case_id)?)
    .bind(budget.year)
    .bind(yuan(budget.total.as_ref())?)
    .bind(budget.encode_to_vec())
    .execute(db)
    .await?;
    Ok(())
}

/// The budget of a year that stands.
///
/// # Errors
/// When it cannot be read.
pub async fn budget(
    db: &mut PgConnection,
    area: &str,
    year: i32,
) -> Result<Option<PreventionBudget>> {
    let content: Option<Vec<u8>> = query_scalar(
        "SELECT content FROM prevention_budget WHERE pooling_area = $1 AND year = $2
         ORDER BY arrival DESC LIMIT 1",
    )
    .bind(area)
    .bind(year)
    .fetch_optional(db)
    .await?;
    let budget = content.map(|content| PreventionBudget::decode(&*content));
    Ok(budget.transpose()?)
}

/// Budgets, the last one first, each with its place.
///
/// # Errors
/// When they cannot be read.
pub async fn budgets(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(query_as(
        "SELECT arrival, content FROM prevention_budget
         WHERE pooling_area = $1 AND ($2::bigint IS NULL OR arrival < $2) ORDER BY arrival DESC LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Keeps what is spent, line by line.
///
/// # Errors
/// When it cannot be written.
pub async fn spend(
    db: &mut PgConnection,
    area: &str,
    (case_id, on): (Uuid, Date),
    spending: &PreventionSpending,
) -> Result<()> {
    query(
        "INSERT INTO prevention_spending (pooling_area, case_id, year, month, content)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(area)
    .bind(case_id)
    .bind(spending.year)
    .bind(month(spending.month).map(Month::first_day)?)
    .bind(spending.encode_to_vec())
    .execute(&mut *db)
    .await?;
    let each = || spending.lines.iter();
    let amounts = each().map(|one| yuan(one.amount.as_ref()));
    query(
        "INSERT INTO prevention_entry (pooling_area, case_id, booked_on, contract_number, stage, amount)
         SELECT $1, $2, $3, * FROM unnest($4::text[], $5::int[], $6::numeric[])",
    )
    .bind(area)
    .bind(case_id)
    .bind(on)
    .bind(
        each()
            .map(|one| one.contract_number.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(each().map(|one| one.stage).collect::<Vec<_>>())
    .bind(amounts.collect::<Result<Vec<_>>>()?)
    .execute(db)
    .await?;
    Ok(())
}

/// What was spent, or in a year, the last first, each with its place.
///
/// # Errors
/// When it cannot be read.
pub async fn spending(
    db: &mut PgConnection,
    area: &str,
    year: i32,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(query_as(
        "SELECT arrival, content FROM prevention_spending
         WHERE pooling_area = $1 AND ($2 = 0 OR year = $2) AND ($3::bigint IS NULL OR arrival < $3)
         ORDER BY arrival DESC LIMIT $4",
    )
    .bind(area)
    .bind(year)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
