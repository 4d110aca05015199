//! The employer confirms its bases: rosters signed by the employees, or its commitment (表3-4, 3-5).

use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    BaseConfirmationDecision, BaseConfirmationMeans, BaseConfirmationSummary, BasesConfirmed,
    CollectionEvent, Refusal,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use crate::base::store;
use crate::wire;

/// A confirmation of bases.
pub struct BaseConfirmation;

#[async_trait]
impl Case for BaseConfirmation {
    type Application = BaseConfirmationSummary;
    type Decision = BaseConfirmationDecision;

    fn subject(&self, application: &BaseConfirmationSummary) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// Art. 23. The roster signed by the employees, or the commitment sealed by the employer.
    fn evidence(&self, application: &BaseConfirmationSummary) -> Vec<Needed> {
        vec![Needed::paper(match application.means() {
            BaseConfirmationMeans::Commitment => EvidenceKind::BaseCommitment,
            _ => EvidenceKind::SignedWageRoster,
        })]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &BaseConfirmationSummary,
    ) -> Result<BaseConfirmationDecision> {
        if application.means() == BaseConfirmationMeans::Commitment
            && application.commitment.is_none()
        {
            return Err(Refused::because(Refusal::CommitmentMissing).into());
        }
        let area = unit.area().to_owned();
        let case_id = wire::uuid(&application.declaration_case_id)?;
        let declared = store::declaration(unit.db(), &area, case_id)
            .await?
            .filter(|declared| declared.employer_id == application.employer_id)
            .ok_or_else(|| Refused::because(Refusal::BasesNotFound).with("case_id", case_id))?;
        let payroll = wire::yuan(application.confirmed_payroll.as_ref())?;
        if payroll != declared.payroll
            || i64::from(application.confirmed_headcount) != i64::from(declared.headcount)
        {
            return Err(Refused::because(Refusal::ConfirmationSums)
                .with("headcount", application.confirmed_headcount)
                .with("payroll", payroll)
                .with("assessed_headcount", declared.headcount)
                .with("assessed_payroll", declared.payroll)
                .into());
        }
        let (first, last) = wire::month_range(&declared.months)?;
        Ok(BaseConfirmationDecision {
            employer_id: declared.employer_id,
            from_month: Some(first.into()),
            to_month: Some(last.into()),
            headcount: application.confirmed_headcount,
            payroll: Some(payroll.into()),
            means: application.means,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        _case_id: Uuid,
        application: BaseConfirmationSummary,
        decision: BaseConfirmationDecision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let today = unit.today();
        let declared = wire::uuid(&application.declaration_case_id)?;
        store::confirm(unit.db(), &area, declared, (today, application.means)).await?;
        let event = BasesConfirmed {
            employer_id: decision.employer_id.clone(),
            case_id: application.declaration_case_id,
            headcount: decision.headcount,
            payroll: decision.payroll,
            means: decision.means,
        };
        let event = CollectionEvent {
            happened: Some(Happened::BasesConfirmed(event)),
        };
        unit.tell(decision.employer_id, &event).await
    }
}
