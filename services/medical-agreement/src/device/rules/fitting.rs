//! Whether what was fitted is what was approved, and whether a check is of what was fitted.

use contracts::Refused;
use contracts::medical_agreement::v1::{InstitutionKind, Refusal, Standing};
use time::Date;

/// A fitting that is to be recorded.
#[derive(Clone, Copy, Debug)]
pub struct Fitting<'a> {
    /// When.
    pub fitted_on: Date,
    /// Of each device.
    pub serial_numbers: &'a [String],
    /// Last day of the warranty.
    pub warranty_until_on: Date,
}

/// Art. 50, Art. 52. So many devices are fitted within the days of their approval, each once, and with a
/// warranty.
///
/// # Errors
/// When the day is another, the warranty is over before, a number is there twice, or fewer are approved.
pub fn fits_approval(
    fitting: Fitting<'_>,
    (from_on, until_on): (Date, Date),
    (quantity, fitted): (i32, i32),
    today: Date,
) -> Result<(), Refused> {
    let fitted_on = fitting.fitted_on;
    if fitted_on > today || fitted_on < from_on || fitted_on > until_on {
        return Err(Refused::because(Refusal::FittingDate)
            .with("fitted_on", fitted_on)
            .with("from_on", from_on)
            .with("until_on", until_on));
    }
    if fitting.warranty_until_on < fitted_on {
        return Err(Refused::because(Refusal::WarrantyDate)
            .with("warranty_until_on", fitting.warranty_until_on)
            .with("fitted_on", fitted_on));
    }
    let mut numbers: Vec<&String> = fitting.serial_numbers.iter().collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() < fitting.serial_numbers.len() {
        return Err(Refused::because(Refusal::SerialNumberTwice));
    }
    let now = i32::try_from(numbers.len()).unwrap_or(i32::MAX);
    if now > quantity - fitted {
        return Err(Refused::because(Refusal::DeviceFitted)
            .with("quantity", quantity)
            .with("fitted", fitted)
            .with("now", now));
    }
    Ok(())
}

/// Art. 40, Art. 50. An institution fits under its agreement. What was approved there before its agreement ended, or before it
/// was suspended, it fits still: until the day for patients in hand, and during the suspension.
///
/// # Errors
/// When it was not under agreement for devices on the day, nor cares for who had the device approved before.
pub fn fitted_under_agreement(
    standing: &Standing,
    approved_on: Date,
    fitted_on: Date,
) -> Result<(), Refused> {
    let is_for_devices = |kind: InstitutionKind| kind == InstitutionKind::Device;
    let before = |on: Option<contracts::Date>| {
        let on = contracts::maybe_day(on);
        on.is_some_and(|on| approved_on < on)
    };
    let in_hand = || {
        standing.in_hand.iter().any(|hand| {
            let by = contracts::maybe_day(hand.admitted_by_on);
            is_for_devices(hand.kind()) && by.is_some_and(|by| approved_on <= by)
        })
    };
    let agreed = standing.kinds().any(is_for_devices);
    if agreed && (!standing.suspended || before(standing.suspended_from_on)) || in_hand() {
        return Ok(());
    }
    Err(Refused::because(Refusal::FittedWithoutAgreement)
        .with("institution_id", &standing.institution_id)
        .with("fitted_on", fitted_on))
}

/// Art. 52. A check is of what was fitted by then, and says why it was not passed.
///
/// # Errors
/// When nothing was fitted by then, the day is to come, or nothing is said.
pub fn checked(
    checked_on: Date,
    (first_fitted_on, today): (Option<Date>, Date),
    (passed, finding): (bool, &str),
) -> Result<(), Refused> {
    let fitted = first_fitted_on.is_some_and(|fitted_on| fitted_on <= checked_on);
    if !fitted || checked_on > today {
        return Err(Refused::because(Refusal::CheckDate).with("checked_on", checked_on));
    }
    if !passed && finding.is_empty() {
        return Err(Refused::because(Refusal::CheckFinding));
    }
    Ok(())
}
