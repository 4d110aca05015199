//! Section 1, 收入管理: contributions and other income on their way to the treasury account (article 91), the reserve and what
//! prevention may cost (articles 93 and 94), receipt forms (article 149), and the write-off of what bankrupt employers leave
//! unpaid, which collection hands over (article 37).

pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;
