//! Cases on what is due: back-payment (表3-11) and the three special ways (表31-A, 31-B, 31-C).

mod back_payment;
mod special;

pub use back_payment::BackPayment;
pub use special::{ConstructionProject, SmallMineOutput, SmallServiceBusiness};
