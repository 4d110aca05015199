//! Chapter 3 of the procedure: what employers owe, what they paid, and who is in arrears.

pub mod assessment;
pub mod base;
pub mod ledger;
pub mod rate;

mod parameters;

pub use parameters::PARAMETERS;
