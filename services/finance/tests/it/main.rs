//! Finance as others see it: through its contracts, on a real database.
//!
//! The modules are marked as tests because clippy lets only those unwrap.

#[cfg(test)]
mod support;

#[cfg(test)]
mod accounting;
#[cfg(test)]
mod books;
#[cfg(test)]
mod duties;
#[cfg(test)]
mod expenditure;
#[cfg(test)]
mod income;
#[cfg(test)]
mod ledgers;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod sweep;
