//! The declaration window (申报缴费期) of a month (Art. 10). Its last day is collection's parameter
//! (Art. 22): an area sets it there, and who joins is enrolled or pre-enrolled by the same day.

use chassis::{Result, Unit};
use law::Month;
use time::Date;

use super::rules;

/// The last day of the window, which an area sets in collection.
pub const DUE_DAY: (&str, &str) = (
    "declaration_due_day",
    include_str!("../../../collection/parameters/declaration_due_day.yaml"),
);

/// The month of `on` and the one whose declaration hires reported on that day enter, by the law of the
/// month's first day, as collection counts.
///
/// # Errors
/// When the area's declaration window is not known.
pub async fn months(unit: &mut Unit, on: Date) -> Result<(Month, Month)> {
    let month = Month::of(on);
    let due_day = unit.law(month.first_day()).await?.integer(DUE_DAY.0)?.value;
    Ok((month, rules::declared_month(on, due_day)))
}
