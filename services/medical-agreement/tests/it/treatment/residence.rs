//! Treatment at the place of residence.

use super::*;

// Art. 42
#[tokio::test]
async fn who_lives_outside_is_treated_there_at_one_institution_for_a_year_at_most() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    let good = residence(&person);
    let case = town
        .service
        .approve(&party(Caller::Person, &person.person_id), &good, PAPERS)
        .await
        .unwrap();
    let approvals = town.approvals(&person).await;
    let [approval] = approvals.as_slice() else {
        panic!("{approvals:?}")
    };
    assert_eq!(approval.kind(), ApprovalKind::Residence);
    assert_eq!(approval.case_id, case.case_id);
    assert_eq!(approval.institution_id, "");
    assert_eq!(approval.institution_name, "长沙市第一医院");
    assert_eq!(approval.outside_area, "430100");
    assert_eq!(approval.until_on, on(date!(2027 - 11 - 01)));
    let told = told(&town.service).await;
    assert!(
        matches!(told.last(), Some((key, What::ApprovalGiven(given)))
        if *key == person.person_id && given.approval.as_ref() == Some(approval))
    );

    let other_institution = ResidenceTreatmentForm {
        institution_name: "湘雅医院".to_owned(),
        ..good.clone()
    };
    assert_eq!(
        refused(&town, &other_institution).await,
        "APPROVAL_OVERLAPS"
    );
    let next_year = ResidenceTreatmentForm {
        from_on: on(date!(2027 - 11 - 02)),
        until_on: on(date!(2028 - 11 - 01)),
        ..other_institution
    };
    let approved = town.service.approve(&handler(), &next_year, PAPERS).await;
    approved.unwrap();
    assert_eq!(town.approvals(&person).await.len(), 2);
}

// Art. 42
#[tokio::test]
async fn a_residence_is_outside_the_area_and_a_committee_found_that_treatment_has_to_go_on() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    let good = residence(&person);
    let form = |change: fn(&mut ResidenceTreatmentForm)| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    for (form, expected) in [
        (
            form(|form| form.residence_area = AREA.to_owned()),
            "WITHIN_AREA",
        ),
        (
            form(|form| form.residence_area = "440305".to_owned()),
            "WITHIN_AREA",
        ),
        (
            form(|form| form.from_on = on(YESTERDAY)),
            "TREATMENT_BACKDATED",
        ),
        (
            form(|form| form.until_on = on(date!(2027 - 11 - 02))),
            "APPROVAL_PERIOD",
        ),
        (
            form(|form| form.until_on = on(YESTERDAY)),
            "APPROVAL_PERIOD",
        ),
        (
            form(|form| form.treatment_needed = false),
            "TREATMENT_NOT_CONFIRMED",
        ),
        (
            form(|form| form.concluded_on = on(date!(2026 - 11 - 03))),
            "TREATMENT_NOT_CONFIRMED",
        ),
        (form(|form| form.name = "别人".to_owned()), "PERSON_UNKNOWN"),
        (
            form(|form| form.employer_id = credit_code("91", 9)),
            "EMPLOYER_OF_PERSON",
        ),
        (form(|form| form.institution_level = 0), "INVALID_FIELD"),
    ] {
        assert_eq!(refused(&town, &form).await, expected);
    }
    let no_conclusion = [EvidenceKind::RecognitionDecision];
    let missing = town.service.submit(&handler(), &good, &no_conclusion).await;
    assert_eq!(reason(&missing.unwrap_err()), "EVIDENCE_MISSING");
    assert!(town.approvals(&person).await.is_empty());
}
