//! Ends of the labour relation that never were, or were on another day: articles 60, 68 and 90.

use super::reviewed::{assert_upheld, differences, objection, reviewed};
use super::*;

const ENDED: Date = date!(2027 - 06 - 30);

/// Grade 5, and both lump sums at an end on the last of June; on the first of December.
async fn ended() -> (Injured, String) {
    let injured = injured().await;
    let degrees = (5, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&appraisal).await.unwrap().case_id;
    injured.at(date!(2027 - 07 - 01));
    injured.end(ENDED).await;
    let form = injured.form(DisabilityOccasion::RelationEnd);
    injured.approve(&form).await;
    injured.at(date!(2027 - 12 - 01));
    (injured, claim)
}

fn corrected(injured: &Injured, change: RelationChange, day: Date) -> RelationChangeForm {
    RelationChangeForm {
        employer_id: injured.employer_id.clone(),
        person_id: injured.person.person_id.clone(),
        name: injured.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        change: change as i32,
        changes_on: on(day),
        basis: "深劳人仲裁〔2027〕8号".to_owned(),
        ..RelationChangeForm::default()
    }
}

// Art. 60, Art. 68, Art. 90
#[tokio::test]
async fn an_end_that_never_was_gives_the_allowance_back_and_takes_the_lump_sums() {
    let (injured, claim) = ended().await;
    let undone = corrected(&injured, RelationChange::Undone, ENDED);
    let service = &injured.town.service;
    let few = [EvidenceKind::RelationEndProof];
    let missing = service.submit(&handler(), &undone, &few).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let no_document = RelationChangeForm {
        basis: String::new(),
        ..undone.clone()
    };
    let other_day = corrected(&injured, RelationChange::Undone, date!(2027 - 06 - 29));
    let same_day = corrected(&injured, RelationChange::Redated, ENDED);
    let with_ground = RelationChangeForm {
        end_ground: RelationEndGround::OwnWish as i32,
        ..undone.clone()
    };
    for (form, expected) in [
        (no_document, "RELATION_NOT_ENDED"),
        (other_day, "RELATION_NOT_ENDED"),
        (same_day, "RELATION_NOT_ENDED"),
        (with_ground, "RELATION_CHANGE_FACTS"),
    ] {
        let refused = injured.sign(&form).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let case = injured.sign(&undone).await.unwrap();
    let signed: RelationChangeDecision =
        chassis::wire::from_any(case.decision.as_ref().unwrap()).unwrap();
    assert_eq!(signed.before(), RelationState::Ended);
    assert_eq!(signed.after(), RelationState::WithEmployer);
    assert_eq!(signed.employer_id_after, injured.employer_id);
    assert_eq!(signed.ended_on_before, on(ENDED));
    assert_eq!(signed.basis, "深劳人仲裁〔2027〕8号");
    let injury = injured.town.injury(&injured.person.person_id, NUMBER).await;
    assert_eq!(injury.relation(), RelationState::WithEmployer);
    assert_eq!(injury.present_employer_id, injured.employer_id);
    let again = injured.sign(&undone).await.unwrap_err();
    assert_eq!(reason(&again), "RELATION_NOT_ENDED");

    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    let mut found = differences(&decision);
    found.sort();
    assert_eq!(
        found,
        [
            "DISABILITY_ALLOWANCE 2027-07~ 0.00→4200.00 EMPLOYER",
            "LUMP_SUM_EMPLOYMENT_SUBSIDY ~ 300000.00→0.00 EMPLOYER",
            "LUMP_SUM_MEDICAL_SUBSIDY ~ 60000.00→0.00 FUND",
        ]
    );
    assert_eq!(
        lines(&decision.after.unwrap().awards),
        [
            "LUMP_SUM_DISABILITY 108000.00 FUND",
            "DISABILITY_ALLOWANCE 4200.00 2027-04 EMPLOYER",
        ]
    );
    assert_upheld(&injured, &claim).await;

    // The relation may end again, even on the same day.
    injured.end(ENDED).await;
    let form = injured.form(DisabilityOccasion::RelationEnd);
    let decision = injured.approve(&form).await;
    assert_eq!(sums(&decision), ["60000.00", "300000.00", "0.00", "0.00"]);
    assert_upheld(&injured, &claim).await;
}

// Art. 60, Art. 68, Art. 90
#[tokio::test]
async fn an_end_on_another_day_makes_up_or_takes_back_the_months_between() {
    let (injured, claim) = ended().await;
    for (day, expected) in [
        (
            date!(2027 - 08 - 31),
            &["DISABILITY_ALLOWANCE 2027-07~2027-08 0.00→4200.00 EMPLOYER"][..],
        ),
        (
            date!(2027 - 05 - 31),
            &[
                "DISABILITY_ALLOWANCE 2027-06~2027-06 4200.00→0.00 EMPLOYER",
                "DISABILITY_ALLOWANCE 2027-07~2027-08 4200.00→0.00 EMPLOYER",
            ],
        ),
        (
            date!(2027 - 08 - 31),
            &["DISABILITY_ALLOWANCE 2027-06~2027-08 0.00→4200.00 EMPLOYER"],
        ),
    ] {
        let redated = corrected(&injured, RelationChange::Redated, day);
        injured.sign(&redated).await.unwrap();
        let injury = injured.town.injury(&injured.person.person_id, NUMBER).await;
        assert_eq!(injury.relation(), RelationState::Ended);
        assert_eq!(injury.relation_from_on, on(day.next_day().unwrap()));
        let decision = reviewed(&injured, &objection(&injured, &claim)).await;
        assert_eq!(differences(&decision), expected);
        assert_upheld(&injured, &claim).await;
    }
    let future = corrected(&injured, RelationChange::Redated, date!(2027 - 12 - 02));
    let early = corrected(&injured, RelationChange::Redated, date!(2026 - 12 - 01));
    for form in [future, early] {
        let refused = injured.sign(&form).await.unwrap_err();
        assert_eq!(reason(&refused), "RELATION_DATE");
    }
}

// Art. 60
#[tokio::test]
async fn grades_one_to_four_keep_the_relation_and_five_and_six_end_it_by_their_own_wish() {
    let injured = injured().await;
    let form = |ground: RelationEndGround| RelationChangeForm {
        end_ground: ground as i32,
        basis: String::new(),
        ..corrected(&injured, RelationChange::Dissolution, CONCLUDED)
    };
    let own_wish = form(RelationEndGround::OwnWish);
    injured
        .appraise(CONCLUSION, CONCLUDED, (4, NursingGrade::Unspecified))
        .await;
    for ground in [
        RelationEndGround::Unspecified,
        RelationEndGround::OwnWish,
        RelationEndGround::ContractOver,
    ] {
        let refused = injured.sign(&form(ground)).await.unwrap_err();
        assert_eq!(reason(&refused), "RELATION_KEPT");
    }
    let better = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured
        .appraise(better.0, better.1, (5, NursingGrade::Unspecified))
        .await;
    for ground in [
        RelationEndGround::Unspecified,
        RelationEndGround::ContractOver,
        RelationEndGround::Other,
    ] {
        let refused = injured.sign(&form(ground)).await.unwrap_err();
        assert_eq!(reason(&refused), "RELATION_OWN_WISH");
    }
    let service = &injured.town.service;
    let employer = party(Caller::Employer, &injured.employer_id);
    let proof = [EvidenceKind::RelationEndProof];
    let missing = service.submit(&employer, &own_wish, &proof).await;
    assert_eq!(reason(&missing.unwrap_err()), "EVIDENCE_MISSING");
    // Who applies herself declares it by that.
    let person = party(Caller::Person, &injured.person.person_id);
    service.approve(&person, &own_wish, &proof).await.unwrap();
}

// Art. 60
#[tokio::test]
async fn the_relation_of_grade_one_ends_with_retirement() {
    let injured = injured().await;
    injured
        .appraise(CONCLUSION, CONCLUDED, (1, NursingGrade::Unspecified))
        .await;
    let retired = RelationChangeForm {
        end_ground: RelationEndGround::Retired as i32,
        basis: String::new(),
        ..corrected(&injured, RelationChange::End, CONCLUDED)
    };
    injured.sign(&retired).await.unwrap();
    let injury = injured.town.injury(&injured.person.person_id, NUMBER).await;
    assert_eq!(injury.relation(), RelationState::Ended);
}
