//! What came from outside with an error, and was corrected by who sent it.

use super::*;

/// The decision of [`recognised`], as it is corrected.
fn correction(employer_id: &str, person: &Person) -> Recognition {
    Recognition {
        accepted_on: on(date!(2026 - 11 - 10)),
        correction_grounds: "受理日期录入有误".to_owned(),
        ..decided(employer_id, person)
    }
}

/// Form 54-C of the injury.
fn anew(person: &Person) -> InjuryCorrectionForm {
    InjuryCorrectionForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        ..InjuryCorrectionForm::default()
    }
}

// Art. 54
#[tokio::test]
async fn a_decision_is_corrected_by_who_sent_it_with_a_word_why_and_stays_readable_as_it_was() {
    let (town, employer_id, person) = recognised().await;
    let department = authority(ADMINISTRATION);
    let good = correction(&employer_id, &person);
    let silent = Recognition {
        correction_grounds: String::new(),
        ..good.clone()
    };
    let of_nothing = Recognition {
        recognition_number: "深人社认字〔2026〕9号".to_owned(),
        ..good.clone()
    };
    let of_another = Recognition {
        person_id: Uuid::now_v7().to_string(),
        ..good.clone()
    };
    let not_recognised = Recognition {
        outcome: RecognitionOutcome::NotRecognised as i32,
        ..good.clone()
    };
    let rows = vec![silent, of_nothing, of_another, not_recognised, good.clone()];
    let (_, found) = send(&town, &department, rows).await.unwrap();
    let expected = [
        "RECOGNITION_KNOWN",
        "RECOGNITION_UNKNOWN",
        "RECOGNITION_CORRECTION",
        "RECOGNITION_CORRECTION",
    ];
    assert_eq!(reasons(&found), expected);
    // Sent again it changes nothing.
    let (batch, _) = send(&town, &department, vec![good.clone()]).await.unwrap();
    assert_eq!(batch.refused_rows, 0);
    let request = ListRecognitionsRequest {
        pooling_area: AREA.to_owned(),
        ..ListRecognitionsRequest::default()
    };
    let mut client = town.injuries().await;
    let listed = client.list_recognitions(request).await.unwrap();
    let listed = listed.into_inner().recognitions;
    assert_eq!(listed, [good.clone(), decided(&employer_id, &person)]);

    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..decided(&employer_id, &person)
    };
    let late = Recognition {
        accepted_on: on(date!(2026 - 11 - 11)),
        ..good
    };
    let (_, found) = send(&town, &department, vec![revoked, late]).await.unwrap();
    assert_eq!(reasons(&found), ["RECOGNITION_CORRECTION"]);
}

// Art. 54, Art. 58
#[tokio::test]
async fn a_registered_injury_stands_until_it_is_registered_anew_by_the_corrected_decision() {
    let (town, employer_id, person) = recognised().await;
    register(&town, &employer_id, &person).await.unwrap();
    let service = &town.service;
    let none = service.approve(&handler(), &anew(&person), PAPERS).await;
    assert_eq!(reason(&none.unwrap_err()), "INJURY_NOT_CORRECTED");
    town.service.clock().set(datetime!(2027-01-11 09:00 +8));
    let late = Recognition {
        applied_on: on(date!(2026 - 12 - 10)),
        accepted_on: on(date!(2026 - 12 - 14)),
        decided_on: on(date!(2027 - 01 - 08)),
        diagnoses: "S92.3、S93.4".to_owned(),
        ..correction(&employer_id, &person)
    };
    send(&town, &authority(ADMINISTRATION), vec![late.clone()])
        .await
        .unwrap();
    let stands = injury(&town, &person).await;
    assert!(stands.recognition_corrected);
    assert_eq!((stands.overdue_until_on, stands.diagnoses.len()), (None, 1));

    let form = anew(&person);
    let missing = service.submit(&handler(), &form, &[]).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let case = service.approve(&handler(), &form, PAPERS).await.unwrap();
    let decision: InjuryCorrectionDecision = service.decision(&case).await.unwrap();
    assert_eq!(decision.correction_grounds, "受理日期录入有误");
    let (before, after) = (decision.before.unwrap(), decision.after.unwrap());
    assert_eq!(
        (before.overdue_until_on, after.overdue_until_on),
        (None, late.accepted_on)
    );
    assert_eq!(after.eligibility(), Eligibility::Eligible);
    let now = injury(&town, &person).await;
    assert!(!now.recognition_corrected);
    assert_eq!(now.overdue_until_on, late.accepted_on);
    assert_eq!(now.diagnoses, ["S92.3", "S93.4"]);
    // What the registration alone knows stays.
    assert_eq!(now.stoppage_until_on, stands.stoppage_until_on);
    let told = town.told().await;
    assert!(matches!(&told.last().unwrap().1, What::InjuryCorrected(_)));
    let again = service.approve(&handler(), &form, PAPERS).await;
    assert_eq!(reason(&again.unwrap_err()), "INJURY_NOT_CORRECTED");
}

// Art. 55
#[tokio::test]
async fn a_conclusion_is_corrected_under_its_number_or_another_and_registered_anew() {
    let (town, employer_id, person) = recognised().await;
    register(&town, &employer_id, &person).await.unwrap();
    town.service.clock().set(datetime!(2027-06-01 09:00 +8));
    let committee = authority(APPRAISAL_COMMITTEE);
    let first = concluded(&person, "深劳鉴〔2027〕1号", 8, date!(2027 - 05 - 20));
    conclude(&town, &committee, vec![first.clone()])
        .await
        .unwrap();
    let appraise = async |number: &str| {
        let form = WorkCapacityForm {
            person_id: person.person_id.clone(),
            name: person.name.clone(),
            recognition_number: NUMBER.to_owned(),
            conclusion_number: number.to_owned(),
            ..WorkCapacityForm::default()
        };
        town.service.approve(&handler(), &form, PAPERS).await
    };
    appraise(&first.conclusion_number).await.unwrap();
    let right = Conclusion {
        disability_grade: 7,
        correction_grounds: "等级录入有误".to_owned(),
        ..first.clone()
    };
    let silent = Conclusion {
        correction_grounds: String::new(),
        ..right.clone()
    };
    let of_nothing = Conclusion {
        conclusion_number: "深劳鉴〔2027〕8号".to_owned(),
        ..right.clone()
    };
    let of_another = Conclusion {
        recognition_number: "深人社认字〔2026〕9号".to_owned(),
        ..right.clone()
    };
    let rows = vec![silent, of_nothing, of_another, right.clone()];
    let (_, found) = conclude(&town, &committee, rows).await.unwrap();
    let expected = [
        "CONCLUSION_KNOWN",
        "CONCLUSION_CORRECTION",
        "CONCLUSION_CORRECTION",
    ];
    assert_eq!(reasons(&found), expected);
    // What is registered stands until the correction is.
    assert_eq!(injury(&town, &person).await.disability_grade, 8);
    let case = appraise(&right.conclusion_number).await.unwrap();
    let decision: WorkCapacityDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.correction_grounds, "等级录入有误");
    assert_eq!(
        (decision.disability_grade_before, decision.disability_grade),
        (8, 7)
    );
    assert_eq!(injury(&town, &person).await.disability_grade, 7);
    let again = appraise(&right.conclusion_number).await.unwrap_err();
    assert_eq!(reason(&again), "CONCLUSION_NOT_LATER");

    // Of the same day, since the number was wrong too.
    let renumbered = Conclusion {
        conclusion_number: "深劳鉴〔2027〕11号".to_owned(),
        corrects: first.conclusion_number.clone(),
        disability_grade: 6,
        ..right
    };
    let (_, found) = conclude(&town, &committee, vec![renumbered.clone()])
        .await
        .unwrap();
    assert_eq!(found, []);
    appraise(&renumbered.conclusion_number).await.unwrap();
    let stands = injury(&town, &person).await;
    assert_eq!(stands.disability_grade, 6);
    assert_eq!(stands.conclusion_number, renumbered.conclusion_number);
    let old = appraise(&first.conclusion_number).await.unwrap_err();
    assert_eq!(reason(&old), "CONCLUSION_NOT_LATER");
}
