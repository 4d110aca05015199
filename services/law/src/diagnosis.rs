//! Diagnoses as they are coded: ICD-10 (GB/T 14396), and how one that is treated stands to those that were
//! recognised as injured at work.
//!
//! Whether a code is of ICD-10, and of which category, is a list without dates. Of what part of the body and
//! what nature of injury a diagnosis is, is a dated table: `data/injury_diagnoses.csv`.

mod categories;
mod class;
mod code;
mod injuries;
mod relation;

pub use categories::is_category;
pub use class::{BodyPart, Class, Nature};
pub use injuries::class_on;
pub use relation::{Relation, relation};

use time::Date;

use code::Code;

/// Is the text a code of ICD-10: a capital letter and two digits, with a point and up to three digits more
/// where it is finer?
#[must_use]
pub fn is_code(text: &str) -> bool {
    Code::read(text).is_some()
}

/// The category of a code: what stands before its point.
#[must_use]
pub fn category(code: &str) -> &str {
    code.split_once('.').map_or(code, |(category, _)| category)
}

/// Why it cannot be said how a diagnosis stands to an injury.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiagnosisError {
    /// Not a code of ICD-10, or of a category that it does not have. To pass it by would be to call an
    /// injury unrelated because of a slip of the pen.
    #[error(
        "诊断编码“{code}”不是ICD-10（GB/T 14396）的编码，请核对病历后按“S82”或“S82.1”的写法填写"
    )]
    Unknown {
        /// What was given.
        code: String,
    },
    /// Before the first table.
    #[error("{on}尚无伤病诊断与工伤部位的对照表，最早的对照表自{first}起施行，请核对业务日期")]
    BeforeFirst {
        /// The date asked for.
        on: Date,
        /// The first date that has a table.
        first: Date,
    },
}
