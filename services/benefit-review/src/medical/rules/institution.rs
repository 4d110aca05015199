//! Whether what the institution did on the day of a line may be charged (Art. 40-42, Art. 44, Art. 45).

use contracts::Refused;
use contracts::benefit_review::v1::{EncounterKind, Refusal};
use contracts::medical_agreement::v1::{Approval, ApprovalKind, InHand, InstitutionKind};
use law::calendar::add_days;
use time::Date;

use super::{Facts, Finding, Question, is_stay};

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
/// in hand; or one that was approved, or the nearest one in the first days of an emergency. A person looks at what was approved
/// for an accident of another day, at who was in hand and is on no list, and at an emergency that lasts: not everybody can be
/// moved.
pub(super) fn may_charge(asked: &Question<'_>) -> Option<Finding> {
    let (facts, on) = (asked.facts, asked.line.service_on);
    let mut allowing = facts.approvals.iter().filter(|one| allows(one, facts, on));
    let first = allowing.clone().next();
    if under_agreement(facts, on) || allowing.any(|one| is_of(one, facts.injured.happened_on)) {
        return None;
    }
    if let Some(happened_on) = first.and_then(|one| day(one.happened_on)) {
        let refused = Refused::because(Refusal::LineOtherAccident);
        let refused = refused.with("approved", happened_on);
        return Some(Finding::Review(
            refused.with("happened_on", facts.injured.happened_on),
        ));
    }
    // Whoever was there by the last day was in hand, listed or not.
    let mut in_hand = in_hand(facts, on).filter(|_| is_stay(facts.kind));
    if let Some(ended_on) = in_hand.find_map(|hand| day(hand.admitted_by_on)) {
        let refused = Refused::because(Refusal::LineNotListed).with("ended_on", ended_on);
        return Some(Finding::Review(
            refused.with("admitted_on", facts.admitted_on),
        ));
    }
    if !facts.emergency {
        let refused = Refused::because(Refusal::LineNoAgreement).with("service_on", on);
        return Some(Finding::Refused(refused));
    }
    let days = facts.emergency_days;
    let is_over = |from_on| on >= add_days(from_on, i32::try_from(days).unwrap_or(i32::MAX));
    if is_over(facts.admitted_on) {
        // Whoever cannot be moved yet is treated where she or he is: a person looks at that.
        let refused = Refused::because(Refusal::LineEmergencyOver).with("days", days);
        return Some(Finding::Review(refused.with("service_on", on)));
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

/// Art. 38, Art. 40. Under agreement for such treatment, and not suspended since before the patient was admitted; or still
/// caring for who is listed as admitted before the agreement ended.
fn under_agreement(facts: &Facts, on: Date) -> bool {
    let kind = kind_for(facts.kind);
    facts.standings.get(&on).is_some_and(|standing| {
        let before = day(standing.suspended_from_on);
        let serves =
            !standing.suspended || before.is_some_and(|from_on| facts.admitted_on < from_on);
        serves && standing.kinds().any(|under| under == kind)
    }) || in_hand(facts, on).any(|hand| hand.listed)
}

/// Art. 40. Of which agreements that ended the patient was in the institution's care by their last day.
fn in_hand(facts: &Facts, on: Date) -> impl Iterator<Item = &InHand> {
    let hands = facts.standings.get(&on).into_iter();
    let hands = hands.flat_map(|standing| &standing.in_hand);
    hands.filter(move |hand| {
        hand.kind() == kind_for(facts.kind)
            && day(hand.admitted_by_on).is_some_and(|by| facts.admitted_on <= by)
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

/// Art. 41, Art. 45. What was approved of an accident before it was recognised is of the injury that it became: that of its
/// day.
#[must_use]
pub fn is_of(approval: &Approval, happened_on: Date) -> bool {
    !approval.recognition_number.is_empty()
        || day(approval.happened_on).is_none_or(|of| of == happened_on)
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
