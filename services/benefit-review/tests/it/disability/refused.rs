//! What is not decided, and why.

use chassis::testing::eventually;
use contracts::registration::v1::StaffChangeKind;

use super::*;

// Art. 68
#[tokio::test]
async fn an_application_about_nothing_that_is_registered_is_refused() {
    let injured = injured().await;
    let good = injured.form(DisabilityOccasion::Appraisal);
    assert_eq!(injured.refused(&good).await, "DISABILITY_NOT_APPRAISED");
    let nothing = (0, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, nothing).await;
    let misnamed = DisabilityForm {
        name: "别人".to_owned(),
        ..good.clone()
    };
    let unregistered = DisabilityForm {
        recognition_number: "无".to_owned(),
        ..good.clone()
    };
    let other_employer = injured.town.register(2).await;
    let of_stranger = DisabilityForm {
        employer_id: other_employer.clone(),
        ..good.clone()
    };
    for (form, expected) in [
        (&good, "DISABILITY_NO_GRADE"),
        (&misnamed, "INJURY_UNKNOWN"),
        (&unregistered, "INJURY_UNKNOWN"),
        (&of_stranger, "NOT_OF_EMPLOYER"),
    ] {
        assert_eq!(injured.refused(form).await, expected);
    }
    let stranger = party(Caller::Employer, &other_employer);
    let service = &injured.town.service;
    let told_at_once = service.submit(&stranger, &of_stranger, PAPERS).await;
    assert_eq!(reason(&told_at_once.unwrap_err()), "NOT_OF_EMPLOYER");

    let retired = DisabilityForm {
        retired_on: on(CONCLUDED),
        basic_pension: Some(contracts::Money::from_text("3000.00")),
        ..injured.form(DisabilityOccasion::Retirement)
    };
    assert_eq!(injured.refused(&retired).await, "DISABILITY_NOT_DECIDED");
    assert!(injured.told().await.is_empty());
}

// Art. 54, Art. 68
#[tokio::test]
async fn nothing_is_decided_on_a_recognition_that_was_revoked() {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let (town, person) = (&injured.town, &injured.person);
    let revoked = Recognition {
        happened_on: on(INJURED),
        applied_on: on(INJURED),
        accepted_on: on(INJURED),
        outcome: RecognitionOutcome::Revoked as i32,
        ..town.recognition(&injured.employer_id, person, NUMBER)
    };
    town.recognise(&revoked).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    assert_eq!(injured.refused(&form).await, "DISABILITY_REVOKED");
}

// Art. 59, Art. 68
#[tokio::test]
async fn nothing_is_decided_once_it_was_settled_for_all() {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    injured
        .approve(&injured.form(DisabilityOccasion::Appraisal))
        .await;
    injured.town.set("settlement_basis", "monthly").await;
    injured.town.set("settlement_allowance.4_0", "200").await;
    let settlement = OneOffSettlementForm {
        employer_id: injured.employer_id.clone(),
        person_id: injured.person.person_id.clone(),
        name: injured.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        explained: true,
        agreed_on: on(CONCLUDED),
        agreement_number: "协〔2027〕1号".to_owned(),
        relation_ends_on: on(CONCLUDED),
        rural_resident: true,
    };
    injured.sign(&settlement).await.unwrap();
    let form = injured.form(DisabilityOccasion::Appraisal);
    assert_eq!(injured.refused(&form).await, "DISABILITY_SETTLED");
}

// Art. 68
#[tokio::test]
async fn an_allowance_rests_on_the_minimum_wage_and_a_lump_sum_alone_does_not() {
    let injured = among(1, true, &FIGURES[..1]).await;
    injured
        .appraise(CONCLUSION, CONCLUDED, (4, NursingGrade::Partly))
        .await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let refused = injured.sign(&form).await.unwrap_err();
    assert_eq!(reason(&refused), "PARAMETER");
    assert!(refused.message().contains("当地最低工资标准"), "{refused}");
    let later = ("深劳鉴〔2027〕2号", date!(2027 - 04 - 10));
    injured
        .appraise(later.0, later.1, (7, NursingGrade::Partly))
        .await;
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 78000.00 FUND",
            "NURSING_ALLOWANCE 2400.00 2027-05 FUND",
        ]
    );
}

// Art. 68
#[tokio::test]
async fn who_died_before_the_first_month_has_the_lump_sum_and_nothing_of_later() {
    let injured = injured().await;
    let degrees = (3, NursingGrade::Mostly);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let died_on = date!(2027 - 03 - 15);
    injured.at(died_on);
    let (town, n) = (&injured.town, injured.n);
    let kind = StaffChangeKind::Death;
    town.report(&injured.employer_id, n, kind, died_on).await;
    eventually(async || {
        let now = town.injury(&injured.person.person_id, NUMBER).await;
        now.died_on.map(|_| ())
    })
    .await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        ["LUMP_SUM_DISABILITY 138000.00 FUND"]
    );
    injured.at(date!(2027 - 05 - 04));
    let retired = DisabilityForm {
        retired_on: on(date!(2027 - 05 - 03)),
        basic_pension: Some(contracts::Money::from_text("3000.00")),
        ..injured.form(DisabilityOccasion::Retirement)
    };
    assert_eq!(injured.refused(&retired).await, "DISABILITY_AFTER_DEATH");
    let later = ("深劳鉴〔2027〕2号", date!(2027 - 05 - 04));
    injured.appraise(later.0, later.1, degrees).await;
    assert_eq!(injured.refused(&form).await, "DISABILITY_AFTER_DEATH");
}

// Art. 68
#[tokio::test]
async fn the_minimum_wage_is_not_asked_for_where_no_allowance_is_due() {
    let injured = among(1, true, &FIGURES[..1]).await;
    injured.at(CONCLUDED);
    injured.end(date!(2027 - 02 - 28)).await;
    let degrees = (6, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        ["LUMP_SUM_DISABILITY 96000.00 FUND"]
    );
}
