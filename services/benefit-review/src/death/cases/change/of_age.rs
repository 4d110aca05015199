//! Comings of age that nobody told until the month in which they count.

use chassis::wire::uuid;
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{
    Award, Injury, SurvivorChangeForm, SurvivorDecision, SurvivorStep,
};
use law::Month;
use prost::Message;
use time::Date;
use uuid::Uuid;

use super::enter;
use super::grown_up::{grown_up, told_of_age};
use super::shared::Ground;
use crate::benefit::employer;
use crate::benefit::store::claims::{self, ClaimRow};
use crate::benefit::wage::Source;
use crate::injury::store;

/// Art. 72. What the comings of age until a day make of the pensions of a claim.
#[derive(Debug)]
pub struct OfAge {
    /// The claim.
    pub claim_id: Uuid,
    /// Of the decision before.
    sequence: i32,
    injury: Injury,
    before: SurvivorDecision,
    steps: Vec<SurvivorStep>,
}

impl OfAge {
    /// What nobody told of a claim, after its last decision; none where nobody has come of age.
    ///
    /// # Errors
    /// When it cannot be decided.
    pub async fn of(unit: &mut Unit, row: &ClaimRow, until_on: Date) -> Result<Option<Self>> {
        let before = SurvivorDecision::decode(&*row.decision)?;
        let ends = |award: &Award| {
            let until = award.until_month.and_then(|until| until.try_into().ok());
            until.is_some_and(|until: Month| until <= Month::of(until_on))
        };
        if !before.awards.iter().any(ends) {
            return Ok(None);
        }
        let (area, claim) = (unit.area().to_owned(), row.claim()?);
        let of = (uuid(&claim.person_id)?, claim.recognition_number.as_str());
        let injury = store::injury(unit.db(), &area, of).await?;
        // What stands of a recognition that was revoked is for a review.
        let Some(injury) = injury.filter(|injury| !injury.revoked) else {
            return Ok(None);
        };
        let kept = (row.claim_id, &before, Source::Kept(&[]));
        let ground = Ground::of(unit, &injury, kept).await?;
        let steps = grown_up(unit, &ground, &before, (until_on, &[])).await?;
        Ok((!steps.is_empty()).then(|| Self {
            claim_id: row.claim_id,
            sequence: row.sequence,
            injury: injury.clone(),
            before,
            steps,
        }))
    }

    /// Art. 72. Enters it, in the case in which the pensions were decided first: it said until when each is paid.
    ///
    /// # Errors
    /// A conflict where the claim was decided anew meanwhile.
    pub async fn enter(&self, unit: &mut Unit) -> Result<()> {
        let area = unit.area().to_owned();
        claims::hold(unit.db(), &area, uuid(&self.injury.injury_id)?).await?;
        let form = SurvivorChangeForm {
            employer_id: employer(&self.injury).to_owned(),
            person_id: self.injury.person_id.clone(),
            name: self.injury.name.clone(),
            recognition_number: self.injury.recognition_number.clone(),
            ..SurvivorChangeForm::default()
        };
        let steps = self.steps.iter();
        let decided = steps.map(|step| {
            let after = step.after.clone().unwrap_or_default();
            (told_of_age(&form, step), after)
        });
        let decided = decided.collect();
        let of = (self.claim_id, self.claim_id, self.sequence + 1);
        enter(unit, &self.injury, of, (self.before.clone(), decided)).await
    }
}
