//! What can be read of the contracts without asking a service: all forms and all refusals.

use contracts::options::v1::{Caller, Duty, Field};
use contracts::{example, form, reflect, refusals};
use serde::Serialize;
use serde_json::Value;

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};

use crate::columns::{Shape, shape_of_element, spec_of};
use crate::json::example_of;
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
    /// What it requires, as an application on it may say it.
    example: Value,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<ChoiceEntry>,
    /// Of a value, or of each item of a list of values, as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<Value>,
    /// Of a field that has parts, or of each item of a list of such.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldEntry>,
}

#[derive(Serialize)]
struct ChoiceEntry {
    name: String,
    label: String,
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
            fields: fields(&message, &[]),
            example: filled(&message),
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

/// The fields of a message and, one below the other, of what stands in it; `within` holds it.
fn fields(of: &MessageDescriptor, within: &[&str]) -> Vec<FieldEntry> {
    let within = [within, &[of.full_name()]].concat();
    of.fields().map(|f| field_entry(&f, &within)).collect()
}

fn field_entry(field: &FieldDescriptor, within: &[&str]) -> FieldEntry {
    let spec = spec_of(field);
    let shape = shape_of_element(field);
    let parts = match (shape, field.kind()) {
        (None, Kind::Message(of)) if !within.contains(&of.full_name()) => fields(&of, within),
        _ => Vec::new(),
    };
    let choices = match field.kind() {
        Kind::Enum(of) => of
            .values()
            .filter(|value| value.number() != 0)
            .map(|value| ChoiceEntry {
                label: reflect::value_label(&value),
                name: value.name().to_owned(),
            })
            .collect(),
        _ => Vec::new(),
    };
    FieldEntry {
        name: field.json_name().to_owned(),
        label: label(field),
        required: spec.required,
        bounds: in_words(field, &spec, shape),
        column: spec.column,
        choices,
        example: shape.map(|_| example_of(field)),
        fields: parts,
    }
}

/// The bounds of a field in words: those of a value or of each item, and how many items there may be.
fn in_words(field: &FieldDescriptor, spec: &Field, shape: Option<&Shape>) -> String {
    let mut words = match shape {
        Some(shape) => bounds(shape, spec),
        None if spec.required => "必填".to_owned(),
        None => String::new(),
    };
    if field.is_list() {
        let most = if spec.max_items == 0 {
            1000
        } else {
            spec.max_items
        };
        if !words.is_empty() {
            words.push('；');
        }
        words.push_str(&format!("可填多项，不超过{most}项"));
    }
    words
}

/// The form with what it requires, as JSON that names it.
fn filled(form: &MessageDescriptor) -> Value {
    let mut written = serde_json::to_value(example::valid(form)).unwrap_or_default();
    written["@type"] = format!("type.googleapis.com/{}", form.full_name()).into();
    written
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
