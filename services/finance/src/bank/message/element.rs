//! An element that was read, and the values that one may have.

use law::money::{MoneyError, parse_yuan};
use rust_decimal::Decimal;
use time::Date;
use time::format_description::well_known::Iso8601;

use super::error::MessageError;

/// The one currency of the fund.
const YUAN: &str = "CNY";

/// An element that ended.
#[derive(Clone, Copy, Debug)]
pub(in crate::bank) struct Element<'a> {
    /// Names from below the document on, `/` between.
    pub path: &'a str,
    /// Its text; of an element with others inside what stands behind the last of them.
    pub text: &'a str,
    /// Line of the file on which it ends, from 1.
    pub line: u64,
    /// The currency that its attribute says.
    pub currency: Option<&'a str>,
}

impl Element<'_> {
    /// An amount of yuan, zero or above.
    pub(in crate::bank) fn yuan(&self) -> Result<Decimal, MessageError> {
        match self.currency {
            Some(YUAN) => self.number("金额"),
            other => Err(MessageError::Currency {
                line: self.line,
                currency: other.unwrap_or_default().to_owned(),
            }),
        }
    }

    /// Yuan of an element that names no currency, such as a control sum.
    pub(in crate::bank) fn number(&self, label: &'static str) -> Result<Decimal, MessageError> {
        // Messages may write a fen as 0.01000.
        let short = match self.text.split_once('.') {
            Some((whole, decimals)) => match decimals.trim_end_matches('0') {
                "" => whole.to_owned(),
                decimals => format!("{whole}.{decimals}"),
            },
            None => self.text.to_owned(),
        };
        let amount = parse_yuan(&short);
        let amount = amount.and_then(|amount| match amount.is_sign_negative() {
            true => Err(MoneyError::NotAnAmount(short)),
            false => Ok(amount),
        });
        amount.map_err(|_| self.wrong(label))
    }

    /// A count.
    pub(in crate::bank) fn count(&self, label: &'static str) -> Result<u64, MessageError> {
        self.text.parse().map_err(|_| self.wrong(label))
    }

    /// A date, or that of an instant as the bank's clock shows it.
    pub(in crate::bank) fn date(&self, label: &'static str) -> Result<Date, MessageError> {
        let date = self.text.get(..10).unwrap_or_default();
        Date::parse(date, &Iso8601::DATE).map_err(|_| self.wrong(label))
    }

    /// A currency that must be yuan.
    pub(in crate::bank) fn is_yuan(&self) -> Result<(), MessageError> {
        if self.text == YUAN {
            return Ok(());
        }
        Err(MessageError::Currency {
            line: self.line,
            currency: self.text.to_owned(),
        })
    }

    /// That the value is none of its kind.
    pub(in crate::bank) fn wrong(&self, label: &'static str) -> MessageError {
        MessageError::Value {
            line: self.line,
            label,
            text: self.text.to_owned(),
        }
    }
}
