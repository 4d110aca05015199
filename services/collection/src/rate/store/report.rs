//! Yearly summaries as they were signed.

use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

/// The summary of a year as it was signed last.
#[derive(Clone, Debug, FromRow)]
pub struct SignedYear {
    /// The day of the last signature.
    pub signed_on: Date,
    /// Form 3-9 (contract message).
    pub summary: Vec<u8>,
}

/// What was signed for a year.
pub async fn signed(db: &mut PgConnection, area: &str, year: i32) -> Result<Option<SignedYear>> {
    sqlx::query_as(
        "SELECT signed_on, summary FROM floating_report WHERE pooling_area = $1 AND year = $2",
    )
    .bind(area)
    .bind(year)
    .fetch_optional(db)
    .await
}

/// Years after `after` of which months are assessed, and when each was signed; only unsigned ones up to
/// `overdue_through`, where that is given.
pub async fn years(
    db: &mut PgConnection,
    area: &str,
    overdue_through: Option<i32>,
    (after, limit): (Option<i32>, i64),
) -> Result<Vec<(i32, Option<Date>)>> {
    sqlx::query_as(
        "SELECT y.year, r.signed_on
         FROM (SELECT DISTINCT extract(year FROM month)::int AS year FROM month_sent
               WHERE pooling_area = $1) AS y
         LEFT JOIN floating_report r ON r.pooling_area = $1 AND r.year = y.year
         WHERE ($2::int IS NULL OR (y.year <= $2 AND r.signed_on IS NULL))
           AND ($3::int IS NULL OR y.year > $3)
         ORDER BY y.year LIMIT $4",
    )
    .bind(area)
    .bind(overdue_through)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Keeps what was signed for a year.
///
/// # Errors
/// `floating_report_pkey` where the year is signed already.
pub async fn sign(
    db: &mut PgConnection,
    area: &str,
    (year, case_id): (i32, Uuid),
    signed: &SignedYear,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO floating_report (pooling_area, year, case_id, signed_on, summary)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(area)
    .bind(year)
    .bind(case_id)
    .bind(signed.signed_on)
    .bind(&signed.summary)
    .execute(db)
    .await
    .map(drop)
}

/// Takes out what was signed for a year, so that a correction may take its place; it stays in its case.
pub async fn take_out(db: &mut PgConnection, area: &str, year: i32) -> Result<()> {
    sqlx::query("DELETE FROM floating_report WHERE pooling_area = $1 AND year = $2")
        .bind(area)
        .bind(year)
        .execute(db)
        .await
        .map(drop)
}
