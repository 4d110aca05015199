//! Months that are signed, and the order in which they come.

use law::Month;
use sqlx::{FromRow, PgConnection, Result};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// A month that is assessed and signed.
#[derive(Clone, Debug, FromRow)]
pub struct MonthSent {
    /// The run that assessed it.
    pub run_id: Uuid,
    /// The day of the last signature.
    pub sent_on: Date,
    /// The instant of it.
    pub sent_at: OffsetDateTime,
    /// Form 3-13 (contract message).
    pub summary: Vec<u8>,
}

/// The month as it was signed.
pub async fn month_sent(
    db: &mut PgConnection,
    area: &str,
    month: Month,
) -> Result<Option<MonthSent>> {
    sqlx::query_as(
        "SELECT run_id, sent_on, sent_at, summary FROM month_sent WHERE pooling_area = $1 AND month = $2",
    )
    .bind(area)
    .bind(month.first_day())
    .fetch_optional(db)
    .await
}

/// The latest month that is signed.
pub async fn last_sent(db: &mut PgConnection, area: &str) -> Result<Option<Month>> {
    let last: Option<Date> =
        sqlx::query_scalar("SELECT max(month) FROM month_sent WHERE pooling_area = $1")
            .bind(area)
            .fetch_one(db)
            .await?;
    Ok(last.map(Month::of))
}

/// The first month whose assessment is to count anybody.
pub async fn first_declared(db: &mut PgConnection, area: &str) -> Result<Option<Month>> {
    let first: Option<Date> =
        sqlx::query_scalar("SELECT min(declared_month) FROM insured WHERE pooling_area = $1")
            .bind(area)
            .fetch_one(db)
            .await?;
    Ok(first.map(Month::of))
}

/// Keeps a month that is signed.
pub async fn insert_month(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    sent: &MonthSent,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO month_sent (pooling_area, month, run_id, sent_on, sent_at, summary)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(sent.run_id)
    .bind(sent.sent_on)
    .bind(sent.sent_at)
    .bind(&sent.summary)
    .execute(db)
    .await
    .map(drop)
}

/// Begins to count a month, until the unit ends: waits for those who are changing what it counts.
pub async fn begin_to_count(db: &mut PgConnection, area: &str) -> Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('count ' || $1, 0))")
        .bind(area)
        .execute(db)
        .await
        .map(drop)
}

/// Changes what assessments count, until the unit ends: no month begins to be counted meanwhile.
pub async fn change_what_counts(db: &mut PgConnection, area: &str) -> Result<()> {
    sqlx::query("SELECT pg_advisory_xact_lock_shared(hashtextextended('count ' || $1, 0))")
        .bind(area)
        .execute(db)
        .await
        .map(drop)
}
