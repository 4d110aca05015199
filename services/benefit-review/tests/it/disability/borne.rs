//! Who bears what where the employer was in arrears on the day of the injury.

use contracts::registration::v1::StaffChangeKind;

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

// Art. 56, Art. 68
#[tokio::test]
async fn whoever_bore_an_allowance_bears_what_takes_its_place_after_enrolment_has_ended() {
    let injured = of(1, false).await;
    let (town, employer_id) = (&injured.town, &injured.employer_id);
    let december = november().next();
    town.declare(employer_id, december, &[(1, "6000.00")]).await;
    town.charge(december).await;
    town.pay_all(employer_id, "1000.00", date!(2026 - 12 - 19))
        .await;
    let day = date!(2026 - 12 - 22);
    injured.at(day);
    injured
        .appraise(CONCLUSION, day, (4, NursingGrade::Partly))
        .await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&form).await;

    let retired_on = date!(2026 - 12 - 31);
    injured.at(date!(2027 - 01 - 04));
    let end = StaffChangeKind::End;
    town.report(employer_id, 1, end, retired_on).await;
    let retired = DisabilityForm {
        retired_on: on(retired_on),
        basic_pension: Some(contracts::Money::from_text("3000.00")),
        ..injured.form(DisabilityOccasion::Retirement)
    };
    let decision = injured.approve(&retired).await;
    let difference = "PENSION_DIFFERENCE 1500.00 2027-01 FUND".to_owned();
    assert!(lines(&decision.awards).contains(&difference));

    let worse = ("深劳鉴〔2028〕1号", date!(2028 - 01 - 10));
    injured
        .appraise(worse.0, worse.1, (3, NursingGrade::Mostly))
        .await;
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards)[2..],
        [
            "NURSING_ALLOWANCE 3200.00 2028-02 FUND",
            "PENSION_DIFFERENCE 1800.00 2028-02 FUND",
        ]
    );
    reviewed::assert_upheld(&injured, &decision.claim_id).await;
}

// Art. 58, Art. 68
#[tokio::test]
async fn months_before_a_late_application_was_accepted_are_the_employers() {
    let injured = injured().await;
    let number = "深人社认字〔2027〕2号";
    injured.at(date!(2027 - 06 - 15));
    let late = Recognition {
        happened_on: on(INJURED),
        applied_on: on(date!(2027 - 03 - 01)),
        accepted_on: on(date!(2027 - 06 - 10)),
        ..injured
            .town
            .recognition(&injured.employer_id, &injured.person, number)
    };
    let injury = injured.town.injure(&late).await;
    assert_eq!(injury.overdue_until_on, on(date!(2027 - 06 - 10)));
    injured
        .appraise_of(
            number,
            CONCLUSION,
            CONCLUDED,
            (4, NursingGrade::Unspecified),
        )
        .await;
    let form = DisabilityForm {
        recognition_number: number.to_owned(),
        ..injured.form(DisabilityOccasion::Appraisal)
    };
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 126000.00 EMPLOYER",
            "DISABILITY_ALLOWANCE 4500.00 2027-04 EMPLOYER",
            "DISABILITY_ALLOWANCE 4500.00 2027-06 FUND",
        ]
    );
    let until: Vec<_> = decision
        .awards
        .iter()
        .map(|award| text(award.until_month))
        .collect();
    assert_eq!(until, ["", "2027-05", ""]);
    // What is over after some months does not stand by the month.
    assert_eq!(sums(&decision), ["0.00", "126000.00", "4500.00", "0.00"]);
    let decided = injured.told().await;
    assert_eq!(told(&decided[0]), lines(&decision.awards));
    assert_eq!(text(decided[0][1].until_month), "2027-05");

    // A later conclusion changes what goes on, and nothing of what is over.
    let worse = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured
        .appraise_of(number, worse.0, worse.1, (3, NursingGrade::Unspecified))
        .await;
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards)[1..],
        [
            "DISABILITY_ALLOWANCE 4500.00 2027-04 EMPLOYER",
            "DISABILITY_ALLOWANCE 4800.00 2028-06 FUND",
        ]
    );
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[1]),
        ["DISABILITY_ALLOWANCE 4800.00 2028-06 FUND replaces"]
    );
}
