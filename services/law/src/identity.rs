//! The numbers by which persons, employers, banks and areas are known.
//!
//! Each is a type that only exists with a valid number. `Display` and serde give
//! the number; `Debug` masks its middle, so that a log never shows one, and no
//! error repeats it. Surrounding blanks are dropped and letters are raised.

mod area;
mod bank;
mod checksum;
mod citizen;
mod error;
mod foreigner;
mod number;
mod organisation;

pub use area::AreaCode;
pub use bank::{BankCardNumber, BankCode};
pub use citizen::{CitizenNumber, Sex};
pub use error::IdentityError;
pub use foreigner::{PassportNumber, ResidentCardNumber};
pub use organisation::{OrganisationCode, SocialCreditCode, written};
