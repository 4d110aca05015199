//! Days, terms and deadlines.
//!
//! The day from which a term is counted is not counted itself, and a term in
//! months or years ends on the day of the same number, or on the last of a
//! shorter month (民法典第二百零一条、第二百零二条).

mod holidays;

pub use holidays::{Holidays, HolidaysError, PUBLIC_HOLIDAYS};

use std::fmt;

use time::{Date, Duration};

use crate::Month;

/// The date `days` calendar days after `date`, or before it when negative.
#[must_use]
pub fn add_days(date: Date, days: i32) -> Date {
    date.saturating_add(Duration::days(i64::from(days)))
}

/// The date `months` months after `date`: the day of the same number, or the
/// last day of a shorter month.
#[must_use]
pub fn add_months(date: Date, months: i32) -> Date {
    let month = Month::of(date).plus(months);
    let last = month.last_day();
    let day = date.day().min(last.day());
    last.replace_day(day).unwrap_or(last)
}

/// The number of days from `from` to `to`, negative when `to` is earlier.
///
/// A late fee counts so: due on the 15th and paid on the 16th is one day.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    (to - from).whole_days()
}

/// The age in full years on `on` of a person born on `born`; negative before the birth.
///
/// The year is full on the birthday itself; who is born on 29 February has it
/// on 28 February in a common year.
#[must_use]
pub fn age_on(born: Date, on: Date) -> i32 {
    let years = on.year() - born.year();
    if add_months(born, years * 12) > on {
        years - 1
    } else {
        years
    }
}

/// The day on which a person born on `born` reaches the age of `years`.
#[must_use]
pub fn reaches_age_on(born: Date, years: i32) -> Date {
    add_months(born, years.saturating_mul(12))
}

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Calendar days (日).
    Days(u16),
    /// Working days (工作日).
    WorkingDays(u16),
    /// Months (个月).
    Months(u16),
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days}日"),
            Self::WorkingDays(days) => write!(f, "{days}个工作日"),
            Self::Months(months) => write!(f, "{months}个月"),
        }
    }
}

/// The last day on which something is still in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The last day.
    pub due_on: Date,
    /// Whether the public holidays of every day counted are known. If not, only
    /// holidays of fixed date were skipped, and the true deadline may be a different day.
    pub holidays_known: bool,
}

impl Deadline {
    /// The deadline `term` after `start`; `start` itself is not counted.
    #[must_use]
    pub fn after(start: Date, term: Term, holidays: &Holidays) -> Self {
        match term {
            Term::Days(days) => Self::certain(add_days(start, i32::from(days))),
            Term::Months(months) => Self::certain(add_months(start, i32::from(months))),
            Term::WorkingDays(days) => {
                let mut deadline = Self::certain(start);
                for _ in 0..days {
                    deadline = deadline.next_working_day(holidays);
                }
                deadline
            }
        }
    }

    /// The deadline itself if it is a working day, or else the next working day
    /// (民法典第二百零三条), for terms that bind employers and persons.
    #[must_use]
    pub fn moved_to_working_day(self, holidays: &Holidays) -> Self {
        let known = self.holidays_known && holidays.knows(self.due_on);
        if holidays.is_working_day(self.due_on) {
            Self {
                holidays_known: known,
                ..self
            }
        } else {
            Self {
                holidays_known: known,
                ..self
            }
            .next_working_day(holidays)
        }
    }

    /// Whether `today` is after the last day.
    #[must_use]
    pub fn is_past(self, today: Date) -> bool {
        today > self.due_on
    }

    fn certain(due_on: Date) -> Self {
        Self {
            due_on,
            holidays_known: true,
        }
    }

    fn next_working_day(self, holidays: &Holidays) -> Self {
        let Self {
            mut due_on,
            mut holidays_known,
        } = self;
        while let Some(next) = due_on.next_day() {
            due_on = next;
            holidays_known &= holidays.knows(due_on);
            if holidays.is_working_day(due_on) {
                break;
            }
        }
        Self {
            due_on,
            holidays_known,
        }
    }
}
