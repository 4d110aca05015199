//! Bank cards and the line numbers of banks.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::checksum;
use super::error::IdentityError;
use super::number::{all, length, number, tidy};

/// A bank card number: 12 to 19 digits with a Luhn check digit; blanks between
/// groups are dropped. Accounts of employers are no cards and have no check digit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BankCardNumber(String);

number!(BankCardNumber);

impl BankCardNumber {
    /// Adds the check digit to the digits before it.
    ///
    /// # Errors
    /// [`IdentityError`] that says which part is wrong.
    pub fn with_check(body: &str) -> Result<Self, IdentityError> {
        let check = checksum::luhn(body).unwrap_or('0');
        format!("{body}{check}").parse()
    }
}

impl FromStr for BankCardNumber {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let text = tidy(text).replace(' ', "");
        if text.contains("E+") {
            return Err(IdentityError::DigitsLost);
        }
        length(&text, 12..=19, "12至19位数字")?;
        all(&text, "数字", |_, c| c.is_ascii_digit())?;
        let (body, check) = text.split_at(text.len() - 1);
        if checksum::luhn(body).is_some_and(|expected| check.starts_with(expected)) {
            return Ok(Self(text));
        }
        if text.len() > 15
            && text
                .get(15..)
                .is_some_and(|rest| rest.bytes().all(|b| b == b'0'))
        {
            return Err(IdentityError::DigitsLost);
        }
        Err(IdentityError::Check)
    }
}

/// The twelve-digit line number of a bank in the payment system (CNAPS).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BankCode(String);

number!(BankCode);

impl FromStr for BankCode {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let text = tidy(text);
        length(&text, 12..=12, "12位数字")?;
        all(&text, "数字", |_, c| c.is_ascii_digit())?;
        Ok(Self(text))
    }
}
