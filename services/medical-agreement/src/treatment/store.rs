//! SQL of the section: relapses before the appraisal committee.

use chassis::wire::{day, uuid};
use chassis::{Result, conflict_on};
use contracts::medical_agreement::v1::{RelapseConclusion, RelapseDisputed, RelapseReferral};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

/// A relapse that was put before the committee.
#[derive(Debug, FromRow)]
pub struct DisputeRow {
    /// The case in which it was.
    pub dispute_id: Uuid,
    /// Whose relapse it is.
    pub person_id: Uuid,
    /// When.
    pub referred_on: Date,
    referral: Vec<u8>,
    conclusion: Option<Vec<u8>>,
}

impl DisputeRow {
    /// What the committee concluded; none while it waits.
    ///
    /// # Errors
    /// When what was kept is none.
    pub fn conclusion(&self) -> Result<Option<RelapseConclusion>> {
        let read = self.conclusion.as_deref().map(RelapseConclusion::decode);
        Ok(read.transpose()?)
    }

    /// As it is listed.
    ///
    /// # Errors
    /// When what was kept is none.
    pub fn shown(&self) -> Result<RelapseDisputed> {
        Ok(RelapseDisputed {
            dispute_id: self.dispute_id.to_string(),
            referral: Some(RelapseReferral::decode(&*self.referral)?),
            conclusion: self.conclusion()?,
        })
    }
}

/// Keeps that a relapse was put before the committee.
///
/// # Errors
/// A conflict where it was meanwhile.
pub async fn refer(
    db: &mut PgConnection,
    area: &str,
    (dispute_id, employer_id): (Uuid, &str),
    referral: &RelapseReferral,
) -> Result<()> {
    query(
        "INSERT INTO relapse_dispute (pooling_area, dispute_id, relapse_case_id, person_id, employer_id,
             referred_on, referral)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(area)
    .bind(dispute_id)
    .bind(uuid(&referral.relapse_case_id)?)
    .bind(uuid(&referral.person_id)?)
    .bind(employer_id)
    .bind(day(referral.referred_on)?)
    .bind(referral.encode_to_vec())
    .execute(db)
    .await
    .map_err(conflict_on(&["relapse_dispute_once"]))?;
    Ok(())
}

/// The dispute about an application on form 4-2.
///
/// # Errors
/// When it cannot be read.
pub async fn dispute_about(
    db: &mut PgConnection,
    area: &str,
    relapse_case_id: Uuid,
) -> Result<Option<DisputeRow>> {
    Ok(query_as(
        "SELECT d.dispute_id, d.person_id, d.referred_on, d.referral, c.content AS conclusion
         FROM relapse_dispute d LEFT JOIN relapse_conclusion c USING (pooling_area, dispute_id)
         WHERE d.pooling_area = $1 AND d.relapse_case_id = $2",
    )
    .bind(area)
    .bind(relapse_case_id)
    .fetch_optional(db)
    .await?)
}

/// Disputes under these numbers, which nobody else concludes until the transaction ends.
///
/// # Errors
/// When they cannot be read.
pub async fn hold(
    db: &mut PgConnection,
    area: &str,
    dispute_ids: &[Uuid],
) -> Result<Vec<DisputeRow>> {
    query(
        "SELECT pg_advisory_xact_lock(hashtextextended('relapse of ' || dispute_id, hashtext($1)))
         FROM (SELECT DISTINCT dispute_id FROM unnest($2::uuid[]) AS of_all (dispute_id)
             ORDER BY dispute_id) held",
    )
    .bind(area)
    .bind(dispute_ids)
    .execute(&mut *db)
    .await?;
    Ok(query_as(
        "SELECT d.dispute_id, d.person_id, d.referred_on, d.referral, c.content AS conclusion
         FROM relapse_dispute d LEFT JOIN relapse_conclusion c USING (pooling_area, dispute_id)
         WHERE d.pooling_area = $1 AND d.dispute_id = ANY($2)",
    )
    .bind(area)
    .bind(dispute_ids)
    .fetch_all(db)
    .await?)
}

/// Keeps what the committee concluded; answers false where another conclusion has its number.
///
/// # Errors
/// When it cannot be written.
pub async fn conclude(
    db: &mut PgConnection,
    area: &str,
    conclusion: &RelapseConclusion,
) -> Result<bool> {
    let kept = query(
        "INSERT INTO relapse_conclusion (pooling_area, dispute_id, conclusion_number, person_id,
             employer_id, content)
         SELECT pooling_area, dispute_id, $3, person_id, employer_id, $4 FROM relapse_dispute
         WHERE pooling_area = $1 AND dispute_id = $2
         ON CONFLICT ON CONSTRAINT relapse_conclusion_number DO NOTHING",
    )
    .bind(area)
    .bind(uuid(&conclusion.dispute_id)?)
    .bind(&conclusion.number)
    .bind(conclusion.encode_to_vec())
    .execute(db)
    .await?;
    Ok(kept.rows_affected() > 0)
}

/// What was put before the committee, the newest first: of a person, where one is named, and, where that is asked for,
/// what waits alone.
///
/// # Errors
/// When it cannot be read.
pub async fn disputes(
    db: &mut PgConnection,
    area: &str,
    (person_id, waiting): (Option<Uuid>, bool),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<DisputeRow>> {
    Ok(query_as(
        "SELECT d.dispute_id, d.person_id, d.referred_on, d.referral, c.content AS conclusion
         FROM relapse_dispute d LEFT JOIN relapse_conclusion c USING (pooling_area, dispute_id)
         WHERE d.pooling_area = $1 AND ($2::uuid IS NULL OR d.person_id = $2)
             AND (NOT $3 OR c.dispute_id IS NULL) AND ($4::uuid IS NULL OR d.dispute_id < $4)
         ORDER BY d.dispute_id DESC LIMIT $5",
    )
    .bind(area)
    .bind(person_id)
    .bind(waiting)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
