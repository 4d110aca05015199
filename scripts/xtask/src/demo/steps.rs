//! The steps of the demonstration, one file each.

pub mod agreements;
pub mod approvals;
pub mod area;
pub mod arrears;
pub mod assessment;
pub mod bases;
pub mod benefits;
pub mod catalogues;
pub mod changes;
pub mod claims;
pub mod dunning;
pub mod enrolment;
pub mod injuries;
pub mod late_hires;
pub mod next_month;
pub mod payment;
pub mod payroll;
pub mod registration;
mod runs;
mod staff_changes;
pub mod stays;
