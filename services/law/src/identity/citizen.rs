//! The citizen identity number (GB 11643-1999).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::{Date, Month};

use super::area::is_province;
use super::checksum;
use super::error::IdentityError;
use super::number::{all, length, number, tidy};

/// A citizen identity number of 18 characters; also the number of a residence
/// permit for residents of Hong Kong, Macao or Taiwan, which follows the same standard.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CitizenNumber(String);

number!(CitizenNumber);

/// Male or female, as the number says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男
    Male,
    /// 女
    Female,
}

impl fmt::Display for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Male => "男",
            Self::Female => "女",
        })
    }
}

impl CitizenNumber {
    /// Converts a 15-digit number of the first generation: `19` goes before the
    /// year, and a check character is added.
    ///
    /// Only a person should ask for this, with the old document at hand: an 18-digit
    /// number that lost three digits can look the same.
    ///
    /// # Errors
    /// [`IdentityError`] that says which part is wrong.
    pub fn from_fifteen(text: &str) -> Result<Self, IdentityError> {
        let text = tidy(text);
        refuse_lost_digits(&text)?;
        length(&text, 15..=15, "15位数字")?;
        all(&text, "数字", |_, c| c.is_ascii_digit())?;
        let (area, rest) = text.split_at(6);
        Self::with_check(&format!("{area}19{rest}"))
    }

    /// Composes a number from a six-digit area, a birth date and a sequence number
    /// up to 999, odd for men.
    ///
    /// # Errors
    /// [`IdentityError`] when the area is none or the year has not four digits.
    pub fn compose(area: &str, born: Date, sequence: u16) -> Result<Self, IdentityError> {
        let (year, month, day) = born.to_calendar_date();
        Self::with_check(&format!(
            "{area}{year:04}{:02}{day:02}{sequence:03}",
            u8::from(month)
        ))
    }

    /// The birth date that the number states.
    #[must_use]
    pub fn born_on(&self) -> Date {
        birth_date(&self.0).unwrap_or(Date::MIN)
    }

    /// The sex that the number states: the seventeenth digit is odd for men.
    #[must_use]
    pub fn sex(&self) -> Sex {
        match self.0.as_bytes().get(16) {
            Some(digit) if digit % 2 == 1 => Sex::Male,
            _ => Sex::Female,
        }
    }

    /// The six-digit area in which the number was first given.
    #[must_use]
    pub fn area(&self) -> &str {
        self.0.get(..6).unwrap_or("")
    }

    fn with_check(body: &str) -> Result<Self, IdentityError> {
        let check = checksum::mod_11_2(body).unwrap_or('0');
        format!("{body}{check}").parse()
    }
}

impl FromStr for CitizenNumber {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let text = tidy(text);
        refuse_lost_digits(&text)?;
        if text.len() == 15 && text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdentityError::FifteenDigits);
        }
        length(&text, 18..=18, "18位")?;
        all(&text, "数字，最后一位为数字或X", |at, c| {
            c.is_ascii_digit() || (at == 17 && c == 'X')
        })?;
        if text.starts_with('9') {
            return Err(IdentityError::ForeignersCard);
        }
        let (body, check) = text.split_at(17);
        let fits = checksum::mod_11_2(body).is_some_and(|expected| check.starts_with(expected));
        // A spreadsheet keeps fifteen digits of a number and fills up with zeros.
        if !fits && text.ends_with("000") {
            return Err(IdentityError::DigitsLost);
        }
        if !is_province(&text) {
            return Err(IdentityError::Area);
        }
        if birth_date(&text).is_none() {
            return Err(IdentityError::BirthDate);
        }
        if fits {
            Ok(Self(text))
        } else {
            Err(IdentityError::Check)
        }
    }
}

/// Refuses `1.10101E+17` and `110101199001011000.0`: text that once was a number.
fn refuse_lost_digits(text: &str) -> Result<(), IdentityError> {
    let numeric = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b".E+".contains(&b));
    let was_number = numeric && text.bytes().any(|b| b".E+".contains(&b));
    if was_number {
        Err(IdentityError::DigitsLost)
    } else {
        Ok(())
    }
}

/// The real date at the seventh to fourteenth digit, from 1800 to 2099.
pub(super) fn birth_date(number: &str) -> Option<Date> {
    let year = number
        .get(6..10)?
        .parse()
        .ok()
        .filter(|year| (1800..2100).contains(year))?;
    let month: u8 = number.get(10..12)?.parse().ok()?;
    let day = number.get(12..14)?.parse().ok()?;
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}
