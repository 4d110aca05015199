//! SQL of the section.

mod encounters;
mod lines;
mod settlements;
mod visits;

pub use encounters::*;
pub use lines::*;
pub use settlements::*;
pub use visits::*;
