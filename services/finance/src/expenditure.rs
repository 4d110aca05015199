//! Section 2, 支出管理: what the fund will need is applied for with the treasury (articles 95, 98 and 99), what was ordered is paid
//! by the bank within what has arrived (article 95), and what the bank returns waits for an account to which it can be paid
//! (article 97).

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod runs;
pub mod store;
