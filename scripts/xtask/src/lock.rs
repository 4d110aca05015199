//! The lock of the contracts: `proto/contracts.lock` has a line for everything that a client may rely
//! on. A line that goes is a break; a line that comes is a reason to lock anew.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, bail, ensure};
use contracts::reflect;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MethodDescriptor};

use crate::checkout::root;

const FILE: &str = "proto/contracts.lock";

/// Fails when the contracts break what is locked, or have something that is not.
///
/// # Errors
/// With every line that went and came, and what to do.
pub fn check() -> Result<()> {
    let changes = changes()?;
    ensure!(changes.broken.is_empty(), "{}", changes.breaking());
    if !changes.added.is_empty() {
        bail!(
            "{FILE} is stale; run `cargo xtask contracts lock`:\n{}",
            marked('+', &changes.added)
        );
    }
    Ok(())
}

/// Locks the contracts as they are. What breaks is locked only when it is `meant`.
///
/// # Errors
/// With every line that went, unless the break is meant.
pub fn lock(meant: bool) -> Result<()> {
    let changes = if root().join(FILE).exists() {
        changes()?
    } else {
        Changes::default()
    };
    if !meant {
        ensure!(changes.broken.is_empty(), "{}", changes.breaking());
    }
    let lines: Vec<_> = lines().into_iter().collect();
    fs::write(root().join(FILE), lines.join("\n") + "\n").with_context(|| format!("writing {FILE}"))
}

#[derive(Default)]
struct Changes {
    broken: Vec<String>,
    added: Vec<String>,
}

impl Changes {
    fn between(locked: &BTreeSet<String>, now: &BTreeSet<String>) -> Self {
        Self {
            broken: locked.difference(now).cloned().collect(),
            added: now.difference(locked).cloned().collect(),
        }
    }

    fn breaking(&self) -> String {
        format!(
            "the contracts break what clients rely on; where that is meant, run \
             `cargo xtask contracts lock --breaking`:\n{}{}",
            marked('-', &self.broken),
            marked('+', &self.added)
        )
    }
}

fn changes() -> Result<Changes> {
    let locked =
        fs::read_to_string(root().join(FILE)).with_context(|| format!("reading {FILE}"))?;
    Ok(Changes::between(
        &locked.lines().map(str::to_owned).collect(),
        &lines(),
    ))
}

fn marked(sign: char, lines: &[String]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "  {sign} {line}");
        text
    })
}

fn lines() -> BTreeSet<String> {
    let pool = reflect::pool();
    let ours = |name: &str| name.starts_with("workinjury.");
    let mut lines = BTreeSet::new();
    for message in pool
        .all_messages()
        .filter(|m| ours(m.full_name()) && !m.is_map_entry())
    {
        lines.extend(message.fields().map(|field| field_line(&field)));
    }
    for of in pool.all_enums().filter(|of| ours(of.full_name())) {
        for value in of.values() {
            lines.insert(format!(
                "value {} {} {}",
                of.full_name(),
                value.number(),
                value.name()
            ));
        }
    }
    for service in pool.services().filter(|service| ours(service.full_name())) {
        lines.extend(service.methods().map(|method| method_line(&method)));
    }
    lines
}

fn field_line(field: &FieldDescriptor) -> String {
    let label = if field.is_list() { "repeated " } else { "" };
    let oneof = field.containing_oneof();
    let presence = match &oneof {
        Some(oneof) if oneof.is_synthetic() => "optional ",
        _ => "",
    };
    let group = match &oneof {
        Some(oneof) if !oneof.is_synthetic() => format!(" in {}", oneof.name()),
        _ => String::new(),
    };
    format!(
        "field {} {} {label}{presence}{} {}{group}",
        field.parent_message().full_name(),
        field.number(),
        kind(&field.kind()),
        field.name(),
    )
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Message(entry) if entry.is_map_entry() => {
            let of = |field: FieldDescriptor| self::kind(&field.kind());
            format!(
                "map<{}, {}>",
                of(entry.map_entry_key_field()),
                of(entry.map_entry_value_field())
            )
        }
        Kind::Message(message) => message.full_name().to_owned(),
        Kind::Enum(of) => of.full_name().to_owned(),
        scalar => format!("{scalar:?}").to_lowercase(),
    }
}

fn method_line(method: &MethodDescriptor) -> String {
    let stream = |is: bool| if is { "stream " } else { "" };
    format!(
        "rpc {} ({}{}) ({}{}){}",
        method.full_name(),
        stream(method.is_client_streaming()),
        method.input().full_name(),
        stream(method.is_server_streaming()),
        method.output().full_name(),
        binding(method)
            .map(|(verb, path)| format!(" {verb} {path}"))
            .unwrap_or_default(),
    )
}

/// The HTTP verb and path of an RPC, where its contract has one.
#[must_use]
pub fn binding(method: &MethodDescriptor) -> Option<(String, String)> {
    let extension = reflect::pool().get_extension_by_name("google.api.http")?;
    let options = method.options();
    let rule = options.get_extension(&extension);
    let rule: &DynamicMessage = rule.as_message()?;
    ["get", "post", "put", "patch", "delete"]
        .iter()
        .find_map(|verb| {
            let path = rule.get_field_by_name(verb)?.as_str()?.to_owned();
            (!path.is_empty()).then(|| (verb.to_uppercase(), path))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(lines: &[&str]) -> BTreeSet<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_field_that_changes_its_type_breaks_the_contract() {
        let changes = Changes::between(
            &set(&["field a.B 1 string name"]),
            &set(&["field a.B 1 int32 name", "field a.B 2 string other"]),
        );
        assert_eq!(changes.broken, ["field a.B 1 string name"]);
        assert!(changes.breaking().contains("+ field a.B 1 int32 name"));
    }

    #[test]
    fn a_field_that_is_added_breaks_nothing() {
        let before = set(&["field a.B 1 string name"]);
        let after = set(&["field a.B 1 string name", "field a.B 2 string other"]);
        let changes = Changes::between(&before, &after);
        assert!(changes.broken.is_empty());
        assert_eq!(changes.added, ["field a.B 2 string other"]);
    }

    #[test]
    fn every_kind_of_thing_in_a_contract_has_its_line() {
        let lines = lines();
        for line in [
            "field workinjury.common.v1.SubmitCaseRequest 3 google.protobuf.Any application",
            "field workinjury.common.v1.Case 18 workinjury.common.v1.Money nothing",
            "field workinjury.common.v1.SubmitCaseRequest 4 repeated workinjury.common.v1.Evidence evidence",
            "value workinjury.common.v1.CaseState 6 CASE_STATE_WITHDRAWN",
            "rpc workinjury.common.v1.CaseService.GetCase (workinjury.common.v1.GetCaseRequest) \
             (workinjury.common.v1.GetCaseResponse) GET /v1/cases/{case_id}",
        ] {
            assert_eq!(lines.contains(line), !line.ends_with("nothing"), "{line}");
        }
    }
}
