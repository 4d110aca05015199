//! The kinds of case of the section: devices from an institution in the area, and from one elsewhere.

mod approval;
mod asked;
mod outside;

pub use approval::DeviceApproval;
pub use outside::OutsideDeviceApproval;
