//! Section 2, assessment of rates (费率核定).
//!
//! An employer starts at the benchmark of its risk class (article 25). Its rate floats with what its
//! review period shows, it is told in writing and may object (article 26), and each year's floating is
//! summed up and reported (article 27).

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod runs;
pub mod store;
