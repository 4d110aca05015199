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

/// A month, before the first assessment that counts a person, which that assessment charges too.
#[derive(Clone, Debug, FromRow)]
pub struct CaughtUp {
    /// The employer.
    pub employer_id: String,
    /// First day of the month.
    pub month: Date,
    /// Division of GB/T 4754 in the month; none while the employer's class was not told.
    pub industry_code: Option<String>,
    /// Signed number of tiers in the month.
    pub tier: i32,
    /// Yuan a month, as declared or else as stated at enrolment.
    pub wage: Decimal,
    /// The person was reported within the window of the month.
    pub in_time: bool,
    /// Last day in time of the month as the employer was assessed for it, where it was.
    pub due_on: Option<Date>,
}

/// What a person's month has been assessed on so far.
#[derive(Clone, Debug, FromRow)]
pub struct Counted {
    /// The person.
    pub person_id: Uuid,
    /// First day of the month.
    pub month: Date,
    /// An assessment charges the month.
    pub charged: bool,
    /// Yuan a month, as declared or else as stated at enrolment, where the month is charged or paid back.
    pub wage: Option<Decimal>,
    /// First day of the month whose assessment is the first to count the person.
    pub declared_month: Date,
    /// Hired after the declaration window of the month, and declared in the next.
    pub pre_enrolled: bool,
}

/// The numbers of the first and the last of the next employers after one, at most `limit` of them; `None`
/// at the end.
pub async fn next_employers(
    db: &mut PgConnection,
    area: &str,
    after: Option<&str>,
    limit: i64,
) -> Result<Option<(String, String)>> {
    let (first, last): (Option<String>, Option<String>) = sqlx::query_as(
        "SELECT min(employer_id), max(employer_id)
         FROM (SELECT employer_id FROM employer
               WHERE pooling_area = $1 AND employer_id > $2 ORDER BY employer_id LIMIT $3) AS next",
    )
    .bind(area)
    .bind(after.unwrap_or_default())
    .bind(limit)
    .fetch_one(db)
    .await?;
    Ok(first.zip(last))
}

/// The employers from the first to the last of `span`, with what their rate in the month follows from.
pub async fn employers(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    span: (&str, &str),
) -> Result<Vec<EmployerRow>> {
    sqlx::query_as(
        "SELECT e.employer_id, e.name, rated.industry_code, coalesce(rated.tier, 0) AS tier,
             last.contribution AS last_contribution, last.payroll AS last_payroll,
             EXISTS (SELECT FROM special_cover s
                     WHERE s.pooling_area = $1 AND s.employer_id = e.employer_id
                       AND s.months @> $2) AS special
         FROM employer e
         LEFT JOIN LATERAL rated($1, e.employer_id, $2) ON true
         LEFT JOIN assessment last ON last.pooling_area = $1 AND last.month = $3
             AND last.employer_id = e.employer_id AND last.contribution > 0
         WHERE e.pooling_area = $1 AND e.employer_id BETWEEN $4 AND $5
         ORDER BY e.employer_id",
    )
    // Planned for the span each time, as the payrolls are.
    .persistent(false)
    .bind(area)
    .bind(month.first_day())
    .bind(month.previous().first_day())
    .bind(span.0)
    .bind(span.1)
    .fetch_all(db)
    .await
}

/// Headcount and bases in a month of the employers from the first to the last of `span`, of those whom
/// the assessments up to that of `through` count, or for whom the month was paid back on form 3-11.
///
/// A base is the declared wage (asked for by the ends of its months, of which the database keeps
/// statistics; of what a range contains it keeps none), or that stated at enrolment, within the bounds of
/// the month. Who ended and began again in one month with one employer counts once, by the enrolment
/// that was charged for it first, as in [`caught_up`]. The few who paid back or began again are gathered
/// for the whole span, when there is one to ask about.
pub async fn payrolls(
    db: &mut PgConnection,
    area: &str,
    (month, through): (Month, Month),
    (span, bounds): ((&str, &str), Option<Bounds>),
) -> Result<Vec<PayrollRow>> {
    sqlx::query_as(
        "SELECT i.employer_id, count(*) AS headcount,
             sum(least(greatest(coalesce(b.wage, i.wage), $6), $7)) AS payroll,
             coalesce(bool_or(b.origin = 1), false) AS declared
         FROM insured i
         LEFT JOIN contribution_base b ON b.pooling_area = $1 AND b.employer_id = i.employer_id
             AND b.employer_id BETWEEN $4 AND $5 AND b.person_id = i.person_id
             AND lower(b.months) <= $2 AND upper(b.months) > $2
         WHERE i.pooling_area = $1 AND i.employer_id BETWEEN $4 AND $5
           AND i.from_month <= $2 AND (i.to_month IS NULL OR i.to_month >= $2)
           AND (i.charged_month <= $2 AND i.declared_month <= $3 OR (i.employer_id, i.person_id) IN (
               SELECT p.employer_id, p.person_id FROM back_payment p
               WHERE p.pooling_area = $1 AND p.employer_id BETWEEN $4 AND $5 AND p.month = $2))
           AND (i.from_month < $2 AND i.to_month IS DISTINCT FROM $2 OR i.enrolment_id NOT IN (
               SELECT CASE WHEN (ended.charged_month > $2, ended.declared_month, ended.from_month,
                       ended.enrolment_id) < (again.charged_month > $2, again.declared_month,
                       again.from_month, again.enrolment_id)
                   THEN again.enrolment_id ELSE ended.enrolment_id END
               FROM insured ended
               JOIN insured again ON again.pooling_area = $1 AND again.employer_id = ended.employer_id
                 AND again.person_id = ended.person_id AND again.enrolment_id <> ended.enrolment_id
                 AND again.from_month <= $2 AND (again.to_month IS NULL OR again.to_month >= $2)
               WHERE ended.pooling_area = $1 AND ended.employer_id BETWEEN $4 AND $5
                 AND ended.to_month = $2 AND ended.from_month <= $2))
         GROUP BY i.employer_id",
    )
    // Planned for the span each time: a plan for any span takes it for a small one.
    .persistent(false)
    .bind(area)
    .bind(month.first_day())
    .bind(through.first_day())
    .bind(span.0)
    .bind(span.1)
    .bind(bounds.map(|b| b.floor))
    .bind(bounds.map(|b| b.cap))
    .fetch_all(db)
    .await
}

/// The earlier months of those whom the assessment of `month` is the first to count, of the employers
/// from the first to the last of `span`, each person once. What a special way covers (article 31) is
/// left out, and so is what an earlier enrolment was charged.
pub async fn caught_up(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    span: (&str, &str),
) -> Result<Vec<CaughtUp>> {
    sqlx::query_as(
        "SELECT i.employer_id, step.month, coalesce(b.wage, i.wage) AS wage, rated.industry_code,
             coalesce(rated.tier, 0) AS tier, step.month >= i.in_time_from AS in_time, a.due_on
         FROM insured i
         CROSS JOIN LATERAL (SELECT step::date AS month
             FROM generate_series(i.charged_month::timestamp,
                 least($2::date - interval '1 month', i.to_month), interval '1 month') AS step) AS step
         LEFT JOIN contribution_base b ON b.pooling_area = $1 AND b.employer_id = i.employer_id
             AND b.person_id = i.person_id AND b.months @> step.month
         LEFT JOIN assessment a ON a.pooling_area = $1 AND a.month = step.month
             AND a.employer_id = i.employer_id
         LEFT JOIN LATERAL rated($1, i.employer_id, step.month) ON true
         WHERE i.pooling_area = $1 AND i.employer_id BETWEEN $3 AND $4
           AND i.declared_month = $2 AND i.charged_month < i.declared_month
           AND NOT EXISTS (
               SELECT FROM special_cover s
               WHERE s.pooling_area = $1 AND s.employer_id = i.employer_id AND s.months @> step.month)
           AND NOT EXISTS (
               SELECT FROM insured other
               WHERE other.pooling_area = $1 AND other.employer_id = i.employer_id
                 AND other.person_id = i.person_id AND other.charged_month <= step.month
                 AND (other.to_month IS NULL OR other.to_month >= step.month)
                 AND (other.declared_month, other.from_month, other.enrolment_id)
                     < (i.declared_month, i.from_month, i.enrolment_id))
         ORDER BY i.employer_id, step.month",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(span.0)
    .bind(span.1)
    .fetch_all(db)
    .await
}

/// What persons' months were assessed on so far; no row for who was not insured in the month.
pub async fn counted_bases(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    (person_ids, months): (&[Uuid], &[Date]),
) -> Result<Vec<Counted>> {
    sqlx::query_as(
        "SELECT DISTINCT ON (asked.person_id, asked.month) asked.person_id, asked.month, i.declared_month,
             i.charged_month <= asked.month AS charged,
             CASE WHEN i.charged_month <= asked.month THEN coalesce(b.wage, i.wage)
                  WHEN EXISTS (
                     SELECT FROM back_payment p
                     WHERE p.pooling_area = $1 AND p.employer_id = $2 AND p.month = asked.month
                       AND p.person_id = asked.person_id) THEN b.wage END AS wage,
             i.pre_enrolled AND i.declared_month = asked.month + interval '1 month' AS pre_enrolled
         FROM unnest($3::uuid[], $4::date[]) AS asked (person_id, month)
         JOIN insured i ON i.pooling_area = $1 AND i.employer_id = $2 AND i.person_id = asked.person_id
             AND i.from_month <= asked.month AND (i.to_month IS NULL OR i.to_month >= asked.month)
         LEFT JOIN contribution_base b ON b.pooling_area = $1 AND b.employer_id = $2
             AND b.person_id = asked.person_id AND b.months @> asked.month
         ORDER BY asked.person_id, asked.month, i.charged_month > asked.month, i.declared_month,
             i.from_month, i.enrolment_id",
    )
    .bind(area)
    .bind(employer_id)
    .bind(person_ids)
    .bind(months)
    .fetch_all(db)
    .await
}
