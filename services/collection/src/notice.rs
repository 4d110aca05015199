//! Notices to employers: until when they are sent, answered and delivered, and when it is known what was paid
//! on them.

use chassis::{Result, Unit};
use contracts::Refused;
use contracts::collection::v1::Refusal;
use law::Law;
use law::calendar::{Deadline, Term};
use sqlx::FromRow;
use time::Date;
use uuid::Uuid;

/// The parameter within whose working days a notice to pay is issued once the debt is found.
pub const ISSUE: &str = "dunning_issue_working_days";

/// The parameter within whose working days lists tell of a payment.
pub const TOLD: &str = "receipts_told_working_days";

/// The last day of the working days that `parameter` gives, counted from `from`.
///
/// # Errors
/// When the law of that day does not say.
pub async fn within(unit: &mut Unit, parameter: &str, from: Date) -> Result<Deadline> {
    let term = working_days(&unit.law(from).await?, parameter)?;
    Ok(Deadline::after(from, term, unit.platform().holidays()))
}

/// The working days that `parameter` gives.
///
/// # Errors
/// When the law does not say.
pub fn working_days(law: &Law, parameter: &str) -> Result<Term> {
    let days = law.integer(parameter)?.value;
    Ok(Term::WorkingDays(u16::try_from(days).unwrap_or(u16::MAX)))
}

/// Art. 32. The last day of whose payments lists have told by now, in the working days that the area gives them.
/// Nobody is found not to have paid by a later day.
///
/// # Errors
/// When the law of today does not say.
pub async fn told_through(unit: &mut Unit) -> Result<Date> {
    let today = unit.today();
    let term = working_days(&unit.law(today).await?, TOLD)?;
    let holidays = unit.platform().holidays();
    let mut before = std::iter::successors(today.previous_day(), |day| day.previous_day());
    let told = before.find(|day| Deadline::after(*day, term, holidays).is_past(today));
    Ok(told.unwrap_or(Date::MIN))
}

/// A notice as far as its delivery goes.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Issued {
    /// UUID.
    pub notice_id: Uuid,
    /// Day of the notice.
    pub issued_on: Date,
    /// When it reached the employer.
    pub delivered_on: Option<Date>,
}

/// Each of the notices asked for is there and is delivered once, from its own day to `today`.
///
/// # Errors
/// The refusal of the first that is not.
pub fn may_deliver(
    asked: &[Uuid],
    issued: &[Issued],
    (delivered_on, today): (Date, Date),
) -> Result<(), Refused> {
    for id in asked {
        let notice = issued.iter().find(|notice| notice.notice_id == *id);
        let notice =
            notice.ok_or_else(|| Refused::because(Refusal::NoticeUnknown).with("notice_id", id))?;
        if let Some(delivered) = notice.delivered_on {
            return Err(Refused::because(Refusal::NoticeDelivered).with("delivered", delivered));
        }
        if today < delivered_on {
            return Err(
                Refused::because(Refusal::DeliveredLaterThanToday).with("delivered", delivered_on)
            );
        }
        if delivered_on < notice.issued_on {
            return Err(
                Refused::because(Refusal::DeliveredBeforeDecided).with("decided", notice.issued_on)
            );
        }
    }
    Ok(())
}
