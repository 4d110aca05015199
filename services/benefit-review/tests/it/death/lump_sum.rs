//! What is paid once for a death.

use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{CaseState, ReturnCaseRequest, WithdrawCaseRequest};

use super::*;

const FUND: Payer = Payer::Fund;
const EMPLOYER: Payer = Payer::Employer;

// Art. 69
#[tokio::test]
async fn who_died_at_work_leaves_funeral_and_lump_sum_by_the_figures_of_the_year_before() {
    let bereaved = bereaved(TODAY).await;
    bereaved.register(Some(TODAY)).await;
    let form = bereaved.claim(DeathCase::AtWork);
    let service = &bereaved.town.service;
    let own = party(Caller::Employer, &bereaved.employer_id);
    let few = [EvidenceKind::IdentityCard, EvidenceKind::KinshipProof];
    let missing = service.submit(&own, &form, &few).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");

    let case = service.submit(&own, &form, ALL).await.unwrap();
    let decision: DeathDecision = service.decision(&case).await.unwrap();
    let expected = [
        (BenefitKind::Funeral, FUND, "48000.00"),
        (BenefitKind::LumpSumDeath, FUND, "1130040.00"),
    ];
    assert_eq!(amounts(&decision.awards), expected);
    assert_eq!(text(decision.fund.as_ref()), "1178040.00");
    assert_eq!(text(decision.employer.as_ref()), "0.00");
    assert_eq!(text(decision.added.as_ref()), "1178040.00");
    let sheet = decision.awards[1].worksheet.as_ref();
    assert_eq!(bearer(sheet), ("承担方", "工伤保险基金"));
    service.sign_off(&case).await.unwrap();

    let told = bereaved.told().await.remove(0);
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|one| {
        one.payee() == PayeeKind::Relative && one.payee_id == wife() && one.payee_name == "李四"
    }));
    assert!(
        told.iter()
            .all(|one| !one.is_difference && one.from_month.is_none())
    );
    let [funeral, lump_sum] = [0, 1].map(|at| text(told[at].amount.as_ref()));
    assert_eq!((funeral, lump_sum), ("48000.00", "1130040.00"));
    assert!(told.iter().all(|one| one.claim_id == case.case_id));
    for (who, seen) in [
        (handler(), 1),
        (own, 1),
        (party(Caller::Employer, &employer_id(2)), 0),
    ] {
        assert_eq!(bereaved.claims(&who).await.len(), seen);
    }
    let listed = bereaved.claims(&handler()).await.remove(0);
    assert_eq!(listed.kind(), CashClaimKind::Death);
    assert_eq!((listed.sequence, listed.awards), (0, decision.awards));
    assert_eq!(bereaved.refused(&form).await, "DEATH_CLAIMED");
}

// Art. 56, Art. 69
#[tokio::test]
async fn the_employer_that_had_not_insured_bears_all_that_is_paid_once() {
    let before = date!(2026 - 11 - 01);
    let bereaved = bereaved(before).await;
    let injury = bereaved.register(Some(before)).await;
    assert_eq!(injury.eligibility(), Eligibility::NotInsured);
    let decision = bereaved.approve(&bereaved.claim(DeathCase::AtWork)).await;
    let expected = [
        (BenefitKind::Funeral, EMPLOYER, "48000.00"),
        (BenefitKind::LumpSumDeath, EMPLOYER, "1130040.00"),
    ];
    assert_eq!(amounts(&decision.awards), expected);
    assert_eq!(text(decision.employer.as_ref()), "1178040.00");
    let sheet = decision.awards[0].worksheet.as_ref();
    assert_eq!(bearer(sheet), ("承担方", "用人单位"));
    let told = bereaved.told().await.remove(0);
    assert!(told.iter().all(|one| one.payer() == EMPLOYER));
    assert!(
        told.iter()
            .all(|one| one.employer_id == bereaved.employer_id)
    );
}

// Art. 58, Art. 69
#[tokio::test]
async fn the_employer_bears_a_death_in_the_time_of_its_late_application() {
    let mut bereaved = bereaved(TODAY).await;
    bereaved
        .town
        .service
        .clock()
        .set(datetime!(2026-12-14 09:00 +8));
    let late = on(date!(2026 - 12 - 14));
    bereaved.recognition = Recognition {
        applied_on: late,
        accepted_on: late,
        decided_on: late,
        ..bereaved.recognition.clone()
    };
    let injury = bereaved.register(Some(TODAY)).await;
    assert_eq!(injury.eligibility(), Eligibility::Eligible);
    let decision = bereaved.approve(&bereaved.claim(DeathCase::AtWork)).await;
    assert_eq!(text(decision.fund.as_ref()), "0.00");
    assert_eq!(text(decision.employer.as_ref()), "1178040.00");
}

// Art. 69
#[tokio::test]
async fn the_case_of_a_death_is_held_against_what_is_registered() {
    let bereaved = bereaved(TODAY).await;
    bereaved.register(None).await;
    let at_work = bereaved.claim(DeathCase::AtWork);
    assert_eq!(bereaved.refused(&at_work).await, "DEATH_UNKNOWN");
    // Registration hears of the death afterwards: after the recognition, within the stoppage period.
    let died_on = date!(2026 - 12 - 03);
    let town = &bereaved.town;
    town.service.clock().set(datetime!(2026-12-07 09:00 +8));
    let employer_id = &bereaved.employer_id;
    let kind = contracts::registration::v1::StaffChangeKind::Death;
    town.report(employer_id, 1, kind, died_on).await;
    chassis::testing::eventually(async || bereaved.injury().await.died_on).await;

    let insured = bereaved.claim(DeathCase::InStoppagePeriod);
    let declared = DeathClaimForm {
        declared_on: on(died_on),
        ..insured.clone()
    };
    let hard = DeathClaimForm {
        hardship: true,
        ..insured.clone()
    };
    let missing = DeathClaimForm {
        hardship: true,
        ..bereaved.claim(DeathCase::Missing)
    };
    let other_declared = DeathClaimForm {
        declared_on: on(date!(2026 - 12 - 04)),
        ..bereaved.claim(DeathCase::Missing)
    };
    let later = bereaved.claim(DeathCase::AfterStoppagePeriod);
    for (form, expected) in [
        (&at_work, "DEATH_CASE"),
        (&declared, "DEATH_CASE"),
        (&hard, "DEATH_CASE"),
        (&missing, "DEATH_CASE"),
        (&other_declared, "DEATH_CASE"),
        (&later, "DEATH_AFTER_STOPPAGE"),
    ] {
        assert_eq!(bereaved.refused(form).await, expected);
    }
    let decision = bereaved.approve(&insured).await;
    assert_eq!(decision.died_on, on(died_on));
    assert_eq!(decision.awards.len(), 2);
}

// Art. 69
#[tokio::test]
async fn a_claim_of_a_stranger_of_a_revoked_or_of_a_settled_injury_is_refused() {
    let bereaved = bereaved(TODAY).await;
    bereaved.register(Some(TODAY)).await;
    let form = bereaved.claim(DeathCase::AtWork);
    let service = &bereaved.town.service;
    let other = bereaved.town.register(2).await;
    let of_stranger = DeathClaimForm {
        employer_id: other.clone(),
        ..form.clone()
    };
    let misnamed = DeathClaimForm {
        name: "别人".to_owned(),
        ..form.clone()
    };
    assert_eq!(bereaved.refused(&of_stranger).await, "NOT_OF_EMPLOYER");
    assert_eq!(bereaved.refused(&misnamed).await, "INJURY_UNKNOWN");
    let stranger = party(Caller::Employer, &other);
    let denied = service.submit(&stranger, &form, ALL).await.unwrap_err();
    assert_eq!(reason(&denied), "DENIED");
    let person = party(Caller::Person, &bereaved.person.person_id);
    assert!(service.submit(&person, &form, ALL).await.is_err());

    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..bereaved.recognition.clone()
    };
    bereaved.town.recognise(&revoked).await;
    assert_eq!(bereaved.refused(&form).await, "DEATH_REVOKED");
    assert!(bereaved.told().await.is_empty());
}

// Art. 69
#[tokio::test]
async fn a_figure_that_the_area_has_not_set_stands_in_the_way_and_is_named() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    let recognition = town.recognition(&employer_id, &person, NUMBER);
    let bereaved = Bereaved {
        town,
        employer_id,
        person,
        recognition,
    };
    bereaved.register(Some(TODAY)).await;
    let form = bereaved.claim(DeathCase::AtWork);
    let service = &bereaved.town.service;
    let refused = service.approve(&handler(), &form, ALL).await.unwrap_err();
    assert!(
        refused.message().contains("统筹地区上年度职工月平均工资"),
        "{refused}"
    );
    assert!(refused.message().contains("151-A"), "{refused}");
}

// Art. 69
#[tokio::test]
async fn of_two_claims_signed_at_once_one_takes_effect() {
    let bereaved = bereaved(TODAY).await;
    bereaved.register(Some(TODAY)).await;
    let form = bereaved.claim(DeathCase::AtWork);
    let service = &bereaved.town.service;
    let mut cases = Vec::new();
    for _ in 0..2 {
        let case = service.submit(&handler(), &form, ALL).await.unwrap();
        cases.push(service.sign_next(&case).await.unwrap());
    }
    let (first, second) = tokio::join!(service.sign_next(&cases[0]), service.sign_next(&cases[1]));
    assert!(first.is_ok() != second.is_ok());
    let (refused, late) = match first {
        Ok(_) => (second.unwrap_err(), &cases[1]),
        Err(refused) => (refused, &cases[0]),
    };
    assert!(["DEATH_CLAIMED", "CONFLICT"].contains(&reason(&refused).as_str()));
    let again = service.sign_next(late).await.unwrap_err();
    assert_eq!(reason(&again), "DEATH_CLAIMED");
    assert_eq!(bereaved.told().await.len(), 1);
}

// Art. 69
#[tokio::test]
async fn a_claim_that_was_withdrawn_or_returned_decides_nothing() {
    let bereaved = bereaved(TODAY).await;
    bereaved.register(Some(TODAY)).await;
    let form = bereaved.claim(DeathCase::AtWork);
    let service = &bereaved.town.service;
    let case = service.submit(&handler(), &form, ALL).await.unwrap();
    let withdraw = WithdrawCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id,
        ..WithdrawCaseRequest::default()
    };
    let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
    let withdrawn = cases.withdraw_case(withdraw).await.unwrap().into_inner();
    assert_eq!(withdrawn.case.unwrap().state(), CaseState::Withdrawn);
    let case = service.submit(&handler(), &form, ALL).await.unwrap();
    let reviewer = clerk(Department::Business, Duty::Reviewer);
    let mut cases = CaseServiceClient::new(service.connect(&reviewer).await);
    let back = ReturnCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        reason: "请补充领取人证件".to_owned(),
        ..ReturnCaseRequest::default()
    };
    let returned = cases.return_case(back).await.unwrap().into_inner();
    assert_eq!(returned.case.unwrap().state(), CaseState::Returned);
    assert!(service.sign_next(&case).await.is_err());
    assert!(bereaved.told().await.is_empty());
    let decision = bereaved.approve(&form).await;
    assert_eq!(decision.sequence, 0);
}
