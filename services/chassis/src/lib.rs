//! Everything with IO that is the same in all services, and nothing of the domain.
//!
//! A service declares what it is made of ([`Service`]); the chassis does the rest, once: the unit of
//! work with its journal ([`Unit`]), cases with their signatures ([`Case`]), lists that arrive
//! ([`Batch`]), mass work ([`Run`]), the event feed ([`Reaction`]), parameters, access, the server.

/// Forms and rows are many small pieces: a third of a service's own time on them went into the system's
/// allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod access;
pub mod actor;
pub mod batch;
pub mod cache;
mod case;
pub mod clock;
pub mod config;
mod daily;
mod db;
pub mod error;
mod feed;
pub mod identity;
mod page;
pub mod parameter;
pub mod peer;
mod platform;
mod run;
pub mod server;
mod service;
pub mod tasks;
pub mod telemetry;
pub mod tls;
mod together;
mod unit;
pub mod wake;
pub mod wire;

#[cfg(feature = "testing")]
pub mod testing;

pub use actor::{Actor, Areas};
pub use clock::Clock;
pub use config::Config;
pub use error::{Error, OrRefuse, Result, conflict_on};
pub use tasks::Tasks;

pub use batch::{Batch, Finding, Numbered, WHOLE_ROW};
pub use case::{Case, Needed, awaiting, decided, undecided, undecided_on};
pub use daily::{Daily, Progress};
pub use db::Db;
pub use feed::{Reaction, Told};
pub use page::Page;
pub use parameter::{ParameterChanged, ParameterGuard};
pub use platform::Platform;
pub use run::{Run, RunSlice, live_orders, signed_orders};
pub use service::{Service, Started, main};
pub use together::{Change, Question};
pub use tonic::async_trait;
pub use unit::Unit;
