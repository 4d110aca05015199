//! Refusals: every reason for which the system says no, with its sentence and its article.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost_reflect::{DynamicMessage, EnumDescriptor};

use crate::common::v1::Reason;
use crate::reflect;

/// An enum of refusals of a service; implemented by the build script for every enum `Refusal`.
pub trait RefusalReason: Copy + Send + Sync + 'static {
    /// Full protobuf name of the enum.
    const ENUM: &'static str;
    /// Number of the value.
    fn number(self) -> i32;
}

/// A refusal with its gaps filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    enum_name: &'static str,
    number: i32,
    label: &'static str,
    gaps: Vec<(&'static str, String)>,
}

impl Refused {
    /// The refusal for `reason`.
    pub fn because<R: RefusalReason>(reason: R) -> Self {
        Self {
            enum_name: R::ENUM,
            number: reason.number(),
            label: "",
            gaps: Vec::new(),
        }
    }

    /// Fills the gap `{name}` of the sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.gaps.push((name, value.to_string()));
        self
    }

    /// Names the one field that it is about, by its Chinese label.
    #[must_use]
    pub fn about(mut self, label: &'static str) -> Self {
        self.label = label;
        self
    }

    /// The field that it is about, if it is one.
    #[must_use]
    pub fn label(&self) -> Option<&'static str> {
        Some(self.label).filter(|label| !label.is_empty())
    }

    /// What the gaps were filled with.
    #[must_use]
    pub fn gaps(&self) -> &[(&'static str, String)] {
        &self.gaps
    }

    /// Is this the refusal for `reason`?
    pub fn is<R: RefusalReason>(&self, reason: R) -> bool {
        self.enum_name == R::ENUM && self.number == reason.number()
    }

    /// The reason as told to a person.
    #[must_use]
    pub fn reason(&self) -> Reason {
        let of = SENTENCES.get(self.enum_name);
        let Some(told) = of.and_then(|of| of.get(&self.number)) else {
            // Unreachable for a value of a generated enum; a bare number is still an honest answer.
            return Reason {
                reason: format!("{}:{}", self.enum_name, self.number),
                ..Reason::default()
            };
        };
        let mut sentence = told.sentence.clone();
        for (name, value) in &self.gaps {
            sentence = sentence.replace(&format!("{{{name}}}"), value);
        }
        Reason {
            reason: told.reason.clone(),
            sentence,
            source: told.source.clone(),
        }
    }
}

/// What is told, with unfilled gaps, by enum and number: a bill of many lines asks for each that is refused, and
/// reading options by reflection costs more than deciding the line.
static SENTENCES: LazyLock<HashMap<String, HashMap<i32, Reason>>> = LazyLock::new(|| {
    let enums = reflect::pool().all_enums();
    let refusals = enums.filter(|of| of.name() == "Refusal");
    let told = refusals.map(|of| {
        let values = of.values().map(|value| value.number());
        let told = values.filter_map(|number| Some((number, entry(&of, number)?)));
        (of.full_name().to_owned(), told.collect())
    });
    told.collect()
});

/// All refusals of all services, in the order of the contracts, with unfilled gaps: they print as a
/// document.
#[must_use]
pub fn refusals() -> &'static [(EnumDescriptor, Vec<Reason>)] {
    static ALL: LazyLock<Vec<(EnumDescriptor, Vec<Reason>)>> = LazyLock::new(|| {
        reflect::pool()
            .all_enums()
            .filter(|of| of.name() == "Refusal")
            .map(|of| {
                let reasons = of.values().filter_map(|v| entry(&of, v.number())).collect();
                (of, reasons)
            })
            .collect()
    });
    &ALL
}

fn entry(of: &EnumDescriptor, number: i32) -> Option<Reason> {
    let value = of.get_value(number)?;
    let options = value.options();
    let set = reflect::extension(&options, "refusal")?;
    let set: &DynamicMessage = set.as_message()?;
    let text =
        |name: &str| -> Option<String> { Some(set.get_field_by_name(name)?.as_str()?.to_owned()) };
    let article = set
        .get_field_by_name("article")
        .and_then(|v| v.as_u32())
        .unwrap_or_default();
    let source = if article > 0 {
        format!("工伤保险经办规程第{}条", reflect::chinese_number(article))
    } else {
        text("source").unwrap_or_default()
    };
    Some(Reason {
        reason: value.name().trim_start_matches("REFUSAL_").to_owned(),
        sentence: text("sentence")?,
        source,
    })
}
