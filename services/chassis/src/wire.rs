//! Between the well-known types of the wire and those of the code.

use prost::{Message, Name};
use prost_types::{Any, Timestamp};
use time::OffsetDateTime;

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
