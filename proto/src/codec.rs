//! The codec of every service: protobuf, and the check of what arrives.
//!
//! A request that is outside the bounds of its contract never reaches a handler. It is answered with
//! `INVALID_ARGUMENT` and the fields by their Chinese labels.

use std::marker::PhantomData;

use prost::Message;
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder};
use tonic_prost::ProstCodec;
use tonic_types::{ErrorDetails, StatusExt};

use crate::{Check, Violation};

/// Protobuf with the check of what is decoded.
#[derive(Debug)]
pub struct CheckedCodec<T, U>(PhantomData<(T, U)>);

impl<T, U> Default for CheckedCodec<T, U> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T, U> Codec for CheckedCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Default + Check + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = <ProstCodec<T, U> as Codec>::Encoder;
    type Decoder = CheckedDecoder<T, U>;

    fn encoder(&mut self) -> Self::Encoder {
        ProstCodec::<T, U>::default().encoder()
    }

    fn decoder(&mut self) -> Self::Decoder {
        CheckedDecoder(ProstCodec::<T, U>::default().decoder(), PhantomData)
    }
}

/// Decodes and checks; see [`CheckedCodec`].
pub struct CheckedDecoder<T, U>(<ProstCodec<T, U> as Codec>::Decoder, PhantomData<T>)
where
    T: Message + Send + 'static,
    U: Message + Default + Send + 'static;

impl<T, U> Decoder for CheckedDecoder<T, U>
where
    T: Message + Send + 'static,
    U: Message + Default + Check + Send + 'static,
{
    type Item = U;
    type Error = Status;

    fn decode(&mut self, src: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        let Some(message) = self.0.decode(src)? else {
            return Ok(None);
        };
        match message.violations() {
            none if none.is_empty() => Ok(Some(message)),
            some => Err(invalid(&some)),
        }
    }
}

/// What is wrong, with what to do about it where that is not said yet.
#[must_use]
pub fn advised(wrong: &str, to_do: &str) -> String {
    let to_do = if wrong.contains('请') { "" } else { to_do };
    format!("{wrong}。{to_do}")
}

/// The status that tells which fields are wrong.
#[must_use]
pub fn invalid(violations: &[Violation]) -> Status {
    let mut details = ErrorDetails::new();
    details.set_error_info("INVALID_FIELD", crate::reflect::ERROR_DOMAIN, []);
    for violation in violations {
        details.add_bad_request_violation(&violation.path, violation.to_string());
    }
    let sentence = match violations {
        [one] => advised(&one.to_string(), "请更正后重新提交。"),
        many => format!("有{}项填写不符合要求，请逐项更正后重新提交。", many.len()),
    };
    details.set_localized_message("zh-CN", &sentence);
    Status::with_error_details(tonic::Code::InvalidArgument, sentence, details)
}
