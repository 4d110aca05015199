//! Rehabilitation on a plan (forms 4-4 and 47-A).

use chassis::wire::{count, day, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{
    ApprovalKind, InstitutionKind, Refusal, RehabilitationDecision, RehabilitationForm,
};
use law::Law;
use law::calendar::{Term, days_between};
use uuid::Uuid;

use super::super::{assess, listed, rules, store};
use crate::patient::{Stated, employed, injured, papers};
use crate::{agreement, approval};

/// Art. 47. An injured employee is rehabilitated by the plan of an agreement institution.
pub struct RehabilitationStay;

#[chassis::async_trait]
impl Case for RehabilitationStay {
    type Application = RehabilitationForm;
    type Decision = RehabilitationDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        papers(&[EvidenceKind::RehabilitationPlan])
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        unit.look_as_the_agency().await?;
        let applied_on = unit.applied_on();
        let (from_on, until_on) = (day(application.from_on)?, day(application.until_on)?);
        let law = unit.law(applied_on).await?;
        let most = law.integer("rehabilitation_days_at_most")?.value;
        approval::within(from_on, until_on, (most, &format!("{most}日")))?;
        if from_on < applied_on {
            let refused = Refused::because(Refusal::RehabilitationBackdated);
            return Err(refused.with("from_on", from_on).into());
        }
        let cost = yuan(application.cost.as_ref())?;
        let plan = rules::plan(&application.items, cost, "表4-4")?;
        let stated = Stated {
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        };
        let patient = injured(unit, stated, from_on).await?;
        employed(unit, &patient, &application.employer_id).await?;
        let id = application.treating_institution_id.as_str();
        let kind = InstitutionKind::Rehabilitation;
        let institution = agreement::in_force(unit, id, kind, from_on).await?;
        let kind = ApprovalKind::Rehabilitation;
        approval::none_between(unit, kind, &patient, (from_on, until_on)).await?;
        let days = days_between(from_on, until_on) + 1;
        let experts = ("rehabilitation_experts", id);
        let (time, experts) = assess(unit, (0, days), experts, &law).await?;
        Ok(RehabilitationDecision {
            person_id: patient.person_id.to_string(),
            name: patient.name,
            recognition_number: patient.recognition_number,
            employer_id: application.employer_id.clone(),
            institution_id: institution.institution_id,
            institution_name: institution.name,
            items: application.items.clone(),
            from_on: application.from_on,
            until_on: application.until_on,
            days: count(days),
            cost: Some(plan.value.into()),
            cost_worksheet: Some(plan.into()),
            days_worksheet: Some(time.into()),
            experts,
            goals: application.goals.clone(),
            expected_effect: application.expected_effect.clone(),
            notes: listed(unit, &application.items, from_on).await?,
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
        store::insert_stay(unit.db(), &area, case_id, &decision).await?;
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
        let of = (case_id, decision.employer_id.as_str());
        store::insert_part(unit.db(), &area, of, &approval).await?;
        approval::give(unit, approval, of.1).await
    }
}
