//! Between the types of the wire and those of the code.

pub use contracts::maybe_day;

use contracts::Money;
use law::Month;
use prost::{Message, Name};
use prost_types::{Any, Timestamp};
use rust_decimal::Decimal;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{Error, Result};

/// An instant on the wire.
#[must_use]
pub fn timestamp(at: OffsetDateTime) -> Timestamp {
    Timestamp {
        seconds: at.unix_timestamp(),
        nanos: i32::try_from(at.nanosecond()).unwrap_or_default(),
    }
}

/// An instant from the wire.
///
/// # Errors
/// When it lies outside the years that can be told.
pub fn instant(at: &Timestamp) -> Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(at.seconds)
        .map(|whole| whole + time::Duration::nanoseconds(i64::from(at.nanos)))
        .map_err(Error::internal)
}

/// A message in an `Any`.
#[must_use]
pub fn any<M: Message + Name>(message: &M) -> Any {
    any_of(&M::full_name(), message.encode_to_vec())
}

/// An encoded message called `full_name` in an `Any`.
#[must_use]
pub fn any_of(full_name: &str, value: Vec<u8>) -> Any {
    Any {
        type_url: format!("type.googleapis.com/{full_name}"),
        value,
    }
}

/// The name of the message in an `Any`.
#[must_use]
pub fn name_in(any: &Any) -> &str {
    any.type_url.rsplit('/').next().unwrap_or_default()
}

/// The message `M` out of an `Any`.
///
/// # Errors
/// When the `Any` holds something else.
pub fn from_any<M: Message + Name + Default>(any: &Any) -> Result<M> {
    if name_in(any) != M::full_name() {
        return Err(Error::internal(format!(
            "{} where {} was expected",
            any.type_url,
            M::full_name()
        )));
    }
    Ok(M::decode(&*any.value)?)
}

/// A date that the contract requires.
///
/// # Errors
/// When it is not there, which the check of the contract keeps from happening.
pub fn day(wire: Option<contracts::Date>) -> Result<Date> {
    maybe_day(wire).ok_or_else(|| Error::internal("a date that the contract requires is not there"))
}

/// A month that the contract requires.
///
/// # Errors
/// When it is not there, which the check of the contract keeps from happening.
pub fn month(wire: Option<contracts::Month>) -> Result<Month> {
    wire.and_then(|month| month.try_into().ok())
        .ok_or_else(|| Error::internal("a month that the contract requires is not there"))
}

/// An amount that the contract requires, in yuan.
///
/// # Errors
/// When it is not there or no amount, which the check of the contract keeps from happening.
pub fn yuan(wire: Option<&Money>) -> Result<Decimal> {
    wire.ok_or_else(|| Error::internal("an amount that the contract requires is not there"))?
        .decimal()
        .map_err(Error::internal)
}

/// An id whose form the contract checks.
///
/// # Errors
/// When it is no UUID, which the check of the contract keeps from happening.
pub fn uuid(text: &str) -> Result<Uuid> {
    text.parse().map_err(Error::internal)
}

/// An id that may be left out: none where the text is empty.
///
/// # Errors
/// When it is something else than an id.
pub fn maybe_uuid(text: &str) -> Result<Option<Uuid>> {
    Some(text)
        .filter(|text| !text.is_empty())
        .map(uuid)
        .transpose()
}

/// Ids whose form the contract checks.
///
/// # Errors
/// When one is no UUID, which the check of the contract keeps from happening.
pub fn uuids(texts: &[String]) -> Result<Vec<Uuid>> {
    texts.iter().map(|text| uuid(text)).collect()
}

/// How many, on the wire.
#[must_use]
pub fn count<N: TryInto<u32>>(many: N) -> u32 {
    many.try_into().unwrap_or(u32::MAX)
}

/// Adds an amount to a sum on a form.
pub fn add(sum: &mut Option<Money>, amount: Option<&Money>) {
    let decimal = |money: Option<&Money>| money.and_then(|m| m.decimal().ok()).unwrap_or_default();
    *sum = Some((decimal(sum.as_ref()) + decimal(amount)).into());
}
