//! What can be read from the contracts at run time.

mod differing;

use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, EnumValueDescriptor, MessageDescriptor, Value,
};
use sha2::{Digest, Sha256};

pub use differing::{Differing, differing};

/// The serialized descriptors of all contracts, with their options.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// Domain of the error details of this platform.
pub const ERROR_DOMAIN: &str = "workinjury";

/// The descriptors of all contracts.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "the bytes are made and decoded once by the build script"
)]
pub fn pool() -> &'static DescriptorPool {
    static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
        DescriptorPool::decode(DESCRIPTORS).expect("the descriptors of the contracts decode")
    });
    &POOL
}

/// The option `name` of `workinjury.options.v1`, where it is set.
#[must_use]
pub fn extension(options: &DynamicMessage, name: &str) -> Option<Value> {
    let extension = pool().get_extension_by_name(&format!("workinjury.options.v1.{name}"))?;
    options
        .has_extension(&extension)
        .then(|| options.get_extension(&extension).into_owned())
}

/// The Chinese label of an enum value, or its name where it has none.
#[must_use]
pub fn value_label(value: &EnumValueDescriptor) -> String {
    extension(&value.options(), "label")
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_else(|| value.name().to_owned())
}

/// The Chinese label of the value `number` of the enum `enum_name`.
#[must_use]
pub fn label_of(enum_name: &str, number: i32) -> String {
    pool()
        .get_enum_by_name(enum_name)
        .and_then(|of| of.get_value(number))
        .map_or_else(|| number.to_string(), |value| value_label(&value))
}

/// The Chinese labels of the values of an enum, in the order of the contract.
#[must_use]
pub fn choices(enum_name: &str) -> Vec<String> {
    let of = pool().get_enum_by_name(enum_name);
    let values = of.iter().flat_map(|of| of.values());
    values
        .filter(|value| value.number() != 0)
        .map(|value| value_label(&value))
        .collect()
}

/// A message as canonical JSON: fields in the order of their numbers, JSON names, no spaces,
/// defaults left out, money and dates as the contract has them.
///
/// # Errors
/// When the message is not of the contracts or holds an `Any` that is not.
pub fn canonical_json<M: Message + prost::Name>(message: &M) -> Result<String, serde_json::Error> {
    to_json(&M::full_name(), &message.encode_to_vec())
}

/// Canonical JSON of the encoded message called `full_name`.
///
/// # Errors
/// When the name is not of the contracts or the bytes are not of that message.
pub fn to_json(full_name: &str, bytes: &[u8]) -> Result<String, serde_json::Error> {
    serde_json::to_string(&dynamic(full_name, bytes)?)
}

/// The encoded message called `full_name` from its JSON; unknown fields are errors.
///
/// # Errors
/// When the name is not of the contracts or the text is not JSON of that message.
pub fn from_json(full_name: &str, json: &str) -> Result<Vec<u8>, serde_json::Error> {
    let mut source = serde_json::Deserializer::from_str(json);
    let message = DynamicMessage::deserialize(descriptor(full_name)?, &mut source)?;
    source.end()?;
    Ok(message.encode_to_vec())
}

/// SHA-256 in hex.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// An article's number as the procedure writes it, such as 一三五.
#[must_use]
pub fn chinese_number(number: u32) -> String {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = |d: u32| DIGITS[(d % 10) as usize];
    match number {
        0..10 => digit(number).to_string(),
        10..100 => {
            let tens = if number < 20 {
                String::new()
            } else {
                digit(number / 10).to_string()
            };
            let ones = if number.is_multiple_of(10) {
                String::new()
            } else {
                digit(number).to_string()
            };
            format!("{tens}十{ones}")
        }
        _ => number
            .to_string()
            .bytes()
            .map(|b| digit(u32::from(b - b'0')))
            .collect(),
    }
}

/// Is the field a list?
#[must_use]
pub fn is_list(field: &prost_reflect::FieldDescriptor) -> bool {
    field.cardinality() == Cardinality::Repeated && !field.is_map()
}

fn dynamic(full_name: &str, bytes: &[u8]) -> Result<DynamicMessage, serde_json::Error> {
    use serde::de::Error;
    DynamicMessage::decode(descriptor(full_name)?, bytes).map_err(serde_json::Error::custom)
}

fn descriptor(full_name: &str) -> Result<MessageDescriptor, serde_json::Error> {
    use serde::de::Error;
    pool()
        .get_message_by_name(full_name)
        .ok_or_else(|| serde_json::Error::custom(format!("没有名为{full_name}的表单或消息")))
}
