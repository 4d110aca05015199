//! What an assessment is computed from, read in slices of employers.

use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;
use uuid::Uuid;

use crate::base::rules::Bounds;

/// An employer in a month.
#[derive(Clone, Debug, FromRow)]
pub struct EmployerRow {
    /// The employer.
    pub employer_id: String,
    /// Name as registered.
    pub name: String,
    /// Division of GB/T 4754; none while its class was not told.
    pub industry_code: Option<String>,
    /// Signed number of tiers.
    pub tier: i32,
    /// Last month's contribution and payroll, where it was assessed.
    pub last_contribution: Option<Decimal>,
    /// Yuan a month.
    pub last_payroll: Option<Decimal>,
    /// Assessed in a special way for the month.
    pub special: bool,
}

/// The insured of an employer in a month.
#[derive(Clone, Debug, Default, FromRow)]
pub struct PayrollRow {
    /// The employer.
    pub employer_id: String,
    /// Persons.
    pub headcount: i64,
    /// Sum of the bases, yuan.
    pub payroll: Decimal,
    /// A declaration covers the month.
    pub declared: bool,
}

/// Persons hired after an earlier declaration window, by the month to be paid back.
#[derive(Clone, Debug, FromRow)]
pub struct PreEnrolledRow {
    /// The employer.
    pub employer_id: String,
    /// First day of the month.
    pub month: Date,
    /// Persons.
    pub headcount: i64,
    /// Sum of their bases, yuan.
    pub base: Decimal,
}

/// What a person's month has been assessed on so far.
#[derive(Clone, Debug, FromRow)]
pub struct Counted {
    /// The person.
    pub person_id: Uuid,
    /// First day of the month.
    pub month: Date,
    /// Yuan.
    pub base: Decimal,
}

/// Employers after `after` with what their rate in the month follows from.
pub async fn employers(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    (after, only, limit): (Option<&str>, Option<&str>, i64),
) -> Result<Vec<EmployerRow>> {
    sqlx::query_as(
        "SELECT e.employer_id, e.name, industry.industry_code, coalesce(held.tier, 0) AS tier,
             last.contribution AS last_contribution, last.payroll AS last_payroll,
             EXISTS (SELECT FROM special_assessment s
                     WHERE s.pooling_area = $1 AND s.employer_id = e.employer_id AND s.way <> 1
                       AND s.months @> $2) AS special
         FROM employer e
         LEFT JOIN LATERAL (SELECT industry_code FROM employer_industry i
                       WHERE i.pooling_area = $1 AND i.employer_id = e.employer_id AND i.from_on <= $3
                       ORDER BY i.from_on DESC LIMIT 1) AS industry ON true
         LEFT JOIN LATERAL (SELECT tier FROM employer_tier t
                       WHERE t.pooling_area = $1 AND t.employer_id = e.employer_id AND t.from_month <= $2
                       ORDER BY t.from_month DESC LIMIT 1) AS held ON true
         LEFT JOIN assessment last ON last.pooling_area = $1 AND last.month = $4
             AND last.employer_id = e.employer_id AND last.contribution > 0
         WHERE e.pooling_area = $1 AND ($5::text IS NULL OR e.employer_id > $5)
           AND ($6::text IS NULL OR e.employer_id = $6)
         ORDER BY e.employer_id LIMIT $7",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(month.last_day())
    .bind(month.previous().first_day())
    .bind(after)
    .bind(only)
    .bind(limit)
    .fetch_all(db)
    .await
}

/// Headcount and bases in a month of the employers from the first to the last of `span`.
///
/// A base is the declared one, or the wage stated at enrolment within the area's bounds. Who ended and
/// began again in one month with one employer counts once.
pub async fn payrolls(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    (span, bounds): ((&str, &str), Option<Bounds>),
) -> Result<Vec<PayrollRow>> {
    sqlx::query_as(
        "SELECT i.employer_id, count(*) AS headcount,
             sum(coalesce(b.base, least(greatest(i.wage, $5), $6))) AS payroll,
             coalesce(bool_or(b.origin = 1), false) AS declared
         FROM insured i
         LEFT JOIN contribution_base b ON b.pooling_area = $1 AND b.employer_id = i.employer_id
             AND b.employer_id BETWEEN $3 AND $4 AND b.person_id = i.person_id AND b.months @> $2::date
         WHERE i.pooling_area = $1 AND i.employer_id BETWEEN $3 AND $4
           AND i.from_month <= $2 AND (i.to_month IS NULL OR i.to_month >= $2)
           AND (i.declared_month <= $2 OR b.origin = 4)
           AND NOT (i.to_month = $2 AND EXISTS (
               SELECT FROM insured later
               WHERE later.pooling_area = $1 AND later.employer_id = i.employer_id
                 AND later.person_id = i.person_id AND later.from_month <= $2
                 AND (later.to_month IS NULL OR later.to_month >= $2)
                 AND (later.from_month, later.enrolment_id) > (i.from_month, i.enrolment_id)))
         GROUP BY i.employer_id",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(span.0)
    .bind(span.1)
    .bind(bounds.map(|b| b.floor))
    .bind(bounds.map(|b| b.cap))
    .fetch_all(db)
    .await
}

/// Persons whose declaration begins with the month though they were hired before, of the employers
/// from the first to the last of `span`, by the months to be paid back.
pub async fn pre_enrolled(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    (span, bounds): ((&str, &str), Option<Bounds>),
) -> Result<Vec<PreEnrolledRow>> {
    sqlx::query_as(
        "SELECT i.employer_id, step::date AS month, count(*) AS headcount,
             sum(coalesce(b.base, least(greatest(i.wage, $5), $6))) AS base
         FROM insured i
         CROSS JOIN LATERAL generate_series(i.from_month::timestamp,
             least($2::date - interval '1 month', i.to_month), interval '1 month') AS step
         LEFT JOIN contribution_base b ON b.pooling_area = $1 AND b.employer_id = i.employer_id
             AND b.person_id = i.person_id AND b.months @> step::date
         WHERE i.pooling_area = $1 AND i.employer_id BETWEEN $3 AND $4 AND i.pre_enrolled
           AND i.declared_month = $2 AND i.from_month < $2
         GROUP BY i.employer_id, step ORDER BY i.employer_id, step",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(span.0)
    .bind(span.1)
    .bind(bounds.map(|b| b.floor))
    .bind(bounds.map(|b| b.cap))
    .fetch_all(db)
    .await
}

/// What a month of an employer was charged by its payroll so far, in yuan: assessed by the run, added
/// and corrected since.
pub async fn principal_by_payroll(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    month: Month,
) -> Result<Decimal> {
    sqlx::query_scalar(
        "SELECT coalesce(sum(amount), 0) FROM ledger_entry
         WHERE pooling_area = $1 AND employer_id = $2 AND month = $3 AND account = 1
           AND ((kind = 1 AND source_kind = 1) OR (kind IN (2, 5) AND source_kind = 2))",
    )
    .bind(area)
    .bind(employer_id)
    .bind(month.first_day())
    .fetch_one(db)
    .await
}

/// What persons' months were assessed on so far: nothing for a month that did not count the person.
pub async fn counted_bases(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    (person_ids, months): (&[Uuid], &[Date]),
) -> Result<Vec<Counted>> {
    sqlx::query_as(
        "SELECT asked.person_id, asked.month,
             max(coalesce(b.base, CASE WHEN i.declared_month <= asked.month OR i.pre_enrolled
                                       THEN i.wage ELSE 0 END)) AS base
         FROM unnest($3::uuid[], $4::date[]) AS asked (person_id, month)
         JOIN insured i ON i.pooling_area = $1 AND i.employer_id = $2 AND i.person_id = asked.person_id
             AND i.from_month <= asked.month AND (i.to_month IS NULL OR i.to_month >= asked.month)
         LEFT JOIN contribution_base b ON b.pooling_area = $1 AND b.employer_id = $2
             AND b.person_id = asked.person_id AND b.months @> asked.month
         GROUP BY asked.person_id, asked.month",
    )
    .bind(area)
    .bind(employer_id)
    .bind(person_ids)
    .bind(months)
    .fetch_all(db)
    .await
}
