//! Verification rounds (Art. 17, Art. 18) and those who did not come in time (Art. 21), as kept.

pub mod hand_over;
pub mod opinions;
pub mod store;
