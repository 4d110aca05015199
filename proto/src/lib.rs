//! The contracts of the platform.
//!
//! One module per protobuf package, generated from `proto/workinjury`, and the little that every
//! user of a contract needs: value types ([`Money`], [`Month`], [`Date`]), the [`Check`] of what
//! arrives, the [`codec`] that applies it, refusals with their sentences, and what the options of
//! forms and RPCs say ([`form`], [`policy`]).

pub mod authority;
pub mod codec;
pub mod example;
pub mod form;
pub mod policy;
pub mod reflect;

mod check;
mod refusal;
mod values;
mod worksheet;

pub use check::{Check, Checker, FieldSpec, UNREADABLE, Violation, violations_of};
pub use refusal::{RefusalReason, Refused, refusals};
pub use values::{Date, Money, Month, maybe_day};

#[allow(
    missing_docs,
    dead_code,
    clippy::all,
    clippy::pedantic,
    unused_qualifications
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/contracts.rs"));
}
#[allow(clippy::all, unused_qualifications, unused_variables)]
mod derived {
    include!(concat!(env!("OUT_DIR"), "/derived.rs"));
}

pub use generated::workinjury;
pub use generated::workinjury::{
    audit, benefit_review, collection, common, finance, medical_agreement, options, payment,
    registration,
};

/// A request about one pooling area. Every request has the field; the access layer compares it with
/// the areas of the caller.
pub trait AreaRequest {
    /// GB/T 2260 code, six digits; empty only where the contract allows all areas.
    fn pooling_area(&self) -> &str;

    /// Of a list, the employer whose it is; empty where it is no employer's alone.
    fn listed_employer(&self) -> &str {
        ""
    }

    /// Of a list, the person whose it is; empty where it is no person's alone.
    fn listed_person(&self) -> &str {
        ""
    }

    /// Of a list, the institution whose it is; empty where it is no institution's alone.
    fn listed_institution(&self) -> &str {
        ""
    }
}

/// A request that changes something, repeatable under the same id (AIP-155).
pub trait ChangeRequest: AreaRequest {
    /// UUID, or empty for a change that is not repeatable.
    fn request_id(&self) -> &str;
}

/// A message of a stream of rows into a batch. All uploads have this shape.
pub trait UploadRequest: AreaRequest {
    /// The message of a row.
    type Row: prost::Message + prost::Name + Default + Check;
    /// The message taken apart.
    fn into_part(self) -> UploadPart<Self::Row>;
}

/// What one message of an upload says.
#[derive(Debug)]
pub struct UploadPart<R> {
    /// GB/T 2260 code, six digits.
    pub pooling_area: String,
    /// In the first message of a stream.
    pub header: Option<common::v1::BatchHeader>,
    /// Number of the first of `rows` in the batch, from 0.
    pub first_row: u64,
    /// Rows as they arrived, unchecked.
    pub rows: Vec<R>,
    /// In the last message of a batch.
    pub totals: Option<common::v1::BatchTotals>,
    /// The line of the file in which each of `rows` stands, from 1; empty for what is no file.
    pub lines: Vec<u32>,
}
