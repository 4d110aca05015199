//! SQL of the section.

mod encounters;
mod lines;
mod records;
mod settlements;
mod travel;
mod visits;

pub use encounters::*;
pub use lines::*;
pub use records::*;
pub use settlements::*;
pub use travel::*;
pub use visits::*;
