//! Facts of review periods, tiers over time, notices.

mod notices;
mod report;

pub use notices::{Notice, deliver, insert_notices, notice, notices, supersede};
pub use report::{
    ChargedOnly, SignedYear, YearRow, charged_only, employers, sign, signed, take_out, year, years,
};

use law::Month;
use rust_decimal::Decimal;
use sqlx::postgres::types::PgRange;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

/// The facts of one employer in one review period.
#[derive(Clone, Debug, FromRow)]
pub struct Facts {
    /// The employer.
    pub employer_id: String,
    /// Months.
    pub period: PgRange<Date>,
    /// Yuan.
    pub benefits: Decimal,
    /// Injuries recognised.
    pub injuries: i32,
    /// Grades 1 to 4.
    pub severe_cases: i32,
    /// Deaths at work.
    pub deaths: i32,
    /// Deaths for which the employer is responsible.
    pub responsible_deaths: i32,
    /// Persons with a diagnosed occupational disease.
    pub occupational_diseases: i32,
}

/// An employer under review, with what this service knows of it.
#[derive(Clone, Debug, FromRow)]
pub struct Reviewed {
    /// The employer.
    pub employer_id: String,
    /// Name as registered.
    pub name: String,
    /// First day of insurance.
    pub starts_on: Date,
    /// Division of GB/T 4754 in the effective month.
    pub industry_code: String,
    /// The tier in force up to the effective month.
    pub tier: i32,
    /// Principal paid for the months of the period, in yuan.
    pub contributions: Decimal,
    /// Mean of the headcounts assessed, and of the insured of months that a special way covers.
    pub average_headcount: Decimal,
    /// Facts of the period; zero where none were stated of this employer.
    pub benefits: Decimal,
    /// As above.
    pub injuries: i32,
    /// As above.
    pub severe_cases: i32,
    /// As above.
    pub deaths: i32,
    /// As above.
    pub responsible_deaths: i32,
    /// As above.
    pub occupational_diseases: i32,
}

/// The industry of an employer in a month, and its tier; none where no industry is known.
pub async fn rated(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    month: Month,
) -> Result<Option<(String, i32)>> {
    sqlx::query_as("SELECT industry_code, tier FROM rated($1, $2, $3)")
        .bind(area)
        .bind(employer_id)
        .bind(month.first_day())
        .fetch_optional(db)
        .await
}

/// The industry and the tier of each of the employers in the month of the day beside it.
pub async fn rated_on(
    db: &mut PgConnection,
    area: &str,
    (employer_ids, days): (&[&str], &[Date]),
) -> Result<Vec<(String, i32)>> {
    sqlx::query_as(
        "SELECT rated.industry_code, rated.tier
         FROM unnest($2::text[], $3::date[]) WITH ORDINALITY AS asked (employer_id, day, place)
         CROSS JOIN LATERAL rated($1, asked.employer_id, date_trunc('month', asked.day)::date) AS rated
         ORDER BY asked.place",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(days)
    .fetch_all(db)
    .await
}

/// Sets tiers of employers from a month on, each in the industry in which it was reviewed; a tier set again
/// for the month replaces the earlier one.
pub async fn set_tiers(
    db: &mut PgConnection,
    area: &str,
    (employer_ids, tiers, industries): (&[&str], &[i32], &[&str]),
    (month, source): (Month, Uuid),
) -> Result<()> {
    sqlx::query(
        "INSERT INTO employer_tier (pooling_area, employer_id, from_month, tier, industry_code, source)
         SELECT $1, employer_id, $5, tier, industry_code, $6
         FROM unnest($2::text[], $3::int[], $4::text[]) AS set (employer_id, tier, industry_code)
         ON CONFLICT ON CONSTRAINT employer_tier_pkey DO UPDATE
         SET tier = EXCLUDED.tier, industry_code = EXCLUDED.industry_code, source = EXCLUDED.source",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(tiers)
    .bind(industries)
    .bind(month.first_day())
    .bind(source)
    .execute(db)
    .await
    .map(drop)
}

/// Keeps the facts of review periods; facts stated again correct the earlier ones.
pub async fn upsert_facts(
    db: &mut PgConnection,
    area: &str,
    source: Uuid,
    facts: &[Facts],
) -> Result<()> {
    sqlx::query(
        "INSERT INTO floating_fact (pooling_area, employer_id, period, benefits, injuries, severe_cases,
             deaths, responsible_deaths, occupational_diseases, source)
         SELECT $1, f.*, $2 FROM unnest($3::text[], $4::daterange[], $5::numeric[], $6::int[], $7::int[],
             $8::int[], $9::int[], $10::int[]) AS f
         ON CONFLICT ON CONSTRAINT floating_fact_pkey DO UPDATE
         SET benefits = EXCLUDED.benefits, injuries = EXCLUDED.injuries,
             severe_cases = EXCLUDED.severe_cases, deaths = EXCLUDED.deaths,
             responsible_deaths = EXCLUDED.responsible_deaths,
             occupational_diseases = EXCLUDED.occupational_diseases, source = EXCLUDED.source",
    )
    .bind(area)
    .bind(source)
    .bind(facts.iter().map(|f| f.employer_id.as_str()).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.period).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.benefits).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.injuries).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.severe_cases).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.deaths).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.responsible_deaths).collect::<Vec<_>>())
    .bind(facts.iter().map(|f| f.occupational_diseases).collect::<Vec<_>>())
    .execute(db)
    .await
    .map(drop)
}

/// Those of the employers that are registered.
pub async fn known(
    db: &mut PgConnection,
    area: &str,
    employer_ids: &[&str],
) -> Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT employer_id FROM employer WHERE pooling_area = $1 AND employer_id = ANY($2)",
    )
    .bind(area)
    .bind(employer_ids)
    .fetch_all(db)
    .await
}

/// Have facts been stated of anybody in the period?
pub async fn has_facts(db: &mut PgConnection, area: &str, period: &PgRange<Date>) -> Result<bool> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM floating_fact WHERE pooling_area = $1 AND period = $2)",
    )
    .bind(area)
    .bind(period)
    .fetch_one(db)
    .await
}

/// Insured employers after `after` with their review period; `only` for one of them, be it insured still or
/// not. What their months come to is gathered for the whole slice, from the first of them to the last.
pub async fn reviewed(
    db: &mut PgConnection,
    area: &str,
    (period, effective): (&PgRange<Date>, Month),
    (after, only, limit): (Option<&str>, Option<&str>, i64),
) -> Result<Vec<Reviewed>> {
    sqlx::query_as(
        "WITH e AS MATERIALIZED (
             SELECT employer_id, name, starts_on, rated.industry_code
             FROM employer JOIN LATERAL rated($1, employer_id, $3) ON true
             WHERE pooling_area = $1 AND ($6::text IS NOT NULL OR ended_on IS NULL)
               AND ($5::text IS NULL OR employer_id > $5) AND ($6::text IS NULL OR employer_id = $6)
             ORDER BY employer_id LIMIT $7),
         span AS MATERIALIZED (SELECT min(employer_id) AS first, max(employer_id) AS last FROM e),
         paid AS (
             SELECT l.employer_id, -sum(l.amount) AS contributions
             FROM span JOIN ledger_entry l ON l.employer_id BETWEEN span.first AND span.last
             WHERE l.pooling_area = $1 AND l.account = 1 AND l.kind IN (4, 7)
               AND l.month >= lower($2::daterange) AND l.month < upper($2::daterange)
             GROUP BY l.employer_id),
         heads AS (
             SELECT employer_id, avg(headcount) AS average FROM (
                 SELECT a.employer_id, a.headcount
                 FROM span JOIN assessment a ON a.employer_id BETWEEN span.first AND span.last
                 WHERE a.pooling_area = $1 AND a.headcount > 0
                   AND a.month >= lower($2::daterange) AND a.month < upper($2::daterange)
                 UNION ALL
                 SELECT s.employer_id, count(DISTINCT i.person_id)
                 FROM span JOIN special_cover s ON s.employer_id BETWEEN span.first AND span.last
                 CROSS JOIN LATERAL generate_series(lower(s.months * $2::daterange)::timestamp,
                     upper(s.months * $2::daterange) - interval '1 month', interval '1 month') AS step
                 JOIN insured i ON i.pooling_area = $1 AND i.employer_id = s.employer_id
                     AND i.from_month <= step AND (i.to_month IS NULL OR i.to_month >= step)
                 WHERE s.pooling_area = $1 AND s.months && $2::daterange
                 GROUP BY s.employer_id, step) AS months
             GROUP BY employer_id),
         facts AS (
             SELECT f.* FROM span JOIN floating_fact f ON f.employer_id BETWEEN span.first AND span.last
             WHERE f.pooling_area = $1 AND f.period = $2)
         SELECT e.employer_id, e.name, e.starts_on, e.industry_code,
             CASE WHEN before.industry_code = e.industry_code THEN before.tier ELSE 0 END AS tier,
             coalesce(paid.contributions, 0) AS contributions,
             coalesce(heads.average, 0) AS average_headcount, coalesce(f.benefits, 0) AS benefits,
             coalesce(f.injuries, 0) AS injuries, coalesce(f.severe_cases, 0) AS severe_cases,
             coalesce(f.deaths, 0) AS deaths, coalesce(f.responsible_deaths, 0) AS responsible_deaths,
             coalesce(f.occupational_diseases, 0) AS occupational_diseases
         FROM e
         LEFT JOIN LATERAL rated($1, e.employer_id, $4) AS before ON true
         LEFT JOIN paid USING (employer_id)
         LEFT JOIN heads USING (employer_id)
         LEFT JOIN facts AS f USING (employer_id)
         ORDER BY e.employer_id",
    )
    // Planned for the slice each time: a plan for any slice takes it for a small one.
    .persistent(false)
    .bind(area)
    .bind(period)
    .bind(effective.first_day())
    .bind(effective.previous().first_day())
    .bind(after)
    .bind(only)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Benefits stated for the review periods that ended in a year, of each employer the last one, and what
/// was paid for their months, in yuan.
pub async fn reviews_ended(
    db: &mut PgConnection,
    area: &str,
    year: &PgRange<Date>,
) -> Result<(Decimal, Decimal)> {
    sqlx::query_as(
        "SELECT coalesce(sum(f.benefits), 0), coalesce(sum(paid.contributions), 0)
         FROM (SELECT DISTINCT ON (employer_id) employer_id, period, benefits FROM floating_fact
               WHERE pooling_area = $1 AND upper(period) - 1 <@ $2::daterange
               ORDER BY employer_id, upper(period) DESC, lower(period)) f
         LEFT JOIN LATERAL (SELECT -sum(amount) AS contributions FROM ledger_entry l
                       WHERE l.pooling_area = $1 AND l.employer_id = f.employer_id AND l.account = 1
                         AND l.kind IN (4, 7) AND l.month <@ f.period) AS paid ON true",
    )
    .bind(area)
    .bind(year)
    .fetch_one(db)
    .await
}

/// The last day before `day` on which a review period ended, if one did.
pub async fn review_ended_before(
    db: &mut PgConnection,
    area: &str,
    day: Date,
) -> Result<Option<Date>> {
    sqlx::query_scalar(
        "SELECT max(upper(period) - 1) FROM floating_fact
         WHERE pooling_area = $1 AND upper(period) - 1 < $2",
    )
    .bind(area)
    .bind(day)
    .fetch_one(db)
    .await
}
