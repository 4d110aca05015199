//! Notices of floating rates, form 3-7.

use rust_decimal::Decimal;
use sqlx::postgres::types::PgRange;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

/// A notice of a floating rate.
#[derive(Clone, Debug, FromRow)]
pub struct Notice {
    /// UUID.
    pub notice_id: Uuid,
    /// The employer.
    pub employer_id: String,
    /// Its name.
    pub employer_name: String,
    /// Months reviewed.
    pub review_period: PgRange<Date>,
    /// Rate before.
    pub previous_rate: Decimal,
    /// Rate told.
    pub rate: Decimal,
    /// Tier told.
    pub tier: i32,
    /// First day of the first month.
    pub effective_month: Date,
    /// Day of the decision.
    pub decided_on: Date,
    /// Last day to tell.
    pub notify_by: Date,
    /// No notice of public holidays was known for it.
    pub notify_by_provisional: bool,
    /// When it reached the employer.
    pub delivered_on: Option<Date>,
    /// The grounds in words.
    pub grounds: String,
    /// The notice that took its place.
    pub superseded_by: Option<Uuid>,
}

/// Writes the notices of a run or a case.
pub async fn insert_notices(
    db: &mut PgConnection,
    area: &str,
    source: Uuid,
    notices: &[Notice],
) -> Result<()> {
    let employers: Vec<_> = notices.iter().map(|n| n.employer_id.as_str()).collect();
    let provisional: Vec<_> = notices.iter().map(|n| n.notify_by_provisional).collect();
    sqlx::query(
        "INSERT INTO rate_notice (pooling_area, source, notice_id, employer_id, review_period,
             previous_rate, rate, tier, effective_month, decided_on, notify_by,
             notify_by_provisional, grounds)
         SELECT $1, $2, n.* FROM unnest($3::uuid[], $4::text[], $5::daterange[], $6::numeric[],
             $7::numeric[], $8::int[], $9::date[], $10::date[], $11::date[], $12::boolean[],
             $13::text[]) AS n",
    )
    .bind(area)
    .bind(source)
    .bind(notices.iter().map(|n| n.notice_id).collect::<Vec<_>>())
    .bind(employers)
    .bind(notices.iter().map(|n| n.review_period).collect::<Vec<_>>())
    .bind(notices.iter().map(|n| n.previous_rate).collect::<Vec<_>>())
    .bind(notices.iter().map(|n| n.rate).collect::<Vec<_>>())
    .bind(notices.iter().map(|n| n.tier).collect::<Vec<_>>())
    .bind(
        notices
            .iter()
            .map(|n| n.effective_month)
            .collect::<Vec<_>>(),
    )
    .bind(notices.iter().map(|n| n.decided_on).collect::<Vec<_>>())
    .bind(notices.iter().map(|n| n.notify_by).collect::<Vec<_>>())
    .bind(provisional)
    .bind(
        notices
            .iter()
            .map(|n| n.grounds.as_str())
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await
    .map(drop)
}

/// Notices take the place of those that told their employers another rate from the same month on.
pub async fn supersede(db: &mut PgConnection, area: &str, by: &[Notice]) -> Result<()> {
    let employers: Vec<_> = by.iter().map(|n| n.employer_id.as_str()).collect();
    sqlx::query(
        "UPDATE rate_notice told SET superseded_by = by.notice_id
         FROM unnest($2::text[], $3::uuid[], $4::date[]) AS by(employer_id, notice_id, effective_month)
         WHERE told.pooling_area = $1 AND told.employer_id = by.employer_id
           AND told.effective_month = by.effective_month AND told.notice_id <> by.notice_id
           AND told.superseded_by IS NULL",
    )
    .bind(area)
    .bind(employers)
    .bind(by.iter().map(|n| n.notice_id).collect::<Vec<_>>())
    .bind(by.iter().map(|n| n.effective_month).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}

/// Notices by employer, after a notice; only undelivered ones that hold and whose term ended before
/// `overdue_on`.
pub async fn notices(
    db: &mut PgConnection,
    area: &str,
    (employer_id, overdue_on): (&str, Option<Date>),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Notice>> {
    sqlx::query_as(
        "SELECT n.*, e.name AS employer_name FROM rate_notice n
         JOIN employer e USING (pooling_area, employer_id)
         WHERE n.pooling_area = $1 AND ($2 = '' OR n.employer_id = $2)
           AND ($3::date IS NULL OR (n.delivered_on IS NULL AND n.superseded_by IS NULL AND n.notify_by < $3))
           AND ($4::uuid IS NULL OR n.notice_id > $4)
         ORDER BY n.notice_id LIMIT $5",
    )
    .bind(area)
    .bind(employer_id)
    .bind(overdue_on)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// One notice.
pub async fn notice(db: &mut PgConnection, area: &str, notice_id: Uuid) -> Result<Option<Notice>> {
    sqlx::query_as(
        "SELECT n.*, e.name AS employer_name FROM rate_notice n
         JOIN employer e USING (pooling_area, employer_id)
         WHERE n.pooling_area = $1 AND n.notice_id = $2",
    )
    .bind(area)
    .bind(notice_id)
    .fetch_optional(db)
    .await
}

/// Notes when a notice reached the employer.
pub async fn deliver(
    db: &mut PgConnection,
    area: &str,
    notice_id: Uuid,
    delivered_on: Date,
) -> Result<()> {
    sqlx::query(
        "UPDATE rate_notice SET delivered_on = $3 WHERE pooling_area = $1 AND notice_id = $2",
    )
    .bind(area)
    .bind(notice_id)
    .bind(delivered_on)
    .execute(db)
    .await
    .map(drop)
}
