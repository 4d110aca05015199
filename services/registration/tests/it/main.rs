//! Registration as others see it: through its contracts, on a real database.
//!
//! The modules are marked as tests because clippy lets only those unwrap.

#[cfg(test)]
mod support;

#[cfg(test)]
mod certificate;
#[cfg(test)]
mod change;
#[cfg(test)]
mod collection;
#[cfg(test)]
mod deregistration;
#[cfg(test)]
mod enrolment;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod law_cases;
#[cfg(test)]
mod local_papers;
#[cfg(test)]
mod pre_enrolment;
#[cfg(test)]
mod roster;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod upload;
