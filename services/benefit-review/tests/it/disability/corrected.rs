//! Facts on forms that a review corrects: articles 68 and 90.

use contracts::Money;

use super::reviewed::{assert_upheld, differences, objection, reviewed};
use super::*;

const RETIRED: Date = date!(2028 - 01 - 15);

/// A retirement as it is stated.
fn retired(injured: &Injured, day: Date, pension: &str) -> DisabilityForm {
    DisabilityForm {
        retired_on: on(day),
        basic_pension: Some(Money::from_text(pension)),
        ..injured.form(DisabilityOccasion::Retirement)
    }
}

/// Form 90-E that corrects one of the claim's forms.
fn correction(
    injured: &Injured,
    claim: &str,
    (sequence, form): (i32, DisabilityForm),
) -> CashReviewForm {
    CashReviewForm {
        corrections: vec![FormCorrection {
            sequence,
            disability: Some(form),
            found_by: "养老保险经办机构 王五".to_owned(),
            basis: "养老核〔2028〕9号".to_owned(),
            ..FormCorrection::default()
        }],
        ..objection(injured, claim)
    }
}

/// Facts as lines: what, before and after.
fn facts(decision: &CashReviewDecision) -> Vec<String> {
    let line = |one: &CorrectedFact| format!("{} {}→{}", one.fact, one.before, one.after);
    decision.corrected.iter().map(line).collect()
}

/// Grade 3, retired with a pension that is provisional; in June of 2028.
async fn provisional() -> (Injured, String) {
    let injured = injured().await;
    let degrees = (3, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&appraisal).await.unwrap().case_id;
    injured.at(RETIRED);
    injured
        .approve(&retired(&injured, RETIRED, "3210.55"))
        .await;
    injured.at(date!(2028 - 06 - 01));
    (injured, claim)
}

// Art. 68, Art. 90
#[tokio::test]
async fn a_pension_that_was_provisional_and_a_wrong_day_of_retirement_are_corrected() {
    let (injured, claim) = provisional().await;
    let last = retired(&injured, date!(2028 - 02 - 10), "3500.00");
    let form = correction(&injured, &claim, (1, last.clone()));
    let service = &injured.town.service;
    let few = [EvidenceKind::CorrectionProof];
    let missing = service.submit(&handler(), &form, &few).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");

    let decision = reviewed(&injured, &form).await;
    assert_eq!(
        facts(&decision),
        [
            "退休日期 2028-01-15→2028-02-10",
            "基本养老金（每月） 3210.55→3500.00",
        ]
    );
    let [first, _] = decision.corrected.as_slice() else {
        panic!("two facts are corrected");
    };
    assert_eq!(first.sequence, 1);
    assert_eq!(first.found_by, "养老保险经办机构 王五");
    assert_eq!(first.basis, "养老核〔2028〕9号");
    assert_eq!(
        differences(&decision),
        [
            "DISABILITY_ALLOWANCE 2028-02~2028-02 0.00→4800.00 FUND",
            "PENSION_DIFFERENCE 2028-02~2028-02 1589.45→0.00 FUND",
            "PENSION_DIFFERENCE 2028-03~ 1589.45→1300.00 FUND",
        ]
    );
    assert_eq!(
        told(&injured.told().await[2]),
        [
            "PENSION_DIFFERENCE 0.00 2028-02 FUND replaces",
            "DISABILITY_ALLOWANCE 4800.00 2028-02 FUND replaces",
            "PENSION_DIFFERENCE 1300.00 2028-03 FUND replaces",
        ]
    );
    // A later review starts from what this one corrected.
    assert_upheld(&injured, &claim).await;
    let again = correction(
        &injured,
        &claim,
        (1, retired(&injured, date!(2028 - 02 - 10), "3600.00")),
    );
    let decision = reviewed(&injured, &again).await;
    assert_eq!(facts(&decision), ["基本养老金（每月） 3500.00→3600.00"]);
    assert_eq!(
        differences(&decision),
        ["PENSION_DIFFERENCE 2028-03~ 1300.00→1200.00 FUND"]
    );

    // And so does what is decided from now on.
    let worse = ("深劳鉴〔2029〕1号", date!(2029 - 03 - 01));
    injured
        .appraise(worse.0, worse.1, (1, NursingGrade::Unspecified))
        .await;
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    let decision = injured.approve(&appraisal).await;
    assert_eq!(
        lines(&decision.awards)[1..],
        [
            "DISABILITY_ALLOWANCE 0.00 2028-03 FUND",
            "PENSION_DIFFERENCE 1800.00 2029-04 FUND",
        ]
    );
    assert_upheld(&injured, &claim).await;
}

// Art. 90
#[tokio::test]
async fn only_facts_of_a_form_of_the_claim_are_corrected() {
    let (injured, claim) = provisional().await;
    let good = retired(&injured, RETIRED, "3500.00");
    let other_name = DisabilityForm {
        name: "别人".to_owned(),
        ..good.clone()
    };
    let whole = DisabilityForm {
        basic_pension: None,
        ..good.clone()
    };
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    let future = retired(&injured, date!(2028 - 06 - 02), "3500.00");
    for (sequence, form, expected) in [
        (1, retired(&injured, RETIRED, "3210.55"), "CORRECTION_FORM"),
        (0, good.clone(), "CORRECTION_FORM"),
        (0, appraisal, "CORRECTION_FORM"),
        (7, good.clone(), "CORRECTION_FORM"),
        (1, other_name, "CORRECTION_FORM"),
        (1, whole, "DISABILITY_RETIREMENT_FACTS"),
        (1, future, "DISABILITY_RETIREMENT_DATE"),
    ] {
        let form = correction(&injured, &claim, (sequence, form));
        let refused = injured.sign(&form).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let nothing = CashReviewForm {
        corrections: vec![FormCorrection {
            sequence: 1,
            found_by: "王五".to_owned(),
            basis: "养老核〔2028〕9号".to_owned(),
            ..FormCorrection::default()
        }],
        ..objection(&injured, &claim)
    };
    let refused = injured.sign(&nothing).await.unwrap_err();
    assert_eq!(reason(&refused), "CORRECTION_FORM");
}
