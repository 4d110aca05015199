//! From when on a payment is stopped and resumed, and what becomes of the months in between.

use contracts::payment::v1::StopCause;
use law::calendar::add_months;
use law::{Cited, Law, LawError, Month};
use time::Date;

/// Art. 89. The month in which a cause arises is still paid, the next one is not. A payment that waits for a proof alone takes
/// back nothing that was paid: it begins after the last month of which there was a payroll.
#[must_use]
pub fn stops_from(cause: StopCause, since_on: Date, last_paid: Option<Month>) -> Month {
    let from = Month::of(since_on).next();
    match (cause, last_paid) {
        (StopCause::ProofMissing, Some(last)) => from.max(last.next()),
        _ => from,
    }
}

/// Art. 89. It is paid again from the month after that in which the conditions were there again, never before it was stopped.
#[must_use]
pub fn resumes_from(again_on: Date, stopped: Month) -> Month {
    Month::of(again_on).next().max(stopped)
}

/// Art. 89, 工伤保险条例第四十二条. Whether the months between a stop and its resumption are paid after all, by the law of the
/// day on which the cause arose.
///
/// # Errors
/// When the law has no answer.
pub fn makes_up(cause: StopCause, law: &Law) -> Result<Cited<bool>, LawError> {
    let key = match cause {
        StopCause::NoLongerEntitled | StopCause::Unspecified => "entitlement",
        StopCause::RefusesAppraisal => "appraisal",
        StopCause::RefusesTreatment => "treatment",
        StopCause::ProofMissing => "proof",
    };
    law.flag(&format!("stop_makes_up.{key}"))
}

/// Art. 88. The last day on which a proof has to be there, by the area's months, after the last one or the day on which the
/// first benefit by the month was told.
#[must_use]
pub fn proof_due_on(basis_on: Date, months: i64) -> Date {
    add_months(basis_on, i32::try_from(months).unwrap_or(i32::MAX))
}
