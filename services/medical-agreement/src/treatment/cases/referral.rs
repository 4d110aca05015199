//! Referral out of the area (forms 4-3 and 45-A).

use chassis::wire::{day, maybe_day};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{
    Approval, ApprovalKind, InstitutionKind, ReferralDecision, ReferralForm, Refusal,
};
use law::Law;
use law::calendar::{Term, days_between};
use uuid::Uuid;

use super::super::rules;
use super::{grant, may_give_opinion, not_backdated, proposed, within_days};
use crate::agreement::in_force;
use crate::patient::{self, Stated};

/// Art. 64. What follows from a referral.
const JOURNEY: &str =
    "经批准到统筹地区以外就医的，交通、食宿费按照统筹地区人民政府规定的标准核定（第六十四条）。";

/// Art. 54. What an approval before the recognition is worth.
const NOT_RECOGNISED: &str = "尚未认定工伤：认定为工伤并办理工伤登记后，方可依据本批准审核医疗费；不予认定的，基金不予支付（第五十四条）。";

/// Art. 45. An injury is treated outside of the area, as an institution that the agency named for it advises.
pub struct Referral;

#[chassis::async_trait]
impl Case for Referral {
    type Application = ReferralForm;
    type Decision = ReferralDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The opinion; the decision that recognised the injury where there is one.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        match application.recognition_number.as_str() {
            "" => vec![Needed::paper(EvidenceKind::MedicalOpinion)],
            _ => patient::papers(&[EvidenceKind::MedicalOpinion]),
        }
    }

    /// The agreement of who gives its opinion is that of the day on which it is handed in: the treatment
    /// itself is elsewhere.
    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let days = (day(application.from_on)?, day(application.until_on)?);
        rules::outside(unit.area(), &application.target_area)?;
        in_time(unit, application).await?;
        within_days(unit, days, "referral_days_at_most").await?;
        let (referring, applied_on) = (&application.referring_institution_id, unit.applied_on());
        let agreement = in_force(unit, referring, InstitutionKind::Medical, applied_on).await?;
        if !agreement.refers {
            let refused = Refused::because(Refusal::NotReferring);
            return Err(refused.with("institution_id", referring).into());
        }
        let doctor = (referring.as_str(), application.doctor_number.as_str());
        may_give_opinion(unit, doctor, applied_on).await?;
        let stated = Stated {
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        };
        let mut patient = patient::injured(unit, stated, days.0).await?;
        let mut notes = vec![JOURNEY.to_owned()];
        if patient.recognition_number.is_empty() || application.happened_on.is_some() {
            patient = patient::filed(unit, patient, maybe_day(application.happened_on)).await?;
            notes.push(NOT_RECOGNISED.to_owned());
        }
        patient::employed(unit, &patient, &application.employer_id).await?;
        let approval = proposed(unit, ApprovalKind::Referral, patient, days).await?;
        Ok(ReferralDecision {
            approval: Some(Approval {
                institution_name: application.target_name.clone(),
                outside_area: application.target_area.clone(),
                happened_on: application.happened_on,
                ..approval
            }),
            referring_institution_id: referring.clone(),
            referring_institution_name: agreement.name,
            doctor_number: application.doctor_number.clone(),
            reason: application.reason.clone(),
            agreed_there: application.agreed_there,
            notes,
            urgent: application.urgent,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        grant(unit, case_id, decision.approval, &application.employer_id).await
    }
}

/// Art. 45. It is applied for before; or, where danger left no time for that, within the days in which it is made up for.
async fn in_time(unit: &mut Unit, form: &ReferralForm) -> Result<()> {
    let (from_on, applied_on) = (day(form.from_on)?, unit.applied_on());
    if !form.urgent {
        return Ok(not_backdated(unit, from_on)?);
    }
    let law = unit.law(applied_on).await?;
    let days = law.integer("referral_afterwards_days")?.value;
    let is_before = maybe_day(form.happened_on).is_some_and(|happened_on| from_on < happened_on);
    if is_before || days_between(from_on, applied_on) >= days {
        let refused = Refused::because(Refusal::ReferralLate);
        return Err(refused.with("from_on", from_on).with("days", days).into());
    }
    Ok(())
}
