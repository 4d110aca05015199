//! Section 1, enrolment (参保登记): employers register (Art. 7), their staff are enrolled (Art. 8),
//! reviewed within the term and given a risk class, a certificate and cards (Art. 9), or are
//! pre-enrolled until the next declaration window (Art. 10). Rosters report who leaves, too (Art. 12).

pub mod batches;
pub mod cases;
pub mod roll;
pub mod roster;
pub mod rpc;
pub mod rules;
pub mod runs;
pub mod store;
pub mod window;
