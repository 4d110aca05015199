//! Extension of a stay (forms 48-A and 48-B).

use chassis::wire::{count, day, uuid, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{
    ApprovalKind, ConsentingParty, InstitutionKind, Refusal, Rehabilitation,
    RehabilitationExtensionDecision, RehabilitationExtensionForm,
};
use law::Law;
use law::calendar::{Term, add_days};
use uuid::Uuid;

use super::super::{assess, happened, last_stay, listed, rules, store};
use crate::patient::{Stated, injured, papers};
use crate::{agreement, approval};

/// Art. 48. A stay goes on: an agreement institution finds that it should, and whom it concerns agrees.
pub struct RehabilitationExtension;

#[chassis::async_trait]
impl Case for RehabilitationExtension {
    type Application = RehabilitationExtensionForm;
    type Decision = RehabilitationExtensionDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        papers(&[EvidenceKind::MedicalOpinion])
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        unit.look_as_the_agency().await?;
        let applied_on = unit.applied_on();
        agreed(application, applied_on)?;
        let person_id = uuid(&application.person_id)?;
        let stay = last_stay(unit, person_id, &application.recognition_number).await?;
        rules::goes_on(&stay)?;
        of_the_stay(&application.employer_id, &stay)?;
        let until_on = day(stay.until_on)?;
        if applied_on > until_on {
            let refused = Refused::because(Refusal::ExtensionLate);
            return Err(refused.with("until_on", until_on).into());
        }
        // No day between what was approved before and this.
        let days = (
            add_days(until_on, 1),
            add_days(until_on, application.further_days),
        );
        let stated = Stated {
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        };
        let patient = injured(unit, stated, days.0).await?;
        let kind = InstitutionKind::Rehabilitation;
        let institution = agreement::in_force(unit, &stay.institution_id, kind, days.0).await?;
        let kind = ApprovalKind::Rehabilitation;
        approval::none_between(unit, kind, &patient, days).await?;
        let cost = yuan(application.cost.as_ref())?;
        let plan = rules::plan(&application.items, cost, "表48-A")?;
        let law = unit.law(applied_on).await?;
        let weighed = (i64::from(stay.days), i64::from(application.further_days));
        let id = institution.institution_id.as_str();
        let experts = ("rehabilitation_extension_experts", id);
        let (time, experts) = assess(unit, weighed, experts, &law).await?;
        Ok(RehabilitationExtensionDecision {
            person_id: patient.person_id.to_string(),
            name: patient.name,
            recognition_number: patient.recognition_number,
            employer_id: stay.employer_id,
            institution_id: institution.institution_id,
            institution_name: institution.name,
            items: application.items.clone(),
            from_on: Some(days.0.into()),
            until_on: Some(days.1.into()),
            days: count(application.further_days),
            cost: Some(plan.value.into()),
            cost_worksheet: Some(plan.into()),
            days_worksheet: Some(time.into()),
            experts,
            rehabilitation_id: stay.rehabilitation_id,
            total_days: count(weighed.0 + weighed.1),
            notes: listed(unit, &application.items, days.0).await?,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        _application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let approval = approval::decided(
            (ApprovalKind::Rehabilitation, case_id),
            (
                decision.person_id,
                decision.name,
                decision.recognition_number,
            ),
            (decision.institution_id, decision.institution_name),
            (decision.from_on, decision.until_on),
            decision.items,
        );
        let stay = uuid(&decision.rehabilitation_id)?;
        let of = (stay, decision.employer_id.as_str());
        store::insert_part(unit.db(), &area, of, &approval).await?;
        approval::give(unit, approval, of.1).await
    }
}

/// Art. 48. The institution has found, and whom it concerns has agreed; a relative by name.
fn agreed(form: &RehabilitationExtensionForm, today: time::Date) -> Result<()> {
    happened(day(form.opinion_on)?, today)?;
    happened(day(form.consented_on)?, today)?;
    let by_relative = form.consenting_party() == ConsentingParty::Relative;
    if by_relative == form.relative_name.is_empty() {
        return Err(Refused::because(Refusal::RelativeMissing).into());
    }
    Ok(())
}

/// Art. 48. An employer extends the stay that it applied for. What another one did, or the employee alone, is none
/// of its business, were she or he its own by now.
fn of_the_stay(employer_id: &str, stay: &Rehabilitation) -> Result<(), Refused> {
    if employer_id.is_empty() || employer_id == stay.employer_id {
        return Ok(());
    }
    Err(Refused::because(Refusal::StayOfAnother).with("employer_id", employer_id))
}
