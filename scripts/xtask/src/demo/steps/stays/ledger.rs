//! What came out of bills, beside what must.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use rust_decimal::Decimal;
use serde_json::Value;

use super::super::super::client::{number, text, yuan};
use super::super::super::generate::{Bill, Outcome, Stage, Worth};
use super::super::super::report::Report;

/// Surprises that are told one by one.
const TOLD: usize = 20;

/// What the platform answered.
#[derive(Default)]
pub struct Came {
    outcomes: BTreeMap<String, u64>,
    reasons: BTreeMap<String, u64>,
    surprises: Vec<String>,
}

impl Came {
    /// Compares the settlement of a bill, line by line, and counts what became of the lines.
    pub fn compare(&mut self, bill: &Bill, stage: Stage, settled: &Value) -> Result<()> {
        let lines = settled["lines"].as_array();
        let lines = lines.map(Vec::as_slice).unwrap_or_default();
        for (charge, line) in bill.charges.iter().zip(lines) {
            let (outcome, recognised) = bill.stands(charge, stage);
            let found = (text(&line["outcome"]), part(&line["recognised"])?);
            let reason = first_reason(line);
            if stage == Stage::Settled {
                *self.outcomes.entry(found.0.to_owned()).or_insert(0) += 1;
                if outcome != Outcome::Paid {
                    *self.reasons.entry(reason.to_owned()).or_insert(0) += 1;
                }
            }
            let is_same_line =
                number(&line["lineNumber"]) == u64::from(charge.number.unsigned_abs());
            if found != (outcome.in_contract(), recognised) || !is_same_line {
                self.surprises.push(format!(
                    "{} {stage:?}: expected {outcome:?} {recognised} of {charge:?}; found {line}",
                    bill.visit_number
                ));
            }
        }
        let (expected, found) = (bill.worth(stage), worth(settled)?);
        if bill.charges.len() != lines.len() || expected != found {
            self.surprises.push(format!(
                "{} {stage:?}: expected {} lines, {expected:?}; found {}, {found:?}",
                bill.visit_number,
                bill.charges.len(),
                lines.len()
            ));
        }
        Ok(())
    }

    /// Adds what came out of other bills.
    pub fn add(&mut self, other: Self) {
        for (outcome, count) in other.outcomes {
            *self.outcomes.entry(outcome).or_insert(0) += count;
        }
        for (reason, count) in other.reasons {
            *self.reasons.entry(reason).or_insert(0) += count;
        }
        self.surprises.extend(other.surprises);
    }

    /// Reports how many lines came out how.
    ///
    /// # Errors
    /// When a line or a bill came out otherwise than it must.
    pub fn report(&self, bills: &[&Bill], report: &mut Report) -> Result<()> {
        let (mut outcomes, mut reasons) = (BTreeMap::new(), BTreeMap::new());
        for charge in bills.iter().flat_map(|bill| &bill.charges) {
            let outcome = charge.outcome.in_contract().to_owned();
            *outcomes.entry(outcome).or_insert(0) += 1;
            if charge.outcome != Outcome::Paid {
                *reasons.entry(charge.reason.to_owned()).or_insert(0) += 1;
            }
        }
        report.equal_counts("lines", &outcomes, &self.outcomes);
        report.equal_counts("lines", &reasons, &self.reasons);
        self.expected()
    }

    /// Nothing came out otherwise than it must.
    ///
    /// # Errors
    /// When something did.
    pub fn expected(&self) -> Result<()> {
        if self.surprises.is_empty() {
            return Ok(());
        }
        let told = self.surprises.iter().take(TOLD).cloned();
        let told = told.collect::<Vec<_>>().join("\n");
        bail!("{} surprises:\n{told}", self.surprises.len())
    }
}

/// Why a line is not simply paid; who bears it is another question.
fn first_reason(line: &Value) -> &str {
    let reasons = line["reasons"].as_array();
    let mut names = reasons
        .into_iter()
        .flatten()
        .map(|one| text(&one["reason"]));
    names
        .find(|name| *name != "LINE_OVERDUE")
        .unwrap_or_default()
}

/// Sums as the platform says them.
pub fn worth(answer: &Value) -> Result<Worth> {
    Ok(Worth {
        total: part(&answer["total"])?,
        fund: part(&answer["fund"])?,
        employer: part(&answer["employer"])?,
        compensated: part(&answer["compensated"])?,
        nobody: part(&answer["nobody"])?,
        in_review: part(&answer["inReview"])?,
        meals: part(&answer["meals"])?,
        meals_of_employer: part(&answer["mealsOfEmployer"])?,
    })
}

/// An amount that may be missing.
pub fn part(amount: &Value) -> Result<Decimal> {
    if amount.is_null() {
        return Ok(Decimal::ZERO);
    }
    yuan(amount)
}

/// Reports two sums part by part, without what there is nothing of.
pub fn compare(what: &str, made: Worth, found: Worth, report: &mut Report) {
    let parts = made.parts().into_iter().zip(found.parts());
    let is_there = |((_, made), (_, found)): &((_, Decimal), (_, Decimal))| {
        !made.is_zero() || !found.is_zero()
    };
    for ((name, made), (_, found)) in parts.filter(is_there) {
        report.equal_yuan(&format!("{what}: {name}"), made, found);
    }
}
