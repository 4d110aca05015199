//! What is wrong with applications for an advance.

use super::*;
use crate::medical::Ward;

// Art. 78
#[tokio::test]
async fn nothing_is_advanced_for_what_was_not_recognised_and_registered() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    let form = AdvanceForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        applicant: AdvanceApplicant::Employee as i32,
        reason: AdvanceReason::Refuses as i32,
        ..AdvanceForm::default()
    };
    assert_eq!(refused(&town, &form).await, "ADVANCE_NOT_RECOGNISED");
    let recognition = town.recognition(&employer_id, &person, NUMBER);
    town.recognise(&recognition).await;
    assert_eq!(refused(&town, &form).await, "ADVANCE_NOT_REGISTERED");
    let registered = injury_form(&recognition);
    town.service
        .approve(&handler(), &registered, PAPERS)
        .await
        .unwrap();
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..recognition
    };
    town.recognise(&revoked).await;
    assert_eq!(refused(&town, &form).await, "ADVANCE_REVOKED");
}

// Art. 75, Art. 76
#[tokio::test]
async fn an_application_names_its_applicant_and_its_third_party_and_nobody_else() {
    let (injured, injury) = unpaid().await;
    let town = &injured.town;
    let form = asked(&injury);
    let by_employer = AdvanceForm {
        employer_id: injury.employer_id.clone(),
        ..form.clone()
    };
    let without_name = AdvanceForm {
        applicant: AdvanceApplicant::Relative as i32,
        relative_identity_number: citizen(2),
        ..form.clone()
    };
    let without_reason = AdvanceForm {
        applicant: AdvanceApplicant::Employer as i32,
        ..by_employer.clone()
    };
    let with_relative = AdvanceForm {
        relative_name: "李四".to_owned(),
        relative_identity_number: citizen(2),
        ..form.clone()
    };
    for wrong in [by_employer, without_name, without_reason, with_relative] {
        assert_eq!(refused(town, &wrong).await, "ADVANCE_APPLICANT");
    }
    let unnamed = AdvanceForm {
        reason: AdvanceReason::ThirdPartyUnpaid as i32,
        ..form.clone()
    };
    let named = AdvanceForm {
        third_party_name: "赵六".to_owned(),
        ..form.clone()
    };
    for wrong in [unnamed, named] {
        assert_eq!(refused(town, &wrong).await, "ADVANCE_THIRD_PARTY");
    }
    let stranger = AdvanceForm {
        employer_id: employer_id(9),
        applicant: AdvanceApplicant::Employer as i32,
        reason: AdvanceReason::OfEmployer as i32,
        ..form
    };
    assert_eq!(refused(town, &stranger).await, "NOT_OF_EMPLOYER");
}

// Art. 75, Art. 77
#[tokio::test]
async fn who_was_insured_is_paid_in_the_ordinary_way_and_an_unknown_advance_is_not_reviewed() {
    let ward = Ward::open().await;
    let town = &ward.town;
    assert_eq!(refused(town, &asked(&ward.injury)).await, "ADVANCE_INSURED");
    let unknown = review(&Uuid::now_v7().to_string(), &[]);
    assert_eq!(refused(town, &unknown).await, "ADVANCE_UNKNOWN");
    let form = AdvanceForm {
        reason: AdvanceReason::ThirdPartyUnknown as i32,
        ..asked(&ward.injury)
    };
    let (case, _) = take(town, &form).await;
    let twice = review(
        &case.case_id,
        &[(BenefitKind::Medical, "1"), (BenefitKind::Medical, "2")],
    );
    assert_eq!(refused(town, &twice).await, "ADVANCE_PAID_TWICE");
    assert_eq!(
        refused(town, &review(&case.case_id, &[])).await,
        "ADVANCE_NOTHING"
    );
}

// Art. 75, Art. 76
#[tokio::test]
async fn an_injury_of_before_the_social_insurance_law_has_no_advance() {
    for (happened_on, expected) in [
        (date!(2011 - 06 - 30), Some("ADVANCE_BEFORE_LAW")),
        (date!(2011 - 07 - 01), None),
    ] {
        let town = Town::found().await;
        let employer_id = town.register(1).await;
        let person = town.hire(&employer_id, 1).await;
        let recognition = Recognition {
            happened_on: on(happened_on),
            ..town.recognition(&employer_id, &person, NUMBER)
        };
        town.recognise(&recognition).await;
        let registered = InjuryForm {
            stoppage_from_on: None,
            stoppage_until_on: None,
            ..injury_form(&recognition)
        };
        let service = &town.service;
        service
            .approve(&handler(), &registered, PAPERS)
            .await
            .unwrap();
        let form = asked(&town.injury(&person.person_id, NUMBER).await);
        let taken = service.approve(&handler(), &form, ALL).await;
        assert_eq!(taken.err().map(|why| reason(&why)).as_deref(), expected);
    }
}
