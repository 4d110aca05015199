//! The end of an approval before its last day (forms 42-B and 42-C).

use chassis::wire::{day, uuid};
use chassis::{Case, Error, Needed, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::{
    Approval, ApprovalEndDecision, ApprovalEndForm, ApprovalKind, Refusal,
};
use law::Law;
use law::calendar::{Term, add_days};
use time::Date;
use uuid::Uuid;

use super::{named, unknown};
use crate::approval;
use crate::device::store as devices;

/// Art. 42, Art. 44, Art. 45, Art. 50. What was approved holds no longer than until a day to come: who was treated
/// before relied on it. Devices that were not fitted yet, since the institution cannot deliver, are given up at once.
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
        let until_on_before = day(approval.until_on)?;
        let (earliest_on, too_early) = earliest(unit, &approval).await?;
        if until_on < earliest_on || until_on >= until_on_before {
            return Err(Refused::because(too_early)
                .with("earliest_on", earliest_on)
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
        let (area, approval_id) = (unit.area().to_owned(), uuid(&application.approval_id)?);
        let until_on = day(application.until_on)?;
        // Nobody fits on a later day meanwhile.
        devices::hold_approved(unit.db(), &area, approval_id).await?;
        if let Some(fitted_on) = devices::last_fitted_on(unit.db(), &area, approval_id).await?
            && until_on < fitted_on
        {
            return Err(Error::Conflict("a device was fitted meanwhile".to_owned()));
        }
        approval::end(unit, approval_id, until_on).await
    }
}

/// The earliest last day that an approval may get, and what is said of an earlier one. Devices end at once, since others are
/// applied for elsewhere then: what was fitted by now stays approved. Stays and accidents have records of their own, which
/// end with them.
async fn earliest(unit: &mut Unit, approval: &Approval) -> Result<(Date, Refusal)> {
    use ApprovalKind::{Device, OutsideDevice, Referral, Relapse, Residence};
    let (area, applied_on) = (unit.area().to_owned(), unit.applied_on());
    match approval.kind() {
        Residence | Relapse | Referral => Ok((applied_on, Refusal::ApprovalEnd)),
        Device | OutsideDevice => {
            let approval_id = uuid(&approval.approval_id)?;
            let fitted_on = devices::last_fitted_on(unit.db(), &area, approval_id).await?;
            let earliest_on = fitted_on.max(Some(add_days(applied_on, -1)));
            Ok((
                earliest_on.unwrap_or(applied_on),
                Refusal::DeviceApprovalEnd,
            ))
        }
        _ => Err(unknown(&approval.approval_id).into()),
    }
}
