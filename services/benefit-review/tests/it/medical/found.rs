//! What two bills of one person do to each other, and who bears what: articles 54, 58, 62 and 90.

use chassis::testing::eventually;
use contracts::registration::v1::StaffChangeKind;

use super::*;

/// An objection of the hospital to a bill.
fn objection(ward: &Ward, encounter_id: &str) -> ObjectionForm {
    ObjectionForm {
        encounter_id: encounter_id.to_owned(),
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        institution_id: ward.hospital.clone(),
        grounds: "请复核。".to_owned(),
        ..ObjectionForm::default()
    }
}

// Art. 62, Art. 90
#[tokio::test]
async fn of_two_bills_with_one_service_an_objection_does_not_pay_the_other_one_too() {
    let ward = Ward::open().await;
    let ill = BillLine {
        diagnosis: "I10".to_owned(),
        ..dressing(1, "100")
    };
    let refused = ward.settle("ZY-1", TODAY, vec![ill]).await;
    // What the first bill did not get does not stand in the way of the second.
    let paid = ward.settle("ZY-2", TODAY, vec![dressing(1, "100")]).await;
    assert_eq!(parts(&paid)[0], "100.00");
    let service = &ward.town.service;
    let form = objection(&ward, &refused.encounter_id);
    let case = service.approve(&handler(), &form, &[]).await.unwrap();
    let decision: ObjectionDecision = service.decision(&case).await.unwrap();
    assert_eq!(decision.fund_difference, yuan("0"));
    // Nor does one of the paid bill take anything from it.
    let form = objection(&ward, &paid.encounter_id);
    let case = service.approve(&handler(), &form, &[]).await.unwrap();
    let decision: ObjectionDecision = service.decision(&case).await.unwrap();
    assert!(decision.upheld);
}

// Art. 62, Art. 90
#[tokio::test]
async fn what_was_paid_first_stays_paid_where_a_person_lets_the_same_be_paid_in_another_bill_too() {
    let ward = Ward::open().await;
    let first = ward.settle("ZY-1", TODAY, vec![dressing(1, "100")]).await;
    let second = ward.settle("ZY-2", TODAY, vec![dressing(1, "100")]).await;
    assert_eq!(decided(&second)[0].3, "LINE_REPEATED");
    let service = &ward.town.service;
    let form = objection(&ward, &second.encounter_id);
    let case = service.submit(&handler(), &form, &[]).await.unwrap();
    let found = reviewed::found(&second.encounter_id, &[(1, "100")]);
    ward.clerk().await.review_lines(found).await.unwrap();
    service.sign_off(&case).await.unwrap();
    assert_eq!(
        parts(&ward.settlements(&second.encounter_id).await[0])[0],
        "100.00"
    );
    let form = objection(&ward, &first.encounter_id);
    let case = service.approve(&handler(), &form, &[]).await.unwrap();
    let decision: ObjectionDecision = service.decision(&case).await.unwrap();
    assert!(decision.upheld);
}

// Art. 43, Art. 62
#[tokio::test]
async fn a_day_has_its_limit_once_however_many_bills_are_of_it() {
    let ward = Ward::open().await;
    let first = ward.settle("MZ-1", TODAY, vec![drug(1, "2", "10")]).await;
    assert_eq!(parts(&first)[0], "20.00");
    let second = ward.settle("MZ-2", TODAY, vec![drug(1, "2", "9")]).await;
    assert_eq!(decided(&second)[0].3, "LINE_DAY_QUANTITY");
    assert_eq!(parts(&second)[0], "9.00");
    // What comes later takes nothing from what was settled before.
    let service = &ward.town.service;
    for settled in [first, second] {
        let form = objection(&ward, &settled.encounter_id);
        let case = service.approve(&handler(), &form, &[]).await.unwrap();
        let decision: ObjectionDecision = service.decision(&case).await.unwrap();
        assert!(decision.upheld);
    }
}

// Art. 62
#[tokio::test]
async fn a_service_that_a_person_still_looks_at_in_another_bill_waits_for_a_person_too() {
    let ward = Ward::open().await;
    ward.settle("ZY-1", TODAY, vec![costly(1, "400")]).await;
    let again = ward.settle("ZY-2", TODAY, vec![costly(1, "400")]).await;
    assert_eq!(decided(&again)[0].1, LineOutcome::Review);
    let reasons: Vec<&str> = again.lines[0]
        .reasons
        .iter()
        .map(|why| why.reason.as_str())
        .collect();
    assert!(reasons.contains(&"LINE_REPEATED"), "{reasons:?}");
}

// Art. 90
#[tokio::test]
async fn what_a_person_finds_on_an_objection_counts_for_nothing_until_it_is_decided() {
    let ward = Ward::open().await;
    let settled = ward
        .settle("ZY-1", TODAY, vec![drug(1, "1", "20"), costly(2, "400")])
        .await;
    let id = settled.encounter_id.clone();
    let service = &ward.town.service;
    let hospital = party(Caller::Institution, &ward.hospital);
    let case = service
        .submit(&hospital, &objection(&ward, &id), &[])
        .await
        .unwrap();
    let mut clerk = ward.clerk().await;
    clerk
        .review_lines(reviewed::found(&id, &[(1, "20")]))
        .await
        .unwrap();
    let withdraw = contracts::common::v1::WithdrawCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        ..Default::default()
    };
    let channel = service.connect(&hospital).await;
    let mut cases = contracts::common::v1::case_service_client::CaseServiceClient::new(channel);
    cases.withdraw_case(withdraw).await.unwrap();
    // The other line is found with no objection open: the first one stays cut.
    let now = clerk
        .review_lines(reviewed::found(&id, &[(2, "400")]))
        .await
        .unwrap();
    assert_eq!(parts(&now.into_inner().settlement.unwrap())[0], "412.00");
}

// Art. 90
#[tokio::test]
async fn what_a_person_finds_on_an_objection_that_is_refused_counts_for_no_later_one() {
    let ward = Ward::open().await;
    let lines = vec![drug(1, "1", "20"), drug(2, "1", "15")];
    let settled = ward.settle("ZY-1", TODAY, lines).await;
    assert_eq!(parts(&settled)[0], "24.00");
    let id = settled.encounter_id.clone();
    let service = &ward.town.service;
    let form = objection(&ward, &id);
    let case = service.submit(&handler(), &form, &[]).await.unwrap();
    let mut clerk = ward.clerk().await;
    let found = reviewed::found(&id, &[(1, "20")]);
    clerk.review_lines(found).await.unwrap();
    let reviewer = chassis::testing::clerk(Department::Business, Duty::Reviewer);
    let channel = service.connect(&reviewer).await;
    let refusal = contracts::common::v1::RefuseCaseRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        case_id: case.case_id,
        reason: "依据不足。".to_owned(),
    };
    contracts::common::v1::case_service_client::CaseServiceClient::new(channel)
        .refuse_case(refusal)
        .await
        .unwrap();
    let case = service.submit(&handler(), &form, &[]).await.unwrap();
    let found = reviewed::found(&id, &[(2, "15")]);
    let now = clerk.review_lines(found).await.unwrap().into_inner();
    assert_eq!(parts(&now.settlement.unwrap())[0], "27.00");
    service.sign_off(&case).await.unwrap();
    assert_eq!(parts(&ward.settlements(&id).await[0])[0], "27.00");
}

// Art. 61, Art. 62
#[tokio::test]
async fn what_a_third_party_has_paid_is_taken_off_whichever_bill_is_recognised() {
    let ward = Ward::open().await;
    let own = ward.injury.employer_id.clone();
    let ill = BillLine {
        diagnosis: "I10".to_owned(),
        ..dressing(1, "100")
    };
    let first = claims::paper(&ward, "MZ-1", &own, vec![ill]).await;
    let second = claims::paper(&ward, "MZ-2", &own, vec![dressing(1, "100")]).await;
    let form = MedicalClaimForm {
        compensated: yuan("100"),
        ..claims::claim(&ward, &own, &[&first, &second], "200")
    };
    let service = &ward.town.service;
    let case = service
        .approve(&handler(), &form, claims::PAPERS)
        .await
        .unwrap();
    let decision: MedicalDecision = service.decision(&case).await.unwrap();
    assert_eq!(
        (decision.fund, decision.compensated),
        (yuan("0"), yuan("100"))
    );
    assert_eq!(ward.benefits().await, []);
}

// Art. 63
#[tokio::test]
async fn a_paper_bill_is_not_settled_online_and_may_be_withdrawn() {
    let ward = Ward::open().await;
    let own = ward.injury.employer_id.clone();
    let id = claims::paper(&ward, "MZ-1", &own, vec![dressing(1, "100")]).await;
    let mut clerk = ward.clerk().await;
    let refused = clerk
        .settle_encounter(settle(&id, &[dressing(1, "100")]))
        .await;
    assert_eq!(reason(&refused.unwrap_err()), "NOT_UNDER_AGREEMENT");
    let withdraw = WithdrawEncounterRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: id,
        ..WithdrawEncounterRequest::default()
    };
    let mut employer = ward.of(&party(Caller::Employer, &own)).await;
    let gone = employer
        .withdraw_encounter(withdraw)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(gone.encounter.unwrap().state(), EncounterState::Withdrawn);
    // Its invoice and its number are free again.
    claims::paper(&ward, "MZ-1", &own, vec![dressing(1, "100")]).await;
    let twice = Admission {
        filed_by: own,
        invoice_numbers: vec!["1".to_owned(), "1".to_owned()],
        ..ward.admission("MZ-2", EncounterKind::Outpatient)
    };
    let refused = employer.admit_patient(admit(twice)).await.unwrap_err();
    assert_eq!(reason(&refused), "CLAIM_TWICE");
}

// Art. 54, Art. 62
#[tokio::test]
async fn a_death_that_registration_tells_ends_what_is_paid() {
    let ward = Ward::open().await;
    let (town, injury) = (&ward.town, &ward.injury);
    town.report(
        &injury.employer_id,
        1,
        StaffChangeKind::Death,
        date!(2026 - 11 - 10),
    )
    .await;
    eventually(async || {
        let now = town.injury(&injury.person_id, NUMBER).await;
        now.died_on.map(|_| ())
    })
    .await;
    let after = BillLine {
        service_on: on(date!(2026 - 11 - 11)),
        ..dressing(2, "50")
    };
    let lines = vec![dressing(1, "100"), after];
    let settled = ward.settle("ZY-1", date!(2026 - 11 - 11), lines).await;
    assert_eq!(decided(&settled)[1].3, "LINE_AFTER_DEATH");
    let request = ListFlagsRequest {
        pooling_area: AREA.to_owned(),
        kind: FlagKind::DeadPatient as i32,
        ..ListFlagsRequest::default()
    };
    let flags = ward
        .clerk()
        .await
        .list_flags(request)
        .await
        .unwrap()
        .into_inner()
        .flags;
    assert_eq!(flags.len(), 1);
    // The hospital is not shown them.
    assert_eq!(settled.flags, []);
}

// Art. 54, Art. 62, Art. 63
#[tokio::test]
async fn a_death_that_is_told_after_the_settlement_is_flagged_and_not_claimed_before_it_is_decided_anew()
 {
    let ward = Ward::open().await;
    let (town, injury) = (&ward.town, &ward.injury);
    let later = BillLine {
        service_on: on(date!(2026 - 11 - 12)),
        ..dressing(2, "50")
    };
    let lines = vec![dressing(1, "100"), later];
    let settled = ward.settle("ZY-1", date!(2026 - 11 - 12), lines).await;
    assert_eq!(parts(&settled)[0], "150.00");
    let died_on = date!(2026 - 11 - 10);
    town.report(&injury.employer_id, 1, StaffChangeKind::Death, died_on)
        .await;
    let request = ListFlagsRequest {
        pooling_area: AREA.to_owned(),
        kind: FlagKind::DeadPatient as i32,
        ..ListFlagsRequest::default()
    };
    let mut clerk = ward.clerk().await;
    let flags = eventually(async || {
        let found = clerk.list_flags(request.clone()).await.unwrap();
        let flags = found.into_inner().flags;
        (!flags.is_empty()).then_some(flags)
    })
    .await;
    assert_eq!((flags.len(), flags[0].line_number), (1, 2));
    assert_eq!(flags[0].encounter_id, settled.encounter_id);
    let service = &town.service;
    service.clock().set(datetime!(2026-12-01 09:00 +8));
    let claim = |fund| InstitutionClaimForm {
        institution_id: ward.hospital.clone(),
        until_on: on(date!(2026 - 11 - 30)),
        encounters: 1,
        fund: yuan(fund),
    };
    let refused = service.approve(&handler(), &claim("150"), &[]).await;
    assert_eq!(reason(&refused.unwrap_err()), "BILL_GROUNDLESS");
    let form = objection(&ward, &settled.encounter_id);
    service.approve(&handler(), &form, &[]).await.unwrap();
    service
        .approve(&handler(), &claim("100"), &[])
        .await
        .unwrap();
    // Nothing is flagged twice.
    let again = clerk.list_flags(request.clone()).await.unwrap();
    assert_eq!(again.into_inner().flags.len(), 1);
}

// Art. 54, Art. 63
#[tokio::test]
async fn what_was_settled_before_a_recognition_was_revoked_is_not_claimed_after_it() {
    let ward = Ward::open().await;
    let settled = ward.settle("ZY-1", TODAY, vec![dressing(1, "100")]).await;
    let service = &ward.town.service;
    let person = contracts::registration::v1::Person {
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        ..Default::default()
    };
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..(ward.town).recognition(&ward.injury.employer_id, &person, NUMBER)
    };
    ward.town.recognise(&revoked).await;
    service.clock().set(datetime!(2026-12-01 09:00 +8));
    let claim = |fund| InstitutionClaimForm {
        institution_id: ward.hospital.clone(),
        until_on: on(date!(2026 - 11 - 30)),
        encounters: 1,
        fund: yuan(fund),
    };
    let refused = service.approve(&handler(), &claim("100"), &[]).await;
    assert_eq!(reason(&refused.unwrap_err()), "BILL_GROUNDLESS");
    let form = objection(&ward, &settled.encounter_id);
    service.approve(&handler(), &form, &[]).await.unwrap();
    service.approve(&handler(), &claim("0"), &[]).await.unwrap();
    assert_eq!(ward.benefits().await, []);
}
