//! Names and lengths of files.

use xtask::checkout::{root, sources};

use crate::{assert_none, rust, services};

/// What a section may consist of; each may be a file or a folder of files.
const PARTS: &[&str] = &["rules", "cases", "batches", "runs", "store", "rpc"];

/// What a service has beside its sections.
const BESIDE: &[&str] = &["main", "lib", "reactions", "peers"];

/// Files over 400 lines, each with the reason why it is one file.
const LONG: &[(&str, &str)] = &[];

/// The files and folders directly below a folder of a service's source, without `.rs`.
fn names(folder: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root().join(folder)) else {
        return Vec::new();
    };
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The sections of a service.
fn sections(service: &str) -> Vec<String> {
    let mut names = names(&format!("services/{service}/src"));
    names.retain(|name| !BESIDE.contains(&name.as_str()));
    names
}

// Art. 3. Each of the nine areas of business is one service, and nothing else is.
#[test]
fn every_service_is_an_area_of_business() {
    const AREAS: &[&str] = &[
        "registration",
        "collection",
        "medical-agreement",
        "benefit-review",
        "payment",
        "finance",
        "statistics",
        "audit",
        "records",
    ];
    assert_none(
        services()
            .into_iter()
            .filter(|name| !AREAS.contains(&name.as_str()))
            .map(|name| {
                format!("services/{name}: the procedure has no such area of business (article 3)")
            }),
    );
}

#[test]
fn a_section_has_only_the_parts_that_every_section_may_have() {
    let mut findings = Vec::new();
    for service in services() {
        for section in sections(&service) {
            let folder = format!("services/{service}/src/{section}");
            for name in names(&folder)
                .iter()
                .filter(|name| !PARTS.contains(&name.as_str()))
            {
                findings.push(format!(
                    "{folder}/{name}.rs: a section has only {}",
                    PARTS.join(", ")
                ));
            }
        }
    }
    assert_none(findings);
}

#[test]
fn a_section_has_a_contract_and_a_test_of_its_name() {
    let mut findings = Vec::new();
    for service in services() {
        let package = service.replace('-', "_");
        for section in sections(&service) {
            for path in [
                format!("services/{service}/src/{section}.rs"),
                format!("proto/workinjury/{package}/v1/{section}.proto"),
                format!("services/{service}/tests/it/{section}.rs"),
            ] {
                if !root().join(&path).exists() {
                    findings.push(format!(
                        "{path} is missing: {service} has a section `{section}`"
                    ));
                }
            }
        }
    }
    assert_none(findings);
}

#[test]
fn a_module_is_the_file_of_its_name() {
    let all = sources("", &["rs"]).unwrap();
    assert_none(
        all.iter()
            .filter(|source| source.name() == "mod.rs")
            .map(|source| {
                format!(
                    "{}: call it by the name of its folder, beside it",
                    source.path
                )
            }),
    );
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let all = sources("", &["rs"]).unwrap();
    assert_none(all.iter().filter_map(|source| {
        let lines = source.text.lines().count();
        let reason = LONG.iter().find(|(path, _)| *path == source.path);
        match (lines, reason) {
            (601.., _) => Some(format!("{}: {lines} lines; 600 is the most", source.path)),
            (401..=600, None) => Some(format!(
                "{}: {lines} lines; over 400 needs a reason in LONG of this test",
                source.path
            )),
            (..=400, Some(_)) => Some(format!("{}: no longer long, take it off LONG", source.path)),
            _ => None,
        }
    }));
}

#[test]
fn nothing_is_left_for_later_and_nothing_points_outside() {
    // In two halves, so that this file does not find itself.
    let unwanted = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("shared/", "procedure"),
        concat!("shared/", "law"),
        concat!("/work", "/main"),
        concat!("/ro", "ot/."),
        concat!("#[ig", "nore"),
    ];
    let kinds = [
        "rs", "proto", "md", "toml", "yaml", "yml", "sql", "sh", "py", "tsv",
    ];
    let mut findings = Vec::new();
    for source in sources("", &kinds).unwrap() {
        for (number, line) in (1..).zip(source.text.lines()) {
            for word in unwanted.iter().filter(|word| line.contains(**word)) {
                findings.push(format!("{}:{number}: {word}", source.path));
            }
        }
    }
    assert_none(findings);
}

#[test]
fn names_say_what_a_thing_is() {
    let vague = ["Manager", "Helper", "Util", "helpers", "utils"];
    let mut findings = Vec::new();
    for source in rust("") {
        for (number, line) in source.code() {
            let declares = ["struct ", "enum ", "trait ", "mod "]
                .iter()
                .any(|kind| line.contains(kind));
            if declares && vague.iter().any(|word| line.contains(word)) {
                findings.push(format!(
                    "{}:{number}: the name says nothing: {line}",
                    source.path
                ));
            }
        }
    }
    assert_none(findings);
}
