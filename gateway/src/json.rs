//! JSON of a message: proto3 JSON by prost-reflect, with every mistake named by its field first.
//!
//! Accepted beyond proto3 JSON: names of enum values without their prefix, `Any` types by their bare
//! name, numbers for fields that hold a decimal number as text, and true or false for a parameter's value.

use contracts::options::v1::Format;
use contracts::reflect;
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

/// The message that `json` writes; an empty body is an empty message.
///
/// # Errors
/// A problem with every field that is unknown or of the wrong kind.
pub fn read(message: &MessageDescriptor, json: &[u8]) -> Result<DynamicMessage, Problem> {
    if json.iter().all(u8::is_ascii_whitespace) {
        return Ok(DynamicMessage::new(message.clone()));
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
    reader.message(message, &mut value);
    if !reader.wrong.is_empty() {
        return Err(Problem::fields(reader.wrong));
    }
    DynamicMessage::deserialize(message.clone(), value).map_err(|error| {
        Problem::new(
            http::StatusCode::BAD_REQUEST,
            "INVALID_JSON",
            format!("内容与接口约定不符：{error}。请更正后重新提交。"),
        )
    })
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

/// Walks JSON along the descriptors, in place: puts the accepted spellings into proto3 JSON and
/// collects what is wrong.
#[derive(Default)]
struct Reader {
    path: String,
    wrong: Vec<FieldProblem>,
}

impl Reader {
    fn message(&mut self, message: &MessageDescriptor, value: &mut Value) {
        match message.full_name() {
            "google.protobuf.Any" => self.any(value),
            name if name.starts_with("google.protobuf.") => {}
            _ => match value {
                Value::Object(fields) => self.fields(message, fields),
                _ => self.say("应为JSON对象"),
            },
        }
    }

    fn fields(&mut self, message: &MessageDescriptor, fields: &mut Map<String, Value>) {
        for (key, value) in fields {
            if value.is_null() {
                continue;
            }
            let field = message
                .get_field_by_json_name(key)
                .or_else(|| message.get_field_by_name(key));
            self.below(key, |reader| match field {
                Some(field) => reader.field(&field, value),
                None => reader.say("接口约定中没有这一项，请核对名称"),
            });
        }
    }

    fn field(&mut self, field: &FieldDescriptor, value: &mut Value) {
        let kind = field.kind();
        if field.is_map() {
            return;
        }
        if !field.is_list() {
            return self.single(field, &kind, value);
        }
        let Value::Array(items) = value else {
            return self.wrong(field, "应为JSON数组");
        };
        for (index, item) in items.iter_mut().enumerate() {
            let length = self.path.len();
            self.path.push_str(&format!("[{index}]"));
            self.single(field, &kind, item);
            self.path.truncate(length);
        }
    }

    fn single(&mut self, field: &FieldDescriptor, kind: &Kind, value: &mut Value) {
        match kind {
            Kind::Message(message) => self.message(message, value),
            Kind::Enum(of) => match number(of, value) {
                Some(number) => *value = number.into(),
                None => self.wrong(field, &format!("没有选项{value}，请从规定的选项中选择")),
            },
            Kind::String => match value {
                Value::String(_) => {}
                Value::Bool(yes) if holds_any_value(field) => {
                    *value = Value::String(yes.to_string());
                }
                Value::Number(number) if holds_decimal(field) => match exact(number) {
                    Some(text) => *value = Value::String(text),
                    None => self.wrong(field, "数字位数过多，请写成带引号的文字，例如\"1234.50\""),
                },
                _ => self.wrong(field, "应为带引号的文字"),
            },
            Kind::Bool if !value.is_boolean() => self.wrong(field, "应为true或false"),
            Kind::Bool | Kind::Bytes | Kind::Float | Kind::Double => {}
            _ => {
                if !is_integer(kind, value) {
                    self.wrong(field, "应为整数，且不超出范围");
                }
            }
        }
    }

    fn any(&mut self, value: &mut Value) {
        let Value::Object(fields) = value else {
            return self.say("应为JSON对象");
        };
        let Some(Value::String(url)) = fields.get_mut(TYPE) else {
            return self.say("缺少“@type”，请写明表单的全名");
        };
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        let Some(message) = reflect::pool().get_message_by_name(&name) else {
            return self.below(TYPE, |reader| reader.say("没有这种表单，请核对表单的全名"));
        };
        let url = format!("type.googleapis.com/{name}");
        fields.remove(TYPE);
        self.fields(&message, fields);
        fields.insert(TYPE.to_owned(), Value::String(url));
    }

    fn below(&mut self, key: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        walk(self);
        self.path.truncate(length);
    }

    fn wrong(&mut self, field: &FieldDescriptor, sentence: &str) {
        let message = format!("{}：{sentence}", label(field));
        self.wrong.push(FieldProblem {
            field: self.path.clone(),
            message,
        });
    }

    fn say(&mut self, sentence: &str) {
        let name = if self.path.is_empty() {
            "内容"
        } else {
            &self.path
        };
        let message = format!("{name}：{sentence}");
        self.wrong.push(FieldProblem {
            field: self.path.clone(),
            message,
        });
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
