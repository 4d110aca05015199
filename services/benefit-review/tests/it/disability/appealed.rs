//! Conclusions of an appeal to the provincial committee: articles 55, 68 and 90 (工伤保险条例第二十六条).

use super::reviewed::{assert_upheld, differences, objection, reviewed};
use super::*;

const APPEAL: &str = "粤劳鉴〔2027〕1号";

/// The provincial committee decides on [`CONCLUSION`].
fn appeal((grade, nursing): (i32, NursingGrade)) -> Conclusion {
    Conclusion {
        conclusion_number: APPEAL.to_owned(),
        recognition_number: NUMBER.to_owned(),
        concluded_on: on(date!(2027 - 06 - 15)),
        disability_grade: grade,
        nursing_grade: nursing as i32,
        kind: AppraisalKind::Appeal as i32,
        replaces: CONCLUSION.to_owned(),
        ..Conclusion::default()
    }
}

/// [`CONCLUSION`] with these degrees is registered and decided; answers the number of the claim.
async fn decided(injured: &Injured, degrees: (i32, NursingGrade)) -> String {
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.sign(&form).await.unwrap().case_id
}

const NONE: NursingGrade = NursingGrade::Unspecified;

// Art. 55, Art. 68, Art. 90
#[tokio::test]
async fn the_conclusion_of_an_appeal_decides_from_the_start_in_the_place_of_the_first() {
    let injured = injured().await;
    let claim = decided(&injured, (7, NONE)).await;
    let told = injured.told().await.len();
    let registered = injured.conclude(appeal((4, NursingGrade::Partly))).await;
    assert_eq!(registered.kind(), AppraisalKind::Appeal);
    assert_eq!(registered.replaces, CONCLUSION);
    assert_eq!(registered.holds_from_on, on(CONCLUDED));
    assert_eq!(registered.claim_ids, [claim.clone()]);
    let injury = injured.town.injury(&injured.person.person_id, NUMBER).await;
    assert_eq!(
        (injury.disability_grade, injury.conclusion_number.as_str()),
        (4, APPEAL)
    );
    // Nothing that was decided changes silently, and no second lump sum is kept back.
    assert_eq!(injured.told().await.len(), told);
    let form = injured.form(DisabilityOccasion::Appraisal);
    assert_eq!(injured.refused(&form).await, "DISABILITY_REPLACED");

    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        [
            "LUMP_SUM_DISABILITY ~ 78000.00→126000.00 FUND",
            "DISABILITY_ALLOWANCE 2027-04~ 0.00→4500.00 FUND",
            "NURSING_ALLOWANCE 2027-04~ 0.00→2400.00 FUND",
        ]
    );
    assert_eq!(injured.refused(&form).await, "DISABILITY_DECIDED");
    assert_upheld(&injured, &claim).await;

    // A review of a later year changes what is paid by the month from then on, and not the lump sum.
    let review = Conclusion {
        conclusion_number: "深劳鉴〔2028〕1号".to_owned(),
        concluded_on: on(date!(2028 - 06 - 20)),
        kind: AppraisalKind::Review as i32,
        replaces: String::new(),
        ..appeal((3, NursingGrade::Partly))
    };
    injured.conclude(review).await;
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 126000.00 FUND",
            "DISABILITY_ALLOWANCE 4800.00 2028-07 FUND",
            "NURSING_ALLOWANCE 2400.00 2027-04 FUND",
        ]
    );
}

// Art. 55, Art. 68, Art. 90
#[tokio::test]
async fn a_lower_grade_on_appeal_takes_back_what_the_first_gave_and_the_subsidies_of_the_end_follow()
 {
    let injured = injured().await;
    let claim = decided(&injured, (5, NONE)).await;
    injured.at(date!(2027 - 06 - 01));
    injured.end(date!(2027 - 05 - 31)).await;
    let ended = injured.form(DisabilityOccasion::RelationEnd);
    injured.approve(&ended).await;
    injured.conclude(appeal((7, NONE))).await;
    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        [
            "LUMP_SUM_DISABILITY ~ 108000.00→78000.00 FUND",
            "LUMP_SUM_MEDICAL_SUBSIDY ~ 60000.00→36000.00 FUND",
            "LUMP_SUM_EMPLOYMENT_SUBSIDY ~ 300000.00→150000.00 EMPLOYER",
            "DISABILITY_ALLOWANCE 2027-04~2027-05 4200.00→0.00 EMPLOYER",
        ]
    );
    assert_upheld(&injured, &claim).await;
}

// Art. 55, Art. 68, Art. 90
#[tokio::test]
async fn where_the_appeal_finds_no_grade_all_is_given_back_and_a_later_review_may_find_one() {
    let injured = injured().await;
    let claim = decided(&injured, (10, NONE)).await;
    injured.conclude(appeal((0, NONE))).await;
    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        ["LUMP_SUM_DISABILITY ~ 42000.00→0.00 FUND"]
    );
    let review = Conclusion {
        conclusion_number: "深劳鉴〔2028〕1号".to_owned(),
        concluded_on: on(date!(2028 - 06 - 20)),
        kind: AppraisalKind::Review as i32,
        replaces: String::new(),
        ..appeal((9, NONE))
    };
    injured.conclude(review).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        ["LUMP_SUM_DISABILITY 54000.00 FUND"]
    );
}

// Art. 55
#[tokio::test]
async fn an_appeal_is_final_and_names_a_conclusion_of_the_injury() {
    let injured = injured().await;
    let first = Conclusion {
        conclusion_number: CONCLUSION.to_owned(),
        concluded_on: on(CONCLUDED),
        kind: AppraisalKind::First as i32,
        replaces: String::new(),
        ..appeal((7, NONE))
    };
    injured.conclude(first.clone()).await;
    let refused = async |conclusion: &Conclusion, form: &WorkCapacityForm| {
        injured.hear(conclusion.clone()).await;
        let refused = injured.sign(form).await.unwrap_err();
        reason(&refused)
    };
    let unknown = Conclusion {
        conclusion_number: "粤劳鉴〔2027〕7号".to_owned(),
        replaces: "深劳鉴〔2027〕9号".to_owned(),
        ..appeal((6, NONE))
    };
    let form = injured.registered(&unknown);
    assert_eq!(refused(&unknown, &form).await, "CONCLUSION_UNKNOWN");
    let again = Conclusion {
        conclusion_number: "深劳鉴〔2027〕8号".to_owned(),
        concluded_on: on(date!(2027 - 06 - 16)),
        ..first.clone()
    };
    let form = injured.registered(&again);
    assert_eq!(refused(&again, &form).await, "APPRAISAL_KIND");
    let early = Conclusion {
        conclusion_number: "粤劳鉴〔2027〕6号".to_owned(),
        concluded_on: on(CONCLUDED),
        ..appeal((6, NONE))
    };
    let form = injured.registered(&early);
    assert_eq!(refused(&early, &form).await, "CONCLUSION_NOT_LATER");

    // The committee sent it without its kind: the form has it.
    let plain = Conclusion {
        kind: AppraisalKind::Unspecified as i32,
        replaces: String::new(),
        ..appeal((6, NONE))
    };
    injured.hear(plain.clone()).await;
    let form = WorkCapacityForm {
        kind: AppraisalKind::Appeal as i32,
        ..injured.registered(&plain)
    };
    injured.sign(&form).await.unwrap();
    let second = Conclusion {
        conclusion_number: "粤劳鉴〔2027〕2号".to_owned(),
        concluded_on: on(date!(2027 - 07 - 15)),
        replaces: String::new(),
        ..appeal((5, NONE))
    };
    let form = injured.registered(&second);
    assert_eq!(refused(&second, &form).await, "CONCLUSION_FINAL");
    let of_first = Conclusion {
        conclusion_number: "粤劳鉴〔2027〕3号".to_owned(),
        replaces: CONCLUSION.to_owned(),
        ..second
    };
    let form = injured.registered(&of_first);
    assert_eq!(refused(&of_first, &form).await, "CONCLUSION_FINAL");
    let injury = injured.town.injury(&injured.person.person_id, NUMBER).await;
    assert_eq!(injury.disability_grade, 6);
}

// Art. 55, Art. 68
#[tokio::test]
async fn an_appeal_that_is_registered_before_the_first_was_decided_counts_from_that_ones_day() {
    let injured = injured().await;
    let first = Conclusion {
        conclusion_number: CONCLUSION.to_owned(),
        concluded_on: on(CONCLUDED),
        kind: AppraisalKind::First as i32,
        replaces: String::new(),
        ..appeal((5, NONE))
    };
    // It was never registered.
    injured.hear(first).await;
    injured.conclude(appeal((4, NONE))).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 126000.00 FUND",
            "DISABILITY_ALLOWANCE 4500.00 2027-04 FUND",
        ]
    );
}
