//! Dates, months and money between the wire, the code and the columns.

use chassis::{Error, Result};
use contracts::Money;
use law::Month;
use rust_decimal::Decimal;
use sqlx::postgres::types::PgRange;
use std::ops::Bound;
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
pub fn month(wire: Option<contracts::Month>) -> Result<Month> {
    wire.and_then(|month| month.try_into().ok())
        .ok_or_else(|| Error::internal("a month that the contract requires is not there"))
}

/// An amount that the contract requires, in yuan.
///
/// # Errors
/// When it is not there or no amount, which the check of the contract keeps from happening.
pub fn yuan(wire: Option<&Money>) -> Result<Decimal> {
    wire.ok_or_else(|| Error::internal("an amount that the contract requires is not there"))?
        .decimal()
        .map_err(Error::internal)
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
pub fn count<N: TryInto<u32>>(many: N) -> u32 {
    many.try_into().unwrap_or(u32::MAX)
}

/// Adds an amount to a sum on a form.
pub fn add(sum: &mut Option<Money>, amount: Option<&Money>) {
    let decimal = |money: Option<&Money>| money.and_then(|m| m.decimal().ok()).unwrap_or_default();
    *sum = Some((decimal(sum.as_ref()) + decimal(amount)).into());
}

/// Months as the range of first days that a column holds.
#[must_use]
pub fn months(first: Month, last: Month) -> PgRange<Date> {
    PgRange {
        start: Bound::Included(first.first_day()),
        end: Bound::Excluded(last.next().first_day()),
    }
}

/// First and last month of a column's range, which PostgreSQL gives as `[first, end)`.
///
/// # Errors
/// When the range is open, which the columns do not allow.
pub fn month_range(months: &PgRange<Date>) -> Result<(Month, Month)> {
    match (months.start, months.end) {
        (Bound::Included(first), Bound::Excluded(end)) => {
            Ok((Month::of(first), Month::of(end).previous()))
        }
        _ => Err(Error::internal("an open range of months")),
    }
}
