//! A death after the stoppage period, and after benefits were settled once for all.

use contracts::registration::v1::StaffChangeKind;

use super::reviewed::{claim, objection, reviewed};
use super::survivors::*;
use super::*;

const DIED: Date = date!(2027 - 06 - 03);

/// An injury of a grade, whose stoppage period ended on 2027-05-01; on 2027-06-07.
async fn graded(grade: i32) -> Bereaved {
    let bereaved = Box::pin(of_accident(ACCIDENT)).await;
    bereaved.register(None).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-06-07 09:00 +8));
    bereaved.appraise(grade, date!(2027 - 05 - 20)).await;
    bereaved
}

/// Registration tells of the death.
async fn dies(bereaved: &Bereaved) {
    let (town, employer_id) = (&bereaved.town, &bereaved.employer_id);
    town.report(employer_id, 1, StaffChangeKind::Death, DIED)
        .await;
    chassis::testing::eventually(async || bereaved.injury().await.died_on).await;
}

/// Form 68-A by the appraisal.
fn disability(bereaved: &Bereaved) -> DisabilityForm {
    DisabilityForm {
        employer_id: bereaved.employer_id.clone(),
        person_id: bereaved.person.person_id.clone(),
        name: bereaved.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        occasion: DisabilityOccasion::Appraisal as i32,
        ..DisabilityForm::default()
    }
}

// Art. 69, Art. 72
#[tokio::test]
async fn of_who_had_a_grade_from_1_to_4_funeral_and_pensions_are_due_and_no_lump_sum() {
    let bereaved = graded(3).await;
    bereaved.set("minimum_wage", "2360").await;
    dies(&bereaved).await;
    let case = DeathCase::AfterStoppagePeriod;
    let decision = bereaved.approve(&bereaved.claim(case)).await;
    let funeral = [(BenefitKind::Funeral, Payer::Employer, "48000.00")];
    assert_eq!(amounts(&decision.awards), funeral);
    let pensions = approved(&bereaved, &form(&bereaved, case, &[daughter()])).await;
    assert_eq!(each(&pensions), ["1800.00"]);
    assert_eq!(pensions.dependants[0].from_month, month((2027, 7)));

    // What was due to the deceased by the month ends with the month of the death.
    let service = &bereaved.town.service;
    let decided = disability(&bereaved);
    service.approve(&handler(), &decided, ALL).await.unwrap();
    let told = bereaved.told().await.pop().unwrap();
    let june = month((2027, 6));
    let told: Vec<_> = told
        .iter()
        .map(|one| (one.kind(), one.from_month, one.until_month))
        .collect();
    let expected = [
        (BenefitKind::LumpSumDisability, None, None),
        (BenefitKind::DisabilityAllowance, june, june),
    ];
    assert_eq!(told, expected);
}

// Art. 69
#[tokio::test]
async fn of_who_had_a_grade_from_5_to_10_nothing_is_due_after_the_stoppage_period() {
    let bereaved = graded(7).await;
    dies(&bereaved).await;
    let case = DeathCase::AfterStoppagePeriod;
    let claim = bereaved.claim(case);
    assert_eq!(bereaved.refused(&claim).await, "DEATH_AFTER_STOPPAGE");
    let pensions = form(&bereaved, case, &[daughter()]);
    let service = &bereaved.town.service;
    let refused = service.approve(&handler(), &pensions, ALL).await;
    let refused = refused.unwrap_err();
    assert_eq!(reason(&refused), "DEATH_AFTER_STOPPAGE");
    assert!(refused.message().contains("7级"), "{refused}");
    assert!(bereaved.told().await.is_empty());
}

// Art. 59, Art. 69
#[tokio::test]
async fn after_a_settlement_once_for_all_nothing_is_due_for_a_death() {
    let bereaved = graded(4).await;
    for (name, value) in [
        ("minimum_wage", "2360"),
        ("settlement_basis", "fixed"),
        ("settlement_allowance.4_0", "600000"),
    ] {
        bereaved.set(name, value).await;
    }
    let service = &bereaved.town.service;
    let decided = disability(&bereaved);
    service.approve(&handler(), &decided, ALL).await.unwrap();
    let settled_on = on(date!(2027 - 06 - 07));
    let settle = OneOffSettlementForm {
        employer_id: bereaved.employer_id.clone(),
        person_id: bereaved.person.person_id.clone(),
        name: bereaved.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        explained: true,
        agreed_on: settled_on,
        agreement_number: "协〔2027〕1号".to_owned(),
        relation_ends_on: settled_on,
        rural_resident: true,
    };
    service.approve(&handler(), &settle, ALL).await.unwrap();
    let case = DeathCase::AfterStoppagePeriod;
    assert_eq!(
        bereaved.refused(&bereaved.claim(case)).await,
        "DEATH_SETTLED"
    );
    let pensions = form(&bereaved, case, &[daughter()]);
    let refused = service.approve(&handler(), &pensions, ALL).await;
    assert_eq!(reason(&refused.unwrap_err()), "DEATH_SETTLED");
}

// Art. 54, Art. 68, Art. 90
#[tokio::test]
async fn a_revoked_recognition_leaves_the_own_wage_that_was_found_of_another_claim() {
    let bereaved = graded(3).await;
    bereaved.set("minimum_wage", "2360").await;
    let service = &bereaved.town.service;
    let of_disability = disability(&bereaved);
    let disabled = service.approve(&handler(), &of_disability, ALL).await;
    let disabled = disabled.unwrap().case_id;
    dies(&bereaved).await;
    let case = DeathCase::AfterStoppagePeriod;
    approved(&bereaved, &form(&bereaved, case, &[daughter()])).await;
    // The floor is lifted above what was kept.
    bereaved.set("area_average_monthly_wage", "12000").await;
    let of_survivors = objection(&bereaved, &claim(&bereaved).await);
    let found = reviewed(&bereaved, &of_survivors).await;
    let wages = [found.before, found.after].map(|one| one.unwrap().own_wage.unwrap().sum);
    assert_ne!(wages[0], wages[1]);
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        ..bereaved.recognition.clone()
    };
    bereaved.town.recognise(&revoked).await;
    let ended = reviewed(&bereaved, &objection(&bereaved, &disabled)).await;
    assert!(ended.after.unwrap().awards.is_empty());
    assert!(compared(&bereaved).await.is_empty());
}

// Art. 68, Art. 90
#[tokio::test]
async fn an_own_wage_that_a_review_has_kept_still_differs_for_the_other_claim_of_the_injury() {
    let bereaved = graded(3).await;
    bereaved.set("minimum_wage", "2360").await;
    let service = &bereaved.town.service;
    let of_disability = disability(&bereaved);
    let disabled = service.approve(&handler(), &of_disability, ALL).await;
    let disabled = disabled.unwrap().case_id;
    dies(&bereaved).await;
    let case = DeathCase::AfterStoppagePeriod;
    approved(&bereaved, &form(&bereaved, case, &[daughter()])).await;
    bereaved.set("area_average_monthly_wage", "12000").await;
    let of_survivors = objection(&bereaved, &claim(&bereaved).await);
    reviewed(&bereaved, &of_survivors).await;

    let raised = compared(&bereaved).await;
    assert_eq!(raised.len(), 1);
    assert_eq!(raised[0].claim_ids, std::slice::from_ref(&disabled));
    assert_eq!(differing(&bereaved).await, raised);
    assert!(compared(&bereaved).await.is_empty());
    let back = reviewed(&bereaved, &objection(&bereaved, &disabled)).await;
    assert!(!back.upheld);
    assert!(differing(&bereaved).await.is_empty());
}

/// Compares all own wages; answers what was raised.
async fn compared(bereaved: &Bereaved) -> Vec<OwnWageDifference> {
    let request = CompareOwnWagesRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        ..CompareOwnWagesRequest::default()
    };
    let service = &bereaved.town.service;
    let mut benefits = BenefitServiceClient::new(service.connect(&handler()).await);
    let compared = benefits.compare_own_wages(request).await.unwrap();
    compared.into_inner().raised
}

/// Own wages that differ.
async fn differing(bereaved: &Bereaved) -> Vec<OwnWageDifference> {
    let request = ListOwnWageDifferencesRequest {
        pooling_area: AREA.to_owned(),
        ..ListOwnWageDifferencesRequest::default()
    };
    let service = &bereaved.town.service;
    let mut benefits = BenefitServiceClient::new(service.connect(&handler()).await);
    let listed = benefits.list_own_wage_differences(request).await.unwrap();
    listed.into_inner().differences
}
