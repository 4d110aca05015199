//! What goes to audit: who refuses to repay, and who says that it cannot.

use chassis::{Case, Error, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AbilityAuditAsked, AbilityAuditForm, AbilityAuditRequest, ArrearsState, CollectionEvent,
    Refusal, RefusalToRepayForm, RefusalToRepayHandedOver, RefusalToRepayHandover,
};
use law::calendar::Term;
use law::{Law, Month};
use uuid::Uuid;

use crate::arrears::{months_of, open_arrears, store};
use crate::{ledger, notice, wire};

/// Art. 35. An employer that does not follow its notice to repay is handled jointly with audit, once lists can
/// have told of the last day of its term (article 32): the months that the notice named and that nobody handles
/// otherwise.
pub struct RefusalToRepay;

#[async_trait]
impl Case for RefusalToRepay {
    type Application = RefusalToRepayForm;
    type Decision = RefusalToRepayHandover;

    fn subject(&self, application: &RefusalToRepayForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &RefusalToRepayForm) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &RefusalToRepayForm,
    ) -> Result<RefusalToRepayHandover> {
        let area = unit.area().to_owned();
        let notice_id = wire::uuid(&application.notice_id)?;
        let notice = store::notice(unit.db(), &area, notice_id, &application.employer_id)
            .await?
            .ok_or_else(|| Error::not_found("还欠通知单", notice_id))?;
        let pay_by = wire::maybe_day(notice.pay_by)
            .ok_or_else(|| Refused::because(Refusal::NoticeUndelivered))?;
        if notice::told_through(unit).await? < pay_by {
            return Err(Refused::because(Refusal::NoticeTermRunning)
                .with("pay_by", pay_by)
                .into());
        }
        let named = months_of(&notice.months)?;
        let (mut balances, mut states) = open_arrears(unit, &application.employer_id).await?;
        states.retain(|(month, _)| named.contains(month));
        balances.retain(|balance| states.contains(&(balance.month, ArrearsState::Open)));
        if balances.is_empty() {
            return Err(handled(unit, &application.employer_id, &states)
                .await?
                .into());
        }
        let (principal, late_fee) = ledger::owed(&balances);
        Ok(RefusalToRepayHandover {
            employer_id: application.employer_id.clone(),
            months: balances.iter().map(Into::into).collect(),
            principal: Some(principal.into()),
            late_fee: Some(late_fee.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: RefusalToRepayForm,
        decision: RefusalToRepayHandover,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // What a list that is being entered pays is not handed over.
        ledger::store::lock(unit.db(), &area).await?;
        self.examine_again(unit, &application, &decision).await?;
        let employer_id = application.employer_id;
        let months = months_of(&decision.months)?;
        store::set_state(
            unit.db(),
            &area,
            (&employer_id, &months),
            (&[ArrearsState::Open], ArrearsState::WithAudit),
        )
        .await?;
        let handed_over = RefusalToRepayHandedOver {
            employer_id: employer_id.clone(),
            case_id: case_id.to_string(),
            notice_id: application.notice_id,
            principal: decision.principal,
            late_fee: decision.late_fee,
            months: decision.months,
        };
        let happened = Happened::RefusalToRepayHandedOver(handed_over);
        unit.tell(
            employer_id,
            &CollectionEvent {
                happened: Some(happened),
            },
        )
        .await
    }
}

/// Why none of the months that a notice named, which stand as `states` says, goes to audit.
async fn handled(
    unit: &mut Unit,
    employer_id: &str,
    states: &[(Month, ArrearsState)],
) -> Result<Refused> {
    let handed_over =
        |department| Refused::because(Refusal::AlreadyHandedOver).with("department", department);
    Ok(match states.first() {
        Some((_, ArrearsState::WithAudit)) => handed_over("稽核部门"),
        Some((_, ArrearsState::WithFinance)) => handed_over("财务部门"),
        Some((_, ArrearsState::UnderAgreement)) => {
            let area = unit.area().to_owned();
            let running = store::running(unit.db(), &area, employer_id).await?;
            Refused::because(Refusal::AgreementRunning)
                .with("agreement_id", running.unwrap_or_default())
        }
        _ => Refused::because(Refusal::NoArrears),
    })
}

/// Art. 36. An employer that says that it cannot repay in full: audit finds out.
pub struct AbilityAudit;

#[async_trait]
impl Case for AbilityAudit {
    type Application = AbilityAuditForm;
    type Decision = AbilityAuditRequest;

    fn subject(&self, application: &AbilityAuditForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &AbilityAuditForm) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &AbilityAuditForm,
    ) -> Result<AbilityAuditRequest> {
        let (balances, _) = open_arrears(unit, &application.employer_id).await?;
        let (principal, late_fee) = ledger::owed(&balances);
        Ok(AbilityAuditRequest {
            employer_id: application.employer_id.clone(),
            succession: application.succession,
            principal: Some(principal.into()),
            late_fee: Some(late_fee.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: AbilityAuditForm,
        decision: AbilityAuditRequest,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // What a list that is being entered pays is not audited.
        ledger::store::lock(unit.db(), &area).await?;
        self.examine_again(unit, &application, &decision).await?;
        let asked = AbilityAuditAsked {
            employer_id: application.employer_id.clone(),
            case_id: case_id.to_string(),
            succession: decision.succession,
            principal: decision.principal,
            late_fee: decision.late_fee,
        };
        let happened = Happened::AbilityAuditAsked(asked);
        unit.tell(
            application.employer_id,
            &CollectionEvent {
                happened: Some(happened),
            },
        )
        .await
    }
}
