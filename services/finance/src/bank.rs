//! Files to the bank and from it (articles 95 to 97, 102 and 104): what is paid out, what came of each order, and what
//! moved on an account.
//!
//! The messages are those of ISO 20022: pain.001.001.09 out, pain.002 and camt.053 in. A bank without them takes
//! [`list`] instead, and its answers come as lists of the contract. Nothing here reads a file, a clock or a database:
//! everything is written to a `Write` and read from a `BufRead`, one payment after the other, so that half a million of
//! them need no more room than one.

mod code;
mod message;
mod order;

pub mod initiation;
pub mod list;
pub mod report;
pub mod statement;

pub use code::{Fault, Reason};
pub use message::MessageError;
pub use order::{Account, Payment, Payout, PayoutError, end_to_end_id, order_id};
