//! Whether what the institution did on the day of a line may be charged (Art. 40-42, Art. 44, Art. 45).

use contracts::Refused;
use contracts::benefit_review::v1::{EncounterKind, Refusal};
use contracts::medical_agreement::v1::{Approval, ApprovalKind, InstitutionKind};
use law::calendar::add_days;
use time::Date;

use super::{Facts, Finding, Question};

/// What an institution must be under agreement for to give such treatment.
#[must_use]
pub fn kind_for(kind: EncounterKind) -> InstitutionKind {
    match kind {
        EncounterKind::Rehabilitation => InstitutionKind::Rehabilitation,
        _ => InstitutionKind::Medical,
    }
}

/// Where somebody was treated or equipped, and who numbers what it fits: the institution's number, or its name where it has
/// none here.
#[must_use]
pub fn place<'a>(institution_id: &'a str, institution_name: &'a str) -> &'a str {
    match institution_id {
        "" => institution_name,
        id => id,
    }
}

/// Art. 40, Art. 41, Art. 42, Art. 45. An agreement institution on the day, or one whose agreement ended with the patient
/// in hand; or one that was approved, or the nearest one in the first days of an emergency.
pub(super) fn may_charge(asked: &Question<'_>) -> Option<Finding> {
    let (facts, on) = (asked.facts, asked.line.service_on);
    if under_agreement(facts, on) || facts.approvals.iter().any(|one| allows(one, facts, on)) {
        return None;
    }
    if !facts.emergency {
        let refused = Refused::because(Refusal::LineNoAgreement).with("service_on", on);
        return Some(Finding::Refused(refused));
    }
    let days = facts.emergency_days;
    let is_over = |from_on| on >= add_days(from_on, i32::try_from(days).unwrap_or(i32::MAX));
    if is_over(facts.admitted_on) {
        let refused = Refused::because(Refusal::LineEmergencyOver);
        return Some(Finding::Refused(refused.with("days", days)));
    }
    let began_on = emergency_began(facts);
    is_over(began_on).then(|| {
        let refused = Refused::because(Refusal::LineEmergencyAgain).with("days", days);
        let refused = refused.with("began_on", began_on);
        Finding::Review(refused.with("service_on", on))
    })
}

/// Art. 41. The first day of an emergency: that of the admission, or of one before it from which there was no longer pause
/// than between two stays that may be one.
fn emergency_began(facts: &Facts) -> Date {
    let mut began_on = facts.admitted_on;
    let before = |began_on: Date| {
        let near = add_days(began_on, -facts.split_days);
        let mut emergencies = facts.emergencies.iter();
        emergencies.find(|(from_on, until_on)| *from_on < began_on && near <= *until_on)
    };
    while let Some((from_on, _)) = before(began_on) {
        began_on = *from_on;
    }
    began_on
}

/// Art. 38, Art. 40. Under agreement for such treatment, not suspended, or still caring for who was admitted before the
/// agreement ended.
fn under_agreement(facts: &Facts, on: Date) -> bool {
    let kind = kind_for(facts.kind);
    facts.standings.get(&on).is_some_and(|standing| {
        let in_hand = standing.in_hand.iter().any(|hand| {
            hand.kind() == kind
                && day(hand.admitted_by_on).is_some_and(|by| facts.admitted_on <= by)
        });
        !standing.suspended && standing.kinds().any(|under| under == kind) || in_hand
    })
}

/// Art. 41, Art. 42, Art. 45. What was approved allows treatment at the institution on the day.
fn allows(approval: &Approval, facts: &Facts, on: Date) -> bool {
    let elsewhere = matches!(
        approval.kind(),
        ApprovalKind::OutsideAccident | ApprovalKind::Residence | ApprovalKind::Referral
    );
    elsewhere && names(approval, facts) && holds(approval, on)
}

/// Whether an approval names the institution of the bill, by its number or, of one without, by its name.
pub(super) fn names(approval: &Approval, facts: &Facts) -> bool {
    if approval.institution_id.is_empty() {
        approval.institution_name == facts.institution_name
    } else {
        approval.institution_id == facts.institution_id
    }
}

/// A day of another service's answer, where it has one.
pub(super) fn day(told: Option<contracts::Date>) -> Option<Date> {
    Date::try_from(told?).ok()
}

/// Whether an approval holds on a day.
pub(crate) fn holds(approval: &Approval, on: Date) -> bool {
    day(approval.from_on).is_some_and(|from_on| from_on <= on)
        && day(approval.until_on).is_some_and(|until_on| on <= until_on)
}

/// Art. 40. The doctor's service was not suspended on the day.
pub(super) fn by_doctor(asked: &Question<'_>) -> Option<Finding> {
    let (line, doctor) = (asked.line, asked.line.doctor_number.as_str());
    let standing = asked.facts.standings.get(&line.service_on)?;
    let suspended =
        !doctor.is_empty() && standing.suspended_doctors.iter().any(|one| one == doctor);
    suspended.then(|| {
        let refused = Refused::because(Refusal::LineDoctorSuspended);
        let refused = refused
            .with("doctor_number", doctor)
            .with("service_on", line.service_on);
        Finding::Refused(refused)
    })
}
