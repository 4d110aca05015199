//! Section 1, assessment of contribution bases (基数核定).
//!
//! An employer declares its wages by person (article 22); they are assessed and it confirms them
//! (article 23). What review finds to be declared too low has to be made good within a term, or goes
//! to audit (article 24).

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;
