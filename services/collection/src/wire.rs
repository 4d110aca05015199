//! Dates, months and money between the wire, the code and the columns.

pub use chassis::wire::{add, count, day, maybe_day, month, uuid, uuids, yuan};

use chassis::{Error, Result};
use law::Month;
use sqlx::postgres::types::PgRange;
use std::ops::Bound;
use time::Date;

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
