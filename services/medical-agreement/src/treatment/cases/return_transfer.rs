//! Transfer back from where an accident happened outside of the area (forms 41-C and 41-D).

use chassis::wire::{day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{
    Approval, ApprovalKind, InstitutionKind, Refusal, ReturnTransferDecision, ReturnTransferForm,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::{named, unknown};
use crate::agreement::in_force;
use crate::approval::store::Filter;
use crate::approval::{self, store as approvals};
use crate::patient::{self, Stated};

/// Art. 41. Once the injury is stable, treatment goes on at an agreement institution of the area.
pub struct ReturnTransfer;

#[chassis::async_trait]
impl Case for ReturnTransfer {
    type Application = ReturnTransferForm;
    type Decision = ReturnTransferDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The opinion of the institution that took the employee in.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::MedicalOpinion)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let transferred_on = day(application.transferred_on)?;
        if !application.stable {
            return Err(Refused::because(Refusal::NotStable).into());
        }
        let approval = reported(unit, application).await?;
        let (from_on, until_on) = (day(approval.from_on)?, day(approval.until_on)?);
        if transferred_on > unit.today() || !(from_on..=until_on).contains(&transferred_on) {
            return Err(Refused::because(Refusal::TransferDate)
                .with("transferred_on", transferred_on)
                .with("from_on", from_on)
                .with("until_on", until_on)
                .into());
        }
        let stated = Stated {
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        };
        patient::injured(unit, stated, transferred_on).await?;
        let institution_id = application.treating_institution_id.as_str();
        let kind = InstitutionKind::Medical;
        let agreement = in_force(unit, institution_id, kind, transferred_on).await?;
        Ok(ReturnTransferDecision {
            approval: Some(Approval {
                until_on: application.transferred_on,
                ..approval
            }),
            treating_institution_id: institution_id.to_owned(),
            treating_institution_name: agreement.name,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        _case_id: Uuid,
        application: Self::Application,
        _decision: Self::Decision,
    ) -> Result<()> {
        let (area, transferred_on) = (unit.area().to_owned(), day(application.transferred_on)?);
        let own = reported(unit, &application).await?;
        let filter = Filter {
            person_id: Some(uuid(&application.person_id)?),
            employer_id: &application.employer_id,
            kind: ApprovalKind::OutsideAccident as i32,
            ..Filter::default()
        };
        for row in approvals::list(unit.db(), &area, filter, (None, i64::MAX)).await? {
            let (approval_id, until_on) = (row.approval_id, row.until_on);
            if until_on > transferred_on && of_one_accident(&own, &row.try_into()?) {
                approval::end(unit, approval_id, transferred_on).await?;
            }
        }
        Ok(())
    }
}

/// Art. 41. With what was reported goes what continued it: what is of the same day, and not of another injury that was
/// recognised. Whoever had another accident since is treated where that one happened.
fn of_one_accident(own: &Approval, other: &Approval) -> bool {
    let (number, others) = (&own.recognition_number, &other.recognition_number);
    own.happened_on == other.happened_on
        && (number == others || number.is_empty() || others.is_empty())
}

/// The treatment outside that the employer on the form reported.
async fn reported(unit: &mut Unit, form: &ReturnTransferForm) -> Result<Approval> {
    let area = unit.area().to_owned();
    let approval = named(unit, &form.approval_id, &form.person_id).await?;
    let approval_id = uuid(&form.approval_id)?;
    let reported_by = approvals::employer(unit.db(), &area, approval_id).await?;
    if approval.kind() != ApprovalKind::OutsideAccident || reported_by != form.employer_id {
        return Err(unknown(&form.approval_id).into());
    }
    Ok(approval)
}
