//! SQL of those who would gain by rehabilitation.

use chassis::wire::{day, uuid};
use chassis::{Result, conflict_on};
use contracts::medical_agreement::v1::{Candidate, CandidateRow};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// A candidate as proposed, with a number of her or his own.
pub struct Proposed<'a> {
    /// The number.
    pub candidate_id: Uuid,
    /// Who.
    pub person_id: Uuid,
    /// The name, which guards against a wrong number.
    pub name: &'a str,
    stable_on: Date,
    row: &'a CandidateRow,
}

impl<'a> Proposed<'a> {
    /// The candidate of a row.
    ///
    /// # Errors
    /// When the row is outside the bounds of its contract.
    pub fn of(row: &'a CandidateRow) -> Result<Self> {
        Ok(Self {
            candidate_id: Uuid::now_v7(),
            person_id: uuid(&row.person_id)?,
            name: &row.name,
            stable_on: day(row.stable_on)?,
            row,
        })
    }

    /// Whose injury, and the number of the decision that recognised it.
    #[must_use]
    pub fn injury(&self) -> (Uuid, String) {
        (self.person_id, self.row.recognition_number.clone())
    }
}

/// Enters candidates; answers the numbers of those who were not on a list for their injury before.
pub async fn propose(
    db: &mut PgConnection,
    area: &str,
    (batch_id, today): (Uuid, Date),
    proposed: &[Proposed<'_>],
) -> Result<Vec<Uuid>> {
    let texts = |of: fn(&CandidateRow) -> &str| -> Vec<&str> {
        proposed.iter().map(|one| of(one.row)).collect()
    };
    let ids: Vec<Uuid> = proposed.iter().map(|one| one.candidate_id).collect();
    let persons: Vec<Uuid> = proposed.iter().map(|one| one.person_id).collect();
    let stable: Vec<Date> = proposed.iter().map(|one| one.stable_on).collect();
    let goals: Vec<i32> = proposed.iter().map(|one| one.row.suggested_goal).collect();
    Ok(query_scalar(
        "INSERT INTO candidate (pooling_area, candidate_id, institution_id, person_id, name,
             recognition_number, stable_on, function_loss, suggested_goal, proposed_on, batch_id)
         SELECT $1, id, institution_id, person_id, name, recognition_number, stable_on, function_loss,
             goal, $10, $11
         FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::date[],
             $8::text[], $9::int[]) AS proposed
             (id, institution_id, person_id, name, recognition_number, stable_on, function_loss, goal)
         ON CONFLICT ON CONSTRAINT candidate_once DO NOTHING
         RETURNING candidate_id",
    )
    .bind(area)
    .bind(ids)
    .bind(texts(|row| &row.institution_id))
    .bind(persons)
    .bind(texts(|row| &row.name))
    .bind(texts(|row| &row.recognition_number))
    .bind(stable)
    .bind(texts(|row| &row.function_loss))
    .bind(goals)
    .bind(today)
    .bind(batch_id)
    .fetch_all(db)
    .await?)
}

#[derive(FromRow)]
struct CandidateFound {
    candidate_id: Uuid,
    institution_id: String,
    person_id: Uuid,
    name: String,
    recognition_number: String,
    stable_on: Date,
    function_loss: String,
    suggested_goal: i32,
    state: i32,
    proposed_on: Date,
    invited_on: Option<Date>,
    declined_on: Option<Date>,
    ground: Option<String>,
}

impl From<CandidateFound> for Candidate {
    fn from(row: CandidateFound) -> Self {
        Self {
            candidate_id: row.candidate_id.to_string(),
            institution_id: row.institution_id,
            person_id: row.person_id.to_string(),
            name: row.name,
            recognition_number: row.recognition_number,
            stable_on: Some(row.stable_on.into()),
            function_loss: row.function_loss,
            suggested_goal: row.suggested_goal,
            state: row.state,
            proposed_on: Some(row.proposed_on.into()),
            invited_on: row.invited_on.map(Into::into),
            declined_on: row.declined_on.map(Into::into),
            ground: row.ground.unwrap_or_default(),
        }
    }
}

/// Which candidates are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Candidates<'a> {
    /// These.
    pub ids: Option<&'a [Uuid]>,
    /// Of which institution.
    pub institution_id: &'a str,
    /// Who.
    pub person_id: Option<Uuid>,
    /// `CandidateState` as its number, 0 for all.
    pub state: i32,
}

/// Candidates as they stand on a day, the newest first. How far one has come follows from the last stay
/// that was approved since, before what she or he was told or said (1 to 6 of `CandidateState`).
pub async fn candidates(
    db: &mut PgConnection,
    area: &str,
    (which, today): (Candidates<'_>, Date),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Candidate>> {
    let rows: Vec<CandidateFound> = query_as(
        "SELECT * FROM (
             SELECT c.candidate_id, c.institution_id, c.person_id, c.name, c.recognition_number,
                 c.stable_on, c.function_loss, c.suggested_goal, c.proposed_on,
                 invited.happened_on AS invited_on, declined.happened_on AS declined_on,
                 declined.ground,
                 CASE WHEN stay.ended_on IS NOT NULL OR stay.until_on < $6 THEN 5
                     WHEN stay.from_on > $6 THEN 3
                     WHEN stay.from_on IS NOT NULL THEN 4
                     WHEN declined.happened_on IS NOT NULL THEN 6
                     WHEN invited.happened_on IS NOT NULL THEN 2
                     ELSE 1 END AS state
             FROM candidate c
             LEFT JOIN candidate_step invited ON invited.pooling_area = c.pooling_area
                 AND invited.candidate_id = c.candidate_id AND invited.step = 1
             LEFT JOIN candidate_step declined ON declined.pooling_area = c.pooling_area
                 AND declined.candidate_id = c.candidate_id AND declined.step = 2
             LEFT JOIN LATERAL (
                 SELECT part.from_on, part.until_on, e.ended_on
                 FROM rehabilitation r
                 CROSS JOIN LATERAL (
                     SELECT min(lower(p.period)) AS from_on, max(upper(p.period)) - 1 AS until_on
                     FROM rehabilitation_part p
                     WHERE p.pooling_area = r.pooling_area
                         AND p.rehabilitation_id = r.rehabilitation_id) part
                 LEFT JOIN rehabilitation_end e
                     ON e.pooling_area = r.pooling_area AND e.rehabilitation_id = r.rehabilitation_id
                 WHERE r.pooling_area = c.pooling_area AND r.person_id = c.person_id
                     AND r.recognition_number = c.recognition_number
                     AND coalesce(e.ended_on, part.until_on) >= c.proposed_on
                 ORDER BY r.rehabilitation_id DESC LIMIT 1) stay ON true
             WHERE c.pooling_area = $1
                 AND ($2::uuid[] IS NULL OR c.candidate_id = ANY($2))
                 AND ($3 = '' OR c.institution_id = $3)
                 AND ($4::uuid IS NULL OR c.person_id = $4)
                 AND ($7::uuid IS NULL OR c.candidate_id < $7)) found
         WHERE $5 = 0 OR state = $5
         ORDER BY candidate_id DESC LIMIT $8",
    )
    .bind(area)
    .bind(which.ids)
    .bind(which.institution_id)
    .bind(which.person_id)
    .bind(which.state)
    .bind(today)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// What is recorded of candidates.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// 1 an invitation that was delivered, 2 a candidate who does not want to.
    pub step: i32,
    /// When it happened.
    pub happened_on: Date,
    /// Why.
    pub ground: &'a str,
    /// By whom it was recorded.
    pub recorded_by: &'a str,
}

/// Records a step of candidates.
///
/// # Errors
/// When somebody else recorded it meanwhile.
pub async fn take_step(
    db: &mut PgConnection,
    area: &str,
    ids: &[Uuid],
    step: Step<'_>,
) -> Result<()> {
    query(
        "INSERT INTO candidate_step (pooling_area, candidate_id, institution_id, person_id, step,
             happened_on, ground, recorded_by)
         SELECT pooling_area, candidate_id, institution_id, person_id, $3, $4, $5, $6
         FROM candidate WHERE pooling_area = $1 AND candidate_id = ANY($2)",
    )
    .bind(area)
    .bind(ids)
    .bind(step.step)
    .bind(step.happened_on)
    .bind(step.ground)
    .bind(step.recorded_by)
    .execute(db)
    .await
    .map_err(conflict_on(&["candidate_step_pkey"]))?;
    Ok(())
}
