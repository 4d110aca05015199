//! The table of injuries: which diagnoses are of which part of the body and of which nature.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use time::Date;
use time::macros::format_description;

use super::DiagnosisError;
use super::categories::known;
use super::class::{BodyPart, Class, Nature};
use super::code::Code;

const TABLES: &str = include_str!("../../data/injury_diagnoses.csv");

/// Each table holds whole from its date until that of the next.
static BY_DATE: LazyLock<Vec<(Date, Table)>> = LazyLock::new(|| {
    let mut tables: BTreeMap<Date, Table> = BTreeMap::new();
    for (effective_on, is_finer, row) in TABLES.lines().filter_map(Row::read) {
        let table = tables.entry(effective_on).or_default();
        let rows = if is_finer {
            &mut table.finer
        } else {
            &mut table.categories
        };
        rows.push(row);
    }
    for table in tables.values_mut() {
        table.finer.sort_unstable_by_key(|row| row.first);
        table.categories.sort_unstable_by_key(|row| row.first);
    }
    tables.into_iter().collect()
});

/// The part of the body and the nature of the injury that a diagnosis is of on `on`; none where it is an
/// illness that has nothing to do with injuries.
///
/// # Errors
/// [`DiagnosisError::BeforeFirst`] before the first table, [`DiagnosisError::Unknown`] if it is no code of ICD-10.
pub fn class_on(code: &str, on: Date) -> Result<Option<Class>, DiagnosisError> {
    let table = Table::on(on)?;
    Ok(table.class(known(code)?))
}

/// The rows that hold from one date on, each list in the order of codes.
#[derive(Default)]
pub(super) struct Table {
    categories: Vec<Row>,
    finer: Vec<Row>,
}

impl Table {
    pub(super) fn on(on: Date) -> Result<&'static Self, DiagnosisError> {
        let in_force = BY_DATE.iter().rev().find(|(from, _)| *from <= on);
        in_force
            .map(|(_, table)| table)
            .ok_or_else(|| DiagnosisError::BeforeFirst {
                on,
                first: BY_DATE.first().map_or(Date::MAX, |(from, _)| *from),
            })
    }

    /// What a row of finer codes says goes before what the row of their category says.
    pub(super) fn class(&self, code: Code) -> Option<Class> {
        let row = find(&self.finer, code).or_else(|| find(&self.categories, code));
        row.and_then(|row| row.class)
    }
}

fn find(rows: &[Row], code: Code) -> Option<&Row> {
    let behind = rows.partition_point(|row| row.first <= code);
    let row = rows.get(behind.checked_sub(1)?)?;
    (code <= row.last).then_some(row)
}

struct Row {
    first: Code,
    last: Code,
    class: Option<Class>,
}

impl Row {
    /// The date of a line, whether its codes are finer than categories, and what it says of them.
    fn read(line: &str) -> Option<(Date, bool, Self)> {
        let mut fields = line.split(',');
        let date = format_description!("[year]-[month]-[day]");
        let effective_on = Date::parse(fields.next()?, date).ok()?;
        let (from, to) = (fields.next()?, fields.next()?);
        let class = match (fields.next()?, fields.next()?) {
            ("", "") => None,
            (part, nature) => Some(Class {
                part: BodyPart::named(part)?,
                nature: Nature::named(nature)?,
            }),
        };
        let row = Self {
            first: Code::read(from)?,
            last: Code::last_of(to)?,
            class,
        };
        Some((effective_on, from.len() > 3, row))
    }
}
