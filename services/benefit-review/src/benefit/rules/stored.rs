//! Figures of benefits as they are kept: one that cannot be read is an error, and not nothing.

use chassis::{Error, Result};
use contracts::Money;
use contracts::benefit_review::v1::Benefit;
use law::Month;
use rust_decimal::Decimal;

/// Yuan of a benefit as it was told.
///
/// # Errors
/// When they cannot be read.
pub fn told(of: &Benefit) -> Result<Decimal> {
    read(of, of.amount.as_ref())
}

/// Yuan of a benefit as it was decided, before all adjustments.
///
/// # Errors
/// When they cannot be read.
pub fn decided(of: &Benefit) -> Result<Decimal> {
    let basis = of.adjusts_by.as_ref();
    let decided = basis.and_then(|basis| basis.decided.as_ref());
    read(of, decided.or(of.amount.as_ref()))
}

/// A month of a benefit; none where it has none.
///
/// # Errors
/// When it cannot be read.
pub fn month(of: &Benefit, wire: Option<contracts::Month>) -> Result<Option<Month>> {
    let month = wire.map(Month::try_from).transpose();
    month.map_err(|error| unreadable(of, &error))
}

fn read(of: &Benefit, money: Option<&Money>) -> Result<Decimal> {
    let money = money.ok_or_else(|| unreadable(of, &"it has no amount"))?;
    money.decimal().map_err(|error| unreadable(of, &error))
}

fn unreadable(of: &Benefit, why: &dyn std::fmt::Display) -> Error {
    Error::internal(format!(
        "benefit {:?} of claim {:?} cannot be read: {why}",
        of.benefit_id, of.claim_id
    ))
}
