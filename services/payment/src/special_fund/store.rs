//! SQL of what the fund pays beside benefits.

pub mod agreements;
pub mod appraisals;
pub mod prevention;
