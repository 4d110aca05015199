//! The documents of foreigners: permanent residence card and passport.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::Date;

use super::checksum;
use super::citizen::birth_date;
use super::error::IdentityError;
use super::number::{all, length, number, tidy};

/// The number of a foreigner's permanent residence card.
///
/// Cards issued from 2023-12-01 have 18 characters: `9`, issuing province,
/// nationality, birth date, sequence and a MOD 11-2 check character as citizens'
/// numbers have. Older cards have three letters and twelve digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResidentCardNumber(String);

number!(ResidentCardNumber);

impl ResidentCardNumber {
    /// The birth date, which only the 18-character number states in full.
    #[must_use]
    pub fn born_on(&self) -> Option<Date> {
        if self.0.len() == 18 {
            birth_date(&self.0)
        } else {
            None
        }
    }
}

impl FromStr for ResidentCardNumber {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let text = tidy(text);
        if text.len() == 15 {
            all(&text, "前3位字母、后12位数字", |at, c| {
                if at < 3 {
                    c.is_ascii_uppercase()
                } else {
                    c.is_ascii_digit()
                }
            })?;
            return Ok(Self(text));
        }
        length(&text, 18..=18, "15位或18位")?;
        all(
            &text,
            "首位为9，其余为数字，最后一位为数字或X",
            |at, c| match at {
                0 => c == '9',
                17 => c.is_ascii_digit() || c == 'X',
                _ => c.is_ascii_digit(),
            },
        )?;
        if birth_date(&text).is_none() {
            return Err(IdentityError::BirthDate);
        }
        let (body, check) = text.split_at(17);
        if checksum::mod_11_2(body).is_some_and(|expected| check.starts_with(expected)) {
            Ok(Self(text))
        } else {
            Err(IdentityError::Check)
        }
    }
}

/// A passport number: 5 to 15 letters and digits; states differ in all else.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PassportNumber(String);

number!(PassportNumber);

impl FromStr for PassportNumber {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let text = tidy(text);
        length(&text, 5..=15, "5至15位")?;
        all(&text, "字母或数字", |_, c| c.is_ascii_alphanumeric())?;
        Ok(Self(text))
    }
}
