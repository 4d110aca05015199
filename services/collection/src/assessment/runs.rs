//! The assessment of a month, and what changes an assessment afterwards.

mod month;
mod reassess;
mod slice;

pub use month::MonthAssessment;
pub use reassess::{reassess, settle_provisional};
