//! Section 3, 会计核算: documents become vouchers (articles 101 and 102), vouchers journals and ledgers (article 103), a month
//! is compared and closed (article 104) and told in statements (article 105), and nobody does what does not go together
//! (article 106).

pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;
