//! The check of what arrives against the bounds that the contract states.
//!
//! [`Check`] is implemented for every message by the build script, as plain code.

use std::fmt;

use prost::Message;
use prost_types::Any;
use rust_decimal::Decimal;

use crate::options::v1::Format;
use crate::{Date, Money, Month};

/// Ends a text that stands for what could not be read in a file; no text field accepts it, and nobody is
/// shown it. Behind it come the labels of the columns that could not be read, where they are others.
pub const UNREADABLE: char = '\u{1A}';

/// A message that knows the bounds of its fields.
pub trait Check {
    /// Adds what is wrong to `at`.
    fn check(&self, at: &mut Checker);

    /// Everything that is wrong, field by field; empty when nothing is.
    fn violations(&self) -> Vec<Violation> {
        let mut at = Checker::default();
        self.check(&mut at);
        at.found
    }
}

/// The check of an encoded message.
pub(crate) type Encoded = fn(&[u8], &mut Checker) -> Result<(), prost::DecodeError>;

pub(crate) fn encoded<M: Message + Default + Check>(
    bytes: &[u8],
    at: &mut Checker,
) -> Result<(), prost::DecodeError> {
    M::decode(bytes)?.check(at);
    Ok(())
}

/// Everything that is wrong with the encoded request or form called `full_name`, as the codec of its
/// service will find it: for those who have no type of it. Of other messages nothing is known.
///
/// # Errors
/// When the bytes are not of that message.
pub fn violations_of(full_name: &str, bytes: &[u8]) -> Result<Vec<Violation>, prost::DecodeError> {
    let mut at = Checker::default();
    let of_request = crate::derived::check_of_request(full_name);
    if let Some(check) = of_request.or_else(|| crate::derived::check_of_form(full_name)) {
        check(bytes, &mut at)?;
    }
    Ok(at.found)
}

/// One field that is outside its bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field in the JSON names, such as `rows[3].citizenId`.
    pub path: String,
    /// What the field is called on paper, in Chinese.
    pub label: String,
    /// What is wrong and what to do, in Chinese.
    pub sentence: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}", self.label, self.sentence)
    }
}

/// What the contract says of a field; written by the build script.
#[derive(Debug)]
#[allow(
    missing_docs,
    reason = "the fields are those of workinjury.options.v1.Field"
)]
pub struct FieldSpec {
    pub name: &'static str,
    pub label: &'static str,
    pub required: bool,
    pub max_length: usize,
    pub format: i32,
    pub min: &'static str,
    pub max: &'static str,
    pub max_items: usize,
}

/// Collects violations while a message is walked.
#[derive(Debug, Default)]
pub struct Checker {
    path: String,
    found: Vec<Violation>,
}

/// Choices that a sentence names: all of a long list would not fit the head of an answer.
const MOST_CHOICES: usize = 20;

impl Checker {
    /// An optional field that is not there.
    pub fn absent(&mut self, spec: &FieldSpec) {
        if spec.required {
            self.wrong(spec, "必须填写".to_owned());
        }
    }

    /// A text field.
    pub fn text(&mut self, spec: &FieldSpec, value: &str) {
        if value.is_empty() {
            return self.absent(spec);
        }
        if let Some((text, columns)) = value.split_once(UNREADABLE) {
            return self.unreadable(spec, text, columns);
        }
        // Bytes bound characters from above, so the count is rarely needed.
        if value.len() > spec.max_length && value.chars().count() > spec.max_length {
            return self.wrong(spec, format!("不能超过{}个字", spec.max_length));
        }
        if value
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            return self.wrong(spec, "含有不可见的控制字符，请删除后重新填写".to_owned());
        }
        if value.trim().len() != value.len() {
            return self.wrong(spec, "首尾有空格，请删除空格".to_owned());
        }
        match Format::try_from(spec.format) {
            Ok(Format::Unspecified) | Err(_) => {}
            Ok(Format::Decimal) => match value.parse::<Decimal>() {
                Ok(number) => self.bounds(spec, number),
                Err(_) => self.wrong(spec, "应为十进制数字，例如0.009".to_owned()),
            },
            Ok(format) => {
                if let Err(sentence) = crate::form::check_format(format, value) {
                    self.wrong(spec, sentence);
                }
            }
        }
    }

    /// A whole number.
    pub fn number(&mut self, spec: &FieldSpec, value: i64) {
        if spec.required && value == 0 && spec.min.is_empty() {
            return self.absent(spec);
        }
        self.bounds(spec, Decimal::from(value));
    }

    /// A value of the enum called `of`.
    pub fn choice(&mut self, spec: &FieldSpec, value: i32, known: bool, of: &str) {
        if value == 0 {
            return self.absent(spec);
        }
        if known {
            return;
        }
        let what = if value < 0 {
            "所填内容不能识别".to_owned()
        } else {
            format!("没有代码为{value}的选项")
        };
        let options = crate::reflect::choices(of);
        let listed = options.iter().take(MOST_CHOICES).map(String::as_str);
        let listed = listed.collect::<Vec<_>>().join("、");
        let more = match options.len() > MOST_CHOICES {
            true => format!("等{}项，见接口说明", options.len()),
            false => String::new(),
        };
        self.wrong(spec, format!("{what}，请从以下选项中选择：{listed}{more}"));
    }

    /// An amount of money.
    pub fn money(&mut self, spec: &FieldSpec, value: &Money) {
        let text = value.as_text().trim_end_matches(UNREADABLE);
        match law::money::parse_yuan(text).map_err(|error| error.to_string()) {
            Ok(_) if text != value.as_text() => {
                self.wrong(spec, "含有不能识别的字符，请删除后重新填写".to_owned());
            }
            Ok(amount) => self.bounds(spec, amount),
            Err(sentence) => self.wrong(spec, sentence),
        }
    }

    /// A month.
    pub fn month(&mut self, spec: &FieldSpec, value: &Month) {
        if let Err(sentence) = law::Month::try_from(*value) {
            self.wrong(spec, sentence);
        }
    }

    /// A date.
    pub fn date(&mut self, spec: &FieldSpec, value: &Date) {
        if let Err(sentence) = time::Date::try_from(*value) {
            self.wrong(spec, sentence);
        }
    }

    /// A form in an `Any`; what is no form of the contracts is its service's to refuse.
    pub fn form(&mut self, spec: &FieldSpec, value: &Any) {
        let name = value.type_url.rsplit('/').next().unwrap_or_default();
        let Some(check) = crate::derived::check_of_form(name) else {
            return;
        };
        let mut is_form = true;
        self.below(spec.name, |at| {
            is_form = check(&value.value, at).is_ok();
        });
        if !is_form {
            self.wrong(
                spec,
                "内容不是所声明的表单，请按该表单的栏目填写".to_owned(),
            );
        }
    }

    /// A repeated field; answers whether its elements are worth looking at.
    pub fn items(&mut self, spec: &FieldSpec, count: usize) -> bool {
        if count == 0 {
            self.absent(spec);
        }
        if count > spec.max_items {
            self.wrong(spec, format!("不能超过{}项，实有{count}项", spec.max_items));
        }
        count <= spec.max_items
    }

    /// One element of a repeated field.
    pub fn item(&mut self, name: &str, index: usize, check: impl FnOnce(&mut Self)) {
        // Elements add their own name below the index, so the list's is a step of its own.
        self.below(&format!("{name}[{index}]"), |at| {
            let before = at.found.len();
            check(at);
            let doubled = format!("{}.{name}", at.path);
            for violation in &mut at.found[before..] {
                if let Some(rest) = violation.path.strip_prefix(&doubled) {
                    violation.path = format!("{}{rest}", at.path);
                }
            }
        });
    }

    /// A message within the message.
    pub fn nested(&mut self, spec: &FieldSpec, check: impl FnOnce(&mut Self)) {
        self.below(spec.name, check);
    }

    fn below(&mut self, step: &str, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(step);
        check(self);
        self.path.truncate(length);
    }

    fn unreadable(&mut self, spec: &FieldSpec, text: &str, columns: &str) {
        if columns.is_empty() {
            return self.wrong(spec, format!("“{text}”不能识别，请更正后重新填写"));
        }
        self.wrong(spec, "所填内容不能识别，请更正后重新填写".to_owned());
        if let Some(violation) = self.found.last_mut() {
            violation.label = columns.to_owned();
        }
    }

    fn bounds(&mut self, spec: &FieldSpec, value: Decimal) {
        let bound = |text: &str| text.parse::<Decimal>().ok();
        match (bound(spec.min), bound(spec.max)) {
            (Some(min), _) if value < min => self.wrong(spec, format!("不能小于{min}")),
            (_, Some(max)) if value > max => self.wrong(spec, format!("不能大于{max}")),
            _ => {}
        }
    }

    fn wrong(&mut self, spec: &FieldSpec, sentence: String) {
        let path = if self.path.is_empty() {
            spec.name.to_owned()
        } else {
            format!("{}.{}", self.path, spec.name)
        };
        self.found.push(Violation {
            path,
            label: spec.label.to_owned(),
            sentence,
        });
    }
}
