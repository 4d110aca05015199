//! Where two messages of one kind differ, as people read it.

use prost::Message;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, ReflectMessage, Value};

use super::{descriptor, extension, is_list, label_of};
use crate::options::v1::Field;

/// A field of which two messages say something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// The Chinese labels that lead to it.
    pub label: String,
    /// What the one says; empty where it says nothing.
    pub before: String,
    /// What the other says.
    pub after: String,
}

/// The fields of which two messages say something else, in the order of the contract; entries of lists by their place.
///
/// # Errors
/// When they are not of the contracts.
pub fn differing<M: Message + prost::Name>(
    before: &M,
    after: &M,
) -> Result<Vec<Differing>, serde_json::Error> {
    let read = |message: &M| -> Result<DynamicMessage, serde_json::Error> {
        use serde::de::Error;
        let bytes = message.encode_to_vec();
        DynamicMessage::decode(descriptor(&M::full_name())?, bytes.as_slice())
            .map_err(serde_json::Error::custom)
    };
    let mut found = Vec::new();
    of_messages("", &read(before)?, &read(after)?, &mut found);
    Ok(found)
}

fn of_messages(
    path: &str,
    before: &DynamicMessage,
    after: &DynamicMessage,
    found: &mut Vec<Differing>,
) {
    for field in after.descriptor().fields() {
        let label = format!("{path}{}", label(&field));
        let (one, other) = (before.get_field(&field), after.get_field(&field));
        let is_stated = |of: &DynamicMessage| !field.supports_presence() || of.has_field(&field);
        match (&*one, &*other) {
            (Value::List(one), Value::List(other)) if is_list(&field) => {
                for at in 0..one.len().max(other.len()) {
                    let label = format!("{label}{}", at + 1);
                    of_values((&label, &field), (one.get(at), other.get(at)), found);
                }
            }
            (one, other) => {
                let one = Some(one).filter(|_| is_stated(before));
                let other = Some(other).filter(|_| is_stated(after));
                of_values((&label, &field), (one, other), found);
            }
        }
    }
}

fn of_values(
    (label, field): (&str, &FieldDescriptor),
    (before, after): (Option<&Value>, Option<&Value>),
    found: &mut Vec<Differing>,
) {
    if before == after {
        return;
    }
    let text = |value: Option<&Value>| value.and_then(|value| shown(field, value));
    let (one, other) = (text(before), text(after));
    if one.is_none() && other.is_none() {
        // An entry has fields of its own.
        let own = |value: Option<&Value>| value.and_then(Value::as_message).cloned();
        let (one, other) = (own(before), own(after));
        let none = |of: &DynamicMessage| DynamicMessage::new(of.descriptor());
        if let Some(other_of) = other.as_ref().or(one.as_ref()) {
            let empty = none(other_of);
            let (one, other) = (one.as_ref(), other.as_ref());
            let path = format!("{label} ");
            of_messages(&path, one.unwrap_or(&empty), other.unwrap_or(&empty), found);
        }
        return;
    }
    found.push(Differing {
        label: label.to_owned(),
        before: one.unwrap_or_default(),
        after: other.unwrap_or_default(),
    });
}

/// The Chinese label of a field, or its name where it has none.
fn label(field: &FieldDescriptor) -> String {
    let spec: Option<Field> = extension(&field.options(), "field")
        .and_then(|option| option.as_message()?.transcode_to().ok());
    let label = spec
        .map(|spec| spec.label)
        .filter(|label| !label.is_empty());
    label.unwrap_or_else(|| field.name().to_owned())
}

/// A value as people read it; none of a message that has fields of its own.
fn shown(field: &FieldDescriptor, value: &Value) -> Option<String> {
    let number = |message: &DynamicMessage, at: u32| {
        let part = message.get_field_by_number(at)?;
        part.as_i32()
    };
    Some(match (field.kind(), value) {
        (Kind::Enum(_), Value::EnumNumber(0)) => String::new(),
        (Kind::Enum(of), Value::EnumNumber(number)) => label_of(of.full_name(), *number),
        (_, Value::Bool(yes)) => if *yes { "是" } else { "否" }.to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, Value::I32(n)) => n.to_string(),
        (_, Value::I64(n)) => n.to_string(),
        (Kind::Message(of), Value::Message(message)) => match of.full_name() {
            "workinjury.common.v1.Money" => message
                .get_field_by_number(1)?
                .as_str()
                .map(str::to_owned)?,
            "workinjury.common.v1.Month" => {
                format!("{:04}-{:02}", number(message, 1)?, number(message, 2)?)
            }
            "google.type.Date" => {
                let (month, day) = (number(message, 2)?, number(message, 3)?);
                format!("{:04}-{month:02}-{day:02}", number(message, 1)?)
            }
            _ => return None,
        },
        _ => return None,
    })
}
