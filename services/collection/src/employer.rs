//! What registration told of employers and their insured: this service's own copy.

pub mod store;
