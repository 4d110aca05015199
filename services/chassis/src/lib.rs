//! chassis

pub mod actor;
pub mod clock;
pub mod config;
pub mod tasks;

pub use actor::{Actor, Areas};
pub use clock::Clock;
pub use config::Config;
pub use tasks::Tasks;
