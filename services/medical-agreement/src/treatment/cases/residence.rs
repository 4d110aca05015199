//! Treatment at the place of residence (forms 4-1 and 42-A).

use chassis::wire::day;
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{
    Approval, ApprovalKind, Refusal, ResidenceTreatmentDecision, ResidenceTreatmentForm,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::rules;
use super::{grant, not_backdated, proposed, within_months};
use crate::patient::{self, Stated};

/// Art. 42. Who lives outside of the area is treated there, at one institution.
pub struct ResidenceTreatment;

#[chassis::async_trait]
impl Case for ResidenceTreatment {
    type Application = ResidenceTreatmentForm;
    type Decision = ResidenceTreatmentDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        patient::papers(&[EvidenceKind::AppraisalConclusion])
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let days = (day(application.from_on)?, day(application.until_on)?);
        rules::outside(unit.area(), &application.residence_area)?;
        not_backdated(unit, days.0)?;
        within_months(unit, days, "residence_months_at_most").await?;
        if !application.treatment_needed || day(application.concluded_on)? > unit.today() {
            return Err(Refused::because(Refusal::TreatmentNotConfirmed).into());
        }
        let stated = Stated {
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        };
        let patient = patient::injured(unit, stated, days.0).await?;
        patient::employed(unit, &patient, &application.employer_id).await?;
        let approval = proposed(unit, ApprovalKind::Residence, patient, days).await?;
        Ok(ResidenceTreatmentDecision {
            approval: Some(Approval {
                institution_name: application.institution_name.clone(),
                outside_area: application.residence_area.clone(),
                ..approval
            }),
            mandate: application.mandate,
            conclusion_number: application.conclusion_number.clone(),
            concluded_on: application.concluded_on,
            institution_level: application.institution_level,
            agreed_there: application.agreed_there,
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
