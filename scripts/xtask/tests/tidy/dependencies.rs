//! What the crates depend on.

use toml::Table;
use xtask::checkout::{Source, root, sources};

use crate::assert_none;

const KINDS: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

fn table<'a>(of: &'a Table, name: &str) -> Option<&'a Table> {
    of.get(name)?.as_table()
}

/// The crates of the workspace: folder and manifest.
fn crates() -> Vec<(String, Table)> {
    let manifests = sources("", &["toml"]).unwrap();
    let manifests = manifests
        .into_iter()
        .filter(|source| source.path.ends_with("/Cargo.toml"));
    let folder = |source: &Source| source.path.trim_end_matches("/Cargo.toml").to_owned();
    manifests
        .map(|source| (folder(&source), source.text.parse().unwrap()))
        .collect()
}

/// The dependencies of the workspace that are not its own crates.
fn external() -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let manifest: Table = manifest.parse().unwrap();
    let all = table(table(&manifest, "workspace").unwrap(), "dependencies").unwrap();
    all.iter()
        .filter(|(_, said)| said.get("path").is_none())
        .map(|(name, _)| name.clone())
        .collect()
}

/// The dependencies that a manifest names, with what it says of each.
fn named(manifest: &Table) -> Vec<(&String, &toml::Value)> {
    KINDS
        .iter()
        .filter_map(|kind| table(manifest, kind))
        .flatten()
        .collect()
}

#[test]
fn every_version_stands_in_the_workspace_alone() {
    let mut findings = Vec::new();
    for (folder, manifest) in crates() {
        for (name, said) in named(&manifest) {
            if said.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
                findings.push(format!("{folder}/Cargo.toml: {name}.workspace = true"));
            }
        }
    }
    assert_none(findings);
}

#[test]
fn every_dependency_is_used() {
    // Named by the code that the build script of the contracts writes.
    const BY_GENERATED_CODE: &[&str] = &["tonic-prost"];
    // Crates whose library is called otherwise.
    const CALLED: &[(&str, &str)] = &[("rustls-webpki", "webpki")];
    let mut findings = Vec::new();
    for (folder, manifest) in crates() {
        let code = sources(&folder, &["rs"]).unwrap();
        let names = |library: &str| code.iter().any(|source| source.text.contains(library));
        for (name, _) in named(&manifest) {
            let called = CALLED.iter().find(|(package, _)| package == name);
            let library = called.map_or_else(
                || name.replace('-', "_"),
                |(_, library)| (*library).to_owned(),
            );
            if !names(&library) && !BY_GENERATED_CODE.contains(&name.as_str()) {
                findings.push(format!(
                    "{folder}/Cargo.toml: {name} is never named in the code"
                ));
            }
        }
    }
    assert_none(findings);
}

#[test]
fn the_workspace_names_no_dependency_that_no_crate_has() {
    let crates = crates();
    let has = |name: &String| {
        crates
            .iter()
            .any(|(_, manifest)| named(manifest).iter().any(|(n, _)| *n == name))
    };
    let unused = external().into_iter().filter(|name| !has(name));
    assert_none(unused.map(|name| format!("Cargo.toml: {name}")));
}

#[test]
fn the_architecture_says_why_each_dependency_is_there() {
    let architecture = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let unexplained = external()
        .into_iter()
        .filter(|name| !architecture.contains(&format!("`{name}`")));
    assert_none(unexplained.map(|name| format!("ARCHITECTURE.md: not a word on `{name}`")));
}
