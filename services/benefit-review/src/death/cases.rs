//! Kinds of case of the section.

mod change;
mod corrected;
mod lump_sum;
mod survivors;

pub use change::{OfAge, SurvivorChanged, again_monthly, papers_of, told_late};
pub use corrected::{correctable_death, correctable_survivors, is_of_same_relative};
pub use lump_sum::{DeathClaim, again_once};
pub use survivors::SurvivorClaim;
