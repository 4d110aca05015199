//! Kinds of case about what was decided in all sections.

mod again;
mod review;

pub use again::Again;
pub use review::CashReview;
