//! Medical agreement as others see it: through its contracts, on a real database.
//!
//! The modules are marked as tests because clippy lets only those unwrap.

#[cfg(test)]
mod support;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod device;
#[cfg(test)]
mod rehabilitation;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod treatment;
