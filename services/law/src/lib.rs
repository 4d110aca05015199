//! The law as pure functions.
//!
//! What every service needs to say "this much, from this day, because of this
//! article": months and deadlines, money rounded once, the worksheet that
//! shows how a figure came about, legal parameters as of an area and a date,
//! the identifiers of people and employers, the industries with their risk
//! classes, and diagnoses as they stand to an injury. Nothing here reads a
//! file, a clock or a network.

pub mod calendar;
pub mod diagnosis;
pub mod identity;
pub mod industry;
pub mod money;
pub mod month;
pub mod parameter;
pub mod worksheet;

pub use month::{Month, MonthRange};
pub use parameter::{Basis, Catalogue, Cited, Law, LawError, LocalValue};
pub use worksheet::{Line, Sheet, Steps, Unwritten, Worksheet};
