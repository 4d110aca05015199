//! Section 2, treatment (工伤医疗管理): treatment at the place of residence (Art. 42), of a relapse (Art. 44),
//! out of the area on referral (Art. 45) or where an accident happened (Art. 41), and the three catalogues
//! of what the fund pays for (Art. 43).

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;
