//! A death held against a stoppage period that became another after the registration.

use contracts::registration::v1::StaffChangeKind;

use super::reviewed::{claim, objection, reviewed};
use super::*;

/// The stoppage period of the injury is changed.
async fn change(bereaved: &Bereaved, form: StoppageForm) -> StoppageDecision {
    let papers = [
        EvidenceKind::StoppageNotice,
        EvidenceKind::StoppageExtension,
    ];
    let form = StoppageForm {
        person_id: bereaved.person.person_id.clone(),
        name: bereaved.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        ..form
    };
    let service = &bereaved.town.service;
    let case = service.approve(&handler(), &form, &papers).await.unwrap();
    wire::from_any(&case.decision.unwrap()).unwrap()
}

/// An injury with a stoppage period until 2027-05-01, of which the person died a month later.
async fn died_after_it() -> Bereaved {
    let bereaved = bereaved(TODAY).await;
    bereaved.register(None).await;
    let town = &bereaved.town;
    town.service.clock().set(datetime!(2027-06-07 09:00 +8));
    let died_on = date!(2027 - 06 - 03);
    let employer_id = &bereaved.employer_id;
    town.report(employer_id, 1, StaffChangeKind::Death, died_on)
        .await;
    chassis::testing::eventually(async || bereaved.injury().await.died_on).await;
    bereaved
}

// Art. 54, Art. 69
#[tokio::test]
async fn a_death_in_a_stoppage_period_that_was_extended_after_the_registration_has_the_lump_sum() {
    let bereaved = died_after_it().await;
    let form = bereaved.claim(DeathCase::InStoppagePeriod);
    assert_eq!(bereaved.refused(&form).await, "DEATH_CASE");
    let extension = StoppageForm {
        change: StoppageChange::Extension as i32,
        stoppage_until_on: on(date!(2027 - 08 - 01)),
        confirmation_number: "深劳鉴停〔2027〕1号".to_owned(),
        confirmed_on: on(date!(2027 - 04 - 28)),
        ..StoppageForm::default()
    };
    let decision = change(&bereaved, extension).await;
    assert!(decision.claim_ids.is_empty());
    let decision = bereaved.approve(&form).await;
    assert_eq!(decision.awards.len(), 2);
    assert_eq!(decision.death_case(), DeathCase::InStoppagePeriod);
}

// Art. 54, Art. 69, Art. 90
#[tokio::test]
async fn what_was_decided_by_a_period_that_was_corrected_is_named_and_decided_anew_on_an_objection()
{
    let bereaved = died_after_it().await;
    let wrong = StoppageForm {
        change: StoppageChange::Confirmation as i32,
        stoppage_until_on: on(date!(2027 - 10 - 01)),
        ..StoppageForm::default()
    };
    change(&bereaved, wrong).await;
    let form = bereaved.claim(DeathCase::InStoppagePeriod);
    bereaved.approve(&form).await;
    let claim = claim(&bereaved).await;
    let told = bereaved.told().await.len();
    let right = StoppageForm {
        change: StoppageChange::Correction as i32,
        stoppage_until_on: on(date!(2027 - 05 - 01)),
        grounds: "通知书上为2027年5月1日".to_owned(),
        ..StoppageForm::default()
    };
    let decision = change(&bereaved, right).await;
    assert_eq!(decision.claim_ids, [claim.clone()]);
    // Nothing is changed silently.
    assert_eq!(bereaved.told().await.len(), told);
    // After the period, without a grade of 1 to 4, nothing is due.
    let review = reviewed(&bereaved, &objection(&bereaved, &claim)).await;
    assert!(review.after.unwrap().awards.is_empty());
    assert_eq!(text(review.fund_difference.as_ref()), "-1178040.00");
}
