//! Devices from an institution in the area (forms 4-5 and 50-A).

use chassis::wire::day;
use chassis::{Case, Needed, Result, Unit};
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{ApprovalKind, DeviceDecision, DeviceForm, InstitutionKind};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::approve;
use super::asked::{Asked, approved, examine};
use crate::agreement::in_force;
use crate::approval::decided;
use crate::patient::{Stated, papers};

/// Art. 50. An injured employee gets devices, or has them replaced, at an institution of her or his choice.
pub struct DeviceApproval;

#[chassis::async_trait]
impl Case for DeviceApproval {
    type Application = DeviceForm;
    type Decision = DeviceDecision;

    /// Cases of one person take effect one after the other: no device is approved twice.
    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        papers(&[EvidenceKind::DeviceConfirmation])
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let asked = Asked {
            stated: Stated {
                person_id: &application.person_id,
                name: &application.name,
                recognition_number: &application.recognition_number,
            },
            employer_id: &application.employer_id,
            confirmed_on: day(application.confirmed_on)?,
            confirmed: &application.confirmed,
            items: &application.items,
        };
        let found = examine(unit, &asked).await?;
        let (chosen, kind) = (
            &application.treating_institution_id,
            InstitutionKind::Device,
        );
        let institution = in_force(unit, chosen, kind, found.days.0).await?;
        Ok(DeviceDecision {
            person_id: found.patient.person_id.to_string(),
            name: found.patient.name,
            recognition_number: found.patient.recognition_number,
            confirmation_number: application.confirmation_number.clone(),
            treating_institution_id: institution.institution_id,
            institution_name: institution.name,
            from_on: Some(found.days.0.into()),
            until_on: Some(found.days.1.into()),
            items: found.items,
            worksheet: Some(found.worksheet.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let approval = decided(
            (ApprovalKind::Device, case_id),
            (
                decision.person_id,
                decision.name,
                decision.recognition_number,
            ),
            (decision.treating_institution_id, decision.institution_name),
            (decision.from_on, decision.until_on),
            approved(&decision.items),
        );
        approve(unit, approval, &application.employer_id, &decision.items).await
    }
}
