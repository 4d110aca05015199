//! Whether a case is where something may happen to it, and whether it is for the actor to do it.

use contracts::common::v1::{CaseState, Refusal};
use contracts::options::v1::{Department, Duty};
use contracts::{Refused, form};

use super::examine;
use super::present::state_label;
use super::store::CaseRow;
use crate::{Result, Unit};

/// Is the case in one of these states?
pub fn expect_state(case: &CaseRow, states: &[CaseState]) -> Result<()> {
    if states.iter().any(|state| *state as i32 == case.state) {
        return Ok(());
    }
    Err(Refused::because(Refusal::CaseState)
        .with("state", state_label(case.state))
        .into())
}

/// A run is started, and started again, not applied for: without its items nothing can be signed.
pub fn expect_no_order(unit: &Unit, case: &CaseRow) -> Result<()> {
    if unit.platform().run(&case.kind).is_none() {
        return Ok(());
    }
    let kind = examine::kind_of(unit, &case.kind)?;
    Err(Refused::because(Refusal::RunOrder)
        .with("form", &kind.application_form().title)
        .into())
}

/// Is it the actor's turn to sign, return or refuse?
pub fn expect_awaited(unit: &Unit, case: &CaseRow) -> Result<()> {
    expect_state(case, &[CaseState::Submitted, CaseState::InSigning])?;
    let duty = Duty::try_from(case.awaited).unwrap_or(Duty::Unspecified);
    let department = Department::try_from(case.department).unwrap_or(Department::Unspecified);
    let actor = unit.actor();
    let belongs = department == Department::Unspecified || actor.in_department(department);
    if belongs && actor.has_duty(duty) {
        return Ok(());
    }
    Err(Refused::because(Refusal::DutyNotAwaited)
        .with("department", form::department_label(department))
        .with("duty", form::duty_label(duty))
        .into())
}
