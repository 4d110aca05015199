//! What other services' events do here.

mod received;

use chassis::{Reaction, Result, Told, Unit, async_trait};
use contracts::collection::v1::CollectionEvent;
use contracts::collection::v1::collection_event::Happened;

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
        for told in events {
            match &told.event.happened {
                Some(Happened::ReceiptsEntered(entered)) => {
                    drafts.extend(received::receipts(entered)?);
                }
                Some(Happened::CreditApplied(applied)) => credits.add(told.request_id, applied)?,
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
                    | Happened::UnderDeclarationChanged(_)
                    | Happened::CreditRefunded(_),
                )
                | None => {}
            }
        }
        drafts.extend(credits.drafts()?);
        ledger::post(unit, &drafts).await.map(drop)
    }
}
