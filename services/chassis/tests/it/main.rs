//! The chassis as a service sees it: on a real database, over TLS, through its own contracts.
//!
//! The forms, rows and events are those of real services; what they do here is the tests' own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod areas;
mod batches;
mod cases;
mod changes;
mod daily;
mod databases;
mod feeds;
mod journal;
mod law;
mod parties;
mod runs;
mod statements;
mod together;
mod turns;

use chassis::Service;
use chassis::testing::{AREA, clerk};
use contracts::common::v1::{EvidenceKind, ParameterChangeForm};
use contracts::options::v1::{Department, Duty};
use time::macros::date;

/// A service that has only what all services have, and one parameter that an area may set.
pub(crate) fn bare() -> Service {
    Service::new("registration")
}

/// Sets the area's average wage.
pub(crate) fn wage_change(value: &str) -> ParameterChangeForm {
    ParameterChangeForm {
        name: "area_average_monthly_wage".to_owned(),
        value: value.to_owned(),
        from: Some(date!(2026 - 07 - 01).into()),
        source: "深人社发〔2026〕1号".to_owned(),
    }
}

pub(crate) const RULE: &[EvidenceKind] = &[EvidenceKind::LocalRule];

pub(crate) fn handler() -> chassis::Actor {
    clerk(Department::Information, Duty::Handler)
}

pub(crate) fn reviewer() -> chassis::Actor {
    clerk(Department::Information, Duty::Reviewer)
}

pub(crate) fn leader() -> chassis::Actor {
    clerk(Department::Information, Duty::Leader)
}

pub(crate) fn area() -> String {
    AREA.to_owned()
}
