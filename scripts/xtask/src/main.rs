//! `cargo xtask <task>`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use xtask::{bench, demo, documents, lock, people, rulebook, traceability, up};

/// The tasks of the project.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Starts what is not running: PostgreSQL, Redis, the services and the gateway.
    Up(up::Start),
    /// Stops what `up` started. Everything that it leaves lies under `.local`.
    Down(up::Scope),
    /// Says what runs, and fails when something that should run does not.
    Status(up::Scope),
    /// Lives through a month of one pooling area, from nothing to arrears and into the next.
    Demo(demo::Options),
    /// Measures the platform beside what PostgreSQL and gRPC do by themselves.
    Bench(bench::Options),
    /// Prints a token of the local issuer.
    Token(people::Whose),
    /// Guards the contracts against changes that break clients.
    #[command(subcommand)]
    Contracts(Contracts),
    /// Makes `docs/forms.md`.
    Forms(Page),
    /// Makes `docs/refusals.md`.
    Refusals(Page),
    /// Makes `docs/rulebook.md`: rules, parameters, refusals and worked cases in the order of the procedure.
    Rulebook(Page),
    /// Makes `docs/traceability.md`; fails on an article that nothing carries out or tries.
    Traceability(Page),
}

#[derive(Subcommand)]
enum Contracts {
    /// Compares the contracts with what is locked.
    Check,
    /// Locks the contracts as they are.
    Lock {
        /// Locks them although they break what clients rely on.
        #[arg(long)]
        breaking: bool,
    },
}

#[derive(Args)]
struct Page {
    /// Writes nothing; fails when the page is stale.
    #[arg(long)]
    check: bool,
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
        Task::Up(start) => up::up(&start),
        Task::Down(scope) => up::down(&scope),
        Task::Status(scope) => up::status(&scope),
        Task::Demo(options) => demo::demo(options),
        Task::Bench(options) => bench::bench(&options),
        Task::Token(whose) => people::print_tokens(whose),
        Task::Contracts(Contracts::Check) => lock::check(),
        Task::Contracts(Contracts::Lock { breaking }) => lock::lock(breaking),
        Task::Forms(page) => documents::forms_page(page.check),
        Task::Refusals(page) => documents::refusals_page(page.check),
        Task::Rulebook(page) => rulebook::page(page.check),
        Task::Traceability(page) => traceability::page(page.check),
    }
}
