//! What answers must be like, and those that were not.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::MethodDescriptor;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::Rpc;
use super::call::Answer;
use super::mistakes::Mistake;

/// The answers so far.
#[derive(Default)]
pub struct Answers {
    tried: BTreeMap<String, usize>,
    wrong: BTreeSet<String>,
}

impl Answers {
    /// `code`, for `reason`.
    pub fn expect(&mut self, rpc: &Rpc, what: &str, answer: &Answer, code: Code, reason: &str) {
        let got = self.has_reason(rpc, what, answer);
        if got != (code, reason.to_owned()) {
            self.wrong(
                &rpc.name,
                what,
                &format!("{got:?} instead of {code:?} {reason}"),
            );
        }
    }

    /// The field that is wrong, and no other, by its path and its label.
    pub fn names_field(&mut self, rpc: &Rpc, mistake: &Mistake, answer: &Answer) {
        let what = format!("{} {}", mistake.path, mistake.what);
        if !is_chinese(&mistake.label) {
            self.wrong(&rpc.name, &mistake.path, "the field has no Chinese label");
        }
        self.expect(rpc, &what, answer, Code::InvalidArgument, "INVALID_FIELD");
        for (field, sentence) in answer.as_ref().err().map(violations).unwrap_or_default() {
            let told = sentence.strip_prefix(&mistake.label).unwrap_or_default();
            if field != mistake.path || !told.starts_with('：') || !is_chinese(told) {
                self.wrong(&rpc.name, &what, &format!("it told {field}: {sentence}"));
            }
        }
    }

    /// At least these fields, or, where there are none, a reason if it is refused.
    pub fn names_fields(&mut self, rpc: &Rpc, what: &str, answer: &Answer, fields: &[String]) {
        self.has_reason(rpc, what, answer);
        let told = answer.as_ref().err().map(violations).unwrap_or_default();
        for field in fields {
            if !told.iter().any(|(path, _)| path == field) {
                self.wrong(&rpc.name, what, &format!("it did not name {field}"));
            }
        }
    }

    /// Taken, or refused with a code, a reason and a Chinese sentence; never a defect.
    pub fn has_reason(&mut self, rpc: &Rpc, what: &str, answer: &Answer) -> (Code, String) {
        *self.tried.entry(rpc.name.clone()).or_default() += 1;
        let Err(status) = answer else {
            return (Code::Ok, String::new());
        };
        let reason = super::super::reason(status);
        let sentence = status
            .get_details_localized_message()
            .map(|m| m.message)
            .unwrap_or_default();
        if matches!(
            status.code(),
            Code::Internal | Code::Unknown | Code::Unimplemented
        ) || reason.is_empty()
        {
            self.wrong(
                &rpc.name,
                what,
                &format!("{:?} {reason}: {}", status.code(), status.message()),
            );
        } else if !is_chinese(&sentence) {
            self.wrong(&rpc.name, what, &format!("no sentence with {reason}"));
        }
        (status.code(), reason)
    }

    /// What was answered before.
    pub fn same(&mut self, rpc: &Rpc, what: &str, before: &Answer, answer: &Answer) {
        let (code, reason) = self.has_reason(rpc, what, answer);
        let same = match (before, answer) {
            (Ok(before), Ok(answer)) => before == answer,
            (Err(before), Err(_)) => {
                (before.code(), super::super::reason(before)) == (code, reason)
            }
            _ => false,
        };
        if !same {
            self.wrong(
                &rpc.name,
                what,
                &format!("{answer:?} instead of {before:?}"),
            );
        }
    }

    /// No table changed.
    pub fn unchanged(
        &mut self,
        rpc: &str,
        what: &str,
        before: &BTreeMap<String, String>,
        after: &BTreeMap<String, String>,
    ) {
        for (table, rows) in after {
            if before.get(table) != Some(rows) {
                self.wrong(rpc, what, &format!("but it changed table {table}"));
            }
        }
    }

    pub fn wrong(&mut self, rpc: &str, what: &str, why: &str) {
        self.wrong.insert(format!("{rpc}, {what}: {why}"));
    }

    /// Panics unless every answer was right and every RPC tried.
    pub fn conclude(mut self, rpcs: &[MethodDescriptor]) {
        for rpc in rpcs {
            if !self.tried.contains_key(rpc.full_name()) {
                self.wrong(rpc.full_name(), "every RPC", "it was not tried");
            }
        }
        let tried: usize = self.tried.values().sum();
        tracing::info!(rpcs = self.tried.len(), tried, "swept");
        let wrong: Vec<String> = self.wrong.into_iter().collect();
        assert!(
            wrong.is_empty(),
            "{} of {tried} calls to {} RPCs were not answered as they should be:\n{}",
            wrong.len(),
            self.tried.len(),
            wrong.join("\n")
        );
    }
}

fn violations(status: &Status) -> Vec<(String, String)> {
    status
        .get_details_bad_request()
        .map(|bad| {
            bad.field_violations
                .into_iter()
                .map(|v| (v.field, v.description))
                .collect()
        })
        .unwrap_or_default()
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}
