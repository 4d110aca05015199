//! Rules of the section.

mod place;
mod relapse;

pub use place::outside;
pub use relapse::{
    Dispute, concluded_on, diagnosis_codes, disputant, found_by, is_related, of_committee,
};
