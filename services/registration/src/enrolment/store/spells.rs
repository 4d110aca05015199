//! Enrolments that begin and end.

use chassis::Result;
use contracts::registration::v1::{EnrolmentEnd, EnrolmentState};
use law::Month;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use crate::enrolment::roll::Spell;

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
             enrolment_id, person_id, state, starts_on, ends_on, end_reason, concurrent, contract_type,
             contract_ends_on, wage, evidence_number)
         SELECT $1, $2, $3, $4::uuid, CASE WHEN ends_on IS NOT NULL THEN $4 END, enrolment_id, person_id,
             state, starts_on, ends_on, end_reason, concurrent, contract_type, contract_ends_on, wage,
             evidence_number
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

/// Ends enrolments, each with its last day and reason; one that ended before it began covers no day. What a
/// death takes the place of is kept.
pub async fn end(
    db: &mut PgConnection,
    area: &str,
    ended: &[(Uuid, Date, EnrolmentEnd)],
    source: Uuid,
) -> Result<(), sqlx::Error> {
    query(
        "UPDATE enrolment e
         SET state = $2, ends_on = ended.last_on, end_reason = ended.reason, ended_by = $3,
             left_on = CASE WHEN ended.reason = $7 AND e.end_reason <> ALL($8) THEN e.ends_on
                 ELSE e.left_on END,
             left_for = CASE WHEN ended.reason = $7 AND e.end_reason <> ALL($8) THEN e.end_reason
                 ELSE e.left_for END
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
    .bind(EnrolmentEnd::Death as i32)
    .bind(OF_DEATH)
    .execute(db)
    .await?;
    Ok(())
}

/// The ends that a death brought about, and that a correction of it did.
const OF_DEATH: [i32; 2] = [
    EnrolmentEnd::Death as i32,
    EnrolmentEnd::DeathCorrected as i32,
];

/// Enrols the person of an enrolment again, from a day on and on the same terms, in the declaration of a
/// month.
pub async fn go_on(
    db: &mut PgConnection,
    area: &str,
    enrolment_id: Uuid,
    (new_id, starts_on, until): (Uuid, Date, Option<(Date, EnrolmentEnd)>),
    declared_month: Month,
    case_id: Uuid,
) -> Result<(), sqlx::Error> {
    let state = until.map_or(EnrolmentState::PreEnrolled, |_| EnrolmentState::Ended);
    query(
        "INSERT INTO enrolment (pooling_area, enrolment_id, employer_id, person_id, state, starts_on,
             ends_on, end_reason, concurrent, contract_type, contract_ends_on, wage, declared_month,
             evidence_number, case_id, ended_by)
         SELECT e.pooling_area, $3, e.employer_id, e.person_id, $4, $9,
             $5::date, $6, e.concurrent, e.contract_type, e.contract_ends_on, e.wage, $7,
             e.evidence_number, $8::uuid,
             CASE WHEN $5::date IS NOT NULL THEN $8 END
         FROM enrolment e
         WHERE e.pooling_area = $1 AND e.enrolment_id = $2",
    )
    .bind(area)
    .bind(enrolment_id)
    .bind(new_id)
    .bind(state as i32)
    .bind(until.map(|(last_on, _)| last_on))
    .bind(until.map_or(0, |(_, reason)| reason as i32))
    .bind(declared_month.first_day())
    .bind(case_id)
    .bind(starts_on)
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
    /// Last day, as others are told it.
    pub ends_on: Date,
}

/// Ends what enrolments persons still have when they die, and those that ended after it, for whatever reason:
/// that they had is kept, as another one than an earlier day of death, since corrected, is. The day of the death
/// is the last of each.
pub async fn end_of_dead(
    db: &mut PgConnection,
    area: &str,
    person_ids: &[Uuid],
    source: Uuid,
) -> Result<Vec<EndedRow>> {
    Ok(query_as(
        "UPDATE enrolment e
         SET state = $3, end_reason = $4, ended_by = $5, ends_on = p.died_on,
             left_on = CASE WHEN e.end_reason <> ALL($6) THEN e.ends_on ELSE e.left_on END,
             left_for = CASE WHEN e.end_reason <> ALL($6) THEN e.end_reason ELSE e.left_for END
         FROM person p
         WHERE e.pooling_area = $1 AND e.person_id = ANY($2)
           AND (e.ends_on IS NULL OR e.ends_on > p.died_on AND NOT isempty(e.period))
           AND p.pooling_area = $1 AND p.person_id = e.person_id AND p.died_on IS NOT NULL
         RETURNING e.enrolment_id, e.employer_id, e.person_id, e.ends_on",
    )
    .bind(area)
    .bind(person_ids)
    .bind(EnrolmentState::Ended as i32)
    .bind(EnrolmentEnd::Death as i32)
    .bind(source)
    .bind(OF_DEATH)
    .fetch_all(db)
    .await?)
}
