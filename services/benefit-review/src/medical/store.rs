//! SQL of the section.

mod encounters;
mod lines;
mod settlements;

pub use encounters::*;
pub use lines::*;
pub use settlements::*;
