//! What a parameter is, and all it has been.

use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use time::Date;

use super::value::Value;

/// A parameter with all its dated values, as the rulebook lists it.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The name in code and in local values: `late_fee_daily_rate`.
    pub name: String,
    /// The Chinese name that worksheets and messages show.
    pub label: Arc<str>,
    /// The unit in Chinese, such as `比例`, `元`, `工作日`; empty for text and flags.
    pub unit: String,
    /// What it means and how a rule uses it, in Chinese.
    pub description: String,
    /// Whether an area may set its own value.
    pub scope: Scope,
    /// The kind of each of its values.
    pub kind: Kind,
    /// For a table, what its keys are, such as `行业风险类别`.
    pub keys: Option<String>,
    /// For a table, full names that exist even while only areas give them values.
    pub entries: Vec<Arc<str>>,
    /// The smallest value that a file, an area or an estimate may give.
    pub minimum: Option<Decimal>,
    /// The largest value that a file, an area or an estimate may give.
    pub maximum: Option<Decimal>,
    /// For text, the only values there are; empty when any text will do.
    pub choices: Vec<String>,
    /// National values in the order of their dates.
    pub values: Vec<Dated>,
}

impl Definition {
    /// Whether its values are tables, whose entries have names like `benchmark_rate.4`.
    #[must_use]
    pub fn is_table(&self) -> bool {
        self.keys.is_some()
    }

    /// The value of the file that holds in `area` on `on`, if any does.
    #[must_use]
    pub fn dated(&self, area: &str, on: Date) -> Option<&Dated> {
        let mut own = self.values.iter().filter(|dated| dated.holds_in(area));
        let latest = own.rfind(|dated| dated.from <= on)?;
        latest
            .until
            .is_none_or(|until| on <= until)
            .then_some(latest)
    }
}

/// A value of the file, or table of values, from one date on: a national one, or one of some areas.
#[derive(Clone, Debug)]
pub struct Dated {
    /// The first day on which it holds.
    pub from: Date,
    /// The last day on which it holds, when the source itself ends it.
    pub until: Option<Date>,
    /// The areas that it is of, each by how its code begins, such as `44` for those of a province; of all where there is none.
    pub areas: Vec<String>,
    /// Document and article.
    pub source: Arc<str>,
    /// From `from` on, areas' values set before that date no longer hold.
    pub supersedes_local: bool,
    /// Full names with their values: one for a plain parameter, several for a
    /// table, in the order of the file. A table replaces the earlier one whole.
    pub entries: Vec<(Arc<str>, Value)>,
}

impl Dated {
    /// Whether it is a value of an area.
    #[must_use]
    pub fn holds_in(&self, area: &str) -> bool {
        self.areas.is_empty()
            || self
                .areas
                .iter()
                .any(|code| area.starts_with(code.as_str()))
    }
}

/// Who may set a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The state alone.
    National,
    /// The pooling area, in place of the national value if there is one.
    Area,
}

/// What a parameter's values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Exact decimals.
    Decimal,
    /// Whole numbers.
    Integer,
    /// Text, often one of a few choices.
    Text,
    /// Yes or no.
    Flag,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Decimal => "十进制数",
            Self::Integer => "整数",
            Self::Text => "文字",
            Self::Flag => "是否",
        })
    }
}
