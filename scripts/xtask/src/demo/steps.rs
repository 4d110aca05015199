//! The steps of the demonstration, one file each.

pub mod area;
pub mod arrears;
pub mod assessment;
pub mod bases;
pub mod dunning;
pub mod enrolment;
pub mod payment;
pub mod registration;
mod runs;
