//! The crate as its users see it: one binary, a file for each module.

// Marked as tests so that the lints' exceptions for tests hold for helpers, too.
#[cfg(test)]
mod calendar;
#[cfg(test)]
mod diagnosis;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod industry;
#[cfg(test)]
mod money;
#[cfg(test)]
mod month;
#[cfg(test)]
mod parameter;
#[cfg(test)]
mod shipped;
#[cfg(test)]
mod worksheet;
