//! JSON schemas of messages.

use std::collections::BTreeMap;

use contracts::options::v1::{Field, Format};
use contracts::{form, reflect};
use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::comments::Comments;
use crate::columns::spec_of;
use crate::text::format_words;

/// The schemas that the operations refer to.
#[derive(Debug)]
pub struct Schemas<'c> {
    comments: &'c Comments,
    known: BTreeMap<String, Value>,
}

impl<'c> Schemas<'c> {
    /// None yet.
    pub fn new(comments: &'c Comments) -> Self {
        Self {
            comments,
            known: BTreeMap::new(),
        }
    }

    /// All of them, by name.
    pub fn into_components(self) -> BTreeMap<String, Value> {
        self.known
    }

    /// A reference to the schema of a message.
    pub fn message(&mut self, message: &MessageDescriptor) -> Value {
        if let Some(known) = well_known(message.full_name()) {
            return known;
        }
        let name = message.full_name().to_owned();
        if !self.known.contains_key(&name) {
            // First the name, because messages may hold themselves.
            self.known.insert(name.clone(), Value::Null);
            let schema = if name == ANY {
                self.any()
            } else {
                self.object(message)
            };
            self.known.insert(name.clone(), schema);
        }
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    /// The schema of a field, with its label, comment and bounds.
    pub fn field(&mut self, field: &FieldDescriptor) -> Value {
        let spec = spec_of(field);
        let element = self.element(field, &spec);
        let mut schema = if field.is_map() {
            json!({ "type": "object" })
        } else if field.is_list() {
            let most = if spec.max_items == 0 {
                1000
            } else {
                spec.max_items
            };
            let mut list = json!({ "type": "array", "items": element });
            if !spec.label.is_empty() {
                list["maxItems"] = most.into();
            }
            list
        } else {
            element
        };
        if !spec.label.is_empty() {
            schema["title"] = spec.label.clone().into();
        }
        let description = self.comments.of_field(field);
        if !description.is_empty() {
            schema["description"] = description.into();
        }
        schema
    }

    fn object(&mut self, message: &MessageDescriptor) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in message.fields() {
            if spec_of(&field).required {
                required.push(field.json_name().to_owned());
            }
            properties.insert(field.json_name().to_owned(), self.field(&field));
        }
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = required.into();
        }
        if let Some(form) = form::form_of(message) {
            schema["title"] = format!("表{} {}", form.number, form.title).into();
        }
        let description = self.comments.of_message(message);
        if !description.is_empty() {
            schema["description"] = description.into();
        }
        schema
    }

    /// What stands where any form may: each of them under its name, or what else the platform tells.
    fn any(&mut self) -> Value {
        let mut forms: Vec<_> = form::forms().map(|(message, _)| message).collect();
        forms.sort_by_cached_key(|message| message.full_name().to_owned());
        let mut one_of: Vec<Value> = forms
            .iter()
            .map(|message| {
                let name = format!("type.googleapis.com/{}", message.full_name());
                json!({ "allOf": [
                    self.message(message),
                    { "required": [TYPE], "properties": { TYPE: { "const": name } } },
                ] })
            })
            .collect();
        one_of.push(json!({
            "type": "object",
            "required": [TYPE],
            "properties": { TYPE: { "type": "string" } },
            "additionalProperties": true,
        }));
        json!({
            "title": "表单",
            "description": "哪一种表单由@type写明，全部表单及样例见 /v1/forms",
            "anyOf": one_of,
        })
    }

    fn element(&mut self, field: &FieldDescriptor, spec: &Field) -> Value {
        match field.kind() {
            Kind::Message(message) => self.message(&message),
            Kind::Enum(of) => self.choice(&of),
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::String => text(spec),
            Kind::Bytes => json!({ "type": "string", "contentEncoding": "base64" }),
            Kind::Float | Kind::Double => json!({ "type": "number" }),
            // proto3 JSON writes them as text, because JavaScript would lose their last digits.
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 | Kind::Uint64 | Kind::Fixed64 => {
                json!({ "type": ["string", "integer"], "format": "int64" })
            }
            _ => {
                let mut number = json!({ "type": "integer", "format": "int32" });
                bound(&mut number, "minimum", &spec.min);
                bound(&mut number, "maximum", &spec.max);
                number
            }
        }
    }

    fn choice(&self, of: &EnumDescriptor) -> Value {
        let mut names = Vec::new();
        let mut lines = Vec::new();
        for value in of.values() {
            names.push(value.name().to_owned());
            let (label, comment) = (reflect::value_label(&value), self.comments.of_value(&value));
            if label != value.name() || !comment.is_empty() {
                lines.push(
                    format!("- `{}`：{label} {comment}", value.name())
                        .trim_end()
                        .to_owned(),
                );
            }
        }
        json!({ "type": "string", "enum": names, "description": lines.join("\n") })
    }
}

/// Holds a message of any kind, and says of which.
const ANY: &str = "google.protobuf.Any";
const TYPE: &str = "@type";

fn text(spec: &Field) -> Value {
    let mut schema = json!({ "type": "string" });
    if !spec.label.is_empty() {
        let most = if spec.max_length == 0 {
            200
        } else {
            spec.max_length
        };
        schema["maxLength"] = most.into();
    }
    match spec.format() {
        Format::Unspecified => {}
        Format::Uuid => schema["format"] = "uuid".into(),
        Format::PoolingArea => schema["pattern"] = "^[0-9]{6}$".into(),
        Format::Industry => schema["pattern"] = "^[0-9]{2}$".into(),
        Format::BankAccount => schema["pattern"] = "^[0-9]{6,32}$".into(),
        Format::Nationality => schema["pattern"] = "^[A-Z]{3}$".into(),
        format => {
            let words = [format_words(format), &spec.min, &spec.max];
            let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
            schema["$comment"] = words.join("，").into();
        }
    }
    schema
}

fn bound(schema: &mut Value, name: &str, text: &str) {
    if let Ok(number) = text.parse::<i64>() {
        schema[name] = number.into();
    }
}

fn well_known(name: &str) -> Option<Value> {
    Some(match name {
        "google.protobuf.Timestamp" => json!({ "type": "string", "format": "date-time" }),
        "google.protobuf.Duration" => json!({ "type": "string", "examples": ["3.5s"] }),
        "google.protobuf.Struct" => json!({ "type": "object" }),
        "google.protobuf.Empty" => json!({ "type": "object", "maxProperties": 0 }),
        _ => return None,
    })
}
