//! Section 2, 劳动能力鉴定费、工伤预防费支付: fees of appraisals are settled with the committee or paid back to who paid them
//! (article 84), and prevention is paid by its budget, its agreements and what is applied for by quarters (articles 85 and 86).

pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;
