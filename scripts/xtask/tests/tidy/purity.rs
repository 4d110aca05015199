//! What may stand where: rules are pure, SQL stands in stores, money is exact.

use xtask::checkout::Source;

use crate::{assert_none, has_word, rust};

fn is_part(source: &Source, part: &str) -> bool {
    source.name() == format!("{part}.rs") || source.path.contains(&format!("/{part}/"))
}

/// Fails on every line of the sources that has one of the words.
fn assert_without(sources: impl Iterator<Item = Source>, words: &[&str], why: &str) {
    let mut findings = Vec::new();
    for source in sources {
        for (number, line) in source.code() {
            for word in words.iter().filter(|word| has_word(line, word)) {
                findings.push(format!("{}:{number}: `{word}`: {why}", source.path));
            }
        }
    }
    assert_none(findings);
}

#[test]
fn rules_are_pure_functions() {
    let rules = rust("services")
        .into_iter()
        .filter(|source| is_part(source, "rules"))
        .map(|source| Source {
            // A rule may say no: the closed list of answers is all that it may know of the chassis.
            text: source
                .text
                .replace("use chassis::{Error, Result};", "")
                .replace("use chassis::Result;", ""),
            ..source
        });
    let words = [
        "async", "await", "sqlx", "tonic", "chassis", "tokio", "Unit", "Clock", "now_utc", "fs",
        "env", "net", "rand",
    ];
    assert_without(
        rules,
        &words,
        "a rule takes facts and law and returns a figure, nothing more",
    );
}

#[test]
fn the_law_does_no_input_and_no_output() {
    let law = rust("services/law").into_iter();
    let words = [
        "async", "sqlx", "tonic", "chassis", "tokio", "fs", "env", "net", "rand",
    ];
    assert_without(law, &words, "the law reads no file, clock or network");
}

#[test]
fn sql_stands_in_stores() {
    // The pool sets up its connections; the databases of tests are made and dropped.
    let allowed = ["services/chassis/src/db.rs", "services/chassis/src/testing"];
    let elsewhere = rust("services")
        .into_iter()
        .chain(rust("gateway"))
        .filter(|source| {
            !is_part(source, "store") && !allowed.iter().any(|path| source.path.starts_with(path))
        });
    let words = [
        "sqlx::query",
        "sqlx::query_as",
        "sqlx::query_scalar",
        "sqlx::raw_sql",
        "query_as",
        "query_scalar",
        "QueryBuilder",
        "copy_in_raw",
    ];
    assert_without(elsewhere, &words, "SQL stands in store.rs");
}

#[test]
fn money_and_rates_are_exact() {
    // Seconds of latencies, and the numbers in spreadsheets.
    let allowed = [
        "services/chassis/src/telemetry/",
        "gateway/src/upload/cell.rs",
        "gateway/src/download/file.rs",
    ];
    let product = ["services", "proto", "gateway"].into_iter().flat_map(rust);
    let product =
        product.filter(|source| !allowed.iter().any(|path| source.path.starts_with(path)));
    assert_without(
        product,
        &["f32", "f64"],
        "use Decimal; binary fractions lose fen",
    );
}

#[test]
fn sections_do_not_know_how_calls_travel() {
    let inner = ["rules", "cases", "batches", "runs", "store"];
    let sections = rust("services").into_iter().filter(|source| {
        !source.path.starts_with("services/chassis/")
            && inner.iter().any(|part| is_part(source, part))
    });
    assert_without(
        sections,
        &["tonic"],
        "only rpc.rs and peers.rs speak of calls",
    );
}
