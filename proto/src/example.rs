//! Examples of what a contract takes: messages within their bounds, made from those bounds.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value};

use crate::options::v1::{Field, Format};
use crate::reflect;

/// A unified social credit code.
pub const CREDIT_CODE: &str = "91440300MA00000165";
/// A UUID.
pub const UUID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

/// The message with its required fields.
#[must_use]
pub fn valid(of: &MessageDescriptor) -> DynamicMessage {
    let mut message = DynamicMessage::new(of.clone());
    for field in of.fields() {
        // The header of an upload is required of the first message of a stream only.
        if bounds(&field).required || field.name() == "header" {
            message.set_field(&field, value(&field));
        }
    }
    message
}

/// The JSON names of the fields that must be there.
#[must_use]
pub fn required(of: &MessageDescriptor) -> Vec<String> {
    of.fields()
        .filter(|field| bounds(field).required)
        .map(|field| field.json_name().to_owned())
        .collect()
}

/// What the contract says of the field.
#[must_use]
pub fn bounds(field: &FieldDescriptor) -> Field {
    reflect::extension(&field.options(), "field")
        .and_then(|set| set.as_message()?.transcode_to().ok())
        .unwrap_or_default()
}

/// A value that may stand in the field.
#[must_use]
pub fn value(field: &FieldDescriptor) -> Value {
    let one = element(field);
    if field.is_list() {
        Value::List(vec![one])
    } else {
        one
    }
}

/// A value that may stand in the field, or in the list that it is.
#[must_use]
pub fn element(field: &FieldDescriptor) -> Value {
    let bounds = bounds(field);
    let least = || bounds.min.parse::<i64>().unwrap_or(1).max(1);
    match field.kind() {
        Kind::String => Value::String(text(&bounds)),
        Kind::Bool => Value::Bool(true),
        Kind::Bytes => Value::Bytes(vec![1].into()),
        Kind::Enum(of) => Value::EnumNumber(
            of.values()
                .map(|v| v.number())
                .find(|n| *n > 0)
                .unwrap_or(0),
        ),
        Kind::Message(of) => Value::Message(nested(&of, &bounds)),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => {
            Value::I32(i32::try_from(least()).unwrap_or(1))
        }
        Kind::Uint32 | Kind::Fixed32 => Value::U32(u32::try_from(least()).unwrap_or(1)),
        Kind::Uint64 | Kind::Fixed64 => Value::U64(least().unsigned_abs()),
        _ => Value::I64(least()),
    }
}

/// A message as it may stand in a field: what it requires, or, where that is nothing, what it may hold.
#[must_use]
pub fn of_message(of: &MessageDescriptor) -> DynamicMessage {
    nested(of, &Field::default())
}

fn nested(of: &MessageDescriptor, bounds: &Field) -> DynamicMessage {
    match of.full_name() {
        "workinjury.common.v1.Money" => {
            let least = if bounds.min.is_empty() {
                "1.00"
            } else {
                &bounds.min
            };
            parts(of, &[("yuan", Value::String(least.to_owned()))])
        }
        "workinjury.common.v1.Month" => {
            parts(of, &[("year", Value::I32(2026)), ("month", Value::I32(10))])
        }
        "google.type.Date" => date(of, 10, 8),
        "google.protobuf.Any" => {
            let form = "workinjury.common.v1.ParameterChangeForm";
            let inner = reflect::pool().get_message_by_name(form).map(|m| valid(&m));
            any(
                of,
                form,
                &inner
                    .map(|m| prost::Message::encode_to_vec(&m))
                    .unwrap_or_default(),
            )
        }
        _ => {
            let mut message = valid(of);
            if message.fields().next().is_none() {
                // It requires nothing: what may stand in it is shown.
                for field in of.fields().filter(|f| f.kind().as_message().is_none()) {
                    message.set_field(&field, value(&field));
                }
            }
            message
        }
    }
}

/// A day of 2026, or what is none.
#[must_use]
pub fn date(of: &MessageDescriptor, month: i32, day: i32) -> DynamicMessage {
    parts(
        of,
        &[
            ("year", Value::I32(2026)),
            ("month", Value::I32(month)),
            ("day", Value::I32(day)),
        ],
    )
}

/// The encoded message called `name`, in an `Any`.
#[must_use]
pub fn any(of: &MessageDescriptor, name: &str, encoded: &[u8]) -> DynamicMessage {
    let type_url = Value::String(format!("type.googleapis.com/{name}"));
    let value = Value::Bytes(encoded.to_vec().into());
    parts(of, &[("type_url", type_url), ("value", value)])
}

/// The message with these fields.
#[must_use]
pub fn parts(of: &MessageDescriptor, parts: &[(&str, Value)]) -> DynamicMessage {
    let mut message = DynamicMessage::new(of.clone());
    for (name, value) in parts {
        message.set_field_by_name(name, value.clone());
    }
    message
}

fn text(bounds: &Field) -> String {
    match bounds.format() {
        Format::PoolingArea => "440300",
        Format::CitizenId | Format::IdentityNumber => "11010519491231002X",
        Format::UnifiedCreditCode => CREDIT_CODE,
        Format::OrganisationCode => "MA0000016",
        Format::Industry => "51",
        Format::Decimal if !bounds.min.is_empty() => &bounds.min,
        Format::Decimal => "1",
        Format::Uuid => UUID,
        Format::Phone => "0755-12345678",
        Format::BankAccount => "6222020000000000",
        Format::Nationality => "CHN",
        Format::Code | Format::Unspecified => "甲",
    }
    .to_owned()
}
