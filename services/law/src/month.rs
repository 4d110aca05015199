//! A calendar month, the unit in which contributions are due and benefits paid.

use std::fmt;
use std::iter::FusedIterator;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::{Date, Duration};

/// A month of a year, from 0001-01 to 9999-12.
///
/// Arithmetic stops at these two ends: the month after 9999-12 is 9999-12.
/// As text it is `2026-11`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    /// Months since January of the year 0, so that order and distance are those of integers.
    ordinal: i32,
}

const FIRST_ORDINAL: i32 = 12;
const LAST_ORDINAL: i32 = 9999 * 12 + 11;

impl Month {
    /// The month `month` (1 to 12) of `year` (1 to 9999).
    ///
    /// # Errors
    /// [`MonthError`] when either is out of its range.
    pub fn new(year: i32, month: u8) -> Result<Self, MonthError> {
        if (1..=9999).contains(&year) && (1..=12).contains(&month) {
            Ok(Self {
                ordinal: year * 12 + i32::from(month) - 1,
            })
        } else {
            Err(MonthError {
                text: format!("{year}-{month}"),
            })
        }
    }

    /// The month in which `date` lies.
    #[must_use]
    pub fn of(date: Date) -> Self {
        Self::at(date.year() * 12 + i32::from(u8::from(date.month())) - 1)
    }

    /// The year, such as 2026.
    #[must_use]
    pub fn year(self) -> i32 {
        self.ordinal / 12
    }

    /// The number of the month in its year, 1 to 12.
    #[must_use]
    pub fn number(self) -> u8 {
        u8::try_from(self.ordinal % 12 + 1).unwrap_or(1)
    }

    /// The month after this one.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// The month before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus(-1)
    }

    /// The month `months` after this one, or before it when negative.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self::at(self.ordinal.saturating_add(months))
    }

    /// How many months later `other` is; negative when it is earlier.
    #[must_use]
    pub fn months_to(self, other: Self) -> i32 {
        other.ordinal - self.ordinal
    }

    /// The first day of the month.
    #[must_use]
    pub fn first_day(self) -> Date {
        // The bounds of `Month` lie inside those of `Date`, so the fallback is never taken.
        let name = time::Month::try_from(self.number()).unwrap_or(time::Month::January);
        Date::from_calendar_date(self.year(), name, 1).unwrap_or(Date::MAX)
    }

    /// The last day of the month.
    #[must_use]
    pub fn last_day(self) -> Date {
        let first = self.first_day();
        let length = first.month().length(first.year());
        first.saturating_add(Duration::days(i64::from(length) - 1))
    }

    /// Whether `date` lies in this month.
    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        Self::of(date) == self
    }

    /// The months from `from` to `to`, both included; none when `to` is earlier.
    #[must_use]
    pub fn range(from: Self, to: Self) -> Months {
        Months {
            front: from.ordinal,
            end: to.ordinal + 1,
        }
    }

    fn at(ordinal: i32) -> Self {
        Self {
            ordinal: ordinal.clamp(FIRST_ORDINAL, LAST_ORDINAL),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, MonthError> {
        let refuse = || MonthError {
            text: text.to_owned(),
        };
        let (year, month) = text.split_once('-').ok_or_else(refuse)?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
            return Err(refuse());
        }
        let year = year.parse().map_err(|_| refuse())?;
        let month = month.parse().map_err(|_| refuse())?;
        Self::new(year, month).map_err(|_| refuse())
    }
}

impl TryFrom<String> for Month {
    type Error = MonthError;

    fn try_from(text: String) -> Result<Self, MonthError> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

/// Text or numbers that are no month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{text}”不是有效的年月，请按“2026-11”的格式填写，月份为01至12")]
pub struct MonthError {
    text: String,
}

/// The months of a [`Month::range`], in order.
#[derive(Clone, Debug)]
pub struct Months {
    front: i32,
    end: i32,
}

impl Iterator for Months {
    type Item = Month;

    fn next(&mut self) -> Option<Month> {
        let ordinal = self.front;
        (ordinal < self.end).then(|| {
            self.front += 1;
            Month { ordinal }
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.end - self.front).unwrap_or(0);
        (left, Some(left))
    }
}

impl DoubleEndedIterator for Months {
    fn next_back(&mut self) -> Option<Month> {
        (self.front < self.end).then(|| {
            self.end -= 1;
            Month { ordinal: self.end }
        })
    }
}

impl ExactSizeIterator for Months {}
impl FusedIterator for Months {}

/// A run of months, both ends included; never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MonthRange {
    first: Month,
    last: Month,
}

impl MonthRange {
    /// The months from `first` to `last`, or nothing when `last` is earlier.
    #[must_use]
    pub fn new(first: Month, last: Month) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    /// The earliest month.
    #[must_use]
    pub fn first(self) -> Month {
        self.first
    }

    /// The latest month.
    #[must_use]
    pub fn last(self) -> Month {
        self.last
    }

    /// The number of months, at least 1.
    #[must_use]
    pub fn count(self) -> i32 {
        self.first.months_to(self.last) + 1
    }

    /// Whether `month` lies in the range.
    #[must_use]
    pub fn contains(self, month: Month) -> bool {
        (self.first..=self.last).contains(&month)
    }

    /// The months that both ranges have, if any.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }
}

impl IntoIterator for MonthRange {
    type Item = Month;
    type IntoIter = Months;

    fn into_iter(self) -> Months {
        Month::range(self.first, self.last)
    }
}

impl fmt::Display for MonthRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}至{}", self.first, self.last)
    }
}
