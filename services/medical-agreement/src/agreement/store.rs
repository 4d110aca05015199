//! SQL of agreements and of what was decided of their institutions.

mod agreement;
mod appraisal;
mod end;
mod institution;
mod rate;
mod standing;
mod suspension;
mod term;

pub use agreement::{
    AgreementRow, Filter, New, agreement, extend, insert, list_agreements, on_day, overlaps,
};
pub use appraisal::{appraisal, appraisals, is_appraised, keep_appraisal, last_rating};
pub use end::{End, add_patients, end, ending, not_ended, patients};
pub use institution::{is_known, keep_facts, list, open_facts};
pub use rate::{Stay, rates};
pub use standing::{Cared, cared_for, standings};
pub use suspension::{lift, suspend, suspended, suspensions, unsuspended};
pub use term::{Terms, keep_terms, last_terms_on};
