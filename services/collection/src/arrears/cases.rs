//! What is done about arrears, case by case.

mod agreement;
mod refund;
mod to_audit;
mod write_off;

pub use agreement::{Agreement, review};
pub use refund::CreditRefund;
pub use to_audit::{AbilityAudit, RefusalToRepay};
pub use write_off::WriteOff;
