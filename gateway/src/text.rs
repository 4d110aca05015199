//! Text as people write it becomes the value of a field, and back.

use contracts::options::v1::Format;
use contracts::{UNREADABLE, reflect};
use law::money::MoneyError;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, Value};
use rust_decimal::Decimal;
use time::format_description::well_known::Rfc3339;
use time::macros::offset;
use time::{Date, OffsetDateTime};

use crate::columns::Shape;

impl Shape {
    /// The value that `text` writes; `text` is trimmed and not empty.
    ///
    /// # Errors
    /// The Chinese sentence that says what is wrong and what to do.
    pub fn read(&self, field: &FieldDescriptor, text: &str) -> Result<Value, String> {
        match self {
            Self::Text(_) => Ok(Value::String(text.to_owned())),
            Self::Decimal => decimal(text).map(|number| Value::String(number.to_string())),
            Self::Integer => integer(field, text),
            Self::Bool => match text {
                "是" | "有" | "√" | "true" | "TRUE" | "Y" | "y" | "1" => Ok(Value::Bool(true)),
                "否" | "无" | "×" | "false" | "FALSE" | "N" | "n" | "0" => {
                    Ok(Value::Bool(false))
                }
                _ => Err(format!("“{text}”不能识别，请填写“是”或“否”")),
            },
            Self::Choice(choices) => choices.number(text).map(Value::EnumNumber).ok_or_else(|| {
                let known: Vec<&str> = choices.labels().take(12).collect();
                format!(
                    "“{text}”不在可选项内，请从以下选项中选择：{}",
                    known.join("、")
                )
            }),
            Self::Money => {
                let amount = decimal(text)
                    .map_err(|_| MoneyError::NotAnAmount(text.to_owned()).to_string())?;
                message(field, &[(1, Value::String(amount.to_string()))])
            }
            Self::Month => {
                let (year, month) = month(text)?;
                message(field, &[(1, Value::I32(year)), (2, Value::I32(month))])
            }
            Self::Date => date(text).and_then(|date| date_value(field, date)),
            Self::Instant => instant(field, text),
        }
    }

    /// A value that stands for text that could not be read: the check of the contract refuses it, so
    /// that the row is kept, counted and answered like any other bad row. `None` where every value
    /// of the field would be taken for a good one.
    #[must_use]
    pub fn unreadable(&self, field: &FieldDescriptor, text: &str) -> Option<Value> {
        match self {
            Self::Text(Format::Unspecified | Format::Code) => {
                Some(Value::String(substituted(text)))
            }
            Self::Text(_) | Self::Decimal => Some(Value::String(text.to_owned())),
            Self::Choice(_) => Some(Value::EnumNumber(-1)),
            Self::Money => message(field, &[(1, Value::String(substituted(text)))]).ok(),
            Self::Month | Self::Date => message(field, &[]).ok(),
            Self::Integer | Self::Bool | Self::Instant => None,
        }
    }

    /// The value as a person reads it.
    #[must_use]
    pub fn show(&self, value: &Value) -> String {
        let number = |message: &DynamicMessage, at: u32| {
            message
                .get_field_by_number(at)
                .and_then(|v| v.as_i32())
                .unwrap_or_default()
        };
        match (self, value) {
            (Self::Text(_) | Self::Decimal, Value::String(text)) => text.clone(),
            (Self::Bool, Value::Bool(yes)) => if *yes { "是" } else { "否" }.to_owned(),
            (Self::Choice(choices), Value::EnumNumber(number)) => choices.label(*number),
            (Self::Integer, Value::I32(n)) => n.to_string(),
            (Self::Integer, Value::I64(n)) => n.to_string(),
            (Self::Integer, Value::U32(n)) => n.to_string(),
            (Self::Integer, Value::U64(n)) => n.to_string(),
            (Self::Money, Value::Message(money)) => money
                .get_field_by_number(1)
                .and_then(|v| v.as_str().map(str::to_owned))
                .unwrap_or_default(),
            (Self::Month, Value::Message(month)) => {
                format!("{:04}-{:02}", number(month, 1), number(month, 2))
            }
            (Self::Date, Value::Message(date)) => {
                format!(
                    "{:04}-{:02}-{:02}",
                    number(date, 1),
                    number(date, 2),
                    number(date, 3)
                )
            }
            (Self::Instant, Value::Message(instant)) => shown_instant(instant),
            _ => String::new(),
        }
    }
}

fn substituted(text: &str) -> String {
    format!("{text}{UNREADABLE}")
}

fn message(field: &FieldDescriptor, values: &[(u32, Value)]) -> Result<Value, String> {
    let Kind::Message(kind) = field.kind() else {
        return Err(format!("{}不是组合栏目", field.json_name()));
    };
    let mut message = DynamicMessage::new(kind);
    for (number, value) in values {
        message.set_field_by_number(*number, value.clone());
    }
    Ok(Value::Message(message))
}

fn decimal(text: &str) -> Result<Decimal, String> {
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    text.parse()
        .ok()
        .filter(|_| plain)
        .ok_or_else(|| format!("“{text}”不是数字，请填写数字，不带逗号和单位"))
}

fn integer(field: &FieldDescriptor, text: &str) -> Result<Value, String> {
    let value = match field.kind() {
        Kind::Int32 | Kind::Sint32 => text.parse().ok().map(Value::I32),
        Kind::Int64 | Kind::Sint64 => text.parse().ok().map(Value::I64),
        Kind::Uint32 => text.parse().ok().map(Value::U32),
        _ => text.parse().ok().map(Value::U64),
    };
    value.ok_or_else(|| format!("“{text}”不是整数，请填写不带小数和单位的整数"))
}

/// `2026-10`, `2026/10`, `2026.10`, `2026年10月`, `202610`; a date stands for its month.
fn month(text: &str) -> Result<(i32, i32), String> {
    let wrong = || format!("“{text}”不是月份，请填写年月，例如2026-10");
    let parts = digits(text);
    let (year, month) = match parts.as_slice() {
        [one] if one.len() == 6 => (number(&one[..4]), number(&one[4..])),
        [one] if one.len() == 8 => {
            return date(text).map(|d| (d.year(), i32::from(u8::from(d.month()))));
        }
        [year, month] | [year, month, _] if year.len() == 4 => (number(year), number(month)),
        _ => return Err(wrong()),
    };
    match (year, month) {
        (Some(year), Some(month @ 1..=12)) => Ok((year, month)),
        _ => Err(wrong()),
    }
}

/// `2026-10-01`, `2026/10/1`, `2026.10.1`, `2026年10月1日`, `20261001`.
fn date(text: &str) -> Result<Date, String> {
    let wrong = || format!("“{text}”不是有效的日期，请填写年月日，例如2026-10-01");
    let parts = digits(text);
    let (year, month, day) = match parts.as_slice() {
        [one] if one.len() == 8 => (number(&one[..4]), number(&one[4..6]), number(&one[6..])),
        [year, month, day] if year.len() == 4 => (number(year), number(month), number(day)),
        _ => return Err(wrong()),
    };
    let part = |n: Option<i32>| n.and_then(|n| u8::try_from(n).ok());
    year.zip(part(month).and_then(|m| time::Month::try_from(m).ok()))
        .zip(part(day))
        .and_then(|((year, month), day)| Date::from_calendar_date(year, month, day).ok())
        .ok_or_else(wrong)
}

/// The runs of digits between the marks that dates are written with; none when anything else stands
/// between them.
fn digits(text: &str) -> Vec<&str> {
    let mark = |c: char| matches!(c, '-' | '/' | '.' | '年' | '月' | '日' | '号');
    if text.chars().any(|c| !c.is_ascii_digit() && !mark(c)) {
        return Vec::new();
    }
    text.split(mark).filter(|part| !part.is_empty()).collect()
}

fn number(digits: &str) -> Option<i32> {
    digits.parse().ok()
}

fn date_value(field: &FieldDescriptor, date: Date) -> Result<Value, String> {
    message(
        field,
        &[
            (1, Value::I32(date.year())),
            (2, Value::I32(i32::from(u8::from(date.month())))),
            (3, Value::I32(i32::from(date.day()))),
        ],
    )
}

fn instant(field: &FieldDescriptor, text: &str) -> Result<Value, String> {
    let at = OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|_| format!("“{text}”不是时刻，例如2026-10-01T08:00:00+08:00"))?;
    let nanos = i32::try_from(at.nanosecond()).unwrap_or_default();
    message(
        field,
        &[(1, Value::I64(at.unix_timestamp())), (2, Value::I32(nanos))],
    )
}

/// Beijing time to the second: what a clerk compares with a paper.
fn shown_instant(instant: &DynamicMessage) -> String {
    let seconds = instant
        .get_field_by_number(1)
        .and_then(|v| v.as_i64())
        .unwrap_or_default();
    OffsetDateTime::from_unix_timestamp(seconds).map_or_else(
        |_| String::new(),
        |at| {
            let at = at.to_offset(offset!(+8));
            format!(
                "{} {:02}:{:02}:{:02}",
                at.date(),
                at.hour(),
                at.minute(),
                at.second()
            )
        },
    )
}

/// The bounds of a field in words, for templates and the list of forms.
#[must_use]
pub fn bounds(shape: &Shape, spec: &contracts::options::v1::Field) -> String {
    let mut words = Vec::new();
    if spec.required {
        words.push("必填".to_owned());
    }
    words.push(match shape {
        Shape::Text(Format::Unspecified) => {
            let most = if spec.max_length == 0 {
                200
            } else {
                spec.max_length
            };
            format!("文本，不超过{most}个字")
        }
        Shape::Text(format) => format!("文本，{}", format_words(*format)),
        Shape::Decimal => "数字".to_owned(),
        Shape::Integer => "整数".to_owned(),
        Shape::Bool => "是或否".to_owned(),
        Shape::Choice(choices) => {
            format!("选项：{}", choices.labels().collect::<Vec<_>>().join("、"))
        }
        Shape::Money => "金额（元），最多两位小数".to_owned(),
        Shape::Month => "年月，例如2026-10".to_owned(),
        Shape::Date => "日期，例如2026-10-01".to_owned(),
        Shape::Instant => "时刻".to_owned(),
    });
    match (spec.min.as_str(), spec.max.as_str()) {
        ("", "") => {}
        (min, "") => words.push(format!("不小于{min}")),
        ("", max) => words.push(format!("不大于{max}")),
        (min, max) => words.push(format!("{min}至{max}")),
    }
    words.join("；")
}

/// What the text of a format is, in words.
#[must_use]
pub fn format_words(format: Format) -> &'static str {
    match format {
        Format::PoolingArea => "六位行政区划代码（GB/T 2260）",
        Format::CitizenId => "18位居民身份证号码（GB 11643）",
        Format::UnifiedCreditCode => "18位统一社会信用代码（GB 32100）",
        Format::OrganisationCode => "9位组织机构代码（GB 11714）",
        Format::Industry => "两位国民经济行业大类代码（GB/T 4754）",
        Format::Uuid => "UUID",
        Format::Phone => "电话号码",
        Format::BankAccount => "银行账号，只含数字",
        Format::IdentityNumber => "身份证件号码：居民身份证、永久居留身份证或护照",
        Format::Nationality => "三位大写字母的国家代码（GB/T 2659）",
        Format::Decimal => "十进制数字",
        Format::Code => "半角数字和大写字母，不留空格，组织机构代码不加连字符",
        Format::Unspecified => "",
    }
}

/// The label of a field for a person: Chinese, or its JSON name.
#[must_use]
pub fn label(field: &FieldDescriptor) -> String {
    reflect::extension(&field.options(), "field")
        .and_then(|v| {
            v.as_message()?
                .get_field_by_name("label")?
                .as_str()
                .map(str::to_owned)
        })
        .filter(|label| !label.is_empty())
        .unwrap_or_else(|| field.json_name().to_owned())
}
