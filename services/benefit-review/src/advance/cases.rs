//! Kinds of case of the section, and what cases of other sections change of an advance.

mod application;
mod changed;
mod review;

pub use application::AdvanceApplication;
pub use changed::{Open, book_changed, open};
pub use review::AdvanceReview;
