//! What was decided outside.

use super::*;

// Art. 54
#[tokio::test]
async fn a_decision_is_kept_as_it_was_made_and_is_the_departments_to_send() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2026-11-23 09:00 +8));
    let good = decided(&employer_id, &person);
    let department = authority(ADMINISTRATION);
    let refused = send(&town, &authority(APPRAISAL_COMMITTEE), vec![good.clone()]).await;
    assert_eq!(reason(&refused.unwrap_err()), "SENDER_WRONG");

    let late = Recognition {
        decided_on: on(date!(2026 - 11 - 24)),
        ..good.clone()
    };
    let turned = Recognition {
        accepted_on: on(date!(2026 - 11 - 01)),
        ..good.clone()
    };
    let coded = Recognition {
        diagnoses: "S92.3、骨折".to_owned(),
        ..good.clone()
    };
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..good.clone()
    };
    let (batch, found) = send(
        &town,
        &department,
        vec![late, turned, coded, revoked.clone(), good.clone()],
    )
    .await
    .unwrap();
    assert_eq!((batch.accepted_rows, batch.refused_rows), (1, 4));
    assert_eq!(
        reasons(&found),
        [
            "RECOGNITION_DATES",
            "RECOGNITION_DATES",
            "DIAGNOSIS_CODE",
            "RECOGNITION_UNKNOWN"
        ]
    );
    // Sent again, it changes nothing; with other content, it is another decision under the number.
    let other = Recognition {
        injured_parts: "左足".to_owned(),
        ..good.clone()
    };
    let (_, found) = send(&town, &handler(), vec![good.clone(), other, revoked])
        .await
        .unwrap();
    assert_eq!(reasons(&found), ["RECOGNITION_KNOWN"]);
    let request = ListRecognitionsRequest {
        pooling_area: AREA.to_owned(),
        person_id: person.person_id.clone(),
        ..ListRecognitionsRequest::default()
    };
    let own = party(Caller::Person, &person.person_id);
    let mut own = InjuryServiceClient::new(town.service.connect(&own).await);
    let listed = own.list_recognitions(request).await.unwrap().into_inner();
    let outcomes: Vec<_> = listed
        .recognitions
        .iter()
        .map(Recognition::outcome)
        .collect();
    assert_eq!(
        outcomes,
        [RecognitionOutcome::Revoked, RecognitionOutcome::Recognised]
    );

    let refused = town
        .service
        .approve(&handler(), &form(&employer_id, &person), PAPERS)
        .await;
    assert_eq!(reason(&refused.unwrap_err()), "NOT_RECOGNISED");
}

// Art. 54
#[tokio::test]
async fn a_revoked_decision_is_told_of_the_injury_that_rests_on_it() {
    let (town, employer_id, person) = recognised().await;
    register(&town, &employer_id, &person).await.unwrap();
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..decided(&employer_id, &person)
    };
    let department = authority(ADMINISTRATION);
    send(&town, &department, vec![revoked.clone()])
        .await
        .unwrap();
    send(&town, &department, vec![revoked]).await.unwrap();
    let told = town.told().await;
    let revoked = told
        .iter()
        .filter(|(_, what)| matches!(what, What::RecognitionRevoked(_)));
    assert_eq!(revoked.count(), 1);
    assert!(injury(&town, &person).await.revoked);
}

// Art. 55
#[tokio::test]
async fn an_appraisal_is_registered_when_the_committee_has_sent_it_and_the_last_one_holds() {
    let (town, employer_id, person) = recognised().await;
    register(&town, &employer_id, &person).await.unwrap();
    town.service.clock().set(datetime!(2027-06-01 09:00 +8));
    let first = concluded(&person, "深劳鉴〔2027〕1号", 8, date!(2027 - 05 - 20));
    let second = concluded(&person, "深劳鉴〔2027〕2号", 7, date!(2027 - 05 - 31));
    let early = concluded(&person, "深劳鉴〔2026〕9号", 7, date!(2026 - 11 - 01));
    let future = concluded(&person, "深劳鉴〔2027〕3号", 7, date!(2027 - 06 - 02));
    let appraise = async |number: &str| {
        let form = WorkCapacityForm {
            employer_id: employer_id.clone(),
            person_id: person.person_id.clone(),
            name: person.name.clone(),
            recognition_number: NUMBER.to_owned(),
            conclusion_number: number.to_owned(),
            ..WorkCapacityForm::default()
        };
        town.service.approve(&handler(), &form, PAPERS).await
    };
    let unknown = appraise(&second.conclusion_number).await.unwrap_err();
    assert_eq!(reason(&unknown), "CONCLUSION_UNKNOWN");
    let committee = authority(APPRAISAL_COMMITTEE);
    let other = Conclusion {
        disability_grade: 1,
        ..first.clone()
    };
    let rows = vec![
        first.clone(),
        second.clone(),
        early.clone(),
        future,
        other,
        first.clone(),
    ];
    let (_, found) = conclude(&town, &committee, rows).await.unwrap();
    assert_eq!(reasons(&found), ["CONCLUSION_DATES", "CONCLUSION_KNOWN"]);

    appraise(&second.conclusion_number).await.unwrap();
    let refused = appraise(&early.conclusion_number).await.unwrap_err();
    assert_eq!(reason(&refused), "CONCLUSION_DATES");
    let refused = appraise(&first.conclusion_number).await.unwrap_err();
    assert_eq!(reason(&refused), "CONCLUSION_NOT_LATER");
    assert_eq!(injury(&town, &person).await.disability_grade, 7);
    let request = ListConclusionsRequest {
        pooling_area: AREA.to_owned(),
        ..ListConclusionsRequest::default()
    };
    let listed = town
        .injuries()
        .await
        .list_conclusions(request)
        .await
        .unwrap();
    assert_eq!(listed.into_inner().conclusions.len(), 3);
    let told = town.told().await;
    assert!(matches!(
        &told.last().unwrap().1,
        What::WorkCapacityRegistered(_)
    ));
    // Payment hears of each appraisal once, registered or not.
    let appraised = told.into_iter().filter_map(|(_, what)| match what {
        What::AppraisalConcluded(one) => one.conclusion,
        _ => None,
    });
    assert_eq!(appraised.collect::<Vec<_>>(), [first, second, early]);
}
