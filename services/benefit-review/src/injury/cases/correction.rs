//! Registrations anew by a corrected recognition (forms 54-C and 54-D).

use chassis::wire::{maybe_day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    CashClaimKind, InjuryCorrected, InjuryCorrectionDecision, InjuryCorrectionForm, InjuryDecision,
    InjuryForm, Refusal,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::store::{self, Correction};
use super::super::{concerns, registered, rules, tell};
use super::registration::{decide, recognition};
use crate::benefit::store::claims;
use crate::{device, medical};

/// All that is paid in cash for an injury.
const CASH: &[CashClaimKind] = &[
    CashClaimKind::Disability,
    CashClaimKind::Death,
    CashClaimKind::Survivors,
];

/// Art. 54. An injury is registered anew after the decision that recognised it was corrected; what was decided by the
/// registration before is named, and stays until somebody objects to it.
pub struct InjuryCorrection;

#[chassis::async_trait]
impl Case for InjuryCorrection {
    type Application = InjuryCorrectionForm;
    type Decision = InjuryCorrectionDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The decision as it was corrected.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::RecognitionDecision)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        // The present employer applies for an injury that another registered, and what was decided is named whoever claimed it.
        unit.look_as_the_agency().await?;
        let area = unit.area().to_owned();
        let number = application.recognition_number.as_str();
        let of = (application.person_id.as_str(), application.name.as_str());
        let injury = registered(unit, of, number).await?;
        concerns(&injury, &application.employer_id, unit.applied_on())?;
        let injury_id = uuid(&injury.injury_id)?;
        let (version_before, before) = store::registered_by(unit.db(), &area, injury_id).await?;
        let form = form(application, &before);
        let (version, decided) = recognition(unit, &form).await?;
        if version <= version_before {
            let refused = Refused::because(Refusal::InjuryNotCorrected);
            return Err(refused.with("recognition_number", number).into());
        }
        let after = decide(unit, &form, &decided).await?;
        let of = (uuid(&injury.person_id)?, number);
        let bills = medical::store::settled_of(unit.db(), &area, of, None).await?;
        Ok(InjuryCorrectionDecision {
            injury_id: injury.injury_id,
            correction_grounds: decided.correction_grounds,
            after: Some(restated(after, &before)),
            before: Some(before),
            claim_ids: claims::numbers(unit.db(), &area, of, CASH).await?,
            device_claim_ids: device::store::numbers(unit.db(), &area, of).await?,
            bills: i32::try_from(bills.len()).unwrap_or(i32::MAX),
            recognition_version: version,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let number = application.recognition_number.as_str();
        let (injury_id, person_id) = (uuid(&decision.injury_id)?, uuid(&application.person_id)?);
        // A correction or a revocation that arrives, a benefit that is decided, and a bill that is settled meanwhile wait for
        // this, or this for them.
        store::hold(unit.db(), &area, &[number]).await?;
        claims::hold(unit.db(), &area, injury_id).await?;
        medical::store::hold_person(unit.db(), person_id).await?;
        self.examine_again(unit, &application, &decision).await?;
        let before = decision.before.clone().unwrap_or_default();
        let (version, decided) = recognition(unit, &form(&application, &before)).await?;
        let new = Correction {
            injury_id,
            recognition_version: version,
            decision: &decision.after.clone().unwrap_or_default(),
            diagnoses: &rules::diagnoses(&decided.diagnoses)?,
            case_id,
        };
        store::correct(unit.db(), &area, new).await?;
        medical::flag_correction(unit, (person_id, number), &decision.correction_grounds).await?;
        let injury = store::injury(unit.db(), &area, (person_id, number)).await?;
        let what = What::InjuryCorrected(InjuryCorrected { injury });
        tell(unit, &application.person_id, what).await
    }
}

/// Form 5-2 as it would be filled in now; the stoppage period is changed on form 54-A.
fn form(application: &InjuryCorrectionForm, before: &InjuryDecision) -> InjuryForm {
    let found_after_end = maybe_day(before.insured_on) < maybe_day(before.happened_on);
    InjuryForm {
        employer_id: before.employer_id.clone(),
        person_id: before.person_id.clone(),
        name: before.name.clone(),
        recognition_number: application.recognition_number.clone(),
        died_on: before.died_on,
        seconded_to_employer_id: application.seconded_to_employer_id.clone(),
        diagnosed_after_end: found_after_end,
        third_party: before.third_party,
        ..InjuryForm::default()
    }
}

/// With what the decision of the department says nothing of, as it was registered.
fn restated(after: InjuryDecision, before: &InjuryDecision) -> InjuryDecision {
    let accident_id = match after.accident_id.as_str() {
        "" => before.accident_id.clone(),
        _ => after.accident_id.clone(),
    };
    InjuryDecision {
        accident_id,
        stoppage_from_on: before.stoppage_from_on,
        stoppage_until_on: before.stoppage_until_on,
        ..after
    }
}
