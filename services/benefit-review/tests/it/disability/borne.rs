//! Who bears what where the employer was in arrears on the day of the injury.

use super::*;

/// The last line of the worksheet of an award.
fn bearer(awards: &[Award], kind: BenefitKind) -> (String, String) {
    let award = awards.iter().find(|award| award.benefit() == kind).unwrap();
    let lines = &award.worksheet.as_ref().unwrap().lines;
    let last = lines.last().unwrap();
    assert_eq!(last.label, "承担方");
    (last.value.clone(), last.source.clone())
}

// Art. 56, Art. 68
#[tokio::test]
async fn the_employer_that_was_in_arrears_and_still_is_bears_everything() {
    let injured = of(1, false).await;
    let injury = injured.town.injury(&injured.person.person_id, NUMBER).await;
    assert_eq!(injury.eligibility(), Eligibility::InArrears);
    injured
        .appraise(CONCLUSION, CONCLUDED, (3, NursingGrade::Mostly))
        .await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 138000.00 EMPLOYER",
            "DISABILITY_ALLOWANCE 4800.00 2027-04 EMPLOYER",
            "NURSING_ALLOWANCE 3200.00 2027-04 EMPLOYER",
        ]
    );
    assert_eq!(sums(&decision), ["0.00", "138000.00", "0.00", "8000.00"]);
    let (bearer, source) = bearer(&decision.awards, BenefitKind::NursingAllowance);
    assert_eq!(bearer, "用人单位");
    assert!(source.contains("第六十二条第二款"), "{source}");
}

// Art. 56, Art. 68
#[tokio::test]
async fn the_fund_bears_what_newly_arises_once_the_employer_has_paid() {
    let injured = of(1, false).await;
    let (town, employer_id) = (&injured.town, &injured.employer_id);
    let second = "深人社认字〔2026〕2号";
    injured.injure(second).await;
    let december = november().next();
    town.declare(employer_id, december, &[(1, "6000.00")]).await;
    town.charge(december).await;
    // More than both months and the late fee come to.
    town.pay_all(employer_id, "1000.00", date!(2026 - 12 - 19))
        .await;

    let day = date!(2026 - 12 - 22);
    injured.at(day);
    injured
        .appraise(CONCLUSION, day, (4, NursingGrade::Partly))
        .await;
    let minor = (8, NursingGrade::Unspecified);
    injured
        .appraise_of(second, "深劳鉴〔2026〕2号", day, minor)
        .await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 126000.00 EMPLOYER",
            "DISABILITY_ALLOWANCE 4500.00 2027-01 FUND",
            "NURSING_ALLOWANCE 2400.00 2027-01 FUND",
        ]
    );
    let (of_fund, source) = bearer(&decision.awards, BenefitKind::DisabilityAllowance);
    assert_eq!(of_fund, "工伤保险基金");
    assert!(source.contains("人社部发〔2016〕29号"), "{source}");
    let (of_employer, _) = bearer(&decision.awards, BenefitKind::LumpSumDisability);
    assert_eq!(of_employer, "用人单位");
    let decided = injured.told().await;
    assert_eq!(told(&decided[0]), lines(&decision.awards));

    injured.end_of(second, date!(2026 - 12 - 21)).await;
    let of_second = |occasion| DisabilityForm {
        recognition_number: second.to_owned(),
        ..injured.form(occasion)
    };
    injured
        .approve(&of_second(DisabilityOccasion::Appraisal))
        .await;
    let decision = injured
        .approve(&of_second(DisabilityOccasion::RelationEnd))
        .await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 66000.00 EMPLOYER",
            "LUMP_SUM_MEDICAL_SUBSIDY 24000.00 FUND",
            "LUMP_SUM_EMPLOYMENT_SUBSIDY 90000.00 EMPLOYER",
        ]
    );
}
