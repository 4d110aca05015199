//! The tasks of the project: `cargo xtask <task>`.

#![expect(clippy::print_stdout, reason = "a task talks to whoever called it")]

mod local;
mod postgres;
mod process;
mod redis;
mod up;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// The tasks of the project.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Starts what is not running: PostgreSQL, Redis, the services and the gateway.
    Up(up::Scope),
    /// Stops what `up` started. Everything that it leaves lies under `.local`.
    Down(up::Scope),
    /// Says what runs, and fails when something that should run does not.
    Status(up::Scope),
}

fn main() -> ExitCode {
    match run(Task::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Up(scope) => up::up(scope),
        Task::Down(scope) => up::down(scope),
        Task::Status(scope) => up::status(scope),
    }
}
