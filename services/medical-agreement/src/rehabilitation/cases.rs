//! The kinds of case of the section: stays approved, extended and evaluated, and the pool of experts changed.

mod evaluation;
mod expert;
mod extension;
mod stay;

pub use evaluation::RehabilitationEvaluation;
pub use expert::ExpertPoolChange;
pub use extension::RehabilitationExtension;
pub use stay::RehabilitationStay;
