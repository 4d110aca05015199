//! Kinds of case of the section.

mod change;
mod lump_sum;
mod survivors;

pub use change::SurvivorChanged;
pub use lump_sum::DeathClaim;
pub use survivors::SurvivorClaim;
