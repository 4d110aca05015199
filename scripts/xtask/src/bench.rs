//! The bench: what the platform does, beside what PostgreSQL and gRPC do by themselves in the same run.
//!
//! Each measurement has a platform of its own, made of optimised programs and an empty cluster in
//! `.local/bench`. What a scenario begins with is put into the databases as the owner of their tables;
//! what is measured goes through the public interfaces, over mTLS and with tokens.

mod adjustment;
mod assessment;
mod benefits;
mod catalogue;
mod copy;
mod feed;
mod gateway;
mod hospital;
mod office;
mod paid_list;
mod payroll;
mod pgbench;
pub mod platform;
mod population;
mod readjudication;
pub mod report;
mod settlement;
pub mod target;

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::slice;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use clap::builder::PossibleValuesParser;
use futures::future::BoxFuture;
use rust_decimal::Decimal;

use platform::Platform;
use report::{Measured, Report};
use target::Target;

use crate::services;

/// What can be measured, in the order of the report.
const SCENARIOS: &[Scenario] = &[
    paid_list::SCENARIO,
    assessment::SCENARIO,
    feed::SCENARIO,
    gateway::SCENARIO,
    catalogue::SCENARIO,
    settlement::SCENARIO,
    readjudication::SCENARIO,
    adjustment::SCENARIO,
    payroll::SCENARIO,
    benefits::SCENARIO,
    benefits::WORKSHEETS,
];

/// What to measure.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// All when none is named.
    #[arg(value_parser = PossibleValuesParser::new(SCENARIOS.iter().map(|one| one.name)))]
    scenarios: Vec<String>,
    /// Rows, or calls, instead of the scenario's own numbers; `docs/benchmarks.md` stays as it is.
    #[arg(long)]
    rows: Option<u64>,
    /// How often each is measured. The median counts.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
}

/// Something that is measured.
pub struct Scenario {
    /// On the command line, and the title in the report.
    name: &'static str,
    /// What is measured.
    what: &'static str,
    /// What it is measured against.
    peer: &'static str,
    /// What is counted.
    unit: &'static str,
    /// How many of them.
    sizes: &'static [u64],
    target: Target,
    /// Where the time goes, of what cannot be as it is wanted.
    limit: Option<&'static str>,
    measure: for<'p> fn(&'p Platform, u64) -> BoxFuture<'p, Result<Sample>>,
}

/// One measurement.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Rows or calls.
    size: u64,
    /// Time of the platform.
    took: Duration,
    /// Time of the peer.
    peer: Duration,
    /// What else was timed of it.
    parts: Vec<Part>,
    /// The most memory that each service had at a time, in bytes.
    memory: Vec<(String, u64)>,
}

/// A time within a measurement.
#[derive(Clone, Debug)]
pub struct Part {
    /// Which.
    what: &'static str,
    /// Time of the platform.
    took: Duration,
    /// The same of the peer, where it has such.
    peer: Option<Duration>,
}

impl Sample {
    fn new(size: u64, took: Duration, peer: Duration) -> Self {
        Self {
            size,
            took,
            peer,
            parts: Vec::new(),
            memory: Vec::new(),
        }
    }

    /// Rows a second.
    fn rate(&self) -> Decimal {
        per_second(self.size, self.took)
    }

    /// Rows a second of the peer.
    fn peer_rate(&self) -> Decimal {
        per_second(self.size, self.peer)
    }
}

fn per_second(size: u64, time: Duration) -> Decimal {
    let micros = Decimal::from(time.as_micros().max(1));
    Decimal::from(size) * Decimal::from(1_000_000) / micros
}

/// Measures, prints, and writes `docs/benchmarks.md`.
///
/// # Errors
/// When something does not work, or a measurement is not what is wanted.
pub fn bench(options: &Options) -> Result<()> {
    let programs = services::build(true)?;
    if cfg!(debug_assertions) {
        // The client has to be as fast as what it measures.
        let optimised = programs.join("xtask");
        let failed = Command::new(&optimised)
            .args(std::env::args_os().skip(1))
            .exec();
        return Err(failed).with_context(|| format!("starting {}", optimised.display()));
    }
    chassis::tls::install();
    let chosen = |one: &&Scenario| {
        options.scenarios.is_empty() || options.scenarios.iter().any(|name| name == one.name)
    };
    let mut report = Report::default();
    for scenario in SCENARIOS.iter().filter(chosen) {
        let sizes = options
            .rows
            .as_ref()
            .map_or(scenario.sizes, slice::from_ref);
        let measured = measure(scenario, sizes, options.times, (".local/bench", &programs))?;
        println!("\n{}", measured.section()?);
        report.add(measured)?;
    }
    if options.rows.is_none() {
        report.write()?;
    }
    ensure!(
        report.misses.is_empty(),
        "missed: {}",
        report.misses.join(", ")
    );
    Ok(())
}

/// Goes through every scenario once, with a few rows and programs that are not optimised: whether it
/// works, not how fast. Answers what would be reported.
///
/// # Errors
/// When something does not work.
pub fn rehearse(folder: &str, size: u64) -> Result<String> {
    chassis::tls::install();
    let programs = services::build(false)?;
    let mut sections = String::new();
    for scenario in SCENARIOS {
        sections += &measure(scenario, &[size], 1, (folder, &programs))?.section()?;
    }
    Ok(sections)
}

fn measure(
    scenario: &'static Scenario,
    sizes: &[u64],
    times: u32,
    (folder, programs): (&str, &Path),
) -> Result<Measured> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut measured = Measured::of(scenario, times);
    for &size in sizes {
        for _ in 0..times {
            let platform = Platform::start(folder, programs)?;
            measured.machine = Some(platform.machine()?);
            let mut sample = runtime
                .block_on(interruptible((scenario.measure)(&platform, size)))
                .with_context(|| format!("{} of {size} {}", scenario.name, scenario.unit))?;
            sample.memory = platform.memory()?;
            println!("{}", measured.progress(&sample));
            measured.samples.push(sample);
        }
    }
    Ok(measured)
}

/// Gives up on Ctrl-C, so that what was started is stopped.
async fn interruptible<A>(work: impl Future<Output = Result<A>>) -> Result<A> {
    tokio::select! {
        done = work => done,
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            bail!("interrupted")
        }
    }
}
