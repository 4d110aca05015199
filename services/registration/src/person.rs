//! Insured persons: what every section of the chapter looks up.

pub mod rules;
pub mod store;
