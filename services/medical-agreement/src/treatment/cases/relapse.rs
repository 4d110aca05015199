//! Treatment of a relapse (forms 4-2 and 44-A).

use chassis::wire::day;
use chassis::{Case, Needed, Result, Unit};
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{
    Approval, ApprovalKind, InstitutionKind, RelapseConclusion, RelapseDecision, RelapseForm,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::rules::{self, Dispute};
use super::super::store;
use super::{CommitteeReferral, grant, may_give_opinion, not_backdated, proposed, within_days};
use crate::agreement::in_force;
use crate::patient::{self, Stated};

/// Art. 44. A former injury is treated again where an agreement institution finds a relapse, or, where that
/// is disputed, the work-capacity appraisal committee does. A disputed application waits until the committee has
/// concluded: nobody can sign it before.
pub struct RelapseTreatment;

#[chassis::async_trait]
impl Case for RelapseTreatment {
    type Application = RelapseForm;
    type Decision = RelapseDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The institution's opinion.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        patient::papers(&[EvidenceKind::MedicalOpinion])
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let days = (day(application.from_on)?, day(application.until_on)?);
        not_backdated(unit, days.0)?;
        within_days(unit, days, "relapse_days_at_most").await?;
        rules::diagnosis_codes(&application.diagnoses)?;
        let institution_id = application.treating_institution_id.as_str();
        let agreement = in_force(unit, institution_id, InstitutionKind::Medical, days.0).await?;
        let doctor = (institution_id, application.doctor_number.as_str());
        may_give_opinion(unit, doctor, unit.applied_on()).await?;
        let (disputed, conclusion) = dispute(unit).await?;
        let dispute = match &conclusion {
            Some(conclusion) => Dispute::Concluded(conclusion),
            None if disputed => Dispute::Waits,
            None => Dispute::Nobody,
        };
        let found_by = rules::found_by(application, dispute)?;
        let stated = Stated {
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        };
        let patient = patient::injured(unit, stated, days.0).await?;
        patient::employed(unit, &patient, &application.employer_id).await?;
        let mut notes = Vec::new();
        if !rules::is_related(&application.diagnoses, &patient.diagnoses) {
            let recognised = patient.diagnoses.join("、");
            notes.push(format!(
                "各项诊断均不属于认定工伤的疾病诊断类目（{recognised}），请核实与原伤的关系。"
            ));
        }
        let approval = proposed(unit, ApprovalKind::Relapse, patient, days).await?;
        Ok(RelapseDecision {
            approval: Some(Approval {
                institution_id: institution_id.to_owned(),
                institution_name: agreement.name,
                diagnoses: application.diagnoses.clone(),
                ..approval
            }),
            doctor_number: application.doctor_number.clone(),
            opinion: application.opinion.clone(),
            found_by: found_by.to_owned(),
            conclusion_number: conclusion.map_or_else(String::new, |made| made.number),
            notes,
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

/// Whether the application at hand is put before the committee, or about to be, and what that concluded.
async fn dispute(unit: &mut Unit) -> Result<(bool, Option<RelapseConclusion>)> {
    let Some(case_id) = unit.case_id() else {
        return Ok((false, None));
    };
    let area = unit.area().to_owned();
    if let Some(referred) = store::dispute_about(unit.db(), &area, case_id).await? {
        return Ok((true, referred.conclusion()?));
    }
    let asked = chassis::undecided_on::<CommitteeReferral>(unit, &case_id.to_string()).await?;
    Ok((!asked.is_empty(), None))
}
