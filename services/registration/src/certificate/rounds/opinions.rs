//! What audit has on the employers of a round (Art. 18), as kept.

pub mod store;
