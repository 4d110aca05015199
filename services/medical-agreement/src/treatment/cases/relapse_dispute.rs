//! A relapse that is put before the appraisal committee (forms 44-B and 44-C).

use chassis::wire::uuid;
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    Refusal, RelapseDisputeForm, RelapseDisputed, RelapseReferral,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::{rules, store};
use super::RelapseTreatment;
use crate::events::tell;
use crate::patient::{self, Stated};

/// Art. 44. Whether it is a relapse is for the committee to say once somebody disputes it: it is told, and the
/// application waits.
pub struct CommitteeReferral;

#[chassis::async_trait]
impl Case for CommitteeReferral {
    type Application = RelapseDisputeForm;
    type Decision = RelapseReferral;

    fn subject(&self, application: &Self::Application) -> String {
        application.relapse_case_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The opinion that is disputed, for the committee.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        patient::papers(&[EvidenceKind::MedicalOpinion])
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        unit.look_as_the_agency().await?;
        let area = unit.area().to_owned();
        rules::disputant(application)?;
        let case_id = uuid(&application.relapse_case_id)?;
        if let Some(before) = store::dispute_about(unit.db(), &area, case_id).await? {
            return Err(Refused::because(Refusal::RelapseReferred)
                .with("case_id", case_id)
                .with("referred_on", before.referred_on)
                .into());
        }
        let person_id = uuid(&application.person_id)?.to_string();
        let pending = chassis::undecided_on::<RelapseTreatment>(unit, &person_id).await?;
        if !pending.contains(&case_id) {
            let refused = Refused::because(Refusal::RelapseNotPending);
            return Err(refused.with("case_id", case_id).into());
        }
        let stated = Stated {
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        };
        let patient = patient::injured(unit, stated, unit.applied_on()).await?;
        patient::employed(unit, &patient, &application.employer_id).await?;
        Ok(RelapseReferral {
            relapse_case_id: application.relapse_case_id.clone(),
            person_id,
            name: patient.name,
            recognition_number: patient.recognition_number,
            disputed_by: application.disputed_by,
            grounds: application.grounds.clone(),
            referred_on: Some(unit.decided_on().into()),
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
        let of = (case_id, application.employer_id.as_str());
        store::refer(unit.db(), &area, of, &decision).await?;
        let key = decision.person_id.clone();
        let told = RelapseDisputed {
            dispute_id: case_id.to_string(),
            referral: Some(decision),
            conclusion: None,
        };
        tell(unit, &key, What::RelapseDisputed(told)).await
    }
}
