//! What finance's events do here.

use chassis::{Reaction, Result, Told, Unit, async_trait};
use contracts::finance::v1::FinanceEvent;
use contracts::finance::v1::finance_event::Happened;

use crate::arrears;

/// Finance tells what became of the remainders that were handed over to be written off.
pub struct Finance;

#[async_trait]
impl Reaction for Finance {
    const FEED: &'static str = "finance";
    type Event = FinanceEvent;

    async fn apply(&self, unit: &mut Unit, events: &[Told<FinanceEvent>]) -> Result<()> {
        for told in events {
            match &told.event.happened {
                Some(Happened::WriteOffApproved(approved)) => {
                    arrears::write_off(unit, approved).await?;
                }
                Some(Happened::WriteOffDeclined(declined)) => {
                    arrears::take_back(unit, declined).await?;
                }
                Some(Happened::PaymentsMade(_) | Happened::PaymentReturned(_)) | None => {}
            }
        }
        Ok(())
    }
}
