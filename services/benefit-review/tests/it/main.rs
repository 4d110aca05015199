//! Benefit review as others see it: through its contracts, on a real database.
//!
//! The modules are marked as tests because clippy lets only those unwrap.

#[cfg(test)]
mod support;

#[cfg(test)]
mod advance;
#[cfg(test)]
mod benefit;
#[cfg(test)]
mod death;
#[cfg(test)]
mod device;
#[cfg(test)]
mod disability;
#[cfg(test)]
mod injury;
#[cfg(test)]
mod law_cases;
#[cfg(test)]
mod medical;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod third_party;
