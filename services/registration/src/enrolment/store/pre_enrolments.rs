//! Pre-enrolments (Art. 10), until they are confirmed.

use chassis::{Page, Result};
use contracts::registration::v1::EnrolmentState;
use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query_as};
use uuid::Uuid;

use super::{EnrolmentRow, after};

/// Pre-enrolments, in the order of employers and persons.
pub async fn awaiting(db: &mut PgConnection, area: &str, page: &Page) -> Result<Vec<EnrolmentRow>> {
    let after = after(page);
    Ok(query_as(
        "SELECT * FROM enrolled_person
         WHERE pooling_area = $1 AND state = $2
           AND ($3::text IS NULL OR (employer_id, person_id, enrolment_id) > ($3, $4, $5))
         ORDER BY employer_id, person_id, enrolment_id LIMIT $6",
    )
    .bind(area)
    .bind(EnrolmentState::PreEnrolled as i32)
    .bind(after.map(|(employer, ..)| employer))
    .bind(after.map(|(_, person, _)| person))
    .bind(after.map(|(.., enrolment)| enrolment))
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}

/// What of the pre-enrolments of a month is one employer's.
#[derive(Debug, FromRow)]
pub struct AwaitingEmployer {
    /// The employer's number.
    pub employer_id: String,
    /// Its name.
    pub name: String,
    /// How many persons.
    pub persons: i64,
    /// Yuan a month.
    pub wages: Decimal,
}

/// The next employers whose pre-enrolments enter the declaration of `month` or were left over from one
/// before.
pub async fn awaiting_employers(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<AwaitingEmployer>> {
    Ok(query_as(
        "SELECT e.employer_id, f.name, count(*) AS persons, sum(e.wage) AS wages
         FROM enrolment e
         JOIN employer_fact f ON f.pooling_area = e.pooling_area AND f.employer_id = e.employer_id
              AND upper_inf(f.period)
         WHERE e.pooling_area = $1 AND e.state = $2 AND e.declared_month <= $3
           AND ($4::text IS NULL OR e.employer_id > $4)
         GROUP BY e.employer_id, f.name ORDER BY e.employer_id LIMIT $5",
    )
    .bind(area)
    .bind(EnrolmentState::PreEnrolled as i32)
    .bind(month.first_day())
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Turns the pre-enrolments of employers into enrolments in the declaration of `month`.
pub async fn confirm(
    db: &mut PgConnection,
    area: &str,
    month: Month,
    employer_ids: &[&str],
) -> Result<Vec<ConfirmedRow>> {
    Ok(query_as(
        "UPDATE enrolment SET state = $4, declared_month = $3
         WHERE pooling_area = $1 AND employer_id = ANY($2) AND state = $5 AND declared_month <= $3
         RETURNING enrolment_id, employer_id, person_id",
    )
    .bind(area)
    .bind(employer_ids)
    .bind(month.first_day())
    .bind(EnrolmentState::Enrolled as i32)
    .bind(EnrolmentState::PreEnrolled as i32)
    .fetch_all(db)
    .await?)
}

/// A pre-enrolment that became an enrolment.
#[derive(FromRow)]
pub struct ConfirmedRow {
    /// Which.
    pub enrolment_id: Uuid,
    /// Through whom.
    pub employer_id: String,
    /// Who.
    pub person_id: Uuid,
}
