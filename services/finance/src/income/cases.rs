//! What bankrupt employers leave unpaid is written off or not (forms 37-E and 37-F), and reserve and prevention are drawn (93-A, 93-B).

mod draw;
mod write_off;

pub use draw::Draw;
pub use write_off::WriteOff;
