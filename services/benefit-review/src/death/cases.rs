//! Kinds of case of the section.

mod change;
mod lump_sum;
mod survivors;

pub use change::{SurvivorChanged, again_monthly, papers_of, told_late};
pub use lump_sum::{DeathClaim, again_once};
pub use survivors::SurvivorClaim;
