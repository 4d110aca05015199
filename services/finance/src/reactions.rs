//! What other services' events do here.

mod ordered;
mod received;

use chassis::{Reaction, Result, Told, Unit, async_trait};
use contracts::audit::v1::AuditEvent;
use contracts::audit::v1::audit_event::Happened as Audited;
use contracts::collection::v1::CollectionEvent;
use contracts::collection::v1::collection_event::Happened;
use contracts::payment::v1::PaymentEvent;
use contracts::payment::v1::payment_event::What;

use crate::expenditure::store::payables;
use crate::income::store as income;
use crate::ledger;

/// Collection tells what was paid.
pub struct Collection;

#[async_trait]
impl Reaction for Collection {
    const FEED: &'static str = "collection";
    type Event = CollectionEvent;

    /// Art. 101. What employers paid, and credits that were applied, become vouchers; a remainder that is to be written off
    /// waits for a decision (article 37).
    async fn apply(&self, unit: &mut Unit, events: &[Told<CollectionEvent>]) -> Result<()> {
        let area = unit.area().to_owned();
        let (mut drafts, mut credits) = (Vec::new(), received::Credits::default());
        let mut refunds = Vec::new();
        for told in events {
            match &told.event.happened {
                Some(Happened::ReceiptsEntered(entered)) => {
                    drafts.extend(received::receipts(entered)?);
                }
                Some(Happened::CreditApplied(applied)) => credits.add(told.request_id, applied)?,
                Some(Happened::CreditRefunded(refunded)) => {
                    refunds.push(ordered::refund(refunded)?);
                }
                Some(Happened::RemainderHandedOver(remainder)) if !remainder.months.is_empty() => {
                    income::keep_remainder(unit.db(), &area, remainder).await?;
                }
                Some(
                    Happened::BasesSet(_)
                    | Happened::BasesConfirmed(_)
                    | Happened::RateSet(_)
                    | Happened::ContributionAssessed(_)
                    | Happened::BackPaymentAssessed(_)
                    | Happened::SpecialContributionAssessed(_)
                    | Happened::MonthSent(_)
                    | Happened::PaidListTaken(_)
                    | Happened::EmployerDunned(_)
                    | Happened::ArrearsOpened(_)
                    | Happened::ArrearsClosed(_)
                    | Happened::RepaymentNoticeIssued(_)
                    | Happened::RepaymentAgreementSigned(_)
                    | Happened::RepaymentAgreementBroken(_)
                    | Happened::RemainderHandedOver(_)
                    | Happened::UnderDeclarationHandedOver(_)
                    | Happened::RefusalToRepayHandedOver(_)
                    | Happened::AbilityAuditAsked(_)
                    | Happened::RateFloatingReported(_)
                    | Happened::ArrearsWrittenOff(_)
                    | Happened::UnderDeclarationChanged(_),
                )
                | None => {}
            }
        }
        payables::keep(unit.db(), &area, &refunds).await?;
        drafts.extend(credits.drafts()?);
        ledger::post(unit, &drafts).await.map(drop)
    }
}

/// Payment tells what is to be paid.
pub struct Payment;

#[async_trait]
impl Reaction for Payment {
    const FEED: &'static str = "payment";
    type Event = PaymentEvent;

    /// Art. 95, Art. 97. Orders wait to be paid; what the bank returned is paid again once another account was told.
    async fn apply(&self, unit: &mut Unit, events: &[Told<PaymentEvent>]) -> Result<()> {
        let area = unit.area().to_owned();
        let (mut orders, mut payees, mut accounts) = (Vec::new(), Vec::new(), Vec::new());
        for told in events {
            match &told.event.what {
                Some(What::PaymentOrdered(told)) => {
                    orders.push(ordered::order(&told.order.clone().unwrap_or_default())?);
                }
                Some(What::BankAccountTold(told)) => {
                    payees.push(told.payee_id.clone());
                    accounts.push(told.bank_account_id.clone());
                }
                Some(What::PayrollDone(_) | What::PaymentStopped(_) | What::PaymentResumed(_))
                | None => {}
            }
        }
        payables::keep(unit.db(), &area, &orders).await?;
        payables::move_to(unit.db(), &area, (&payees, &accounts)).await
    }
}

/// Audit tells what was recovered of advances.
pub struct Audit;

#[async_trait]
impl Reaction for Audit {
    const FEED: &'static str = "audit";
    type Event = AuditEvent;

    /// Art. 100. What came back of an advance becomes a voucher.
    async fn apply(&self, unit: &mut Unit, events: &[Told<AuditEvent>]) -> Result<()> {
        let mut drafts = Vec::new();
        for told in events {
            match &told.event.happened {
                Some(Audited::AdvanceRecovered(recovered)) => {
                    drafts.push(received::recovery(recovered)?);
                }
                Some(Audited::AbilityAudited(_) | Audited::InstitutionSanctioned(_)) | None => {}
            }
        }
        ledger::post(unit, &drafts).await.map(drop)
    }
}
