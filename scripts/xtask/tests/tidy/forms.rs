//! The forms of the procedure.

use std::collections::{BTreeMap, BTreeSet};

use contracts::form::forms;
use contracts::options::v1::Duty;
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use crate::assert_none;
use crate::contracts::field_option;

#[test]
fn every_form_has_number_title_and_article() {
    assert_none(forms().filter_map(|(message, form)| {
        let complete = !form.number.is_empty() && !form.title.is_empty() && form.article > 0;
        (!complete).then(|| {
            format!(
                "{}: number, title or article is missing",
                message.full_name()
            )
        })
    }));
}

#[test]
fn no_two_forms_have_the_same_number() {
    let mut seen = BTreeMap::new();
    assert_none(forms().filter_map(|(message, form)| {
        let name = message.full_name().to_owned();
        let other = seen.insert(form.number.clone(), name.clone())?;
        Some(format!("{name}: {} is also {other}", form.number))
    }));
}

#[test]
fn a_form_that_the_procedure_does_not_number_has_the_number_of_its_article() {
    assert_none(forms().filter_map(|(message, form)| {
        let (before, letter) = form.number.split_once('-')?;
        let ours = letter.chars().all(|c| c.is_ascii_uppercase());
        (ours && before != form.article.to_string()).then(|| {
            format!(
                "{}: {} under article {}",
                message.full_name(),
                form.number,
                form.article
            )
        })
    }));
}

// Art. 148. Applications and assessments are signed by two, forms between departments by four.
#[test]
fn every_form_is_signed_by_one_of_the_two_lists_of_duties() {
    let two = [Duty::Reviewer, Duty::Leader];
    let four = [Duty::Handler, Duty::Reviewer, Duty::Rechecker, Duty::Leader];
    assert_none(forms().filter_map(|(message, form)| {
        let signatures: Vec<_> = form.signatures().collect();
        let listed = signatures.is_empty() || signatures == two || signatures == four;
        (!listed).then(|| {
            format!(
                "{}: signed by {signatures:?} (article 148)",
                message.full_name()
            )
        })
    }));
}

#[test]
fn a_form_is_applied_on_or_signed_but_not_both() {
    assert_none(forms().filter_map(|(message, form)| {
        let both = !form.applicants.is_empty() && !form.signatures.is_empty();
        both.then(|| {
            format!(
                "{}: its decision form has the signatures",
                message.full_name()
            )
        })
    }));
}

#[test]
fn everything_on_a_form_has_a_label() {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for (message, _) in forms() {
        unlabelled(&message, &mut seen, &mut findings);
    }
    assert_none(findings);
}

/// Fields without a label in a message and in what stands on it.
fn unlabelled(
    message: &MessageDescriptor,
    seen: &mut BTreeSet<String>,
    findings: &mut Vec<String>,
) {
    if !seen.insert(message.full_name().to_owned()) {
        return;
    }
    for field in message.fields() {
        if field_option(&field).is_none_or(|option| option.label.is_empty()) {
            findings.push(format!("{}: no Chinese label", field.full_name()));
        }
        if let Some(inner) = printed(&field) {
            unlabelled(&inner, seen, findings);
        }
    }
}

/// The message of a field whose fields are printed one by one; value types are printed as one.
fn printed(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    const VALUES: &[&str] = &["Money", "Month", "Worksheet", "Reason"];
    let Kind::Message(inner) = field.kind() else {
        return None;
    };
    let ours = inner.full_name().starts_with("workinjury.") && !inner.is_map_entry();
    (ours && !VALUES.contains(&inner.name())).then_some(inner)
}
