//! Area codes of GB/T 2260.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::IdentityError;
use super::number::{all, length, number, tidy};

/// A six-digit area code of GB/T 2260, by which a pooling area is known.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AreaCode(String);

number!(AreaCode);

impl FromStr for AreaCode {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, IdentityError> {
        let text = tidy(text);
        length(&text, 6..=6, "6位数字")?;
        all(&text, "数字", |_, c| c.is_ascii_digit())?;
        if is_province(&text) {
            Ok(Self(text))
        } else {
            Err(IdentityError::Area)
        }
    }
}

/// Whether the first two digits are a province. 81 to 83 are Hong Kong, Macao
/// and Taiwan, which the residence permits of their residents carry.
pub(super) fn is_province(code: &str) -> bool {
    let province = code
        .get(..2)
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0u8);
    matches!(
        province,
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83
    )
}
