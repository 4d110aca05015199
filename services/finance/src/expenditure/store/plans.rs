//! SQL of applications for the use of the fund.

use chassis::wire::{day, uuid, yuan};
use chassis::{OrRefuse, Result};
use contracts::Refused;
use contracts::finance::v1::{RecordUseAnswerRequest, Refusal, UseKind, UsePlan};
use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// An application with its answer.
#[derive(Clone, Debug, FromRow)]
pub struct PlanRow {
    /// Its place in the list.
    pub arrival: i64,
    case_id: Uuid,
    kind: i32,
    month: Option<Date>,
    amount: Decimal,
    applied_on: Date,
    approved: Option<Decimal>,
    document_number: Option<String>,
    answered_on: Option<Date>,
}

impl From<PlanRow> for UsePlan {
    fn from(row: PlanRow) -> Self {
        Self {
            case_id: row.case_id.to_string(),
            kind: row.kind,
            month: row.month.map(|month| Month::of(month).into()),
            amount: Some(row.amount.into()),
            applied_on: Some(row.applied_on.into()),
            answered: row.approved.is_some(),
            approved: row.approved.map(Into::into),
            document_number: row.document_number.unwrap_or_default(),
            answered_on: row.answered_on.map(Into::into),
        }
    }
}

/// Keeps what was applied for.
///
/// # Errors
/// A refusal where the month has been applied for.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    (case_id, kind, month): (Uuid, UseKind, Option<Month>),
    (amount, on): (Decimal, Date),
) -> Result<()> {
    let known = Refused::because(Refusal::UsePlanKnown).with(
        "month",
        month.map_or_else(String::new, |month| month.to_string()),
    );
    query(
        "INSERT INTO use_plan (pooling_area, case_id, kind, month, amount, applied_on)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(area)
    .bind(case_id)
    .bind(kind as i32)
    .bind(month.map(Month::first_day))
    .bind(amount)
    .bind(on)
    .execute(db)
    .await
    .or_refuse("use_plan_month_key", known)?;
    Ok(())
}

/// Whether a month has been applied for.
///
/// # Errors
/// When it cannot be read.
pub async fn is_known(db: &mut PgConnection, area: &str, month: Month) -> Result<bool> {
    Ok(
        query_scalar("SELECT EXISTS (SELECT FROM use_plan WHERE pooling_area = $1 AND month = $2)")
            .bind(area)
            .bind(month.first_day())
            .fetch_one(db)
            .await?,
    )
}

/// Yuan that were approved of a kind.
///
/// # Errors
/// When it cannot be read.
pub async fn approved(db: &mut PgConnection, area: &str, kind: UseKind) -> Result<Decimal> {
    Ok(query_scalar(
        "SELECT COALESCE(sum(a.approved), 0) FROM use_plan p
         JOIN use_answer a ON a.pooling_area = p.pooling_area AND a.case_id = p.case_id
         WHERE p.pooling_area = $1 AND p.kind = $2",
    )
    .bind(area)
    .bind(kind as i32)
    .fetch_one(db)
    .await?)
}

/// An application of which no answer is known.
///
/// # Errors
/// When it cannot be read.
pub async fn open(db: &mut PgConnection, area: &str, case_id: Uuid) -> Result<Option<PlanRow>> {
    Ok(query_as(
        "SELECT p.arrival, p.case_id, p.kind, p.month, p.amount, p.applied_on, a.approved, a.document_number,
             a.answered_on
         FROM use_plan p
         LEFT JOIN use_answer a ON a.pooling_area = p.pooling_area AND a.case_id = p.case_id
         WHERE p.pooling_area = $1 AND p.case_id = $2 AND a.case_id IS NULL FOR UPDATE OF p",
    )
    .bind(area)
    .bind(case_id)
    .fetch_optional(db)
    .await?)
}

/// Keeps an answer.
///
/// # Errors
/// When it cannot be written.
pub async fn answer(
    db: &mut PgConnection,
    area: &str,
    answered: &RecordUseAnswerRequest,
) -> Result<()> {
    query(
        "INSERT INTO use_answer (pooling_area, case_id, approved, document_number, answered_on)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(area)
    .bind(uuid(&answered.case_id)?)
    .bind(yuan(answered.approved.as_ref())?)
    .bind(&answered.document_number)
    .bind(day(answered.answered_on)?)
    .execute(db)
    .await?;
    Ok(())
}

/// Applications, the last first.
///
/// # Errors
/// When they cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<PlanRow>> {
    Ok(query_as(
        "SELECT p.arrival, p.case_id, p.kind, p.month, p.amount, p.applied_on, a.approved, a.document_number,
             a.answered_on
         FROM use_plan p
         LEFT JOIN use_answer a ON a.pooling_area = p.pooling_area AND a.case_id = p.case_id
         WHERE p.pooling_area = $1 AND ($2::bigint IS NULL OR p.arrival < $2)
         ORDER BY p.arrival DESC LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
