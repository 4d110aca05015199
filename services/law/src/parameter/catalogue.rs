//! All parameters of a service, with every date they have.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use time::Date;

use super::STANDING_IN_SOURCE;
use super::definition::{Dated, Definition, Scope};
use super::error::{CatalogueError, LawError};
use super::law::{Answer, Basis, Cited, Law};
use super::value::Value;
use super::yaml;

/// All parameters of a service, with every date they have.
#[derive(Clone, Debug)]
pub struct Catalogue {
    definitions: Vec<Definition>,
    /// Every full name there has ever been, with the index of its definition.
    names: BTreeMap<Arc<str>, usize>,
}

/// A value that an area has set for itself, with its own document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalValue {
    /// The full name: `benchmark_rate.4`.
    pub name: String,
    /// The first day on which it holds.
    pub from: Date,
    /// The value as text, exact.
    pub value: String,
    /// The area's document and its article.
    pub source: String,
}

impl Catalogue {
    /// Reads parameter files, each given as its file name and its YAML.
    ///
    /// # Errors
    /// [`CatalogueError`] with every problem found: names defined twice, dates out
    /// of order, missing sources, values of the wrong kind or out of bounds.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, CatalogueError> {
        let mut problems = Vec::new();
        let mut definitions: Vec<Definition> = Vec::with_capacity(files.len());
        let mut defined = BTreeSet::new();
        for (file, text) in files {
            match yaml::read(text) {
                Ok(definition) if !defined.insert(definition.name.clone()) => {
                    problems.push(format!("{file}：参数{}重复定义", definition.name));
                }
                Ok(definition) => definitions.push(definition),
                Err(found) => problems.extend(found.into_iter().map(|p| format!("{file}: {p}"))),
            }
        }
        if !problems.is_empty() {
            return Err(CatalogueError { problems });
        }
        let mut names = BTreeMap::new();
        for (index, definition) in definitions.iter().enumerate() {
            if !definition.is_table() {
                names.insert(Arc::from(definition.name.as_str()), index);
            }
            let dated = definition.values.iter().flat_map(|dated| &dated.entries);
            for name in dated.map(|(name, _)| name).chain(&definition.entries) {
                names.insert(Arc::clone(name), index);
            }
        }
        Ok(Self { definitions, names })
    }

    /// Every parameter, in the order of the files, for the rulebook.
    pub fn definitions(&self) -> impl Iterator<Item = &Definition> {
        self.definitions.iter()
    }

    /// The parameter to which a full name such as `benchmark_rate.4` belongs.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<&Definition> {
        self.names
            .get(name)
            .and_then(|index| self.definitions.get(*index))
    }

    /// Whether an area may set `value` under its own `source`, for the case that sets it.
    ///
    /// # Errors
    /// [`LawError::Unusable`] that says what is wrong.
    pub fn check_local(&self, local: &LocalValue) -> Result<Value, LawError> {
        self.read_local(local)
            .map_err(|problem| LawError::Unusable {
                problems: vec![problem],
            })
    }

    /// The law in `area` on `on`.
    ///
    /// `local` are all values that the area has set, of any date; where the
    /// parameter's scope allows, the latest of them wins over the national value
    /// from its date on. `standing_in` are values by full name that an estimate
    /// assumes; they win over everything.
    ///
    /// # Errors
    /// [`LawError::Unusable`] with every local or assumed value that has an
    /// unknown name, a malformed value, is given twice, or is not for an area to set.
    pub fn as_of(
        &self,
        area: &str,
        on: Date,
        local: &[LocalValue],
        standing_in: &[(String, String)],
    ) -> Result<Law, LawError> {
        let mut problems = Vec::new();
        let mut entries: HashMap<_, _> = self
            .names
            .iter()
            .filter_map(|(name, index)| Some((name, self.definitions.get(*index)?)))
            .map(|(name, definition)| (Arc::clone(name), national(definition, name, area, on)))
            .collect();
        for (name, cited) in self.local_values(on, local, &mut problems) {
            entries.insert(name, Ok(cited));
        }
        let mut assumed = BTreeSet::new();
        for (name, text) in standing_in {
            if !assumed.insert(name) {
                problems.push(format!("参数{name}出现两次"));
            }
            match self.read(name, text) {
                Ok((name, definition, value)) => {
                    let label = Arc::clone(&definition.label);
                    let source = Arc::from(STANDING_IN_SOURCE);
                    entries.insert(
                        name,
                        Ok(Cited {
                            value,
                            basis: Basis::new(source, label, on),
                        }),
                    );
                }
                Err(problem) => problems.push(problem),
            }
        }
        if !problems.is_empty() {
            return Err(LawError::Unusable { problems });
        }
        Ok(Law {
            area: Arc::from(area),
            on,
            entries: Arc::new(entries),
        })
    }

    /// The area's own values that hold on `on`.
    fn local_values(
        &self,
        on: Date,
        local: &[LocalValue],
        problems: &mut Vec<String>,
    ) -> BTreeMap<Arc<str>, Cited<Value>> {
        let mut latest: BTreeMap<Arc<str>, Cited<Value>> = BTreeMap::new();
        let mut dates = BTreeSet::new();
        for row in local {
            if !dates.insert((row.name.as_str(), row.from)) {
                problems.push(format!("参数{}自{}起有两个本地数值", row.name, row.from));
            }
            let value = match self.read_local(row) {
                Ok(value) => value,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let Some((name, index)) = self.names.get_key_value(row.name.as_str()) else {
                continue;
            };
            let Some(definition) = self.definitions.get(*index) else {
                continue;
            };
            let superseded = definition
                .values
                .iter()
                .any(|dated| dated.supersedes_local && row.from < dated.from && dated.from <= on);
            let later = latest
                .get(name)
                .is_some_and(|known| known.basis.from > row.from);
            if row.from <= on && !superseded && !later {
                let label = Arc::clone(&definition.label);
                let source = Arc::from(row.source.as_str());
                latest.insert(
                    Arc::clone(name),
                    Cited {
                        value,
                        basis: Basis::new(source, label, row.from),
                    },
                );
            }
        }
        latest
    }

    fn read_local(&self, local: &LocalValue) -> Result<Value, String> {
        let (name, definition, value) = self.read(&local.name, &local.value)?;
        if definition.scope == Scope::National {
            return Err(format!(
                "“{}”（{name}）由国家统一规定，统筹地区不能设定",
                definition.label
            ));
        }
        if local.source.trim().is_empty() {
            return Err(format!(
                "“{}”（{name}）自{}起的数值缺少文件依据",
                definition.label, local.from
            ));
        }
        Ok(value)
    }

    fn read(&self, name: &str, text: &str) -> Result<(Arc<str>, &Definition, Value), String> {
        let (full_name, definition) = self
            .names
            .get_key_value(name)
            .and_then(|(full_name, index)| Some((full_name, self.definitions.get(*index)?)))
            .ok_or_else(|| format!("参数{name}未定义"))?;
        let value = Value::read(definition, text)
            .map_err(|problem| format!("“{}”（{name}）的值{problem}", definition.label))?;
        Ok((Arc::clone(full_name), definition, value))
    }
}

/// The value of the file of one name in an area on a date, or why there is none.
fn national(definition: &Definition, name: &Arc<str>, area: &str, on: Date) -> Answer {
    let entry = |dated: &Dated| {
        dated
            .entries
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    };
    if let Some(dated) = definition.dated(area, on)
        && let Some(value) = entry(dated)
    {
        let (source, label) = (Arc::clone(&dated.source), Arc::clone(&definition.label));
        return Ok(Cited {
            value,
            basis: Basis::new(source, label, dated.from),
        });
    }
    let label = definition.label.to_string();
    let mut holding = definition
        .values
        .iter()
        .filter(|dated| dated.holds_in(area) && entry(dated).is_some());
    let Some(first) = holding.next() else {
        let area = area.to_owned();
        return Err(LawError::NotSetByArea {
            name: name.to_string(),
            label,
            area,
            on,
        });
    };
    if on < first.from {
        let first = first.from;
        return Err(LawError::BeforeFirst {
            name: name.to_string(),
            label,
            on,
            first,
        });
    }
    let last = last_day(definition, (area, on), |dated| entry(dated).is_some());
    Err(LawError::Ended {
        name: name.to_string(),
        label,
        on,
        last,
    })
}

/// The last day before `on` on which one of the `wanted` values held.
fn last_day(
    definition: &Definition,
    (area, on): (&str, Date),
    wanted: impl Fn(&Dated) -> bool,
) -> Date {
    let mut last = on;
    let mut next: Option<Date> = None;
    let own = definition
        .values
        .iter()
        .filter(|dated| dated.holds_in(area));
    for dated in own.rev() {
        if dated.from <= on && wanted(dated) {
            let replaced = next.and_then(Date::previous_day);
            last = match (dated.until, replaced) {
                (Some(until), Some(replaced)) => until.min(replaced),
                (Some(day), None) | (None, Some(day)) => day,
                (None, None) => on,
            };
            break;
        }
        next = Some(dated.from);
    }
    last
}
