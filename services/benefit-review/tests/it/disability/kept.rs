//! The own wage that is kept after somebody has objected.

use chassis::testing::eventually;
use contracts::registration::v1::StaffChangeKind;

use super::reviewed::{assert_upheld, differences, objection, reviewed};
use super::*;

// Art. 68, Art. 90
#[tokio::test]
async fn an_own_wage_that_is_found_anew_is_kept_also_where_no_grade_is_left() {
    let injured = injured().await;
    let degrees = (9, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let none = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured
        .appraise(none.0, none.1, (0, NursingGrade::Unspecified))
        .await;
    assert!(injured.approve(&form).await.own_wage.is_none());
    let (employer_id, more) = (&injured.employer_id, (injured.n, "9000.00"));
    injured
        .town
        .declare_more(employer_id, november(), more)
        .await;
    assert_eq!(injured.compare().await.len(), 1);
    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        ["LUMP_SUM_DISABILITY ~ 54000.00→81000.00 FUND"]
    );
    assert!(injured.differences().await.is_empty());

    // What is decided from now on rests on it.
    let worse = ("深劳鉴〔2029〕1号", date!(2029 - 06 - 01));
    injured
        .appraise(worse.0, worse.1, (4, NursingGrade::Unspecified))
        .await;
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards)[1..],
        ["DISABILITY_ALLOWANCE 6750.00 2029-07 FUND"]
    );
}

// Art. 68, Art. 90
#[tokio::test]
async fn a_review_names_the_other_injury_whose_nursing_allowance_it_leaves_as_it_is() {
    let injured = injured().await;
    let second = "深人社认字〔2026〕2号";
    injured.injure(second).await;
    let partly = (5, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, partly).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let objection = objection(&injured, &claim);
    let alone = reviewed(&injured, &objection).await;
    assert!(alone.nursing_stands.is_empty());
    let fully = ("深劳鉴〔2027〕2号", date!(2027 - 05 - 10));
    injured
        .appraise_of(second, fully.0, fully.1, (1, NursingGrade::Full))
        .await;
    let of_second = DisabilityForm {
        recognition_number: second.to_owned(),
        ..form
    };
    injured.approve(&of_second).await;
    let beside = reviewed(&injured, &objection).await;
    assert_eq!(beside.nursing_stands, [second]);
}

// Art. 68, Art. 90
#[tokio::test]
async fn what_was_decided_of_who_had_died_before_the_conclusion_is_given_back() {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let (town, kind) = (&injured.town, StaffChangeKind::Death);
    town.report(&injured.employer_id, injured.n, kind, date!(2027 - 03 - 08))
        .await;
    eventually(async || town.injury(&injured.person.person_id, NUMBER).await.died_on).await;
    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        [
            "LUMP_SUM_DISABILITY ~ 126000.00→0.00 FUND",
            "DISABILITY_ALLOWANCE 2027-04~ 4500.00→0.00 FUND",
            "NURSING_ALLOWANCE 2027-04~ 2400.00→0.00 FUND",
        ]
    );
    assert!(decision.after.unwrap().awards.is_empty());
    assert_upheld(&injured, &claim).await;
}
