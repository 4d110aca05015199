//! What the demonstration came to: what it made beside what the platform says.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use anyhow::{Result, bail};
use rust_decimal::Decimal;

use super::Step;
use crate::figures;

/// The closing table.
#[derive(Debug, Default)]
pub struct Report {
    lines: Vec<Line>,
    times: Vec<(Step, Duration)>,
}

#[derive(Debug)]
struct Line {
    what: String,
    made: String,
    found: String,
}

impl Report {
    /// Two figures that must be equal: what was made or computed here, and what the platform says.
    pub fn equal<T: Display>(&mut self, what: &str, made: T, found: T) {
        let (made, found) = (made.to_string(), found.to_string());
        self.lines.push(Line {
            what: what.to_owned(),
            made,
            found,
        });
    }

    /// Two sums that must be equal, to the fen.
    pub fn equal_yuan(&mut self, what: &str, made: Decimal, found: Decimal) {
        self.equal(what, grouped(made), grouped(found));
    }

    /// Counts by reason that must be equal, each on a line of its own.
    pub fn equal_counts(
        &mut self,
        what: &str,
        made: &BTreeMap<String, u64>,
        found: &BTreeMap<String, u64>,
    ) {
        let none = 0;
        let reasons: std::collections::BTreeSet<_> = made.keys().chain(found.keys()).collect();
        for reason in reasons {
            let count = |of: &BTreeMap<String, u64>| *of.get(reason).unwrap_or(&none);
            self.equal(&format!("{what}: {reason}"), count(made), count(found));
        }
    }

    /// A figure that has nothing to compare with.
    pub fn note(&mut self, what: &str, figure: impl Display) {
        let figure = figure.to_string();
        self.lines.push(Line {
            what: what.to_owned(),
            made: figure.clone(),
            found: figure,
        });
    }

    /// How long a step took.
    pub fn took(&mut self, step: Step, time: Duration) {
        self.times.push((step, time));
    }

    /// Prints the table.
    pub fn print(&self) {
        println!(
            "\n{:<62} {:>18} {:>18}",
            "", "made here", "the platform says"
        );
        for line in &self.lines {
            let sign = if line.made == line.found {
                "="
            } else {
                "≠  DIFFERS"
            };
            println!(
                "{:<62} {:>18} {:>18} {sign}",
                line.what, line.made, line.found
            );
        }
        let times: Vec<String> = self
            .times
            .iter()
            .map(|(step, time)| format!("{step:?} {} s", time.as_secs()))
            .collect();
        println!("\nTimes: {}\n", times.join(", "));
    }

    /// Does everything agree?
    ///
    /// # Errors
    /// When something does not.
    pub fn balances(&self) -> Result<()> {
        let differ = self
            .lines
            .iter()
            .filter(|line| line.made != line.found)
            .count();
        if differ > 0 {
            let lines = self.lines.len();
            bail!(
                "{differ} of {lines} lines differ; the table knows what the demonstration itself did: what \
                 others changed in its area meanwhile makes it differ"
            );
        }
        println!("Everything agrees, to the fen.");
        Ok(())
    }
}

/// An amount with two decimals and a comma after each three digits.
fn grouped(amount: Decimal) -> String {
    let text = format!("{:.2}", amount.abs());
    let (whole, fen) = text.split_at(text.len() - 3);
    let grouped = figures::thousands(whole);
    let sign = if amount.is_sign_negative() && !amount.is_zero() {
        "-"
    } else {
        ""
    };
    format!("{sign}{grouped}{fen}")
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::{Report, grouped};

    #[test]
    fn amounts_are_grouped_by_thousands() {
        assert_eq!(grouped(Decimal::new(123_456_789, 2)), "1,234,567.89");
        assert_eq!(grouped(Decimal::new(-99_950, 2)), "-999.50");
        assert_eq!(grouped(Decimal::ZERO), "0.00");
    }

    #[test]
    fn a_difference_of_a_fen_is_a_failure() {
        let mut report = Report::default();
        report.equal_yuan("due", Decimal::new(100, 2), Decimal::new(100, 2));
        assert!(report.balances().is_ok());
        report.equal_yuan("paid", Decimal::new(100, 2), Decimal::new(101, 2));
        assert!(report.balances().is_err());
    }
}
