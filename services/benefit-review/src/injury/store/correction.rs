//! SQL of registrations that were corrected.

use chassis::wire::uuid;
use chassis::{Result, conflict_on};
use contracts::benefit_review::v1::InjuryDecision;
use prost::Message;
use sqlx::{PgConnection, query, query_as};
use uuid::Uuid;

/// A registration anew.
#[derive(Clone, Copy, Debug)]
pub struct Correction<'a> {
    /// Of which injury.
    pub injury_id: Uuid,
    /// The version of the recognition that it rests on.
    pub recognition_version: i32,
    /// What stands.
    pub decision: &'a InjuryDecision,
    /// ICD-10 codes of what was recognised.
    pub diagnoses: &'a [String],
    /// The case in which it is signed.
    pub case_id: Uuid,
}

/// Keeps a registration anew: what was registered before stays.
///
/// # Errors
/// A conflict where the same was corrected meanwhile.
pub async fn correct(db: &mut PgConnection, area: &str, new: Correction<'_>) -> Result<()> {
    query(
        "INSERT INTO injury_correction (pooling_area, injury_id, recognition_version, employer_id, person_id,
             case_id, decision, diagnoses)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(area)
    .bind(new.injury_id)
    .bind(new.recognition_version)
    .bind(&new.decision.employer_id)
    .bind(uuid(&new.decision.person_id)?)
    .bind(new.case_id)
    .bind(new.decision.encode_to_vec())
    .bind(new.diagnoses)
    .execute(db)
    .await
    .map_err(conflict_on(&["injury_correction_pkey"]))?;
    Ok(())
}

/// What stands of a registration, with the version of the recognition that it rests on.
///
/// # Errors
/// When what was kept is none.
pub async fn registered_by(
    db: &mut PgConnection,
    area: &str,
    injury_id: Uuid,
) -> Result<(i32, InjuryDecision)> {
    let (version, kept): (i32, Vec<u8>) = query_as(
        "SELECT recognition_version, decision FROM (
             SELECT recognition_version, decision, 1 AS place FROM injury_correction
             WHERE pooling_area = $1 AND injury_id = $2
             UNION ALL SELECT recognition_version, decision, 0 FROM injury
             WHERE pooling_area = $1 AND injury_id = $2) kept
         ORDER BY place DESC, recognition_version DESC LIMIT 1",
    )
    .bind(area)
    .bind(injury_id)
    .fetch_one(db)
    .await?;
    Ok((version, InjuryDecision::decode(&*kept)?))
}
