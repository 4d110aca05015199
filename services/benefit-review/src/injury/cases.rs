//! The kinds of case of the section.

mod accident;
mod appraisal;
mod correction;
mod registration;
mod relation;
mod settlement;
mod stoppage;

pub use accident::AccidentFiling;
pub use appraisal::WorkCapacityRegistration;
pub use correction::InjuryCorrection;
pub use registration::InjuryRegistration;
pub use relation::RelationChange;
pub use settlement::{OneOffSettlement, settle_again};
pub use stoppage::StoppageChange;
