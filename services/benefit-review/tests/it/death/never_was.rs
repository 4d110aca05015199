//! A death that was told and turned out to be none, after benefits of it were decided.

use contracts::registration::v1::{PersonDeathCorrectionForm, StaffChangeKind};

use super::reviewed::{claim, objection, reviewed};
use super::survivors::*;
use super::*;

const DIED: Date = date!(2026 - 12 - 03);

/// Registration is told that the person died on a day, or did not die.
async fn told_of(bereaved: &Bereaved, died_on: Option<Date>) {
    let town = &bereaved.town;
    match died_on {
        Some(day) => {
            town.report(&bereaved.employer_id, 1, StaffChangeKind::Death, day)
                .await;
        }
        None => {
            let form = PersonDeathCorrectionForm {
                person_id: bereaved.person.person_id.clone(),
                died_on: None,
                grounds: "公安机关通报有误".to_owned(),
            };
            let registrar = clerk(Department::Registration, Duty::Handler);
            let proof = [
                EvidenceKind::IdentityCard,
                EvidenceKind::PublicSecurityProof,
            ];
            let corrected = town.registration.approve(&registrar, &form, &proof);
            corrected.await.unwrap();
        }
    }
    let is_told = async || (bereaved.injury().await.died_on == died_on.and_then(on)).then_some(());
    chassis::testing::eventually(is_told).await;
}

// Art. 69, Art. 72, Art. 90
#[tokio::test]
async fn what_was_decided_for_a_death_that_was_none_is_given_back_and_may_be_claimed_when_it_comes()
{
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(None).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2026-12-07 09:00 +8));
    told_of(&bereaved, Some(DIED)).await;
    let case = DeathCase::InStoppagePeriod;
    let once = bereaved.claim(case);
    let decided = bereaved.approve(&once).await;
    let of_death = objection(&bereaved, &claim(&bereaved).await);
    let pensions = form(&bereaved, case, &[daughter()]);
    let pension = approved(&bereaved, &pensions).await;
    let of_survivors = objection(&bereaved, &claim(&bereaved).await);

    told_of(&bereaved, None).await;
    let back = reviewed(&bereaved, &of_death).await;
    assert!(back.after.unwrap().awards.is_empty());
    let employer = format!("-{}", text(decided.employer.as_ref()));
    assert_eq!(text(back.employer_difference.as_ref()), employer);
    let back = reviewed(&bereaved, &of_survivors).await;
    assert!(back.after.unwrap().awards.is_empty());
    let first = &back.differences[0];
    assert_eq!(first.before, pension.awards[0].amount);
    assert_eq!(text(first.after.as_ref()), "0.00");
    assert_eq!(bereaved.refused(&once).await, "DEATH_UNKNOWN");

    told_of(&bereaved, Some(date!(2026 - 12 - 07))).await;
    let again = bereaved.approve(&once).await;
    assert_eq!(again.awards.len(), decided.awards.len());
    assert_eq!(again.added, again.employer);
    let again = approved(&bereaved, &pensions).await;
    assert_eq!(each(&again), each(&pension));
}

// Art. 54
#[tokio::test]
async fn who_died_by_the_word_of_the_employer_alone_is_alive_once_registration_has_taken_it_back() {
    let bereaved = of_accident(ACCIDENT).await;
    let registered = bereaved.register(Some(DIED)).await;
    assert_eq!(registered.died_on, on(DIED));
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2026-12-07 09:00 +8));
    told_of(&bereaved, Some(DIED)).await;
    told_of(&bereaved, None).await;
}
