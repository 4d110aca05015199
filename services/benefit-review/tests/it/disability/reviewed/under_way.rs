//! Objections on their way: who may, two at once, and signed twice.

use super::*;

// Art. 90
#[tokio::test]
async fn only_whom_a_decision_concerns_objects_to_it_and_with_what_belongs_to_it() {
    let injured = injured().await;
    let degrees = (9, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let good = objection(&injured, &claim);
    let stranger = injured.town.register(2).await;
    let other = injured.town.hire(&injured.employer_id, 3).await;
    let unknown = objection(&injured, "0190163d-8694-739b-aea5-966c26f8ad92");
    let misnamed = CashReviewForm {
        name: "别人".to_owned(),
        ..good.clone()
    };
    let of_other = CashReviewForm {
        person_id: other.person_id.clone(),
        name: other.name.clone(),
        ..good.clone()
    };
    let of_stranger = CashReviewForm {
        employer_id: stranger,
        ..good.clone()
    };
    let with_relatives = CashReviewForm {
        told_late: vec![LateChange {
            identity_number: citizen(5),
            change: Some(SurvivorChange {
                kind: SurvivorChangeKind::Died as i32,
                changed_on: on(CONCLUDED),
                ..SurvivorChange::default()
            }),
            ..LateChange::default()
        }],
        ..good.clone()
    };
    let with_wages = CashReviewForm {
        wages: vec![MonthlyBase {
            month: Some(november().into()),
            base: Some(Money::from_text("9000")),
        }],
        ..good.clone()
    };
    let service = &injured.town.service;
    let papers = [PAPERS, &[EvidenceKind::SurvivorChangeProof]].concat();
    for (form, expected) in [
        (&unknown, "CASH_CLAIM_UNKNOWN"),
        (&misnamed, "CASH_CLAIM_UNKNOWN"),
        (&of_other, "CASH_CLAIM_UNKNOWN"),
        (&of_stranger, "NOT_OF_EMPLOYER"),
        (&with_relatives, "CASH_REVIEW_CHANGES"),
        (&with_wages, "WAGES_NOT_NEEDED"),
    ] {
        let refused = service.approve(&handler(), form, &papers).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
    let missing = service.submit(&handler(), &with_wages, &[]).await;
    assert_eq!(reason(&missing.unwrap_err()), "EVIDENCE_MISSING");
    let alone = CashReviewForm {
        employer_id: String::new(),
        ..good
    };
    let own = party(Caller::Person, &injured.person.person_id);
    service.approve(&own, &alone, &[]).await.unwrap();
    let not_hers = party(Caller::Person, &other.person_id);
    let denied = service.submit(&not_hers, &alone, &[]).await.unwrap_err();
    assert_eq!(reason(&denied), "DENIED");
}

// Art. 90
#[tokio::test]
async fn of_two_objections_signed_at_once_the_second_is_examined_again() {
    let injured = injured().await;
    let degrees = (9, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let (employer_id, more) = (&injured.employer_id, (injured.n, "9000.00"));
    injured
        .town
        .declare_more(employer_id, november(), more)
        .await;
    let (service, objection) = (&injured.town.service, objection(&injured, &claim));
    let mut both = Vec::new();
    for _ in 0..2 {
        let case = service.submit(&handler(), &objection, &[]).await.unwrap();
        both.push(service.sign_next(&case).await.unwrap());
    }
    let signed = tokio::join!(service.sign_next(&both[0]), service.sign_next(&both[1]));
    let second = match signed {
        (Ok(_), Err(_)) => &both[1],
        (Err(_), Ok(_)) => &both[0],
        other => panic!("{other:?}"),
    };
    let decided = injured.told().await;
    assert_eq!(told(&decided[1]), ["LUMP_SUM_DISABILITY 27000.00 FUND"]);
    // What the second comes to by now is that nothing is another any more.
    let reviewer = CashReviewForm {
        grounds: "再次申请".to_owned(),
        ..objection.clone()
    };
    assert_ne!(second.state(), contracts::common::v1::CaseState::Approved);
    let again = reviewed(&injured, &reviewer).await;
    assert!(again.upheld);
    assert_eq!(again.sequence, 2);
    assert_eq!(injured.told().await.len(), 2);
}

// Art. 90
#[tokio::test]
async fn a_signature_that_is_repeated_gets_the_first_reply_and_decides_nothing_more() {
    let injured = injured().await;
    let degrees = (9, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let (employer_id, more) = (&injured.employer_id, (injured.n, "9000.00"));
    injured
        .town
        .declare_more(employer_id, november(), more)
        .await;
    let (service, objection) = (&injured.town.service, objection(&injured, &claim));
    let case = service.submit(&handler(), &objection, &[]).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    let leader = clerk(Department::Business, Duty::Leader);
    let mut cases = CaseServiceClient::new(service.connect(&leader).await);
    let get = GetCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
    };
    let seen = cases.get_case(get).await.unwrap().into_inner();
    let sign = SignCaseRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        case_id: case.case_id.clone(),
        decision_digest: seen.case.unwrap().decision_digest,
        ..SignCaseRequest::default()
    };
    let first = cases.sign_case(sign.clone()).await.unwrap().into_inner();
    let again = cases.sign_case(sign).await.unwrap().into_inner();
    assert_eq!(first, again);
    let decided = injured.told().await;
    assert_eq!(decided.len(), 2);
    let listed = injured.claims(&handler(), of_claim(&claim)).await;
    assert_eq!(listed.len(), 2);
}
