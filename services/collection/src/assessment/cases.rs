//! Cases on what is due: back-payment (表3-11) and the three special ways (表31-A to 31-C, 31-E).

mod back_payment;
mod project;
mod special;
mod special_decision;

pub use back_payment::BackPayment;
pub use project::{ConstructionProject, ProjectChange};
pub use special::{SmallMineOutput, SmallServiceBusiness, charged_by_payroll};
