//! The kinds of case of the section: a claim, and its review.

mod claim;
mod review;

pub use claim::DeviceClaim;
pub use review::DeviceReview;
