//! Section 2, change (变更登记): the nine kinds of change of an employer (Art. 11), with a new
//! certificate, and the names and numbers of persons, with an updated card (Art. 13). Changes of staff
//! (Art. 12) go on the roster, see [`crate::enrolment`].

pub mod cases;
pub mod rpc;
pub mod rules;
