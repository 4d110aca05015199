//! SQL of travel, board and lodging that were decided anew.

use chassis::{Result, conflict_on};
use contracts::benefit_review::v1::{MedicalClaimForm, TravelGranted};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

/// What was decided of a claim last, where it was reviewed.
#[derive(Debug, FromRow)]
pub struct TravelRow {
    /// 1 of the first review.
    pub sequence: i32,
    form: Vec<u8>,
    granted: Vec<u8>,
}

impl TravelRow {
    /// Form 5-4 as it is corrected.
    ///
    /// # Errors
    /// When what was kept is none.
    pub fn form(&self) -> Result<MedicalClaimForm> {
        Ok(MedicalClaimForm::decode(&*self.form)?)
    }

    /// What is granted.
    ///
    /// # Errors
    /// When what was kept is none.
    pub fn granted(&self) -> Result<TravelGranted> {
        Ok(TravelGranted::decode(&*self.granted)?)
    }
}

/// The last review of a claim's travel; none where there was none.
///
/// # Errors
/// When it cannot be read.
pub async fn reviewed_travel(
    db: &mut PgConnection,
    area: &str,
    claim_id: Uuid,
) -> Result<Option<TravelRow>> {
    Ok(query_as(
        "SELECT sequence, form, granted FROM travel_review
         WHERE pooling_area = $1 AND claim_id = $2 ORDER BY sequence DESC LIMIT 1",
    )
    .bind(area)
    .bind(claim_id)
    .fetch_optional(db)
    .await?)
}

/// A review that takes effect.
#[derive(Clone, Copy, Debug)]
pub struct NewTravel<'a> {
    /// The case of form 5-4.
    pub claim_id: Uuid,
    /// 1 of the first review.
    pub sequence: i32,
    /// Whose travel it is.
    pub person_id: Uuid,
    /// Who bears the duties of the employer of the injury.
    pub employer_id: &'a str,
    /// The case in which it is signed.
    pub case_id: Uuid,
    /// When.
    pub decided_on: Date,
    /// Form 5-4 as it is corrected.
    pub form: &'a MedicalClaimForm,
    /// What is granted.
    pub granted: &'a TravelGranted,
}

/// Keeps a review.
///
/// # Errors
/// A conflict where the claim was reviewed meanwhile.
pub async fn keep_travel(db: &mut PgConnection, area: &str, new: NewTravel<'_>) -> Result<()> {
    query(
        "INSERT INTO travel_review (pooling_area, claim_id, sequence, person_id, employer_id, case_id,
             decided_on, form, granted)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(area)
    .bind(new.claim_id)
    .bind(new.sequence)
    .bind(new.person_id)
    .bind(new.employer_id)
    .bind(new.case_id)
    .bind(new.decided_on)
    .bind(new.form.encode_to_vec())
    .bind(new.granted.encode_to_vec())
    .execute(db)
    .await
    .map_err(conflict_on(&["travel_review_pkey"]))?;
    Ok(())
}
