//! Cases on rates: objection (表3-8), yearly report (表3-9).

mod reassessment;
mod report;

pub use reassessment::RateReassessment;
pub use report::{RateFloatingReport, summary, years};
