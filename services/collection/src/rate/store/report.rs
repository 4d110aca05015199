//! What the months of a year were charged, and yearly summaries as they were signed.

use rust_decimal::Decimal;
use sqlx::postgres::types::PgRange;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

/// Contributions of a year by class and tier.
#[derive(Clone, Debug, FromRow)]
pub struct YearRow {
    /// Risk class.
    pub risk_class: i32,
    /// Signed number of tiers.
    pub tier: i32,
    /// Employers in any month.
    pub employers: i64,
    /// Yuan charged.
    pub contribution: Decimal,
    /// Yuan at the benchmark, reduced as the rate was.
    pub benchmark: Decimal,
}

/// A month that an employer was charged for though its own assessment counted nobody, with its rate.
#[derive(Clone, Debug, FromRow)]
pub struct ChargedOnly {
    /// The employer.
    pub employer_id: String,
    /// First day of the month.
    pub month: Date,
    /// Division of GB/T 4754 in the month; none while its class was not told.
    pub industry_code: Option<String>,
    /// Signed number of tiers.
    pub tier: i32,
    /// Class in the table of the month, as is what follows.
    #[sqlx(default)]
    pub risk_class: i32,
    /// Rate of the class.
    #[sqlx(default)]
    pub benchmark_rate: Decimal,
    /// Rate applied.
    #[sqlx(default)]
    pub rate: Decimal,
}

/// The months of a year for which principal was charged by later bills, on form 3-11 or in a special way
/// only (articles 10, 29 and 31), in their order; their classes and rates follow from the law of each.
pub async fn charged_only(
    db: &mut PgConnection,
    area: &str,
    year: &PgRange<Date>,
) -> Result<Vec<ChargedOnly>> {
    sqlx::query_as(
        "SELECT charged.employer_id, charged.month, rated.industry_code, coalesce(rated.tier, 0) AS tier
         FROM (SELECT DISTINCT employer_id, month FROM ledger_entry l
               WHERE pooling_area = $1 AND account = 1 AND kind NOT IN (4, 6, 7)
                 AND month <@ $2::daterange AND NOT EXISTS (
                     SELECT FROM assessment a
                     WHERE a.pooling_area = $1 AND a.month = l.month AND a.employer_id = l.employer_id
                       AND a.headcount > 0)) AS charged
         LEFT JOIN LATERAL rated($1, charged.employer_id, charged.month) ON true
         ORDER BY charged.month, charged.employer_id",
    )
    .bind(area)
    .bind(year)
    .fetch_all(db)
    .await
}

/// What was charged for months (first days), whichever bill had it, by the class and tier of each month; and
/// what it had been at the benchmarks, of which a local reduction left the share beside the month.
///
/// The rates of months without an assessment of their own are those in `only`. What was charged in a special
/// way counts as it was: it need not follow from a rate.
pub async fn year(
    db: &mut PgConnection,
    area: &str,
    (months, left): (&[Date], &[Decimal]),
    only: &[ChargedOnly],
) -> Result<Vec<YearRow>> {
    sqlx::query_as(
        "SELECT coalesce(a.risk_class, o.risk_class) AS risk_class, coalesce(a.tier, o.tier) AS tier,
             count(DISTINCT charged.employer_id) AS employers, sum(charged.amount) AS contribution,
             round(sum(charged.special + coalesce(a.payroll * a.benchmark_rate * reduced.share, 0)
                 + coalesce((charged.amount - charged.special - coalesce(a.contribution, 0))
                     * coalesce(a.benchmark_rate, o.benchmark_rate) * reduced.share
                     / nullif(coalesce(a.rate, o.rate), 0), 0)), 2) AS benchmark
         FROM (SELECT l.employer_id, l.month, sum(l.amount) AS amount,
                      coalesce(sum(l.amount) FILTER (WHERE s.case_id IS NOT NULL AND l.kind = 1), 0) AS special
               FROM ledger_entry l
               LEFT JOIN special_assessment s ON s.pooling_area = $1 AND s.case_id = l.source_id
               WHERE l.pooling_area = $1 AND l.account = 1 AND l.kind NOT IN (4, 6, 7)
                 AND l.month = ANY($2::date[])
               GROUP BY l.employer_id, l.month) AS charged
         JOIN unnest($2::date[], $3::numeric[]) AS reduced (month, share) USING (month)
         LEFT JOIN assessment a ON a.pooling_area = $1 AND a.month = charged.month
             AND a.employer_id = charged.employer_id AND a.headcount > 0
         LEFT JOIN unnest($4::text[], $5::date[], $6::int[], $7::int[], $8::numeric[], $9::numeric[])
                 AS o (employer_id, month, risk_class, tier, benchmark_rate, rate)
             ON o.month = charged.month AND o.employer_id = charged.employer_id
         GROUP BY 1, 2 ORDER BY 1, 2",
    )
    .bind(area)
    .bind(months)
    .bind(left)
    .bind(only.iter().map(|o| o.employer_id.as_str()).collect::<Vec<_>>())
    .bind(only.iter().map(|o| o.month).collect::<Vec<_>>())
    .bind(only.iter().map(|o| o.risk_class).collect::<Vec<_>>())
    .bind(only.iter().map(|o| o.tier).collect::<Vec<_>>())
    .bind(only.iter().map(|o| o.benchmark_rate).collect::<Vec<_>>())
    .bind(only.iter().map(|o| o.rate).collect::<Vec<_>>())
    .fetch_all(db)
    .await
}

/// How many employers were charged for months of a year, in whatever tiers.
pub async fn employers(db: &mut PgConnection, area: &str, year: &PgRange<Date>) -> Result<i64> {
    sqlx::query_scalar(
        "SELECT count(DISTINCT employer_id) FROM ledger_entry
         WHERE pooling_area = $1 AND account = 1 AND kind NOT IN (4, 6, 7) AND month <@ $2::daterange",
    )
    .bind(area)
    .bind(year)
    .fetch_one(db)
    .await
}

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
