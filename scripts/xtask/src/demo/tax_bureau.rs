//! The tax bureau: a program that is not ours, in `integration-tests/tax_bureau`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use time::Date;
use tokio::process::Command;

use super::calendar::{FIRST_LIST, MONTH};
use super::client::text;
use super::progress;
use super::report::Report;
use crate::checkout::root;
use crate::local::write_private;

/// How to run the program.
pub struct TaxBureau {
    /// Host and port of `collection`.
    pub server: String,
    /// The CA that its certificate is signed by.
    pub ca: PathBuf,
    /// The bureau's token.
    pub token: String,
    /// The pooling area it collects for.
    pub area: String,
    /// What its lists are made from.
    pub seed: u64,
    /// The bureau's own books.
    pub books: PathBuf,
}

/// The sums of the bureau's books.
#[derive(Debug, Deserialize)]
pub struct Books {
    /// Employers that owe for the month.
    pub employers: String,
    /// Those that have not paid all.
    pub owing: String,
    /// What is due.
    pub due: Decimal,
    /// What was collected of it.
    pub principal: Decimal,
    /// What is missing.
    pub unpaid: Decimal,
    /// Late fee collected.
    pub late_fee: Decimal,
    /// What was paid beyond both.
    pub excess: Decimal,
}

/// What became of a list.
#[derive(Debug, Deserialize)]
pub struct Sent {
    /// The batch that the list is.
    pub batch_id: String,
    /// How often its stream was taken up again.
    pub resumed: u32,
    /// Rows of the list that the platform has.
    pub rows: u64,
    /// Rows about which something else was found than what stands in them.
    pub surprises: u64,
    accepted_rows: u64,
    refused_rows: u64,
    sum: Decimal,
    accepted_sum: Decimal,
    refused_sum: Decimal,
    findings: BTreeMap<String, u64>,
    /// The books when the list was made.
    pub before: Books,
}

impl TaxBureau {
    /// The bureau's books of the month, which it downloads when it has none.
    pub async fn books(&self, (year, month): (i32, u8)) -> Result<Books> {
        let month = format!("{year}-{month:02}");
        self.run("The tax bureau opens the month", &month, &["month", &month])
            .await
    }

    /// Sends a list of payments up to a day.
    pub async fn send(&self, list: &str, paid_on: Date, more: &[&str]) -> Result<Sent> {
        let paid_on = paid_on.to_string();
        let mut arguments = vec!["send", "--list", list, "--paid-on", &paid_on];
        arguments.extend(more);
        let month = format!("{}-{:02}", MONTH.0, MONTH.1);
        let what = format!("The tax bureau sends list {list}");
        self.run(&what, &month, &arguments).await
    }

    async fn run<T: serde::de::DeserializeOwned>(
        &self,
        what: &str,
        month: &str,
        arguments: &[&str],
    ) -> Result<T> {
        let books = self.books.with_extension(format!("{month}.json"));
        let token_file = self.books.with_extension("token");
        write_private(&token_file, &self.token)?;
        let spinner = progress::spinner(what);
        let output = Command::new(python())
            .arg(root().join("integration-tests/tax_bureau"))
            .args(["--server", &self.server, "--area", &self.area])
            .arg("--ca")
            .arg(&self.ca)
            .arg("--token-file")
            .arg(&token_file)
            .arg("--books")
            .arg(&books)
            .args(["--seed", &self.seed.to_string()])
            .args(arguments)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stderr(Stdio::inherit())
            .output()
            .await
            .with_context(|| {
                format!("starting {}; scripts/demo installs it", python().display())
            })?;
        spinner.finish();
        ensure!(
            output.status.success(),
            "the tax bureau's program failed: {}",
            output.status
        );
        serde_json::from_slice(&output.stdout).context("reading what the tax bureau's program says")
    }
}

impl Sent {
    /// Puts what became of the list into the table.
    pub fn report(&self, list: &str, report: &mut Report) {
        report.equal(
            &format!(
                "list {list}: rows entered and refused, of {} rows",
                self.rows
            ),
            self.rows,
            self.accepted_rows + self.refused_rows,
        );
        report.equal_yuan(
            &format!("list {list}: sum entered and refused"),
            self.sum,
            self.accepted_sum + self.refused_sum,
        );
        report.equal(
            &format!("list {list}: rows with a finding that was not expected"),
            0,
            self.surprises,
        );
        report.note(
            &format!("list {list}: times the stream was taken up again"),
            self.resumed,
        );
        for (reason, count) in &self.findings {
            report.note(&format!("list {list}: {reason}"), count);
        }
    }
}

/// The sums of a list's form 3-12 that stand in an answer.
pub fn sums(paid_list: &Value) -> Result<(Decimal, Decimal)> {
    let sum = |name: &str| {
        text(&paid_list[name]["yuan"])
            .parse::<Decimal>()
            .with_context(|| format!("{name} of {paid_list}"))
    };
    Ok((
        sum("received")?,
        sum("principal")? + sum("lateFee")? + sum("suspense")? + sum("refused")?,
    ))
}

/// The first day of payment: the month reaches the bureau before.
pub fn first_day_of_payment() -> Date {
    FIRST_LIST - time::Duration::days(9)
}

/// The Python that the scripts install.
fn python() -> PathBuf {
    root().join(".local/python/bin/python")
}
