//! Rules on the terms of certificates.

use law::calendar::{add_days, add_months};
use time::Date;

/// Art. 19. The last day of a certificate that is valid for `years` from `issued_on` on.
#[must_use]
pub fn valid_until(issued_on: Date, years: i64) -> Date {
    let months = i32::try_from(years.saturating_mul(12)).unwrap_or(i32::MAX);
    add_days(add_months(issued_on, months), -1)
}
