//! The tasks of the project, and what its shape tests read it with.

#![expect(clippy::print_stdout, reason = "a task talks to whoever called it")]

pub mod articles;
pub mod bench;
pub mod checkout;
pub mod comments;
pub mod demo;
pub mod documents;
pub mod lock;
pub mod people;
pub mod platform;
pub mod rulebook;
pub mod traceability;
pub mod up;

mod figures;
mod local;
mod postgres;
mod process;
mod redis;
mod services;
