//! What the bench measured, printed and in `docs/benchmarks.md`: a section for each scenario.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result};
use rust_decimal::Decimal;

use super::{Part, SCENARIOS, Sample, Scenario};
use crate::checkout::{root, write_or_check};
use crate::figures::{count, time};

/// The page.
const PAGE: &str = "docs/benchmarks.md";

/// No service may ever have more memory than this, in bytes.
const MEMORY: u64 = 300_000_000;

const HEAD: &str = "# Benchmarks

Made by `scripts/bench`; not edited by hand. Optimised programs, real gRPC over mTLS with tokens, fsync on.
Each measurement has a platform of its own on an empty PostgreSQL cluster, and times its peer in the same
run on the same cluster, so the ratio is what counts: the times are those of a small machine that did
other things too. What a scenario begins with (employers, the insured, amounts due, events) is put into
the databases as the owner of their tables; what is measured goes through the public interfaces. The
client shares the machine's cores with what it measures. Each figure is the median of several
measurements, with the least and the greatest behind it. Memory is the peak resident set (VmHWM) of a
service; none may have more than 300 MB.
";

/// What was measured in one call.
#[derive(Default)]
pub struct Report {
    sections: Vec<(&'static str, String)>,
    /// What was not as it is wanted.
    pub misses: Vec<String>,
}

/// What was measured of a scenario.
pub struct Measured {
    scenario: &'static Scenario,
    times: u32,
    /// What it ran on.
    pub machine: Option<Machine>,
    /// In the order in which they were made.
    pub samples: Vec<Sample>,
}

/// What a measurement ran on.
pub struct Machine {
    /// Logical cores.
    pub cores: usize,
    /// Bytes.
    pub memory: u64,
    /// Version of the server.
    pub postgres: String,
    /// Its settings that matter here.
    pub settings: String,
}

impl Report {
    /// Adds what was measured of a scenario.
    pub fn add(&mut self, measured: Measured) -> Result<()> {
        self.misses.extend(measured.misses());
        self.sections
            .push((measured.scenario.name, measured.section()?));
        Ok(())
    }

    /// Writes the sections into the page; those of other scenarios stay.
    pub fn write(&self) -> Result<()> {
        let there = fs::read_to_string(root().join(PAGE)).unwrap_or_default();
        write_or_check(PAGE, &page(&there, &self.sections), false, "scripts/bench")
    }
}

impl Measured {
    /// Nothing yet of a scenario that is measured several times.
    pub fn of(scenario: &'static Scenario, times: u32) -> Self {
        Self {
            scenario,
            times,
            machine: None,
            samples: Vec::new(),
        }
    }

    /// A sample on a line, while others are still to come.
    pub fn progress(&self, sample: &Sample) -> String {
        let Scenario {
            name, unit, target, ..
        } = self.scenario;
        format!(
            "{name}, {} {unit}: {}, peer {}: {} {}",
            count(sample.size),
            time(sample.took),
            time(sample.peer),
            target.figure(sample),
            target.label()
        )
    }

    /// The section of the scenario in the page.
    pub fn section(&self) -> Result<String> {
        let Scenario {
            name,
            what,
            peer,
            unit,
            target,
            limit,
            ..
        } = self.scenario;
        let sizes = self.by_size();
        let row = |title: &str, cell: &dyn Fn(&[&Sample]) -> String| {
            let cells: Vec<_> = sizes.iter().map(|samples| cell(samples)).collect();
            format!("| {title} | {} |\n", cells.join(" | "))
        };
        let mut text = format!("## {name}\n\n{what}\n\nPeer: {peer}\n\n");
        text += &row("", &|of| format!("{} {unit}", count(of[0].size)));
        text += &row("---", &|_| "---".to_owned());
        text += &row("platform", &|of| figure(unit, median(of), false));
        text += &row("peer", &|of| figure(unit, median(of), true));
        text += &row(target.label(), &|of| {
            let (least, most) = (of[0], of[of.len() - 1]);
            format!(
                "**{}** ({} to {})",
                target.figure(median(of)),
                target.figure(least),
                target.figure(most)
            )
        });
        text += &row(&format!("wanted: {}", target.sentence()), &|of| {
            let met = target.is_met(median(of));
            if met { "met" } else { "**missed**" }.to_owned()
        });
        let parts = self.samples.first().map(|sample| sample.parts.len());
        for part in 0..parts.unwrap_or_default() {
            let what = self.samples[0].parts[part].what;
            text += &row(what, &|of| part_of(&median(of).parts[part]));
        }
        for service in self.services() {
            text += &row(&format!("peak memory of {service}"), &|of| {
                format!("{} MB", peak(of, service) / 1_000_000)
            });
        }
        if let [few, .., many] = &*sizes {
            let (few, many) = (median(few), median(many));
            writeln!(
                text,
                "\n{} times the {unit} take {:.1} times the time; the peer takes {:.1} times its time.",
                many.size / few.size,
                times(many.took, few.took),
                times(many.peer, few.peer)
            )?;
        }
        if let Some(limit) = limit {
            writeln!(text, "\nThe limit: {limit}")?;
        }
        let machine = self.machine.as_ref().context("nothing was measured")?;
        writeln!(
            text,
            "\nMedian of {}. {} cores, {} GB of memory, PostgreSQL {} ({}).",
            self.times,
            machine.cores,
            machine.memory / 1_000_000_000,
            machine.postgres,
            machine.settings
        )?;
        Ok(text)
    }

    /// The samples by size, each from the best to the worst.
    fn by_size(&self) -> Vec<Vec<&Sample>> {
        let mut sizes: Vec<Vec<&Sample>> = Vec::new();
        for sample in &self.samples {
            match sizes.iter_mut().find(|of| of[0].size == sample.size) {
                Some(same) => same.push(sample),
                None => sizes.push(vec![sample]),
            }
        }
        for same in &mut sizes {
            same.sort_by_key(|sample| self.scenario.target.cost(sample));
        }
        sizes
    }

    fn services(&self) -> impl Iterator<Item = &str> {
        let first = self.samples.first();
        first
            .into_iter()
            .flat_map(|sample| &sample.memory)
            .map(|(name, _)| name.as_str())
    }

    fn misses(&self) -> Vec<String> {
        let Scenario { name, target, .. } = self.scenario;
        let sizes = self.by_size();
        let mut misses = Vec::new();
        for of in &sizes {
            let size = count(of[0].size);
            if !target.is_met(median(of)) {
                misses.push(format!("{name} at {size}: {}", target.sentence()));
            }
            let large = self.services().filter(|service| peak(of, service) > MEMORY);
            misses.extend(large.map(|service| format!("{name} at {size}: memory of {service}")));
        }
        misses
    }
}

/// The time of the platform or of its peer, with what that is a second where there are many.
fn figure(unit: &str, sample: &Sample, peer: bool) -> String {
    let (took, rate) = if peer {
        (sample.peer, sample.peer_rate())
    } else {
        (sample.took, sample.rate())
    };
    if unit == "calls" {
        return format!("{} (median of a call)", time(took));
    }
    let rate = rate.round().try_into().unwrap_or_default();
    format!("{}, {} a second", time(took), count(rate))
}

/// A time within a measurement, beside the peer's.
fn part_of(part: &Part) -> String {
    match part.peer {
        Some(peer) => format!("{}; peer {}", time(part.took), time(peer)),
        None => time(part.took),
    }
}

fn median<'s>(sorted: &[&'s Sample]) -> &'s Sample {
    sorted[(sorted.len() - 1) / 2]
}

fn peak(of: &[&Sample], service: &str) -> u64 {
    let memory = of.iter().flat_map(|sample| &sample.memory);
    let own = memory.filter(|(name, _)| name == service);
    own.map(|(_, bytes)| *bytes).max().unwrap_or_default()
}

fn times(many: std::time::Duration, few: std::time::Duration) -> Decimal {
    Decimal::from(many.as_micros()) / Decimal::from(few.as_micros().max(1))
}

/// The page with these sections in the place of those of the same name, in the order of the scenarios.
fn page(there: &str, sections: &[(&'static str, String)]) -> String {
    let mut page = HEAD.to_owned();
    for Scenario { name, .. } in SCENARIOS {
        let new = sections.iter().find(|(of, _)| of == name);
        let old = || {
            let (_, rest) = there.split_once(&format!("\n## {name}\n"))?;
            let own = rest.split("\n## ").next()?.trim_end();
            Some(format!("## {name}\n{own}\n"))
        };
        if let Some(section) = new.map(|(_, text)| text.clone()).or_else(old) {
            page.push('\n');
            page.push_str(&section);
        }
    }
    page
}

#[cfg(test)]
mod tests;
