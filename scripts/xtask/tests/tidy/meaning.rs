//! What the contracts promise is done somewhere: refusals are raised, events are told.

use contracts::reflect;
use prost_reflect::{EnumDescriptor, EnumValueDescriptor, OneofDescriptor};

use crate::{assert_none, rust};

/// The source of everybody who may raise or tell what a package declares.
fn source_of(package: &str) -> String {
    let service = package
        .split('.')
        .nth(1)
        .unwrap_or_default()
        .replace('_', "-");
    let folders = match service.as_str() {
        "common" => vec!["services".to_owned(), "gateway".to_owned()],
        _ => vec![format!("services/{service}")],
    };
    let sources = folders.iter().flat_map(|folder| rust(folder));
    sources.map(|source| source.text).collect()
}

/// The values of an enum of refusals, without the unspecified one.
fn values(of: &EnumDescriptor) -> Vec<EnumValueDescriptor> {
    of.values().filter(|value| value.number() != 0).collect()
}

#[test]
fn every_refusal_is_raised() {
    let mut findings = Vec::new();
    for (of, _) in contracts::refusals() {
        let source = source_of(of.package_name());
        for value in values(of) {
            let name = upper_camel(value.name().trim_start_matches("REFUSAL_"));
            if !source.contains(&format!("Refusal::{name}")) {
                findings.push(format!(
                    "{}: Refusal::{name} is never raised",
                    of.full_name()
                ));
            }
        }
    }
    assert_none(findings);
}

#[test]
fn every_refusal_says_what_is_wrong_and_where_that_is_written() {
    let mut findings = Vec::new();
    for (of, reasons) in contracts::refusals() {
        for value in values(of) {
            let name = value.name().trim_start_matches("REFUSAL_");
            let whole = reasons.iter().any(|reason| {
                reason.reason == name
                    && reason.sentence.ends_with(['。', '}'])
                    && !reason.source.is_empty()
            });
            if !whole {
                findings.push(format!(
                    "{name}: a sentence that ends in 。 and an article or source"
                ));
            }
        }
    }
    assert_none(findings);
}

#[test]
fn every_gap_of_a_refusal_is_filled() {
    let mut findings = Vec::new();
    for (of, reasons) in contracts::refusals() {
        let source = source_of(of.package_name());
        for reason in reasons {
            let gaps = reason
                .sentence
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split_once('}'));
            for (gap, _) in gaps.filter(|(gap, _)| !source.contains(&format!("\"{gap}\""))) {
                findings.push(format!(
                    "{}: nobody fills {{{gap}}} of {}",
                    of.full_name(),
                    reason.reason
                ));
            }
        }
    }
    assert_none(findings);
}

/// The oneof of a message called `…Event`: what a service tells.
fn what_happens() -> impl Iterator<Item = OneofDescriptor> {
    reflect::pool()
        .all_messages()
        .filter(|message| message.name().ends_with("Event"))
        .flat_map(|message| message.oneofs().collect::<Vec<_>>())
        .filter(|oneof| !oneof.is_synthetic())
}

#[test]
fn every_event_is_told() {
    let mut findings = Vec::new();
    let mut tried = 0;
    for oneof in what_happens() {
        let source = source_of(oneof.parent_message().package_name());
        // The events of a service to come are fixed before it is there to tell them.
        if source.is_empty() {
            continue;
        }
        let kind = upper_camel(oneof.name());
        for field in oneof.fields() {
            tried += 1;
            let told = format!("{kind}::{}(", upper_camel(field.name()));
            if !source.contains(&told) {
                findings.push(format!("{}: {told}…) is never told", field.full_name()));
            }
        }
    }
    assert_none(findings);
    assert!(tried > 0, "no event was found in the contracts");
}

fn upper_camel(name: &str) -> String {
    name.split('_')
        .map(|part| {
            let mut chars = part.chars();
            let first = chars.next().map(|c| c.to_ascii_uppercase());
            first
                .into_iter()
                .chain(chars.map(|c| c.to_ascii_lowercase()))
                .collect::<String>()
        })
        .collect()
}
