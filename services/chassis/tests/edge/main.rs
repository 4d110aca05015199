//! The chassis without a database: who gets in, what is seen of a service, how it starts and ends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "tests compare with the time outside"
)]

mod access;
mod cache;
mod clock;
mod config;
mod fixture;
mod identity;
mod redact;
mod server;
mod tasks;
mod wake;
