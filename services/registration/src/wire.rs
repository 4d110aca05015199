//! Dates, months and numbers between the wire and the code.

use chassis::{Error, Result};
use time::Date;
use uuid::Uuid;

/// A date that the contract requires.
///
/// # Errors
/// When it is not there, which the check of the contract keeps from happening.
pub fn day(wire: Option<contracts::Date>) -> Result<Date> {
    maybe_day(wire).ok_or_else(|| Error::internal("a date that the contract requires is not there"))
}

/// A date that may be empty.
#[must_use]
pub fn maybe_day(wire: Option<contracts::Date>) -> Option<Date> {
    wire.and_then(|date| date.try_into().ok())
}

/// A month that the contract requires.
///
/// # Errors
/// When it is not there, which the check of the contract keeps from happening.
pub fn month(wire: Option<contracts::Month>) -> Result<law::Month> {
    wire.and_then(|month| month.try_into().ok())
        .ok_or_else(|| Error::internal("a month that the contract requires is not there"))
}

/// An id whose form the contract checks.
///
/// # Errors
/// When it is no UUID, which the check of the contract keeps from happening.
pub fn uuid(text: &str) -> Result<Uuid> {
    text.parse().map_err(Error::internal)
}

/// How many, on the wire.
#[must_use]
pub fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}
