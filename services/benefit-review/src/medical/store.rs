//! SQL of the section.

mod encounters;
mod lines;
mod records;
mod settlements;
mod visits;

pub use encounters::*;
pub use lines::*;
pub use records::*;
pub use settlements::*;
pub use visits::*;
