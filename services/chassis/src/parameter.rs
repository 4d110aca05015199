//! Parameters: listed as of an area and a date, and set by an area through a case (article 151).

mod cases;
mod rpc;
mod store;
mod taken_over;

pub(crate) use cases::ParameterChange;
pub use cases::{ParameterChanged, ParameterGuard};
pub use rpc::Parameters;
pub(crate) use taken_over::take_over;
