//! JSON of a message: proto3 JSON by prost-reflect, with every mistake named by its field first.
//!
//! Accepted beyond proto3 JSON: names of enum values without their prefix, `Any` types by their bare
//! name, numbers for fields that hold a decimal number as text, and true or false for a parameter's value.

use contracts::options::v1::Format;
use contracts::{example, reflect};
use prost_reflect::{
    DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, SerializeOptions,
};
use serde_json::{Map, Value};

use crate::columns::{enum_prefix, spec_of};
use crate::problem::{FieldProblem, Problem};
use crate::text::label;

const TYPE: &str = "@type";

/// Decimal digits that a JSON number keeps exactly.
const EXACT_DIGITS: usize = 15;

/// The message that `json` writes, and every field that is unknown or of the wrong kind: the message is
/// without them. An empty body is an empty message.
///
/// # Errors
/// When it is no JSON.
pub fn read(
    message: &MessageDescriptor,
    json: &[u8],
) -> Result<(DynamicMessage, Vec<FieldProblem>), Problem> {
    if json.iter().all(u8::is_ascii_whitespace) {
        return Ok((DynamicMessage::new(message.clone()), Vec::new()));
    }
    let mut value = serde_json::from_slice(json).map_err(|error| {
        Problem::new(
            http::StatusCode::BAD_REQUEST,
            "INVALID_JSON",
            format!(
                "内容不是有效的JSON（第{}行第{}列）。请更正后重新提交。",
                error.line(),
                error.column()
            ),
        )
    })?;
    let mut reader = Reader::default();
    if !reader.message(message, "内容", &mut value) {
        value = Value::Object(Map::new());
    }
    match DynamicMessage::deserialize(message.clone(), value) {
        Ok(message) => Ok((message, reader.wrong)),
        Err(error) => Err(Problem::new(
            http::StatusCode::BAD_REQUEST,
            "INVALID_JSON",
            format!("内容与接口约定不符：{error}。请更正后重新提交。"),
        )),
    }
}

/// The JSON of a message: lowerCamelCase names, and zero values written out, so that a client sees
/// every figure of what is there; messages that are not there are left out.
///
/// # Errors
/// When the message holds an `Any` that is not of the contracts.
pub fn write(message: &DynamicMessage) -> Result<Vec<u8>, serde_json::Error> {
    let options = SerializeOptions::new().skip_default_fields(false);
    let mut out = Vec::with_capacity(1024);
    message.serialize_with_options(&mut serde_json::Serializer::new(&mut out), &options)?;
    Ok(out)
}

/// Walks JSON along the descriptors, in place: puts the accepted spellings into proto3 JSON, collects
/// what is wrong and takes it out. What answers whether a value may stay.
#[derive(Default)]
struct Reader {
    path: String,
    wrong: Vec<FieldProblem>,
}

impl Reader {
    /// A message in the field, or whatever else, that people call `label`.
    fn message(&mut self, message: &MessageDescriptor, label: &str, value: &mut Value) -> bool {
        let before = self.wrong.len();
        match (message.full_name(), value) {
            ("google.protobuf.Any", value) => return self.any(label, value),
            (name, _) if name.starts_with("google.protobuf.") => return true,
            (_, Value::Object(fields)) => self.fields(message, fields),
            _ => {
                return self.say(
                    label,
                    format!("应写成{}", written(&example::of_message(message))),
                );
            }
        }
        // A month without its year is none: whatever is wrong in such a value, it is said as a whole.
        if is_value(message) && self.wrong.len() > before {
            for wrong in &mut self.wrong[before..] {
                wrong.message =
                    format!("{label}：应写成{}", written(&example::of_message(message)));
            }
            return false;
        }
        true
    }

    fn fields(&mut self, message: &MessageDescriptor, fields: &mut Map<String, Value>) {
        fields.retain(|key, value| {
            let field = message
                .get_field_by_json_name(key)
                .or_else(|| message.get_field_by_name(key));
            match field {
                Some(_) if value.is_null() => true,
                Some(field) => self.below(field.json_name(), |reader| reader.field(&field, value)),
                None => self.below(key, |reader| {
                    reader.say(key, "接口约定中没有这一项，请核对名称".to_owned())
                }),
            }
        });
    }

    fn field(&mut self, field: &FieldDescriptor, value: &mut Value) -> bool {
        if field.is_map() {
            return true;
        }
        if !field.is_list() {
            return self.single(field, value);
        }
        let Value::Array(items) = value else {
            let sentence = format!("应写成[{}]", example_of(field));
            return self.say(&label(field), sentence);
        };
        for (index, item) in items.iter_mut().enumerate() {
            let length = self.path.len();
            self.path.push_str(&format!("[{index}]"));
            if !self.single(field, item) {
                // The others keep their places.
                *item = nothing(&field.kind());
            }
            self.path.truncate(length);
        }
        true
    }

    fn single(&mut self, field: &FieldDescriptor, value: &mut Value) -> bool {
        let kind = field.kind();
        let expected = match (&kind, &mut *value) {
            (Kind::Message(message), value) => return self.message(message, &label(field), value),
            (Kind::Enum(of), value) => match number(of, value) {
                Some(number) => {
                    *value = number.into();
                    return true;
                }
                None => format!("没有选项{value}，可选{}", options(of)),
            },
            (Kind::String, Value::String(_)) => return true,
            (Kind::String, Value::Bool(yes)) if holds_any_value(field) => {
                *value = Value::String(yes.to_string());
                return true;
            }
            (Kind::String, Value::Number(number)) if holds_decimal(field) => match exact(number) {
                Some(text) => {
                    *value = Value::String(text);
                    return true;
                }
                None => "数字位数过多，请写成带引号的文字".to_owned(),
            },
            (Kind::String, _) => "应为带引号的文字".to_owned(),
            (Kind::Bool, Value::Bool(_)) | (Kind::Bytes | Kind::Float | Kind::Double, _) => {
                return true;
            }
            (Kind::Bool, _) => "应为true或false".to_owned(),
            (kind, value) if is_integer(kind, value) => return true,
            _ => "应为整数，且不超出范围".to_owned(),
        };
        self.say(
            &label(field),
            format!("{expected}，例如{}", example_of(field)),
        )
    }

    fn any(&mut self, label: &str, value: &mut Value) -> bool {
        let Value::Object(fields) = value else {
            return self.say(label, format!("应写成{ANY}"));
        };
        let Some(Value::String(url)) = fields.get_mut(TYPE) else {
            let sentence = format!("缺少“{TYPE}”，请写明表单的全名，例如{ANY}");
            return self.say(label, sentence);
        };
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        let Some(message) = reflect::pool().get_message_by_name(&name) else {
            let sentence = "没有这种表单，请核对表单的全名，可用的表单见/v1/forms".to_owned();
            return self.below(TYPE, |reader| reader.say(label, sentence));
        };
        let url = format!("type.googleapis.com/{name}");
        fields.remove(TYPE);
        self.fields(&message, fields);
        fields.insert(TYPE.to_owned(), Value::String(url));
        true
    }

    fn below<T>(&mut self, key: &str, walk: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        let answer = walk(self);
        self.path.truncate(length);
        answer
    }

    /// The value at the path, which people call `label`, is wrong and does not stay.
    fn say(&mut self, label: &str, sentence: String) -> bool {
        self.wrong.push(FieldProblem {
            field: self.path.clone(),
            message: format!("{label}：{sentence}"),
        });
        false
    }
}

/// How a form is written where any may stand.
const ANY: &str = r#"{"@type":"workinjury.common.v1.ParameterChangeForm",…}"#;

/// A value that means nothing without any of its parts.
fn is_value(message: &MessageDescriptor) -> bool {
    matches!(
        message.full_name(),
        "workinjury.common.v1.Money" | "workinjury.common.v1.Month" | "google.type.Date"
    )
}

/// The names of an enum's values, each with its label.
fn options(of: &EnumDescriptor) -> String {
    let values = of.values().filter(|value| value.number() != 0);
    let named = values.map(|value| format!("{}（{}）", value.name(), reflect::value_label(&value)));
    named.collect::<Vec<_>>().join("、")
}

/// An element of the field as JSON.
pub fn example_of(field: &FieldDescriptor) -> Value {
    let mut message = DynamicMessage::new(field.parent_message().clone());
    message.set_field(field, example::value(field));
    let written = serde_json::to_value(&message).unwrap_or_default();
    let value = &written[field.json_name()];
    value
        .get(0)
        .filter(|_| field.is_list())
        .unwrap_or(value)
        .clone()
}

/// A message as JSON.
fn written(message: &DynamicMessage) -> String {
    serde_json::to_string(message).unwrap_or_default()
}

/// What stands for a wrong element of a list.
fn nothing(kind: &Kind) -> Value {
    match kind {
        Kind::Message(_) => Value::Object(Map::new()),
        Kind::String | Kind::Bytes => Value::String(String::new()),
        Kind::Bool => Value::Bool(false),
        _ => 0.into(),
    }
}

/// The number of an enum value by its name, with or without the prefix, or by its number.
fn number(of: &EnumDescriptor, value: &Value) -> Option<i32> {
    match value {
        Value::String(name) => of
            .get_value_by_name(name)
            .or_else(|| of.get_value_by_name(&format!("{}{name}", enum_prefix(of))))
            .map(|found| found.number()),
        Value::Number(number) => {
            let number = i32::try_from(number.as_i64()?).ok()?;
            of.get_value(number).map(|_| number)
        }
        _ => None,
    }
}

/// A whole number of the field's kind, as a JSON number or, as proto3 JSON has it, as text.
fn is_integer(kind: &Kind, value: &Value) -> bool {
    let text = match value {
        Value::Number(number) => match number.as_f64() {
            // Without the fraction that says nothing: proto3 JSON has 2.0 for 2.
            Some(whole) if number.is_f64() && whole.fract() == 0.0 => format!("{whole:.0}"),
            _ => number.to_string(),
        },
        Value::String(text) => text.clone(),
        _ => return false,
    };
    match kind {
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => text.parse::<i32>().is_ok(),
        Kind::Uint32 | Kind::Fixed32 => text.parse::<u32>().is_ok(),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => text.parse::<i64>().is_ok(),
        _ => text.parse::<u64>().is_ok(),
    }
}

/// Text fields whose text is a decimal number.
fn holds_decimal(field: &FieldDescriptor) -> bool {
    match field.parent_message().full_name() {
        "workinjury.common.v1.Money" => true,
        _ => holds_any_value(field) || spec_of(field).format() == Format::Decimal,
    }
}

/// The text field that holds what a parameter is set to, a number or a switch.
fn holds_any_value(field: &FieldDescriptor) -> bool {
    field.parent_message().full_name() == "workinjury.common.v1.ParameterValue"
        && field.name() == "value"
}

/// The digits of a JSON number where none was lost in reading it.
fn exact(number: &serde_json::Number) -> Option<String> {
    let text = number.to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = !text.contains(['e', 'E']);
    (plain && (digits <= EXACT_DIGITS || !text.contains('.'))).then_some(text)
}
