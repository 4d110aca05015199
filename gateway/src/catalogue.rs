//! What can be read of the contracts without asking a service: all forms and all refusals.

use contracts::options::v1::{Caller, Duty};
use contracts::{form, reflect, refusals};
use serde::Serialize;

use crate::columns::Shape;
use crate::columns::spec_of;
use crate::text::{bounds, label};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FormEntry {
    number: String,
    title: String,
    article: String,
    message: String,
    department: String,
    applicants: Vec<String>,
    signatures: Vec<String>,
    fields: Vec<FieldEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FieldEntry {
    name: String,
    label: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    column: String,
    required: bool,
    bounds: String,
}

#[derive(Serialize)]
struct RefusalEntry {
    #[serde(rename = "enum")]
    group: String,
    reason: String,
    sentence: String,
    source: String,
}

/// All forms, as JSON, in the order of their numbers.
///
/// # Errors
/// Never for what the contracts hold.
pub fn forms_json() -> serde_json::Result<String> {
    let mut forms: Vec<FormEntry> = form::forms()
        .map(|(message, form)| FormEntry {
            article: format!("第{}条", reflect::chinese_number(form.article)),
            message: message.full_name().to_owned(),
            department: form::departments(&form)
                .map(form::department_label)
                .collect::<Vec<_>>()
                .join("、"),
            applicants: form.applicants().map(caller).collect(),
            signatures: form.signatures().map(duty).collect(),
            fields: message.fields().map(|field| field_entry(&field)).collect(),
            number: form.number,
            title: form.title,
        })
        .collect();
    forms.sort_by_cached_key(|form| order(&form.number));
    serde_json::to_string(&serde_json::json!({ "forms": forms }))
}

/// All refusals of all services, as JSON.
///
/// # Errors
/// Never for what the contracts hold.
pub fn refusals_json() -> serde_json::Result<String> {
    let all: Vec<RefusalEntry> = refusals()
        .iter()
        .flat_map(|(group, reasons)| {
            reasons.iter().map(|reason| RefusalEntry {
                group: group.full_name().to_owned(),
                reason: reason.reason.clone(),
                sentence: reason.sentence.clone(),
                source: reason.source.clone(),
            })
        })
        .collect();
    serde_json::to_string(&serde_json::json!({ "refusals": all }))
}

fn field_entry(field: &prost_reflect::FieldDescriptor) -> FieldEntry {
    let spec = spec_of(field);
    FieldEntry {
        name: field.json_name().to_owned(),
        label: label(field),
        required: spec.required,
        bounds: Shape::of(field, &spec).map_or_else(String::new, |shape| bounds(&shape, &spec)),
        column: spec.column,
    }
}

fn caller(caller: Caller) -> String {
    form::caller_label(caller)
}

fn duty(duty: Duty) -> String {
    form::duty_label(duty)
}

/// 2-10 comes after 2-9.
fn order(number: &str) -> (u32, u32, String) {
    let (chapter, rest) = number.split_once('-').unwrap_or((number, ""));
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    (
        chapter.parse().unwrap_or(u32::MAX),
        digits.parse().unwrap_or(u32::MAX),
        number.to_owned(),
    )
}
