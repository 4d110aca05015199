//! SQL of enrolments, rosters and pre-enrolments.

mod pre_enrolments;
mod rosters;
mod spells;

pub use pre_enrolments::{AwaitingEmployer, awaiting, awaiting_employers, confirm};
pub use rosters::{keep_rows, kept_rows};
pub use spells::{EndedRow, end, end_of_dead, go_on, insert};

use chassis::{Page, Result};
use contracts::registration::v1::{Enrolment, EnrolmentEnd, EnrolmentState};
use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::roll::Spell;
use crate::person::store::PersonRow;

/// An enrolment with its person.
#[derive(Clone, Debug, FromRow)]
pub struct EnrolmentRow {
    /// Given when it began.
    pub enrolment_id: Uuid,
    /// Through whom.
    pub employer_id: String,
    /// [`EnrolmentState`] as its number.
    pub state: i32,
    /// First day.
    pub starts_on: Date,
    /// Last day; none while it goes on.
    pub ends_on: Option<Date>,
    /// [`contracts::registration::v1::EnrolmentEnd`] as its number; 0 while it goes on.
    pub end_reason: i32,
    /// Last day and reason before a death, told later, took their place.
    pub left_on: Option<Date>,
    /// As `end_reason`.
    pub left_for: i32,
    /// Besides another labour relation.
    pub concurrent: bool,
    /// What the relation rests on, as its number.
    pub contract_type: i32,
    /// Yuan a month.
    pub wage: Decimal,
    /// Who.
    #[sqlx(flatten)]
    pub person: PersonRow,
}

impl EnrolmentRow {
    /// The key of a page in the order of employers and persons.
    #[must_use]
    pub fn key(&self) -> String {
        format!(
            "{}:{}:{}",
            self.employer_id, self.person.person_id, self.enrolment_id
        )
    }

    /// The last day, as its employer told it, of one that ended by retirement, whatever took its place.
    #[must_use]
    pub fn retired_on(&self) -> Option<Date> {
        let retirement = EnrolmentEnd::Retirement as i32;
        if self.left_for == retirement {
            return self.left_on;
        }
        self.ends_on.filter(|_| self.end_reason == retirement)
    }

    /// The enrolment as a roll has it that is `employer_id`'s.
    #[must_use]
    pub fn spell(&self, employer_id: &str) -> Spell {
        Spell {
            enrolment_id: Some(self.enrolment_id),
            elsewhere: (self.employer_id != employer_id).then(|| self.employer_id.clone()),
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            state: EnrolmentState::try_from(self.state).unwrap_or_default(),
            end: None,
            is_reported_late: self.end_reason == EnrolmentEnd::ReportedLate as i32,
            hire: None,
            evidence_number: String::new(),
        }
    }
}

impl From<EnrolmentRow> for Enrolment {
    fn from(row: EnrolmentRow) -> Self {
        Self {
            enrolment_id: row.enrolment_id.to_string(),
            employer_id: row.employer_id,
            person_id: row.person.person_id.to_string(),
            state: row.state,
            starts_on: Some(row.starts_on.into()),
            ends_on: row.ends_on.map(Into::into),
            end: row.end_reason,
            concurrent: row.concurrent,
            contract_type: row.contract_type,
            wage: Some(row.wage.into()),
            person: Some(row.person.into()),
        }
    }
}

/// Where a page in the order of employers and persons goes on: the parts of [`EnrolmentRow::key`].
fn after(page: &Page) -> Option<(&str, Uuid, Uuid)> {
    let mut parts = page.after.as_deref()?.splitn(3, ':');
    Some((
        parts.next()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    ))
}

/// The enrolments of persons, in the order in which they began.
pub async fn of_persons(
    db: &mut PgConnection,
    area: &str,
    person_ids: &[Uuid],
) -> Result<Vec<EnrolmentRow>> {
    Ok(query_as(
        "SELECT * FROM enrolled_person WHERE pooling_area = $1 AND person_id = ANY($2)
         ORDER BY starts_on, enrolment_id",
    )
    .bind(area)
    .bind(person_ids)
    .fetch_all(db)
    .await?)
}

/// The enrolments of an employer (empty: of all) that touch a month.
pub async fn in_month(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    month: Month,
    page: &Page,
) -> Result<Vec<EnrolmentRow>> {
    let after = after(page);
    Ok(query_as(
        "SELECT * FROM enrolled_person
         WHERE pooling_area = $1 AND ($2 = '' OR employer_id = $2)
           AND period && daterange($3, $4, '[]')
           AND ($5::text IS NULL OR (employer_id, person_id, enrolment_id) > ($5, $6, $7))
         ORDER BY employer_id, person_id, enrolment_id LIMIT $8",
    )
    .bind(area)
    .bind(employer_id)
    .bind(month.first_day())
    .bind(month.last_day())
    .bind(after.map(|(employer, ..)| employer))
    .bind(after.map(|(_, person, _)| person))
    .bind(after.map(|(.., enrolment)| enrolment))
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}

/// The enrolments of persons through an employer (empty: through any) that cover a day.
pub async fn on_day(
    db: &mut PgConnection,
    area: &str,
    person_ids: &[Uuid],
    employer_id: &str,
    on: Date,
) -> Result<Vec<EnrolmentRow>> {
    Ok(query_as(
        "SELECT * FROM enrolled_person
         WHERE pooling_area = $1 AND person_id = ANY($2) AND ($3 = '' OR employer_id = $3)
           AND period @> $4
         ORDER BY person_id, starts_on",
    )
    .bind(area)
    .bind(person_ids)
    .bind(employer_id)
    .bind(on)
    .fetch_all(db)
    .await?)
}

/// How many persons are enrolled with an employer on a day.
pub async fn headcount(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    on: Date,
) -> Result<i64> {
    Ok(query_scalar(
        "SELECT count(DISTINCT person_id) FROM enrolment
         WHERE pooling_area = $1 AND employer_id = $2 AND period @> $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(on)
    .fetch_one(db)
    .await?)
}
