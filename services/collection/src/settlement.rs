//! Section 4, settlement of contributions (缴费结算).
//!
//! A month that is assessed goes to whoever collects; the paid list comes back and enters the ledger
//! row by row, each row answered (article 32). Who did not pay is dunned, and goes to the arrears
//! ledger once the term of the notice is over (article 33).

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod runs;
mod store;
