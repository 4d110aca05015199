//! SQL of enrolments and rosters.

use chassis::{Page, Result};
use contracts::registration::v1::{Enrolment, EnrolmentEnd, EnrolmentState, StaffChangeRow};
use law::Month;
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as};
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
    /// [`EnrolmentEnd`] as its number; 0 while it goes on.
    pub end_reason: i32,
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

    /// The enrolment as a roll has it that is `employer_id`'s.
    #[must_use]
    pub fn spell(&self, employer_id: &str) -> Spell {
        Spell {
            enrolment_id: Some(self.enrolment_id),
            here: self.employer_id == employer_id,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            state: EnrolmentState::try_from(self.state).unwrap_or_default(),
            end: None,
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

/// How many persons are enrolled with an employer on a day.
pub async fn headcount(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    on: Date,
) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "SELECT count(DISTINCT person_id) FROM enrolment
         WHERE pooling_area = $1 AND employer_id = $2 AND period @> $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(on)
    .fetch_one(db)
    .await?)
}

/// The names of persons who are enrolled with an employer and were not there to end on `on`: they
/// began later.
pub async fn begun_after(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    on: Date,
) -> Result<i64> {
    Ok(sqlx::query_scalar(
        "SELECT count(*) FROM enrolment
         WHERE pooling_area = $1 AND employer_id = $2 AND lower(period) > $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(on)
    .fetch_one(db)
    .await?)
}

/// Enrolments that begin, and end already where the roster says so.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    declared_month: Month,
    case_id: Uuid,
    new: &[(Uuid, Uuid, &Spell)],
) -> Result<(), sqlx::Error> {
    let hires = || new.iter().filter_map(|(.., spell)| spell.hire.as_ref());
    query(
        "INSERT INTO enrolment (pooling_area, employer_id, declared_month, case_id, ended_by,
             enrolment_id, person_id, state, period, end_reason, concurrent, contract_type,
             contract_ends_on, wage, evidence_number)
         SELECT $1, $2, $3, $4::uuid, CASE WHEN ends_on IS NOT NULL THEN $4 END, enrolment_id, person_id,
             state, daterange(starts_on, ends_on, '[]'), end_reason, concurrent, contract_type,
             contract_ends_on, wage, evidence_number
         FROM unnest($5::uuid[], $6::uuid[], $7::int[], $8::date[], $9::date[], $10::int[],
             $11::boolean[], $12::int[], $13::date[], $14::numeric[], $15::text[])
             AS new(enrolment_id, person_id, state, starts_on, ends_on, end_reason, concurrent,
                 contract_type, contract_ends_on, wage, evidence_number)",
    )
    .bind(area)
    .bind(employer_id)
    .bind(declared_month.first_day())
    .bind(case_id)
    .bind(
        new.iter()
            .map(|(enrolment_id, ..)| *enrolment_id)
            .collect::<Vec<_>>(),
    )
    .bind(
        new.iter()
            .map(|(_, person_id, _)| *person_id)
            .collect::<Vec<_>>(),
    )
    .bind(
        new.iter()
            .map(|(.., spell)| state_of(spell) as i32)
            .collect::<Vec<_>>(),
    )
    .bind(
        new.iter()
            .map(|(.., spell)| spell.starts_on)
            .collect::<Vec<_>>(),
    )
    .bind(
        new.iter()
            .map(|(.., spell)| spell.ends_on)
            .collect::<Vec<_>>(),
    )
    .bind(
        new.iter()
            .map(|(.., spell)| spell.end.map_or(0, |end| end as i32))
            .collect::<Vec<_>>(),
    )
    .bind(hires().map(|hire| hire.concurrent).collect::<Vec<_>>())
    .bind(
        hires()
            .map(|hire| hire.contract_type as i32)
            .collect::<Vec<_>>(),
    )
    .bind(
        hires()
            .map(|hire| hire.contract_ends_on)
            .collect::<Vec<_>>(),
    )
    .bind(hires().map(|hire| hire.wage).collect::<Vec<_>>())
    .bind(
        new.iter()
            .map(|(.., spell)| spell.evidence_number.as_str())
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

fn state_of(spell: &Spell) -> EnrolmentState {
    if spell.end.is_some() {
        EnrolmentState::Ended
    } else {
        spell.state
    }
}

/// Ends enrolments, each with its last day and reason.
pub async fn end(
    db: &mut PgConnection,
    area: &str,
    ended: &[(Uuid, Date, EnrolmentEnd)],
    source: Uuid,
) -> Result<(), sqlx::Error> {
    query(
        "UPDATE enrolment e
         SET state = $2, period = daterange(lower(e.period), ended.last_on, '[]'),
             end_reason = ended.reason, ended_by = $3
         FROM unnest($4::uuid[], $5::date[], $6::int[]) AS ended(enrolment_id, last_on, reason)
         WHERE e.pooling_area = $1 AND e.enrolment_id = ended.enrolment_id",
    )
    .bind(area)
    .bind(EnrolmentState::Ended as i32)
    .bind(source)
    .bind(ended.iter().map(|(id, ..)| *id).collect::<Vec<_>>())
    .bind(ended.iter().map(|(_, on, _)| *on).collect::<Vec<_>>())
    .bind(
        ended
            .iter()
            .map(|(.., end)| *end as i32)
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An enrolment that ended.
#[derive(Clone, Debug, FromRow)]
pub struct EndedRow {
    /// Which.
    pub enrolment_id: Uuid,
    /// Through whom.
    pub employer_id: String,
    /// Who.
    pub person_id: Uuid,
    /// Last day.
    pub ends_on: Date,
}

/// Ends what enrolments persons still have when they die; one that began after the death ends with
/// its first day.
pub async fn end_of_dead(
    db: &mut PgConnection,
    area: &str,
    person_ids: &[Uuid],
    source: Uuid,
) -> Result<Vec<EndedRow>> {
    Ok(query_as(
        "UPDATE enrolment e
         SET state = $3, end_reason = $4, ended_by = $5,
             period = daterange(lower(e.period), GREATEST(p.died_on, lower(e.period)), '[]')
         FROM person p
         WHERE e.pooling_area = $1 AND e.person_id = ANY($2) AND upper_inf(e.period)
           AND p.pooling_area = $1 AND p.person_id = e.person_id AND p.died_on IS NOT NULL
         RETURNING e.enrolment_id, e.employer_id, e.person_id, upper(e.period) - 1 AS ends_on",
    )
    .bind(area)
    .bind(person_ids)
    .bind(EnrolmentState::Ended as i32)
    .bind(EnrolmentEnd::Death as i32)
    .bind(source)
    .fetch_all(db)
    .await?)
}

/// Keeps rows of a roster until a case of their employer enters them.
pub async fn keep_rows(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
    rows: &[(i64, &StaffChangeRow)],
) -> Result<()> {
    query(
        "INSERT INTO roster_row (pooling_area, batch_id, employer_id, row_no, content)
         SELECT $1, $2, kept.* FROM unnest($3::text[], $4::bigint[], $5::bytea[]) AS kept",
    )
    .bind(area)
    .bind(batch_id)
    .bind(
        rows.iter()
            .map(|(_, row)| row.employer_id.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(rows.iter().map(|(number, _)| *number).collect::<Vec<_>>())
    .bind(
        rows.iter()
            .map(|(_, row)| row.encode_to_vec())
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The rows of a batch that are an employer's, with their numbers.
pub async fn kept_rows(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
    employer_id: &str,
) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(query_as(
        "SELECT row_no, content FROM roster_row
         WHERE pooling_area = $1 AND batch_id = $2 AND employer_id = $3 ORDER BY row_no",
    )
    .bind(area)
    .bind(batch_id)
    .bind(employer_id)
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
