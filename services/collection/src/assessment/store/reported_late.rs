//! Months of persons whom an assessment is the first to count that lie before the month in which they were
//! reported.

use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, Result};
use time::Date;

/// A month for which a person was reported late.
#[derive(Clone, Debug, FromRow)]
pub struct ReportedLate {
    /// The employer.
    pub employer_id: String,
    /// First day of the month.
    pub month: Date,
    /// Yuan, where a base is set for the month.
    pub base: Option<Decimal>,
    /// Yuan a month as stated at enrolment.
    pub wage: Decimal,
}

/// Of what [`caught_up`](super::caught_up) finds, the months for which persons were reported late.
pub async fn reported_late(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    span: (&str, &str),
) -> Result<Vec<ReportedLate>> {
    sqlx::query_as(
        "SELECT i.employer_id, step.month, i.wage, b.base
         FROM insured i
         CROSS JOIN LATERAL (SELECT step::date AS month
             FROM generate_series(i.charged_month::timestamp,
                 least(i.in_time_from::date - interval '1 month', i.to_month), interval '1 month') AS step) AS step
         LEFT JOIN contribution_base b ON b.pooling_area = $1 AND b.employer_id = i.employer_id
             AND b.person_id = i.person_id AND b.months @> step.month
         WHERE i.pooling_area = $1 AND i.employer_id BETWEEN $3 AND $4
           AND i.declared_month = $2 AND i.charged_month < i.declared_month
           AND i.charged_month < i.in_time_from
           AND NOT EXISTS (
               SELECT FROM special_assessment s
               WHERE s.pooling_area = $1 AND s.employer_id = i.employer_id AND s.way <> 1
                 AND s.months @> step.month)
           AND NOT EXISTS (
               SELECT FROM insured other
               WHERE other.pooling_area = $1 AND other.employer_id = i.employer_id
                 AND other.person_id = i.person_id AND other.charged_month <= step.month
                 AND (other.to_month IS NULL OR other.to_month >= step.month)
                 AND (other.declared_month, other.from_month, other.enrolment_id)
                     < (i.declared_month, i.from_month, i.enrolment_id))",
    )
    .bind(area)
    .bind(month.first_day())
    .bind(span.0)
    .bind(span.1)
    .fetch_all(db)
    .await
}
