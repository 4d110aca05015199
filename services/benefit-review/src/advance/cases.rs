//! Kinds of case of the section.

mod application;
mod review;

pub use application::AdvanceApplication;
pub use review::AdvanceReview;
