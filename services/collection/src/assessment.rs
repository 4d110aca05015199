//! Section 3, assessment of contributions (缴费核定).
//!
//! A month is assessed by a run: headcount, base and rate of each employer make its contribution;
//! back-payments and late fees are added (articles 28-30). Construction projects, small service
//! businesses and small mines are assessed in their own ways (article 31).

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod runs;
pub mod store;
