//! SQL of stays, of what became of them, and of candidates and experts.

mod candidate;
mod draw;
mod expert;
mod follow_up;

pub use candidate::{Candidates, Proposed, Step, candidates, propose, take_step};
pub use draw::{
    DrawRow, draw, insert_draw, insert_opinions, insert_replacement, lock_draw, opinions,
    replacements,
};
pub use expert::{enter_pool, experts, in_pool, leave_pool, overlaps_in_pool, pool};
pub use follow_up::{add_follow_ups, keep_follow_up};

use chassis::wire::{count, day, uuid};
use chassis::{Result, conflict_on};
use contracts::medical_agreement::v1::{
    Approval, Rehabilitation, RehabilitationDecision, RehabilitationEvaluationDecision,
};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// A stay with what became of it.
#[derive(Debug, FromRow)]
pub struct StayRow {
    /// The case in which it was approved.
    pub rehabilitation_id: Uuid,
    person_id: Uuid,
    name: String,
    recognition_number: String,
    institution_id: String,
    employer_id: String,
    goals: Vec<i32>,
    from_on: Date,
    until_on: Date,
    days: i64,
    ended_on: Option<Date>,
    effect: i32,
    follow_up_due_on: Option<Date>,
}

impl From<StayRow> for Rehabilitation {
    fn from(row: StayRow) -> Self {
        Self {
            rehabilitation_id: row.rehabilitation_id.to_string(),
            person_id: row.person_id.to_string(),
            name: row.name,
            recognition_number: row.recognition_number,
            institution_id: row.institution_id,
            employer_id: row.employer_id,
            goals: row.goals,
            from_on: Some(row.from_on.into()),
            until_on: Some(row.until_on.into()),
            days: count(row.days),
            ended_on: row.ended_on.map(Into::into),
            effect: row.effect,
            follow_up_due_on: row.follow_up_due_on.map(Into::into),
            follow_ups: Vec::new(),
        }
    }
}

/// Which stays are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stays<'a> {
    /// This one.
    pub rehabilitation_id: Option<Uuid>,
    /// Whose.
    pub person_id: Option<Uuid>,
    /// For which injury.
    pub recognition_number: &'a str,
    /// Where.
    pub institution_id: &'a str,
    /// Through whom.
    pub employer_id: &'a str,
    /// With a follow-up due by this day.
    pub due_by_on: Option<Date>,
}

/// Stays that fit, the newest first.
pub async fn stays(
    db: &mut PgConnection,
    area: &str,
    which: Stays<'_>,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<StayRow>> {
    Ok(query_as(
        "SELECT * FROM (
             SELECT r.rehabilitation_id, r.person_id, r.name, r.recognition_number, r.institution_id,
                 r.employer_id, r.goals, part.from_on, part.until_on, part.days, e.ended_on,
                 coalesce(e.effect, 0) AS effect,
                 CASE WHEN last.follow_up_id IS NULL THEN e.follow_up_due_on ELSE last.next_due_on END
                     AS follow_up_due_on
             FROM rehabilitation r
             CROSS JOIN LATERAL (
                 SELECT min(lower(p.period)) AS from_on, max(upper(p.period)) - 1 AS until_on,
                     sum(upper(p.period) - lower(p.period)) AS days
                 FROM rehabilitation_part p
                 WHERE p.pooling_area = r.pooling_area AND p.rehabilitation_id = r.rehabilitation_id) part
             LEFT JOIN rehabilitation_end e
                 ON e.pooling_area = r.pooling_area AND e.rehabilitation_id = r.rehabilitation_id
             LEFT JOIN LATERAL (
                 SELECT f.follow_up_id, f.next_due_on FROM follow_up f
                 WHERE f.pooling_area = r.pooling_area AND f.rehabilitation_id = r.rehabilitation_id
                 ORDER BY f.follow_up_id DESC LIMIT 1) last ON true
             WHERE r.pooling_area = $1
                 AND ($2::uuid IS NULL OR r.rehabilitation_id = $2)
                 AND ($3::uuid IS NULL OR r.person_id = $3)
                 AND ($4 = '' OR r.recognition_number = $4)
                 AND ($5 = '' OR r.institution_id = $5)
                 AND ($6 = '' OR r.employer_id = $6)
                 AND ($8::uuid IS NULL OR r.rehabilitation_id < $8)) stay
         WHERE $7::date IS NULL OR follow_up_due_on <= $7
         ORDER BY rehabilitation_id DESC LIMIT $9",
    )
    .bind(area)
    .bind(which.rehabilitation_id)
    .bind(which.person_id)
    .bind(which.recognition_number)
    .bind(which.institution_id)
    .bind(which.employer_id)
    .bind(which.due_by_on)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Enters a stay; its days are entered as its first part.
pub async fn insert_stay(
    db: &mut PgConnection,
    area: &str,
    rehabilitation_id: Uuid,
    decision: &RehabilitationDecision,
) -> Result<()> {
    query(
        "INSERT INTO rehabilitation (pooling_area, rehabilitation_id, person_id, name,
             recognition_number, institution_id, employer_id, goals)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(area)
    .bind(rehabilitation_id)
    .bind(uuid(&decision.person_id)?)
    .bind(&decision.name)
    .bind(&decision.recognition_number)
    .bind(&decision.institution_id)
    .bind(&decision.employer_id)
    .bind(&decision.goals)
    .execute(db)
    .await?;
    Ok(())
}

/// Enters the days of an approval as a part of a stay.
///
/// # Errors
/// When another extension took effect meanwhile.
pub async fn insert_part(
    db: &mut PgConnection,
    area: &str,
    (rehabilitation_id, employer_id): (Uuid, &str),
    approval: &Approval,
) -> Result<()> {
    query(
        "INSERT INTO rehabilitation_part (pooling_area, rehabilitation_id, approval_id, person_id,
             institution_id, employer_id, period)
         VALUES ($1, $2, $3, $4, $5, $6, daterange($7, $8, '[]'))",
    )
    .bind(area)
    .bind(rehabilitation_id)
    .bind(uuid(&approval.approval_id)?)
    .bind(uuid(&approval.person_id)?)
    .bind(&approval.institution_id)
    .bind(employer_id)
    .bind(day(approval.from_on)?)
    .bind(day(approval.until_on)?)
    .execute(db)
    .await
    .map_err(conflict_on(&["rehabilitation_part_one_at_a_time"]))?;
    Ok(())
}

/// The approvals of a stay that hold after a day.
pub async fn approvals_after(
    db: &mut PgConnection,
    area: &str,
    rehabilitation_id: Uuid,
    on: Date,
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT approval_id FROM rehabilitation_part
         WHERE pooling_area = $1 AND rehabilitation_id = $2 AND upper(period) - 1 > $3
         ORDER BY period",
    )
    .bind(area)
    .bind(rehabilitation_id)
    .bind(on)
    .fetch_all(db)
    .await?)
}

/// Enters the end of a stay with its evaluation.
///
/// # Errors
/// When it was evaluated meanwhile.
pub async fn insert_end(
    db: &mut PgConnection,
    area: &str,
    (stay, case_id): (&Rehabilitation, Uuid),
    decision: &RehabilitationEvaluationDecision,
) -> Result<()> {
    query(
        "INSERT INTO rehabilitation_end (pooling_area, rehabilitation_id, person_id, institution_id,
             employer_id, ended_on, effect, follow_up_due_on, decision, case_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(area)
    .bind(uuid(&stay.rehabilitation_id)?)
    .bind(uuid(&stay.person_id)?)
    .bind(&stay.institution_id)
    .bind(&stay.employer_id)
    .bind(day(decision.ended_on)?)
    .bind(decision.effect)
    .bind(day(decision.follow_up_due_on)?)
    .bind(decision.encode_to_vec())
    .bind(case_id)
    .execute(db)
    .await
    .map_err(conflict_on(&["rehabilitation_end_pkey"]))?;
    Ok(())
}
