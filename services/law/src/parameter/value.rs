//! A parameter's value and the kinds it can be of.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::definition::{Definition, Kind};
use crate::worksheet::{Shown, Text};

/// The value of a parameter on some date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A rate, ratio or amount, exact.
    Decimal(Decimal),
    /// A number of days, months, years or persons.
    Integer(i64),
    /// One of the parameter's choices, or free text.
    Text(String),
    /// Whether a rule applies.
    Flag(bool),
}

impl Value {
    /// Reads `text` as a value of `definition`, within its bounds and choices.
    ///
    /// On failure the answer is a Chinese half sentence that says what was expected.
    pub(super) fn read(definition: &Definition, text: &str) -> Result<Self, String> {
        let value = match definition.kind {
            Kind::Decimal => {
                let plain = text
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b == b'.' || b == b'-');
                let number = plain.then(|| Decimal::from_str_exact(text).ok()).flatten();
                Self::Decimal(number.ok_or_else(|| format!("“{text}”不是十进制数"))?)
            }
            Kind::Integer => {
                Self::Integer(i64::from_str(text).map_err(|_| format!("“{text}”不是整数"))?)
            }
            Kind::Flag => match text {
                "true" => Self::Flag(true),
                "false" => Self::Flag(false),
                _ => return Err(format!("“{text}”应为true或false")),
            },
            Kind::Text => Self::Text(text.to_owned()),
        };
        value.within(definition)?;
        Ok(value)
    }

    /// The kind it is of.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Decimal(_) => Kind::Decimal,
            Self::Integer(_) => Kind::Integer,
            Self::Text(_) => Kind::Text,
            Self::Flag(_) => Kind::Flag,
        }
    }

    fn within(&self, definition: &Definition) -> Result<(), String> {
        let number = match self {
            Self::Decimal(number) => *number,
            Self::Integer(number) => Decimal::from(*number),
            Self::Text(text) => {
                let known = definition.choices.is_empty() || definition.choices.contains(text);
                return if known {
                    Ok(())
                } else {
                    Err(format!("“{text}”应为{}之一", definition.choices.join("、")))
                };
            }
            Self::Flag(_) => return Ok(()),
        };
        if let Some(minimum) = definition.minimum.filter(|minimum| number < *minimum) {
            return Err(format!("{number}低于允许的最小值{minimum}"));
        }
        if let Some(maximum) = definition.maximum.filter(|maximum| number > *maximum) {
            return Err(format!("{number}高于允许的最大值{maximum}"));
        }
        Ok(())
    }
}

impl Shown for Value {
    fn shown(&self) -> Text {
        match self {
            Self::Decimal(number) => number.shown(),
            Self::Integer(number) => number.shown(),
            Self::Text(text) => text.clone().into(),
            Self::Flag(flag) => flag.shown(),
        }
    }
}
