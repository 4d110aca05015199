//! What the fund adds to a pension.

use contracts::Money;

use super::*;

const RETIRED: Date = date!(2028 - 01 - 15);

fn retired(injured: &Injured, day: Date, pension: &str) -> DisabilityForm {
    DisabilityForm {
        retired_on: on(day),
        basic_pension: Some(Money::from_text(pension)),
        ..injured.form(DisabilityOccasion::Retirement)
    }
}

/// Grade 3 was decided, and it is the day of the retirement.
async fn appraised() -> Injured {
    let injured = injured().await;
    let degrees = (3, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    injured
        .approve(&injured.form(DisabilityOccasion::Appraisal))
        .await;
    injured.at(RETIRED);
    injured
}

// Art. 68
#[tokio::test]
async fn the_fund_makes_up_what_the_pension_is_lower_by() {
    let injured = appraised().await;
    let form = retired(&injured, RETIRED, "3210.55");
    let service = &injured.town.service;
    let few = [EvidenceKind::IdentityCard];
    let missing = service.submit(&handler(), &form, &few).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 138000.00 FUND",
            "DISABILITY_ALLOWANCE 0.00 2028-02 FUND",
            "PENSION_DIFFERENCE 1589.45 2028-02 FUND",
        ]
    );
    assert_eq!(sums(&decision), ["0.00", "0.00", "1589.45", "0.00"]);
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[1]),
        [
            "DISABILITY_ALLOWANCE 0.00 2028-02 FUND replaces",
            "PENSION_DIFFERENCE 1589.45 2028-02 FUND replaces",
        ]
    );
    assert_eq!(injured.refused(&form).await, "DISABILITY_RETIRED");

    // A conclusion of before is not decided over the retirement; a later one changes the difference.
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    let early = ("深劳鉴〔2028〕1号", date!(2028 - 01 - 14));
    injured
        .appraise(early.0, early.1, (2, NursingGrade::Unspecified))
        .await;
    let refused = injured.refused(&appraisal).await;
    assert_eq!(refused, "DISABILITY_BEFORE_RETIREMENT");
    let later = ("深劳鉴〔2029〕1号", date!(2029 - 03 - 01));
    injured
        .appraise(later.0, later.1, (1, NursingGrade::Unspecified))
        .await;
    let decision = injured.approve(&appraisal).await;
    assert_eq!(
        lines(&decision.awards)[1..],
        [
            "DISABILITY_ALLOWANCE 0.00 2028-02 FUND",
            "PENSION_DIFFERENCE 2189.45 2029-04 FUND",
        ]
    );
    // The allowance of the new grade stands on no form: its steps come before the difference.
    let difference = BenefitKind::PensionDifference;
    for (label, value, cited) in [
        ("伤残津贴比例", "0.90", "第三十五条"),
        ("基本养老金（每月）", "3210.55", "养老保险"),
    ] {
        let (found, source) = line(&decision.awards, difference, label).unwrap();
        assert_eq!(found, value);
        assert!(source.contains(cited), "{source}");
    }
    let sheet = decision.awards[2].worksheet.as_ref().unwrap();
    assert!(!sheet.lines.iter().any(|line| line.source.contains("5-7")));
    let better = ("深劳鉴〔2030〕1号", date!(2030 - 03 - 01));
    injured
        .appraise(better.0, better.1, (7, NursingGrade::Unspecified))
        .await;
    let decision = injured.approve(&appraisal).await;
    let difference = &lines(&decision.awards)[2];
    assert_eq!(difference, "PENSION_DIFFERENCE 0.00 2030-04 FUND");
}

// Art. 68
#[tokio::test]
async fn nothing_is_added_to_a_pension_that_is_not_lower() {
    let injured = appraised().await;
    let decision = injured
        .approve(&retired(&injured, RETIRED, "4800.00"))
        .await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 138000.00 FUND",
            "DISABILITY_ALLOWANCE 0.00 2028-02 FUND",
        ]
    );
    let label = "基本养老金低于伤残津贴的差额（每月）";
    let allowance = BenefitKind::DisabilityAllowance;
    let (amount, why) = line(&decision.awards, allowance, label).unwrap();
    assert_eq!(amount, "0.00");
    assert!(why.contains("没有差额"), "{why}");
    assert_eq!(sums(&decision), ["0.00"; 4]);
}

// Art. 68
#[tokio::test]
async fn a_retirement_that_does_not_fit_is_refused() {
    let injured = appraised().await;
    let form = retired(&injured, RETIRED, "3000.00");
    let without_pension = DisabilityForm {
        basic_pension: None,
        ..form.clone()
    };
    let without_day = DisabilityForm {
        retired_on: None,
        ..form.clone()
    };
    let with_category = DisabilityForm {
        retirement_category: RetirementCategory::Male as i32,
        ..form.clone()
    };
    let of_appraisal = DisabilityForm {
        occasion: DisabilityOccasion::Appraisal as i32,
        ..form.clone()
    };
    for form in [without_pension, without_day, with_category] {
        assert_eq!(injured.refused(&form).await, "DISABILITY_RETIREMENT_FACTS");
    }
    assert_eq!(injured.refused(&of_appraisal).await, "DISABILITY_DECIDED");
    let future = retired(&injured, date!(2028 - 01 - 16), "3000.00");
    let before = retired(&injured, date!(2026 - 12 - 06), "3000.00");
    for form in [future, before] {
        assert_eq!(injured.refused(&form).await, "DISABILITY_RETIREMENT_DATE");
    }
    let ended = injured.form(DisabilityOccasion::RelationEnd);
    assert_eq!(injured.refused(&ended).await, "DISABILITY_GRADE");
    let better = ("深劳鉴〔2028〕1号", RETIRED);
    injured
        .appraise(better.0, better.1, (5, NursingGrade::Unspecified))
        .await;
    assert_eq!(injured.refused(&form).await, "DISABILITY_NOT_DECIDED");
    injured
        .approve(&injured.form(DisabilityOccasion::Appraisal))
        .await;
    assert_eq!(injured.refused(&form).await, "DISABILITY_GRADE");
}
