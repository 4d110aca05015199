//! Section 3, 工伤待遇调整: who has benefits is verified from time to time (article 88), and what is paid by the month is stopped
//! and resumed (article 89). What an adjustment makes of amounts (article 87) is decided in benefit review.

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod runs;
pub mod store;
