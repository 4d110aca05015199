//! What the fund pays in somebody's place, and who owes it (Art. 75 to Art. 77).

mod items;
mod owed;
mod paid;

use chassis::Result;
use contracts::Refused;
use contracts::benefit_review::v1::{
    AdvanceApplicant, AdvanceDebtor, AdvanceEntry, AdvanceEntryKind, AdvanceForm, AdvanceItem,
    AdvanceKind, AdvanceReason, Refusal,
};
use contracts::reflect::label_of;
use law::{Law, LawError};
use rust_decimal::Decimal;

pub use items::{Ledger, changed, items, sums};
pub use owed::{Owed, given_back, of_employer, of_third_party};
pub use paid::{Paid, Statement, statements, together};

/// Art. 75, Art. 76. In whose place the fund would pay.
#[must_use]
pub const fn kind(reason: AdvanceReason) -> AdvanceKind {
    match reason {
        AdvanceReason::ThirdPartyUnpaid | AdvanceReason::ThirdPartyUnknown => {
            AdvanceKind::ThirdParty
        }
        _ => AdvanceKind::Employer,
    }
}

/// Art. 75, Art. 76. An injury of before the law by which the fund pays in somebody's place (社会保险法第四十一条、第四十二条) has
/// no advance: who pays for it stood with the injury. `injured` is the law of its day.
///
/// # Errors
/// When it is one.
pub fn in_force(injured: &Law) -> Result<()> {
    match injured.text("advance_payer") {
        Err(LawError::BeforeFirst { on, first, .. }) => {
            Err(Refused::because(Refusal::AdvanceBeforeLaw)
                .with("happened_on", on)
                .with("in_force_on", first)
                .into())
        }
        found => Ok(found.map(drop)?),
    }
}

/// Who owes what an advance of a kind pays.
#[must_use]
pub const fn debtor(kind: AdvanceKind) -> AdvanceDebtor {
    match kind {
        AdvanceKind::ThirdParty => AdvanceDebtor::ThirdParty,
        _ => AdvanceDebtor::Employer,
    }
}

/// Art. 74, Art. 77. Whether a decision on bills or on what is compensated may add to an advance at once. What a third party
/// owes that nobody knew is advanced only once form 77-A says that it does not pay either.
#[must_use]
pub fn adds(reason: AdvanceReason, item: &AdvanceItem) -> bool {
    reason != AdvanceReason::ThirdPartyUnknown || yuan(item.amount.as_ref()) < Decimal::ZERO
}

/// By which law somebody owes what was advanced.
#[must_use]
pub const fn source(debtor: AdvanceDebtor) -> &'static str {
    match debtor {
        AdvanceDebtor::Employer => {
            "《中华人民共和国社会保险法》第四十一条，《社会保险基金先行支付暂行办法》第十三条"
        }
        _ => "《中华人民共和国社会保险法》第四十二条，《社会保险基金先行支付暂行办法》第十二条",
    }
}

/// Art. 75, Art. 76. A form says who applies, and who the third party is that does not pay, and neither where it does not
/// matter: an employer applies for itself by its own reason, and a relative under her or his own name.
///
/// # Errors
/// When it does not.
pub fn whole(form: &AdvanceForm) -> Result<(), Refused> {
    let by = |applicant| form.applicant() == applicant;
    let employer = by(AdvanceApplicant::Employer);
    let relative = by(AdvanceApplicant::Relative);
    let is_whole = employer != form.employer_id.is_empty()
        && employer == (form.reason() == AdvanceReason::OfEmployer)
        && relative != form.relative_name.is_empty()
        && relative != form.relative_identity_number.is_empty();
    if !is_whole {
        let applicant = label_of(
            "workinjury.benefit_review.v1.AdvanceApplicant",
            form.applicant,
        );
        let refused = Refused::because(Refusal::AdvanceApplicant);
        return Err(refused.with("applicant", applicant));
    }
    let unpaid = form.reason() == AdvanceReason::ThirdPartyUnpaid;
    if unpaid == form.third_party_name.is_empty() {
        let reason = label_of("workinjury.benefit_review.v1.AdvanceReason", form.reason);
        return Err(Refused::because(Refusal::AdvanceThirdParty).with("reason", reason));
    }
    Ok(())
}

/// Yuan of a message.
fn yuan(money: Option<&contracts::Money>) -> Decimal {
    money
        .and_then(|money| money.decimal().ok())
        .unwrap_or_default()
}

/// Art. 77. What a debtor owes by the entries of an advance.
#[must_use]
pub fn owed(entries: &[AdvanceEntry], debtor: AdvanceDebtor) -> Decimal {
    let own = entries.iter().filter(|one| one.debtor() == debtor);
    own.map(|one| match one.kind() {
        AdvanceEntryKind::Recovered => -yuan(one.amount.as_ref()),
        AdvanceEntryKind::PaidDirectly => Decimal::ZERO,
        _ => yuan(one.amount.as_ref()),
    })
    .sum()
}

/// Art. 74, Art. 77. What stands advanced of bills in the employer's place, and what the employer has paid of bills itself.
#[must_use]
pub fn of_bills(entries: &[AdvanceEntry]) -> (Decimal, Decimal) {
    let own = |one: &&AdvanceEntry| {
        one.debtor() == AdvanceDebtor::Employer && owed::is_medical(one.benefit())
    };
    let (direct, advanced): (Vec<_>, Vec<_>) = entries
        .iter()
        .filter(own)
        .partition(|one| one.kind() == AdvanceEntryKind::PaidDirectly);
    let sum = |all: Vec<&AdvanceEntry>| all.iter().map(|one| yuan(one.amount.as_ref())).sum();
    (sum(advanced), sum(direct))
}

/// Art. 77. What is owed after something was recovered, or, below zero, given back.
///
/// # Errors
/// When it is more than was owed, or more than was to be given back.
pub fn after_recovery(owed: Decimal, recovered: Decimal) -> Result<Decimal, Refused> {
    let is_within = match recovered < Decimal::ZERO {
        true => owed <= recovered,
        false => recovered <= owed,
    };
    if is_within {
        return Ok(owed - recovered);
    }
    Err(Refused::because(Refusal::AdvanceRecoveredTooMuch)
        .with("recovered", recovered)
        .with("owed", owed))
}
