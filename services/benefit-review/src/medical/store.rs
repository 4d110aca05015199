//! SQL of the section.

mod encounters;
mod found;
mod invoices;
mod lines;
mod records;
mod settled;
mod settlements;
mod travel;
mod visits;

pub use encounters::*;
pub use found::*;
pub use invoices::*;
pub use lines::*;
pub use records::*;
pub use settled::*;
pub use settlements::*;
pub use travel::*;
pub use visits::*;
