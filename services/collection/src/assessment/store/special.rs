//! Assessments in the three special ways.

use law::Month;
use rust_decimal::Decimal;
use sqlx::postgres::types::PgRange;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

use crate::assessment::rules::Owed;

/// An assessment in a special way.
#[derive(Clone, Debug, FromRow)]
pub struct SpecialRow {
    /// The case that assessed it.
    pub case_id: Uuid,
    /// The employer.
    pub employer_id: String,
    /// `SpecialWay`.
    pub way: i32,
    /// Months covered.
    pub months: PgRange<Date>,
    /// Yuan; of a correction the difference.
    pub contribution: Decimal,
    /// The case that assessed first what this one corrects.
    pub corrects: Option<Uuid>,
    /// Of a construction project, as is what follows.
    pub project_number: Option<String>,
    /// Name of the project.
    pub project_name: Option<String>,
    /// How often it had changed.
    pub change: Option<i32>,
    /// Whole cost, yuan.
    pub cost: Option<Decimal>,
    /// First day.
    pub starts_on: Option<Date>,
    /// Last day.
    pub ends_on: Option<Date>,
}

/// Keeps an assessment. Constraint: `special_assessment_project_once`.
pub async fn insert_special(db: &mut PgConnection, area: &str, row: &SpecialRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO special_assessment (pooling_area, case_id, employer_id, way, months, contribution,
             corrects, project_number, project_name, change, cost, starts_on, ends_on)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(area)
    .bind(row.case_id)
    .bind(&row.employer_id)
    .bind(row.way)
    .bind(row.months)
    .bind(row.contribution)
    .bind(row.corrects)
    .bind(&row.project_number)
    .bind(&row.project_name)
    .bind(row.change)
    .bind(row.cost)
    .bind(row.starts_on)
    .bind(row.ends_on)
    .execute(db)
    .await
    .map(drop)
}

/// A construction project of an employer as it was assessed last.
pub async fn project(
    db: &mut PgConnection,
    area: &str,
    (employer_id, project_number): (&str, &str),
) -> Result<Option<SpecialRow>> {
    sqlx::query_as(
        "SELECT case_id, employer_id, way, months, contribution, corrects, project_number, project_name,
             change, cost, starts_on, ends_on
         FROM special_assessment
         WHERE pooling_area = $1 AND employer_id = $2 AND way = 1 AND project_number = $3
         ORDER BY change DESC LIMIT 1",
    )
    .bind(area)
    .bind(employer_id)
    .bind(project_number)
    .fetch_optional(db)
    .await
}

/// Months that a special way covers, and the case that assessed them first.
#[derive(Clone, Debug, FromRow)]
pub struct Cover {
    /// The case.
    pub case_id: Uuid,
    /// The employer.
    pub employer_id: String,
    /// `SpecialWay`, of a business or a mine.
    pub way: i32,
    /// The months.
    pub months: PgRange<Date>,
}

/// Keeps what an assessment covers now, in the place of what it covered before.
/// Constraint: `special_cover_once`.
pub async fn set_cover(db: &mut PgConnection, area: &str, cover: &Cover) -> Result<()> {
    sqlx::query(
        "INSERT INTO special_cover (pooling_area, case_id, employer_id, way, months)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT ON CONSTRAINT special_cover_pkey DO UPDATE
         SET way = EXCLUDED.way, months = EXCLUDED.months",
    )
    .bind(area)
    .bind(cover.case_id)
    .bind(&cover.employer_id)
    .bind(cover.way)
    .bind(cover.months)
    .execute(db)
    .await
    .map(drop)
}

/// What a case of an employer, or what it corrected, covers.
pub async fn cover(
    db: &mut PgConnection,
    area: &str,
    (employer_id, case_id): (&str, Uuid),
) -> Result<Option<Cover>> {
    sqlx::query_as(
        "SELECT c.case_id, c.employer_id, c.way, c.months
         FROM special_assessment s
         JOIN special_cover c ON c.pooling_area = $1 AND c.case_id = coalesce(s.corrects, s.case_id)
         WHERE s.pooling_area = $1 AND s.employer_id = $2 AND s.case_id = $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(case_id)
    .fetch_optional(db)
    .await
}

/// The assessments of an employer that cover some of the months.
pub async fn special_covers(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    (first, last): (Month, Month),
) -> Result<Vec<Cover>> {
    sqlx::query_as(
        "SELECT case_id, employer_id, way, months FROM special_cover
         WHERE pooling_area = $1 AND employer_id = $2 AND months && daterange($3, $4, '[]')
         ORDER BY months",
    )
    .bind(area)
    .bind(employer_id)
    .bind(first.first_day())
    .bind(last.first_day())
    .fetch_all(db)
    .await
}

/// What an assessment, with those that corrected it, has posted so far: by month of the ledger, and by the
/// day from which it counts; the latest first.
pub async fn special_posted(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    first_case: Uuid,
) -> Result<Vec<(Month, Owed)>> {
    let found: Vec<(Date, Date, Decimal)> = sqlx::query_as(
        "SELECT month, value_on, sum(amount) AS amount FROM ledger_entry
         WHERE pooling_area = $1 AND employer_id = $2 AND account = 1 AND kind = 1 AND source_kind = 2
           AND source_id IN (
               SELECT case_id FROM special_assessment
               WHERE pooling_area = $1 AND employer_id = $2 AND (case_id = $3 OR corrects = $3))
         GROUP BY month, value_on HAVING sum(amount) <> 0 ORDER BY value_on DESC, month DESC",
    )
    .bind(area)
    .bind(employer_id)
    .bind(first_case)
    .fetch_all(db)
    .await?;
    let posted = |(month, value_on, amount)| (Month::of(month), Owed { value_on, amount });
    Ok(found.into_iter().map(posted).collect())
}

/// Assessments by employer and way, after a case.
pub async fn special_assessments(
    db: &mut PgConnection,
    area: &str,
    (employer_id, way): (&str, i32),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<SpecialRow>> {
    sqlx::query_as(
        "SELECT case_id, employer_id, way, months, contribution, corrects, project_number, project_name,
             change, cost, starts_on, ends_on
         FROM special_assessment
         WHERE pooling_area = $1 AND ($2 = '' OR employer_id = $2) AND ($3 = 0 OR way = $3)
           AND ($4::uuid IS NULL OR case_id > $4)
         ORDER BY case_id LIMIT $5",
    )
    .bind(area)
    .bind(employer_id)
    .bind(way)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}
