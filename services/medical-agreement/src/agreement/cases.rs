//! The kinds of case of the section: agreements signed, changed and ended, patients in hand
//! listed, institutions appraised and suspended.

mod appraisal;
mod change;
mod patients;
mod signing;
mod suspension;
mod termination;

pub use appraisal::InstitutionAppraisal;
pub use change::AgreementChange;
pub use patients::PatientListing;
pub use signing::AgreementSigning;
pub use suspension::ServiceSuspension;
pub use termination::AgreementTermination;
