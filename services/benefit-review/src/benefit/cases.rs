//! Kinds of case about what was decided in all sections.

mod again;
mod corrected;
mod review;

pub use again::Again;
pub use corrected::facts;
pub use review::CashReview;
