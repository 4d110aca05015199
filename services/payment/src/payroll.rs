//! Section 1, 工伤待遇支付: what was decided is told to whom it concerns (article 79), paid by payrolls of months (article 80),
//! also while somebody is in prison (article 81), and kept so that it can be asked for (article 82); what the medical
//! insurance fund gets back and what is advanced goes the same way (article 83).

pub mod cases;
pub mod rpc;
pub mod rules;
pub mod runs;
pub mod store;
