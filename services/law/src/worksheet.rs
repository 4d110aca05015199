//! The worksheet: a figure together with the lines that led to it.
//!
//! It is stored with the decision, printed on the form and read by the person
//! it concerns, so labels, values and sources are Chinese and every line says
//! where its value comes from: a legal citation, a form, or the arithmetic.

use std::borrow::Cow;

use hipstr::HipStr;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use time::Date;

use crate::Month;
use crate::money::{self, Rounding};
use crate::parameter::Cited;

/// Text of a line: a literal in the rule costs nothing, a short number stands in its place, and a citation is shared
/// by all lines that it stands on.
pub type Text = HipStr<'static>;

/// What a rule writes on a line.
pub type Words = Cow<'static, str>;

/// A figure and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worksheet {
    /// The result, in the unit that the rule's comment names (yuan, if none).
    pub value: Decimal,
    /// The steps in the order of the article.
    pub lines: Vec<Line>,
}

/// One step of a [`Worksheet`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What it is, such as `缴费工资总额`.
    pub label: Text,
    /// Its value as a person reads it.
    pub value: Text,
    /// A legal citation, a form, or the arithmetic.
    pub source: Text,
}

/// Builds a [`Worksheet`] line by line; each method hands its value back.
///
/// ```
/// use law::{Cited, LawError, Sheet, Worksheet};
/// use rust_decimal::Decimal;
///
/// fn due(payroll: Decimal, rate: Cited<Decimal>) -> Worksheet {
///     let mut sheet = Sheet::new();
///     let payroll = sheet.fact("缴费工资总额", payroll, "表3-1");
///     let rate = sheet.parameter("行业基准费率", rate);
///     let due = sheet.fen("应缴工伤保险费", payroll * rate, "缴费工资总额 × 费率");
///     sheet.result(due)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Sheet {
    lines: Vec<Line>,
}

impl Default for Sheet {
    fn default() -> Self {
        Self::new()
    }
}

impl Sheet {
    /// An empty sheet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            lines: Vec::with_capacity(8),
        }
    }

    /// Records a fact of the case; `source` is the form, record or decision it comes from.
    pub fn fact<T: Shown>(
        &mut self,
        label: impl Into<Words>,
        value: T,
        source: impl Into<Words>,
    ) -> T {
        self.line(label, value.shown(), source);
        value
    }

    /// Records a legal parameter with its citation and the date from which it holds.
    pub fn parameter<T: Shown>(&mut self, label: impl Into<Words>, cited: Cited<T>) -> T {
        self.push(label, cited.value.shown(), cited.citation());
        cited.value
    }

    /// Records an intermediate figure, not rounded; `arithmetic` says how it was reached.
    pub fn step<T: Shown>(
        &mut self,
        label: impl Into<Words>,
        value: T,
        arithmetic: impl Into<Words>,
    ) -> T {
        self.line(label, value.shown(), arithmetic);
        value
    }

    /// Rounds yuan to the fen, half away from zero, and records it.
    ///
    /// The line says that it was rounded unless `arithmetic` says so already.
    pub fn fen(
        &mut self,
        label: impl Into<Words>,
        yuan: Decimal,
        arithmetic: impl Into<Words>,
    ) -> Decimal {
        self.round(label, yuan, Rounding::Fen, arithmetic)
    }

    /// Rounds yuan as an area's own document says and records it.
    pub fn round(
        &mut self,
        label: impl Into<Words>,
        yuan: Decimal,
        rounding: Rounding,
        arithmetic: impl Into<Words>,
    ) -> Decimal {
        let rounded = rounding.apply(yuan);
        let mut arithmetic: Words = arithmetic.into();
        if !arithmetic.contains(rounding.label()) {
            arithmetic.to_mut().push('，');
            arithmetic.to_mut().push_str(rounding.label());
        }
        self.line(label, money::shown_yuan(rounded), arithmetic);
        rounded
    }

    /// Records a consideration that is no figure, such as which date governs and why.
    pub fn note(
        &mut self,
        label: impl Into<Words>,
        text: impl Into<Words>,
        source: impl Into<Words>,
    ) {
        self.line(label, text.into().into(), source);
    }

    /// Takes over the lines of another rule's worksheet and hands back its figure.
    pub fn include(&mut self, part: Worksheet) -> Decimal {
        self.lines.extend(part.lines);
        part.value
    }

    /// Ends the sheet with `value` as its figure.
    #[must_use]
    pub fn result(self, value: Decimal) -> Worksheet {
        Worksheet {
            value,
            lines: self.lines,
        }
    }

    fn line(&mut self, label: impl Into<Words>, value: Text, source: impl Into<Words>) {
        self.push(label, value, source.into().into());
    }

    fn push(&mut self, label: impl Into<Words>, value: Text, source: Text) {
        self.lines.push(Line {
            label: label.into().into(),
            value,
            source,
        });
    }
}

/// What a rule writes its steps on: a [`Sheet`], or [`Unwritten`] where only the figure is asked for.
///
/// A rule that takes one is written once and counts the same either way.
pub trait Steps {
    /// Records a fact of the case; `source` is the form, record or decision it comes from.
    fn fact(&mut self, label: &'static str, value: &impl Shown, source: &'static str);

    /// Records a legal parameter with its citation and the date from which it holds.
    fn parameter<T: Shown + Clone>(&mut self, label: &'static str, cited: &Cited<T>);

    /// Records an intermediate figure, not rounded; `arithmetic` says how it was reached.
    fn step(&mut self, label: &'static str, value: &impl Shown, arithmetic: &'static str);

    /// Records a figure that is rounded already; `arithmetic` says how it was reached and how it is rounded.
    fn amount(&mut self, label: &'static str, yuan: Decimal, arithmetic: &'static str);

    /// Ends the steps with `value` as their figure.
    fn result(self, value: Decimal) -> Worksheet;
}

impl Steps for Sheet {
    fn fact(&mut self, label: &'static str, value: &impl Shown, source: &'static str) {
        self.line(label, value.shown(), source);
    }

    fn parameter<T: Shown + Clone>(&mut self, label: &'static str, cited: &Cited<T>) {
        self.push(label, cited.value.shown(), cited.citation());
    }

    fn step(&mut self, label: &'static str, value: &impl Shown, arithmetic: &'static str) {
        self.line(label, value.shown(), arithmetic);
    }

    fn amount(&mut self, label: &'static str, yuan: Decimal, arithmetic: &'static str) {
        self.line(label, money::shown_yuan(yuan), arithmetic);
    }

    fn result(self, value: Decimal) -> Worksheet {
        self.result(value)
    }
}

/// Steps that nobody reads: a run over many persons that keeps only figures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwritten;

impl Steps for Unwritten {
    fn fact(&mut self, _: &'static str, _: &impl Shown, _: &'static str) {}

    fn parameter<T: Shown + Clone>(&mut self, _: &'static str, _: &Cited<T>) {}

    fn step(&mut self, _: &'static str, _: &impl Shown, _: &'static str) {}

    fn amount(&mut self, _: &'static str, _: Decimal, _: &'static str) {}

    fn result(self, value: Decimal) -> Worksheet {
        Worksheet {
            value,
            lines: Vec::new(),
        }
    }
}

/// What can stand on a line of a worksheet.
pub trait Shown {
    /// The value as a person reads it.
    fn shown(&self) -> Text;
}

impl Shown for Decimal {
    fn shown(&self) -> Text {
        // Trailing zeros of a quotient or of a NUMERIC column say nothing;
        // the two decimals of an amount of money do.
        if self.scale() <= 2 {
            return money::plain(*self);
        }
        let mut shown = self.normalize();
        if shown.scale() == 1 {
            shown.rescale(2);
        }
        money::plain(shown)
    }
}

impl Shown for bool {
    fn shown(&self) -> Text {
        Text::borrowed(if *self { "是" } else { "否" })
    }
}

impl Shown for &'static str {
    fn shown(&self) -> Text {
        Text::borrowed(self)
    }
}

macro_rules! shown_as_displayed {
    ($($kind:ty),*) => {
        $(impl Shown for $kind {
            fn shown(&self) -> Text {
                self.to_string().into()
            }
        })*
    };
}

shown_as_displayed!(String, Date, Month);

macro_rules! shown_as_digits {
    ($($kind:ty),*) => {
        $(impl Shown for $kind {
            fn shown(&self) -> Text {
                itoa::Buffer::new().format(*self).into()
            }
        })*
    };
}

shown_as_digits!(u8, u16, u32, u64, i32, i64, usize);
