//! Rules of the section.

mod place;
mod relapse;

pub use place::outside;
pub use relapse::{diagnosis_codes, found_by, is_related};
