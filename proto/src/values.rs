//! Value types: Rust types over the wire form, so that they need no mapping.

use std::fmt;

use law::money;
use rust_decimal::Decimal;

/// An amount of money: exact yuan on the wire, [`Decimal`] in code.
#[derive(Clone, PartialEq, Eq, Hash, prost::Message)]
pub struct Money {
    #[prost(string, tag = "1")]
    yuan: String,
}

impl Money {
    /// The exact amount.
    ///
    /// # Errors
    /// Returns the Chinese sentence to show when the text is not an exact amount in yuan. What came
    /// through the [codec](crate::codec) has been checked.
    pub fn decimal(&self) -> Result<Decimal, String> {
        money::parse_yuan(&self.yuan).map_err(|e| e.to_string())
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_text(&self) -> &str {
        &self.yuan
    }

    /// An amount from text as it arrived, unchecked; [`Money::decimal`] checks it.
    #[must_use]
    pub fn from_text(yuan: impl Into<String>) -> Self {
        Self { yuan: yuan.into() }
    }
}

impl From<Decimal> for Money {
    /// Writes the amount with two decimals. Rounding is the business of the rule that computed it:
    /// an amount that is not exact to the fen keeps its digits and so is visible as wrong.
    fn from(amount: Decimal) -> Self {
        let mut amount = amount.normalize();
        if amount.scale() < 2 {
            amount.rescale(2);
        }
        Self {
            yuan: amount.to_string(),
        }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.yuan)
    }
}

/// A calendar month on the wire; [`law::Month`] in code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Message)]
pub struct Month {
    #[prost(int32, tag = "1")]
    year: i32,
    #[prost(int32, tag = "2")]
    month: i32,
}

impl From<law::Month> for Month {
    fn from(month: law::Month) -> Self {
        Self {
            year: month.year(),
            month: i32::from(month.number()),
        }
    }
}

impl TryFrom<Month> for law::Month {
    type Error = String;

    fn try_from(wire: Month) -> Result<Self, String> {
        complete(
            &[("年", wire.year), ("月", wire.month)],
            "年月，例如2026-10",
        )?;
        u8::try_from(wire.month)
            .ok()
            .and_then(|month| law::Month::new(wire.year, month).ok())
            .ok_or_else(|| format!("{}年{}月不是有效的月份，月份为1至12", wire.year, wire.month))
    }
}

/// A calendar date on the wire (`google.type.Date`); [`time::Date`] in code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, prost::Message)]
pub struct Date {
    #[prost(int32, tag = "1")]
    year: i32,
    #[prost(int32, tag = "2")]
    month: i32,
    #[prost(int32, tag = "3")]
    day: i32,
}

impl From<time::Date> for Date {
    fn from(date: time::Date) -> Self {
        Self {
            year: date.year(),
            month: i32::from(u8::from(date.month())),
            day: i32::from(date.day()),
        }
    }
}

impl TryFrom<Date> for time::Date {
    type Error = String;

    fn try_from(wire: Date) -> Result<Self, String> {
        let parts = [("年", wire.year), ("月", wire.month), ("日", wire.day)];
        complete(&parts, "年月日，例如2026-10-01")?;
        let wrong = || {
            format!(
                "{}年{}月{}日不是有效的日期，请核对年月日",
                wire.year, wire.month, wire.day
            )
        };
        let month = u8::try_from(wire.month)
            .ok()
            .and_then(|m| time::Month::try_from(m).ok())
            .ok_or_else(wrong)?;
        let day = u8::try_from(wire.day).map_err(|_| wrong())?;
        if wire.year < 1800 || wire.year > 9999 {
            return Err(wrong());
        }
        Self::from_calendar_date(wire.year, month, day).map_err(|_| wrong())
    }
}

/// Is every part there? A part that is not is 0 on the wire, and a cell that could not be read has none.
fn complete(parts: &[(&str, i32)], whole: &str) -> Result<(), String> {
    let absent = parts.iter().filter(|(_, number)| *number == 0);
    let absent: Vec<&str> = absent.map(|(name, _)| *name).collect();
    match absent.len() {
        0 => Ok(()),
        some if some == parts.len() => Err(format!("没有能识别的内容，请填写{whole}")),
        _ => Err(format!("缺少{}，请填写完整的{whole}", absent.join("、"))),
    }
}

/// The date in a field that may be empty.
#[must_use]
pub fn maybe_day(wire: Option<Date>) -> Option<time::Date> {
    wire.and_then(|date| date.try_into().ok())
}
