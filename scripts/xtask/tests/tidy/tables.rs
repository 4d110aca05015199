//! The migrations of the services.

use xtask::checkout::sources;

use crate::{assert_none, has_word, services};

/// Tables that are no area's own, each with the reason.
const NO_AREA: &[(&str, &str)] = &[];

fn migrations() -> Vec<(String, String)> {
    let files = services()
        .into_iter()
        .flat_map(|service| sources(&format!("services/{service}/migrations"), &["sql"]).unwrap());
    let uncommented = |text: &str| -> String {
        let lines = text
            .lines()
            .map(|line| line.split("--").next().unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    };
    files
        .map(|source| (source.path, uncommented(&source.text)))
        .collect()
}

/// The `CREATE TABLE`s of a migration that are no partitions: name and body.
fn tables(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("CREATE TABLE ").skip(1).filter_map(|rest| {
        let rest = rest.trim_start_matches("IF NOT EXISTS ");
        let name = rest.split([' ', '(', '\n']).next()?;
        let statement = rest.split(';').next()?;
        (!statement.contains("PARTITION OF")).then_some((name, statement))
    })
}

#[test]
fn every_table_is_protected_by_area() {
    let mut findings = Vec::new();
    for (path, text) in migrations() {
        for (name, _) in tables(&text).filter(|(name, _)| !is_no_areas(name)) {
            if !text.contains(&format!("protect('{name}'")) {
                findings.push(format!("{path}: `{name}` has no SELECT protect('{name}')"));
            }
        }
    }
    assert_none(findings);
}

#[test]
fn every_key_begins_with_the_area() {
    let mut findings = Vec::new();
    for (path, text) in migrations() {
        for (name, body) in tables(&text).filter(|(name, _)| !is_no_areas(name)) {
            let key = body.split("PRIMARY KEY (").nth(1);
            if !key.is_some_and(|key| key.starts_with("pooling_area")) {
                findings.push(format!(
                    "{path}: the primary key of `{name}` begins with pooling_area"
                ));
            }
        }
    }
    assert_none(findings);
}

fn is_no_areas(table: &str) -> bool {
    NO_AREA.iter().any(|(name, _)| *name == table)
}

/// The columns and constraints of a table: what stands between commas outside inner brackets.
fn elements(body: &str) -> Vec<String> {
    let mut depth = 0;
    let mut elements = vec![String::new()];
    for c in body.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        match (c, elements.last_mut()) {
            (',', _) if depth == 1 => elements.push(String::new()),
            (_, Some(element)) => element.push(c),
            _ => {}
        }
    }
    elements
}

#[test]
fn constraints_are_called_by_name() {
    let kinds = ["PRIMARY KEY", "UNIQUE", "CHECK", "REFERENCES", "EXCLUDE"];
    let mut findings = Vec::new();
    for (path, text) in migrations() {
        for (name, body) in tables(&text) {
            for element in elements(body) {
                let constrains = kinds.iter().any(|kind| has_word(&element, kind));
                if constrains && !element.contains("CONSTRAINT ") {
                    let element = element.split_whitespace().collect::<Vec<_>>().join(" ");
                    findings.push(format!(
                        "{path}: `{name}`: a constraint without a name: {element}"
                    ));
                }
            }
        }
    }
    assert_none(findings);
}
