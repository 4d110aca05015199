//! Assessments in the three special ways.

use law::Month;
use rust_decimal::Decimal;
use sqlx::postgres::types::PgRange;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

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
    /// Yuan.
    pub contribution: Decimal,
    /// Of a construction project.
    pub project_number: String,
    /// Of a construction project.
    pub project_name: String,
}

/// Keeps an assessment. Constraints: `special_assessment_one_at_a_time`,
/// `special_assessment_project_once`.
pub async fn insert_special(db: &mut PgConnection, area: &str, row: &SpecialRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO special_assessment (pooling_area, case_id, employer_id, way, months, contribution,
             project_number, project_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(area)
    .bind(row.case_id)
    .bind(&row.employer_id)
    .bind(row.way)
    .bind(row.months)
    .bind(row.contribution)
    .bind(&row.project_number)
    .bind(&row.project_name)
    .execute(db)
    .await
    .map(drop)
}

/// The months that an assessment of a business or a mine covers already.
pub async fn special_covers(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    (first, last): (Month, Month),
) -> Result<Option<PgRange<Date>>> {
    sqlx::query_scalar(
        "SELECT months FROM special_assessment
         WHERE pooling_area = $1 AND employer_id = $2 AND way <> 1
           AND months && daterange($3, $4, '[]') LIMIT 1",
    )
    .bind(area)
    .bind(employer_id)
    .bind(first.first_day())
    .bind(last.first_day())
    .fetch_optional(db)
    .await
}

/// Assessments by employer and way, after a case.
pub async fn special_assessments(
    db: &mut PgConnection,
    area: &str,
    (employer_id, way): (&str, i32),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<SpecialRow>> {
    sqlx::query_as(
        "SELECT case_id, employer_id, way, months, contribution, project_number, project_name
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
