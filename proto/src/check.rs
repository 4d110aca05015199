//! The check of what arrives against the bounds that the contract states.
//!
//! [`Check`] is implemented for every message by the build script, as plain code.

use rust_decimal::Decimal;

use crate::options::v1::Format;
use crate::{Date, Money, Month};

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

    /// A value of an enum.
    pub fn choice(&mut self, spec: &FieldSpec, value: i32, known: bool) {
        if value == 0 {
            self.absent(spec);
        } else if !known {
            self.wrong(
                spec,
                format!("没有代码为{value}的选项，请从规定的选项中选择"),
            );
        }
    }

    /// An amount of money.
    pub fn money(&mut self, spec: &FieldSpec, value: &Money) {
        match value.decimal() {
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
