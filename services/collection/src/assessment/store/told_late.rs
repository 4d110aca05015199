//! What registration tells of months after they were assessed, and what these months were charged.

use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

use crate::assessment::rules::Owed;
use crate::ledger::SourceKind;

/// A month that an employer was charged for by its payroll.
#[derive(Clone, Debug, FromRow)]
pub struct Charged {
    /// First day of the month.
    pub month: Date,
    /// Yuan: assessed by the run of the month, caught up by a later one, added and corrected since.
    pub amount: Decimal,
    /// Last day in time of the first of it.
    pub due_on: Date,
    /// Of how many entries it is the sum.
    pub entries: i64,
}

/// What the months of an employer were charged by its payroll so far; none that a special way covers.
pub async fn charged(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    (first, last): (Month, Month),
) -> Result<Vec<Charged>> {
    sqlx::query_as(
        "SELECT e.month, sum(e.amount) AS amount, min(e.value_on) AS due_on, count(*) AS entries
         FROM ledger_entry e
         WHERE e.pooling_area = $1 AND e.employer_id = $2 AND e.month BETWEEN $3 AND $4 AND e.account = 1
           AND (e.kind = 1 AND e.source_kind = 1 OR e.kind = 2 OR e.kind = 5 AND e.source_kind IN (2, 5))
           AND NOT EXISTS (
               SELECT FROM special_cover s
               WHERE s.pooling_area = $1 AND s.employer_id = $2 AND s.months @> e.month)
         GROUP BY e.month ORDER BY e.month",
    )
    .bind(area)
    .bind(employer_id)
    .bind(first.first_day())
    .bind(last.first_day())
    .fetch_all(db)
    .await
}

/// By how much sources of these kinds have corrected a month of an employer so far, by the day from which it
/// counts, which may be that of the bill that first had it; the latest first.
pub async fn told_before(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    (month, sources): (Month, &[SourceKind]),
) -> Result<Vec<Owed>> {
    let found: Vec<(Date, Decimal)> = sqlx::query_as(
        "SELECT value_on, sum(amount) AS amount FROM ledger_entry
         WHERE pooling_area = $1 AND employer_id = $2 AND month = $3 AND account = 1 AND kind = 5
           AND source_kind = ANY($4)
         GROUP BY value_on ORDER BY value_on DESC",
    )
    .bind(area)
    .bind(employer_id)
    .bind(month.first_day())
    .bind(sources.iter().map(|kind| *kind as i16).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let corrected = |(value_on, amount)| Owed { value_on, amount };
    Ok(found.into_iter().map(corrected).collect())
}

/// How much was paid of a month of an employer and has become a credit since, in yuan.
pub async fn credited(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    month: Month,
) -> Result<Decimal> {
    sqlx::query_scalar(
        "SELECT coalesce(sum(amount), 0) FROM ledger_entry
         WHERE pooling_area = $1 AND employer_id = $2 AND month = $3 AND account = 1 AND kind = 4
           AND amount > 0",
    )
    .bind(area)
    .bind(employer_id)
    .bind(month.first_day())
    .fetch_one(db)
    .await
}

/// Enrolments of an employer that ended, or were none, before the last month that was counted is over.
#[derive(Clone, Debug, FromRow)]
pub struct EndedLate {
    /// The employer.
    pub employer_id: String,
    /// First day of the first month that they are not due for.
    pub first_month: Date,
    /// The earliest of their last days of insurance.
    pub ends_on: Date,
    /// How many.
    pub enrolments: i64,
}

/// Of the enrolments that end, those that the assessments through that of a month, or a back-payment, have
/// counted for a month after their last, by employer. What ends before it began has none.
pub async fn ended_late(
    db: &mut PgConnection,
    area: &str,
    (employer_ids, enrolment_ids, ends_on): (&[String], &[Uuid], &[Date]),
    counted_through: Month,
) -> Result<Vec<EndedLate>> {
    sqlx::query_as(
        "SELECT i.employer_id, min(undue.first) AS first_month, min(ended.ends_on) AS ends_on,
             count(*) AS enrolments
         FROM unnest($2::text[], $3::uuid[], $4::date[]) AS ended (employer_id, enrolment_id, ends_on)
         JOIN insured i ON i.pooling_area = $1 AND i.employer_id = ended.employer_id
             AND i.enrolment_id = ended.enrolment_id
         CROSS JOIN LATERAL (SELECT CASE
             WHEN greatest(i.starts_on, i.from_month) > ended.ends_on THEN i.from_month
             ELSE (date_trunc('month', ended.ends_on) + interval '1 month')::date END AS first) AS undue
         WHERE undue.first <= $5 AND (i.to_month IS NULL OR i.to_month >= undue.first)
           AND (i.declared_month <= $5 OR EXISTS (
               SELECT FROM back_payment p
               WHERE p.pooling_area = $1 AND p.employer_id = i.employer_id AND p.person_id = i.person_id))
         GROUP BY i.employer_id",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(enrolment_ids)
    .bind(ends_on)
    .bind(counted_through.first_day())
    .fetch_all(db)
    .await
}

/// Of the employers that have an industry from a day on, those that had another one then, each with the
/// first of these days.
pub async fn moved(
    db: &mut PgConnection,
    area: &str,
    (employer_ids, from_on, codes): (&[String], &[Date], &[String]),
) -> Result<Vec<(String, Date)>> {
    sqlx::query_as(
        "SELECT told.employer_id, min(told.from_on)
         FROM unnest($2::text[], $3::date[], $4::text[]) AS told (employer_id, from_on, industry_code)
         CROSS JOIN LATERAL (SELECT industry_code FROM employer_industry b
                       WHERE b.pooling_area = $1 AND b.employer_id = told.employer_id
                         AND b.from_on <= told.from_on
                       ORDER BY b.from_on DESC LIMIT 1) AS before
         WHERE before.industry_code <> told.industry_code
         GROUP BY told.employer_id",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(from_on)
    .bind(codes)
    .fetch_all(db)
    .await
}

/// What was told of an employer and is not settled yet.
#[derive(Clone, Debug, FromRow)]
pub struct ToldLate {
    /// The employer.
    pub employer_id: String,
    /// First day of the first month that it is about.
    pub first_month: Date,
    /// What was told, in Chinese.
    pub why: String,
    /// The request in which it was told; the case, for a parameter of the area.
    pub source: Uuid,
}

/// Keeps for everybody who was charged by payroll from a month on why that is assessed anew.
pub async fn keep_charged(
    db: &mut PgConnection,
    area: &str,
    (first, why): (Month, &str),
    source: Uuid,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO told_late (pooling_area, employer_id, first_month, why, source)
         SELECT DISTINCT pooling_area, employer_id, $2::date, $3, $4::uuid FROM ledger_entry
         WHERE pooling_area = $1 AND month >= $2 AND account = 1 AND kind IN (1, 2)
         ON CONFLICT ON CONSTRAINT told_late_pkey DO UPDATE
         SET first_month = least(told_late.first_month, EXCLUDED.first_month),
             why = told_late.why || '；' || EXCLUDED.why, source = EXCLUDED.source, tried_on = NULL",
    )
    .bind(area)
    .bind(first.first_day())
    .bind(why)
    .bind(source)
    .execute(db)
    .await
    .map(drop)
}

/// Keeps what was told until it is settled.
///
/// `tried_on` is the day on which that was tried in vain.
pub async fn keep(
    db: &mut PgConnection,
    area: &str,
    told: &[ToldLate],
    tried_on: Option<Date>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO told_late (pooling_area, employer_id, first_month, why, source, tried_on)
         SELECT $1, *, $6 FROM unnest($2::text[], $3::date[], $4::text[], $5::uuid[])
         ON CONFLICT ON CONSTRAINT told_late_pkey DO UPDATE
         SET first_month = least(told_late.first_month, EXCLUDED.first_month),
             why = told_late.why || '；' || EXCLUDED.why, source = EXCLUDED.source,
             tried_on = EXCLUDED.tried_on",
    )
    .bind(area)
    .bind(
        told.iter()
            .map(|t| t.employer_id.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(told.iter().map(|t| t.first_month).collect::<Vec<_>>())
    .bind(told.iter().map(|t| t.why.as_str()).collect::<Vec<_>>())
    .bind(told.iter().map(|t| t.source).collect::<Vec<_>>())
    .bind(tried_on)
    .execute(db)
    .await
    .map(drop)
}

/// What is kept of an employer: the first day of its first month, and why, in Chinese.
pub async fn kept(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Option<(Date, String)>> {
    sqlx::query_as(
        "SELECT first_month, why FROM told_late WHERE pooling_area = $1 AND employer_id = $2",
    )
    .bind(area)
    .bind(employer_id)
    .fetch_optional(db)
    .await
}

/// The areas in which something is kept.
pub async fn areas_that_keep(db: &mut PgConnection) -> Result<Vec<String>> {
    sqlx::query_scalar("SELECT DISTINCT pooling_area FROM told_late")
        .fetch_all(db)
        .await
}

/// Takes out what was kept of at most `most` employers, and was not tried in vain on `today`.
pub async fn take_kept(
    db: &mut PgConnection,
    area: &str,
    today: Date,
    most: i64,
) -> Result<Vec<ToldLate>> {
    sqlx::query_as(
        "DELETE FROM told_late WHERE pooling_area = $1 AND employer_id IN (
             SELECT employer_id FROM told_late
             WHERE pooling_area = $1 AND tried_on IS DISTINCT FROM $2
             ORDER BY employer_id LIMIT $3)
         RETURNING employer_id, first_month, why, source",
    )
    .bind(area)
    .bind(today)
    .bind(most)
    .fetch_all(db)
    .await
}
