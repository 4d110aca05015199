//! Registration (社会保险登记): who is registered and who is insured, chapter 2 of the procedure.

pub mod certificate;
pub mod employer;
pub mod enrolment;
pub mod person;
pub mod wire;
