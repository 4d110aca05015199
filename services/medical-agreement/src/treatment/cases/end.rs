//! The end of an approval before its last day (forms 42-B and 42-C).

use chassis::wire::{day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::{
    Approval, ApprovalEndDecision, ApprovalEndForm, ApprovalKind, Refusal,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::{named, unknown};
use crate::approval;

/// Art. 42, Art. 44, Art. 45. What was approved holds no longer than until a day to come: who was treated
/// before relied on it.
pub struct ApprovalTermination;

#[chassis::async_trait]
impl Case for ApprovalTermination {
    type Application = ApprovalEndForm;
    type Decision = ApprovalEndDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The form says why.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let until_on = day(application.until_on)?;
        let approval = named(unit, &application.approval_id, &application.person_id).await?;
        // The others have records of their own, which end with them.
        use ApprovalKind::{Referral, Relapse, Residence};
        if !matches!(approval.kind(), Residence | Relapse | Referral) {
            return Err(unknown(&application.approval_id).into());
        }
        let until_on_before = day(approval.until_on)?;
        if until_on < unit.applied_on() || until_on >= until_on_before {
            return Err(Refused::because(Refusal::ApprovalEnd)
                .with("until_on", until_on)
                .with("until_on_before", until_on_before)
                .into());
        }
        Ok(ApprovalEndDecision {
            until_on_before: approval.until_on,
            approval: Some(Approval {
                until_on: application.until_on,
                ..approval
            }),
            reason: application.reason,
            explanation: application.explanation.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        _case_id: Uuid,
        application: Self::Application,
        _decision: Self::Decision,
    ) -> Result<()> {
        let approval_id = uuid(&application.approval_id)?;
        approval::end(unit, approval_id, day(application.until_on)?).await
    }
}
