//! The codes of organisations: unified social credit code and organisation code.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::checksum::{self, MOD_31_CHARACTERS};
use super::error::IdentityError;
use super::number::{all, length, number};

/// A number or code of an organisation as it is written, however it was typed: half-width characters, letters
/// raised, no blanks, an organisation code without the hyphen that certificates print in it. Of what is no
/// code it says nothing.
#[must_use]
pub fn written(typed: &str) -> String {
    let raised = raised(typed);
    match raised.parse::<OrganisationCode>() {
        Ok(code) => code.0,
        Err(_) => raised,
    }
}

/// Half-width letters, digits and hyphens, letters raised, no blanks.
fn raised(typed: &str) -> String {
    let visible = typed.chars().filter(|c| !c.is_whitespace());
    let halved = visible.map(|c| match c {
        '－' => '-',
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(c) - WIDENING).unwrap_or(c)
        }
        _ => c,
    });
    halved.map(|c| c.to_ascii_uppercase()).collect()
}

/// How far the full-width form of a character stands behind it.
const WIDENING: u32 = 0xFEE0;

/// A unified social credit code (GB 32100-2015): 18 characters, of which the
/// ninth to seventeenth are the organisation code.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SocialCreditCode(String);

number!(SocialCreditCode);

impl SocialCreditCode {
    /// The organisation code inside.
    ///
    /// # Errors
    /// [`IdentityError`] when it does not follow GB 11714. The credit code is still
    /// good then: its own check covers all of it.
    pub fn organisation_code(&self) -> Result<OrganisationCode, IdentityError> {
        self.0.get(8..17).unwrap_or("").parse()
    }

    /// Adds the check character to the first seventeen characters.
    ///
    /// # Errors
    /// [`IdentityError`] that says which part is wrong.
    pub fn with_check(body: &str) -> Result<Self, IdentityError> {
        let check = checksum::mod_31(body).unwrap_or('0');
        format!("{body}{check}").parse()
    }
}

impl FromStr for SocialCreditCode {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let text = raised(text);
        length(&text, 18..=18, "18位")?;
        all(
            &text,
            "数字或除I、O、S、V、Z以外的字母，第3至8位为数字",
            |at, c| {
                if (2..8).contains(&at) {
                    c.is_ascii_digit()
                } else {
                    MOD_31_CHARACTERS.contains(c)
                }
            },
        )?;
        let (body, check) = text.split_at(17);
        if checksum::mod_31(body).is_some_and(|expected| check.starts_with(expected)) {
            Ok(Self(text))
        } else {
            Err(IdentityError::Check)
        }
    }
}

/// An organisation code (GB 11714-1997): 8 characters and a check character,
/// with or without the hyphen that certificates print before it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationCode(String);

number!(OrganisationCode);

impl OrganisationCode {
    /// Adds the check character to the first eight characters.
    ///
    /// # Errors
    /// [`IdentityError`] that says which part is wrong.
    pub fn with_check(body: &str) -> Result<Self, IdentityError> {
        let check = checksum::mod_11(body).unwrap_or('0');
        format!("{body}{check}").parse()
    }
}

impl FromStr for OrganisationCode {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let mut text = raised(text);
        if text.len() == 10 && text.as_bytes().get(8) == Some(&b'-') {
            text.remove(8);
        }
        length(&text, 9..=9, "9位")?;
        all(
            &text,
            "数字或大写字母，最后一位为数字或X",
            |at, c| {
                c.is_ascii_digit()
                    || if at < 8 {
                        c.is_ascii_uppercase()
                    } else {
                        c == 'X'
                    }
            },
        )?;
        let (body, check) = text.split_at(8);
        if checksum::mod_11(body).is_some_and(|expected| check.starts_with(expected)) {
            Ok(Self(text))
        } else {
            Err(IdentityError::Check)
        }
    }
}
