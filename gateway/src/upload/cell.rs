//! A cell as it stands in a file, and the value that it writes.

use calamine::DataRef;
use prost_reflect::Value;
use rust_decimal::Decimal;
use time::Date;
use time::macros::date;

use crate::columns::{Column, Shape};

/// Digits that a spreadsheet keeps of a number.
const KEPT: f64 = 1e15;

/// The day that a spreadsheet counts from.
const DAY_ZERO: Date = date!(1899 - 12 - 30);

/// A cell as it stands in a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, trimmed.
    Text(String),
    /// A number with the digits that a person sees.
    Number(String),
    /// A number beyond the digits that a spreadsheet keeps: its last ones are lost.
    Lost(String),
    /// A number that is formatted as a date.
    Date(Date),
    /// An error of the spreadsheet, such as `#REF!`.
    Error(String),
}

/// What could not be read: the sentence, and the text that stood there.
#[derive(Debug)]
pub struct Unreadable {
    /// What is wrong and what to do, in Chinese.
    pub sentence: String,
    /// What stood there.
    pub text: String,
}

impl Cell {
    /// A cell of a CSV file. `="0123"` and `'0123` are how spreadsheets keep a number as text.
    pub fn from_csv(text: &str) -> Self {
        let text = text.trim();
        let text = text
            .strip_prefix("=\"")
            .and_then(|t| t.strip_suffix('"'))
            .unwrap_or(text);
        match text.strip_prefix('\'').unwrap_or(text).trim() {
            "" => Self::Empty,
            text if is_scientific(text) => Self::Lost(text.to_owned()),
            text => Self::Text(text.to_owned()),
        }
    }

    /// A cell of a spreadsheet.
    pub fn from_sheet(value: &DataRef<'_>) -> Self {
        match value {
            DataRef::Empty => Self::Empty,
            DataRef::String(text) => Self::from_csv(text),
            DataRef::SharedString(text) => Self::from_csv(text),
            DataRef::Int(number) => Self::Number(number.to_string()),
            DataRef::Float(number) => Self::from_number(*number),
            DataRef::Bool(yes) => Self::Text(if *yes { "是" } else { "否" }.to_owned()),
            DataRef::DateTime(at) if at.is_datetime() => {
                let (year, month, day, ..) = at.to_ymd_hms_milli();
                time::Month::try_from(month)
                    .ok()
                    .and_then(|month| Date::from_calendar_date(i32::from(year), month, day).ok())
                    .map_or_else(|| Self::from_number(at.as_f64()), Self::Date)
            }
            DataRef::DateTime(at) => Self::from_number(at.as_f64()),
            DataRef::DateTimeIso(text) => Self::from_csv(text.split('T').next().unwrap_or(text)),
            DataRef::DurationIso(text) => Self::from_csv(text),
            DataRef::Error(error) => Self::Error(error.to_string()),
        }
    }

    /// A spreadsheet computes in binary and shows fifteen digits: what a person sees is what counts.
    fn from_number(number: f64) -> Self {
        if number.abs() >= KEPT {
            return Self::Lost(format!("{number:.14E}"));
        }
        Decimal::from_scientific(&format!("{number:.14e}")).map_or_else(
            |_| Self::Number(number.to_string()),
            |exact| Self::Number(exact.normalize().to_string()),
        )
    }

    /// Is there nothing?
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// The text of the cell.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Number(text) | Self::Lost(text) | Self::Error(text) => {
                text.clone()
            }
            Self::Date(date) => date.to_string(),
        }
    }

    /// The value that the cell writes in a column; `None` for an empty one.
    ///
    /// # Errors
    /// What is wrong and what to do.
    pub fn read(&self, column: &Column) -> Result<Option<Value>, Unreadable> {
        let text = match (self, &column.shape) {
            (Self::Empty, _) => return Ok(None),
            (Self::Lost(text), Shape::Text(_)) => {
                let sentence = "以数字格式填写，超过15位的数字末尾几位已经丢失，请将该列设为文本格式后重新填写完整的号码".to_owned();
                return Err(Unreadable {
                    sentence,
                    text: text.clone(),
                });
            }
            (Self::Error(error), _) => {
                let sentence = format!("单元格是错误值{error}，请更正后重新填写");
                return Err(Unreadable {
                    sentence,
                    text: error.clone(),
                });
            }
            (Self::Number(number), Shape::Date | Shape::Month) => {
                serial(number).map_or_else(|| number.clone(), |date| date.to_string())
            }
            _ => self.text(),
        };
        let text = cut(text, column);
        match column.shape.read(&column.field, &text) {
            Ok(value) => Ok(Some(value)),
            Err(sentence) => Err(Unreadable { sentence, text }),
        }
    }
}

/// Text beyond the length of its column is refused by the contract whatever follows, so one character
/// too many is enough: a file of endless cells must not fill the memory.
fn cut(mut text: String, column: &Column) -> String {
    let most = if column.spec.max_length == 0 {
        200
    } else {
        column.spec.max_length
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if text.len() > most
        && let Some((end, _)) = text.char_indices().nth(most.saturating_add(1))
    {
        text.truncate(end);
    }
    text
}

/// `4.40301E+17`: how a spreadsheet shows, and saves as CSV, a long number that is not text.
fn is_scientific(text: &str) -> bool {
    text.split_once("E+").is_some_and(|(digits, power)| {
        digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && power.parse::<u8>().is_ok_and(|power| power >= 11)
    })
}

/// The date that a number of days stands for. Six and eight digits are a month and a date as people
/// write them (202610, 20261001), not days.
fn serial(number: &str) -> Option<Date> {
    let days: i64 = number.split('.').next()?.parse().ok()?;
    if !(1..100_000).contains(&days) {
        return None;
    }
    DAY_ZERO.checked_add(time::Duration::days(days))
}

/// The name of a cell, such as `B12`, from its row and column, both from 0.
pub fn name_of((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        let letter = u8::try_from((left - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    letters.reverse();
    format!("{}{}", letters.into_iter().collect::<String>(), row + 1)
}
