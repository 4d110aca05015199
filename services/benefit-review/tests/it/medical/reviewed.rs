//! What persons find, and review on objection: articles 62 and 90.

use super::*;

/// What a person found: yuan of lines.
pub fn found(encounter_id: &str, lines: &[(i32, &str)]) -> ReviewLinesRequest {
    let review = |(number, recognised): &(i32, &str)| LineReview {
        line_number: *number,
        recognised: yuan(recognised),
        finding: "查阅病历".to_owned(),
    };
    ReviewLinesRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: encounter_id.to_owned(),
        reviews: lines.iter().map(review).collect(),
        ..ReviewLinesRequest::default()
    }
}

// Art. 62
#[tokio::test]
async fn a_person_decides_what_the_rules_leave_and_the_first_settlement_stays() {
    let ward = Ward::open().await;
    let settled = ward
        .settle("ZY-1", TODAY, vec![dressing(1, "100"), costly(2, "400")])
        .await;
    let id = settled.encounter_id.clone();
    let mut clerk = ward.clerk().await;
    let paid = clerk
        .review_lines(found(&id, &[(1, "0")]))
        .await
        .unwrap_err();
    assert_eq!(reason(&paid), "REVIEW_NOT_OPEN");
    let above = clerk
        .review_lines(found(&id, &[(2, "400.01")]))
        .await
        .unwrap_err();
    assert_eq!(reason(&above), "REVIEW_ABOVE_AMOUNT");
    let missing = clerk
        .review_lines(found(&id, &[(3, "1")]))
        .await
        .unwrap_err();
    assert_eq!(reason(&missing), "LINE_MISSING");
    let now = clerk.review_lines(found(&id, &[(2, "300")])).await.unwrap();
    let now = now.into_inner().settlement.unwrap();
    assert_eq!(parts(&now), ["400.00", "0.00", "100.00", "0.00"]);
    assert_eq!((now.sequence, now.cause()), (1, SettlementCause::Review));
    let mut kept = ward.settlements(&id).await;
    // The hospital is not told what looks odd.
    kept[1].flags.clear();
    assert_eq!(kept, [now, settled]);
    assert_eq!(ward.encounter(&id).await.lines_in_review, 0);
}

// Art. 58, Art. 90
#[tokio::test]
async fn the_employer_objects_to_a_bill_that_a_hospital_settled_online_where_it_bears_any_of_it() {
    let ward = Ward::open().await;
    let settled = ward.settle("ZY-1", TODAY, vec![dressing(1, "100")]).await;
    let objection = |ward: &Ward, settled: &Settlement| ObjectionForm {
        encounter_id: settled.encounter_id.clone(),
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        employer_id: ward.injury.employer_id.clone(),
        grounds: "请复核。".to_owned(),
        ..ObjectionForm::default()
    };
    let employer = party(Caller::Employer, &ward.injury.employer_id);
    let service = &ward.town.service;
    let form = objection(&ward, &settled);
    let refused = service.submit(&employer, &form, &[]).await;
    assert_eq!(reason(&refused.unwrap_err()), "NOT_SETTLED");

    // It applied for the recognition too late, and bears what was done until then.
    let ward = Ward::dated(&Recognition {
        applied_on: on(date!(2026 - 12 - 20)),
        accepted_on: on(date!(2026 - 12 - 21)),
        decided_on: on(date!(2026 - 12 - 22)),
        ..Recognition::default()
    })
    .await;
    let settled = ward.settle("ZY-1", TODAY, vec![dressing(1, "100")]).await;
    assert_eq!(parts(&settled)[1], "100.00");
    let service = &ward.town.service;
    let form = objection(&ward, &settled);
    let employer = party(Caller::Employer, &ward.injury.employer_id);
    let case = service.approve(&employer, &form, &[]).await.unwrap();
    let decision: ObjectionDecision = service.decision(&case).await.unwrap();
    assert!(decision.upheld);
}

// Art. 90
#[tokio::test]
async fn an_objection_gives_the_difference_as_a_new_fact() {
    let ward = Ward::open().await;
    let settled = ward
        .settle("ZY-1", TODAY, vec![dressing(1, "100"), drug(2, "1", "20")])
        .await;
    let id = settled.encounter_id.clone();
    let service = &ward.town.service;
    service.clock().set(datetime!(2026-12-01 09:00 +8));
    let claim = InstitutionClaimForm {
        institution_id: ward.hospital.clone(),
        until_on: on(date!(2026 - 11 - 30)),
        encounters: 1,
        fund: yuan("112"),
    };
    service.approve(&handler(), &claim, &[]).await.unwrap();
    let objection = ObjectionForm {
        encounter_id: id.clone(),
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        institution_id: ward.hospital.clone(),
        grounds: "该药品为抢救用药。".to_owned(),
        ..ObjectionForm::default()
    };
    // Nobody else's bill, and no line without an objection.
    let stranger = ObjectionForm {
        institution_id: institution_id(2),
        ..objection.clone()
    };
    let refused = service
        .approve(&handler(), &stranger, &[])
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOT_SETTLED");
    let mut clerk = ward.clerk().await;
    let early = clerk
        .review_lines(found(&id, &[(2, "20")]))
        .await
        .unwrap_err();
    assert_eq!(reason(&early), "REVIEW_NOT_OPEN");
    let hospital = party(Caller::Institution, &ward.hospital);
    let case = service.submit(&hospital, &objection, &[]).await.unwrap();
    clerk.review_lines(found(&id, &[(2, "20")])).await.unwrap();
    assert_eq!(ward.settlements(&id).await.len(), 1);
    let case = service.sign_off(&case).await.unwrap();
    let decision: ObjectionDecision = service.decision(&case).await.unwrap();
    assert_eq!(
        (decision.fund_difference, decision.upheld),
        (yuan("8"), false)
    );
    let mut settlements = ward.settlements(&id).await;
    assert_eq!(settlements[0].cause(), SettlementCause::Objection);
    settlements[1].flags.clear();
    assert_eq!(settlements[1], settled);
    let difference = ward.benefits().await.remove(0);
    assert!(difference.is_difference);
    assert_eq!(difference.amount, yuan("8"));
    // A second objection finds nothing new.
    let case = service.approve(&handler(), &objection, &[]).await.unwrap();
    let decision: ObjectionDecision = service.decision(&case).await.unwrap();
    assert!(decision.upheld);
    assert_eq!(ward.settlements(&id).await.len(), 2);
}
