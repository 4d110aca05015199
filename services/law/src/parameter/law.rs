//! The parameters as of one area and one date.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use rust_decimal::Decimal;
use time::Date;

use super::definition::Kind;
use super::error::LawError;
use super::value::Value;
use crate::worksheet::Text;

/// The law as of one area and one date: what a rule takes beside the facts.
///
/// Cheap to clone; keep one for each date of a run.
#[derive(Clone)]
pub struct Law {
    pub(super) area: Arc<str>,
    pub(super) on: Date,
    pub(super) entries: Arc<HashMap<Arc<str>, Answer>>,
}

/// What the law answers to one name.
pub(super) type Answer = Result<Cited<Value>, LawError>;

/// A value with its legal basis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited<T> {
    /// The value, in the unit of its parameter.
    pub value: T,
    /// Where it stands, shared by all that rests on it.
    pub basis: Arc<Basis>,
}

/// Where a value of the law stands.
#[derive(Clone, Debug)]
pub struct Basis {
    /// Document and article.
    pub source: Arc<str>,
    /// The parameter's Chinese label.
    pub label: Arc<str>,
    /// The first day on which the value holds; for an estimate the date asked for.
    pub from: Date,
    /// As a worksheet shows it, written when it is first asked for.
    citation: OnceLock<Text>,
}

impl Basis {
    /// The basis of one value, or of several with the same.
    #[must_use]
    pub fn new(source: Arc<str>, label: Arc<str>, from: Date) -> Arc<Self> {
        Arc::new(Self {
            source,
            label,
            from,
            citation: OnceLock::new(),
        })
    }
}

impl PartialEq for Basis {
    fn eq(&self, other: &Self) -> bool {
        (&self.source, &self.label, self.from) == (&other.source, &other.label, other.from)
    }
}

impl Eq for Basis {}

impl<T> Cited<T> {
    /// The source with the date from which the value holds, as a worksheet shows it.
    #[must_use]
    pub fn citation(&self) -> Text {
        let Basis { source, from, .. } = &*self.basis;
        let write = || format!("{source}，自{from}起").into();
        self.basis.citation.get_or_init(write).clone()
    }

    /// The same citation for a value derived from this one.
    #[must_use]
    pub fn map<U>(self, derive: impl FnOnce(T) -> U) -> Cited<U> {
        Cited {
            value: derive(self.value),
            basis: self.basis,
        }
    }
}

impl Law {
    /// The pooling area, six digits.
    #[must_use]
    pub fn area(&self) -> &str {
        &self.area
    }

    /// The date as of which every answer is given.
    #[must_use]
    pub fn on(&self) -> Date {
        self.on
    }

    /// A rate, ratio or amount.
    ///
    /// # Errors
    /// [`LawError`] when the name is unknown, has no value on the date, or is no decimal.
    pub fn decimal(&self, name: &str) -> Result<Cited<Decimal>, LawError> {
        self.typed(name, Kind::Decimal, |value| match value {
            Value::Decimal(number) => Some(*number),
            _ => None,
        })
    }

    /// A whole number of days, months, years or persons.
    ///
    /// # Errors
    /// [`LawError`] when the name is unknown, has no value on the date, or is no integer.
    pub fn integer(&self, name: &str) -> Result<Cited<i64>, LawError> {
        self.typed(name, Kind::Integer, |value| match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        })
    }

    /// Whether a rule applies.
    ///
    /// # Errors
    /// [`LawError`] when the name is unknown, has no value on the date, or is no flag.
    pub fn flag(&self, name: &str) -> Result<Cited<bool>, LawError> {
        self.typed(name, Kind::Flag, |value| match value {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        })
    }

    /// A text, usually one of the parameter's choices.
    ///
    /// # Errors
    /// [`LawError`] when the name is unknown, has no value on the date, or is no text.
    pub fn text(&self, name: &str) -> Result<Cited<String>, LawError> {
        self.typed(name, Kind::Text, |value| match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    /// A value of any kind, for listings.
    ///
    /// # Errors
    /// [`LawError`] when the name is unknown or has no value on the date.
    pub fn value(&self, name: &str) -> Result<Cited<Value>, LawError> {
        self.find(name).cloned()
    }

    /// Every name with its value on the date, or why there is none; in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Result<&Cited<Value>, &LawError>)> {
        self.entries
            .iter()
            .map(|(name, answer)| (&**name, answer.as_ref()))
    }

    /// The law as if it did not know the parameter: a figure that comes out the same does not rest on it.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut entries = HashMap::clone(&self.entries);
        entries.remove(name);
        Self {
            entries: Arc::new(entries),
            ..self.clone()
        }
    }

    fn find(&self, name: &str) -> Result<&Cited<Value>, LawError> {
        match self.entries.get(name) {
            Some(Ok(cited)) => Ok(cited),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err(LawError::Unknown {
                name: name.to_owned(),
            }),
        }
    }

    fn typed<T>(
        &self,
        name: &str,
        asked: Kind,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Cited<T>, LawError> {
        let cited = self.find(name)?;
        let Some(value) = read(&cited.value) else {
            let label = cited.basis.label.to_string();
            let kind = cited.value.kind();
            return Err(LawError::WrongKind {
                name: name.to_owned(),
                label,
                kind,
                asked,
            });
        };
        Ok(Cited {
            value,
            basis: Arc::clone(&cited.basis),
        })
    }
}

impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Law({} on {})", self.area, self.on)
    }
}
