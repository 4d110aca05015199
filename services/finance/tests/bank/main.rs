//! Files to the bank and from it, without a database.
//!
//! The modules are marked as tests because clippy lets only those unwrap.

#[cfg(test)]
mod support;

#[cfg(test)]
mod damage;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod payout;
#[cfg(test)]
mod report;
#[cfg(test)]
mod statement;
