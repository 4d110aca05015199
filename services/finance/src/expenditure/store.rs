//! SQL of expenditure.

pub mod payables;
pub mod plans;
pub mod results;
