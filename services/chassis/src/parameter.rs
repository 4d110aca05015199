//! Parameters: listed as of an area and a date, and set by an area through a case (article 151).

mod cases;
mod rpc;
mod store;

pub(crate) use cases::ParameterChange;
pub use cases::{ParameterGuard, adopt};
pub use rpc::Parameters;
