//! Wages that are stated where collection has no base.

use contracts::Money;

use super::*;

const EARLY: &str = "深人社认字〔2026〕3号";

fn wages(months: &[(&str, &str)]) -> Vec<MonthlyBase> {
    let wage = |(month, yuan): &(&str, &str)| MonthlyBase {
        month: Some(month.parse::<Month>().unwrap().into()),
        base: Some(Money::from_text(*yuan)),
    };
    months.iter().map(wage).collect()
}

/// An injury of the day of the first enrolment, before which there is no base.
async fn without_bases() -> Injured {
    let injured = injured().await;
    let (town, person) = (&injured.town, &injured.person);
    let early = town.recognition(&injured.employer_id, person, EARLY);
    town.injure(&early).await;
    injured
        .appraise_of(EARLY, CONCLUSION, CONCLUDED, (9, NursingGrade::Unspecified))
        .await;
    injured
}

// Art. 68
#[tokio::test]
async fn who_was_insured_only_after_the_injury_has_the_wages_that_are_proven() {
    let injured = without_bases().await;
    let form = DisabilityForm {
        recognition_number: EARLY.to_owned(),
        ..injured.form(DisabilityOccasion::Appraisal)
    };
    assert_eq!(injured.refused(&form).await, "NO_BASES");
    let stated = |months| DisabilityForm {
        wages: wages(months),
        ..form.clone()
    };
    let good = stated(&[("2026-09", "5000"), ("2026-10", "5500.01")]);
    let few = [EvidenceKind::AppraisalConclusion];
    let missing = injured.town.service.submit(&handler(), &good, &few).await;
    assert_eq!(reason(&missing.unwrap_err()), "EVIDENCE_MISSING");
    let late = stated(&[("2026-11", "5000")]);
    let early = stated(&[("2025-10", "5000")]);
    let twice = stated(&[("2026-09", "5000"), ("2026-09", "5000")]);
    for wrong in [late, early, twice] {
        assert_eq!(injured.refused(&wrong).await, "WAGE_MONTH");
    }
    let decision = injured.approve(&good).await;
    let own_wage = decision.own_wage.as_ref().unwrap();
    assert_eq!((own_wage.sum.as_str(), own_wage.months), ("10500.01", 2));
    let sheet = own_wage.worksheet.as_ref().unwrap();
    let mut lines = sheet.lines.iter();
    let line = lines.find(|line| line.label == "前12个月内申报的工资之和");
    let source = &line.unwrap().source;
    assert!(source.contains("纳税记录"), "{source}");
    assert_eq!(yuan(decision.awards[0].amount.as_ref()), "47250.05");
    assert!(injured.compare().await.is_empty());
    let retired = DisabilityForm {
        retired_on: on(CONCLUDED),
        basic_pension: Some(Money::from_text("3000.00")),
        occasion: DisabilityOccasion::Retirement as i32,
        ..good
    };
    assert_eq!(injured.refused(&retired).await, "WAGES_NOT_NEEDED");
}

// Art. 68
#[tokio::test]
async fn wages_are_bounded_like_bases_and_taken_only_without_them() {
    let injured = without_bases().await;
    let of_early = DisabilityForm {
        recognition_number: EARLY.to_owned(),
        wages: wages(&[("2026-10", "1000")]),
        ..injured.form(DisabilityOccasion::Appraisal)
    };
    let decision = injured.preview(&of_early).await;
    let own_wage = decision.own_wage.as_ref().unwrap();
    assert_eq!(yuan(own_wage.monthly.as_ref()), "4800.00");

    injured
        .appraise(
            "深劳鉴〔2027〕2号",
            CONCLUDED,
            (9, NursingGrade::Unspecified),
        )
        .await;
    let beside = DisabilityForm {
        wages: wages(&[("2026-10", "9000")]),
        ..injured.form(DisabilityOccasion::Appraisal)
    };
    assert_eq!(injured.refused(&beside).await, "WAGES_NOT_NEEDED");
}
