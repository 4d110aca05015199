//! Vouchers by hand (forms 101-A and 101-B), corrections in red ink (103-A, 103-B), the closing of a month (104-A, 104-B) and
//! posts (106-A, 106-B).

mod close;
mod correction;
mod post;
mod voucher;

pub use close::PeriodClose;
pub use correction::Correction;
pub use post::PostAssignment;
pub use voucher::HandVoucher;

use chassis::{Result, Unit};
use contracts::Refused;
use contracts::finance::v1::Refusal;
use law::Month;

use crate::ledger;

/// Art. 104. A month that was decided on is open.
async fn expect_open(unit: &mut Unit, month: Month) -> Result<()> {
    match ledger::first_open(unit).await? {
        Some(open) if month < open => Err(Refused::because(Refusal::PeriodClosed)
            .with("month", month)
            .with("next", open)
            .into()),
        _ => Ok(()),
    }
}
