//! What is due at the end of the labour relation.

use contracts::registration::v1::StaffChangeKind;

use super::*;

// Art. 68
#[tokio::test]
async fn both_lump_sums_are_due_once_and_the_allowance_of_the_employer_ends() {
    let injured = injured().await;
    let ended = injured.form(DisabilityOccasion::RelationEnd);
    assert_eq!(injured.refused(&ended).await, "DISABILITY_NOT_APPRAISED");
    let degrees = (5, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    assert_eq!(injured.refused(&ended).await, "DISABILITY_NOT_DECIDED");
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    let first = injured.approve(&appraisal).await;
    assert_eq!(
        lines(&first.awards),
        [
            "LUMP_SUM_DISABILITY 108000.00 FUND",
            "DISABILITY_ALLOWANCE 4200.00 2027-04 EMPLOYER",
        ]
    );
    assert_eq!(injured.refused(&ended).await, "DISABILITY_RELATION_GOES_ON");
    injured.at(date!(2027 - 07 - 01));
    injured.end(date!(2027 - 06 - 30)).await;
    let few = [EvidenceKind::IdentityCard];
    let service = &injured.town.service;
    let missing = service.submit(&handler(), &ended, &few).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let decision = injured.approve(&ended).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 108000.00 FUND",
            "DISABILITY_ALLOWANCE 0.00 2027-07 EMPLOYER",
            "LUMP_SUM_MEDICAL_SUBSIDY 60000.00 FUND",
            "LUMP_SUM_EMPLOYMENT_SUBSIDY 300000.00 EMPLOYER",
        ]
    );
    assert_eq!(sums(&decision), ["60000.00", "300000.00", "0.00", "0.00"]);
    assert_eq!(decision.relation_ended_on, on(date!(2027 - 06 - 30)));
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[1]),
        [
            "DISABILITY_ALLOWANCE 0.00 2027-07 EMPLOYER replaces",
            "LUMP_SUM_MEDICAL_SUBSIDY 60000.00 FUND",
            "LUMP_SUM_EMPLOYMENT_SUBSIDY 300000.00 EMPLOYER",
        ]
    );
    assert_eq!(
        injured.refused(&ended).await,
        "DISABILITY_SUBSIDIES_DECIDED"
    );
    let later = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured
        .appraise(later.0, later.1, (4, NursingGrade::Unspecified))
        .await;
    assert_eq!(injured.refused(&ended).await, "DISABILITY_NOT_DECIDED");
    assert_eq!(
        injured.refused(&appraisal).await,
        "DISABILITY_RELATION_OVER"
    );
}

// Art. 68
#[tokio::test]
async fn who_left_before_the_conclusion_has_the_lump_sums_and_no_allowance() {
    let injured = injured().await;
    injured.at(CONCLUDED);
    injured.end(date!(2027 - 02 - 28)).await;
    let degrees = (6, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    // The employer of the injury applies.
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    let first = injured.approve(&appraisal).await;
    assert_eq!(lines(&first.awards), ["LUMP_SUM_DISABILITY 96000.00 FUND"]);
    let ended = injured.form(DisabilityOccasion::RelationEnd);
    let decision = injured.approve(&ended).await;
    assert_eq!(sums(&decision), ["48000.00", "240000.00", "0.00", "0.00"]);
}

// Art. 68
#[tokio::test]
async fn both_lump_sums_are_less_near_retirement_by_whose_age_it_is() {
    // A woman born in November 1972.
    let injured = of(502, true).await;
    let share = "subsidy_share_near_retirement";
    injured.town.set(&format!("{share}.1"), "0.2").await;
    injured.town.set("subsidy_at_retirement", "0").await;
    let degrees = (8, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    injured
        .approve(&injured.form(DisabilityOccasion::Appraisal))
        .await;
    injured.end(CONCLUDED).await;
    let of = |category: RetirementCategory| DisabilityForm {
        retirement_category: category as i32,
        ..injured.form(DisabilityOccasion::RelationEnd)
    };
    let not_hers = of(RetirementCategory::Male);
    assert_eq!(injured.refused(&not_hers).await, "DISABILITY_CATEGORY");
    // At fifty she had retired in 2022; at fifty-five and nine months she retires in August 2028: she has to say which.
    let unstated = injured.sign(&of(RetirementCategory::Unspecified)).await;
    let unstated = unstated.unwrap_err();
    assert_eq!(reason(&unstated), "DISABILITY_CATEGORY_NEEDED");
    for day in ["2022-11-01", "2028-08-01"] {
        assert!(unstated.message().contains(day), "{unstated}");
    }
    let worker = injured.preview(&of(RetirementCategory::FemaleWorker)).await;
    let cadre = injured.preview(&of(RetirementCategory::FemaleCadre)).await;
    let subsidies = |decision: &DisabilityDecision| lines(&decision.awards[1..]);
    assert_eq!(
        subsidies(&worker),
        [
            "LUMP_SUM_MEDICAL_SUBSIDY 0.00 FUND",
            "LUMP_SUM_EMPLOYMENT_SUBSIDY 0.00 EMPLOYER",
        ]
    );
    assert_eq!(
        subsidies(&cadre),
        [
            "LUMP_SUM_MEDICAL_SUBSIDY 4800.00 FUND",
            "LUMP_SUM_EMPLOYMENT_SUBSIDY 18000.00 EMPLOYER",
        ]
    );
    let medical = BenefitKind::LumpSumMedicalSubsidy;
    let (day, _) = line(&cadre.awards, medical, "法定退休日期").unwrap();
    assert_eq!(day, "2028-08-01");
    for (label, value) in [
        ("法定退休年龄类别", "原法定退休年龄五十五周岁的女职工"),
        ("原法定退休年龄（周岁）", "55"),
        ("延迟的月数", "9"),
    ] {
        let (found, _) = line(&cadre.awards, medical, label).unwrap();
        assert_eq!(found, value);
    }
    let decision = injured.approve(&of(RetirementCategory::FemaleWorker)).await;
    assert_eq!(decision.sequence, 1);
    let decided = injured.told().await;
    assert!(decided[1..].iter().flatten().next().is_none());
}

// Art. 68
#[tokio::test]
async fn women_need_not_say_when_they_retire_where_it_makes_no_difference() {
    let injured = of(502, true).await;
    let degrees = (8, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    injured
        .approve(&injured.form(DisabilityOccasion::Appraisal))
        .await;
    injured.end(CONCLUDED).await;
    let ended = injured.form(DisabilityOccasion::RelationEnd);
    let decision = injured.approve(&ended).await;
    assert_eq!(sums(&decision), ["24000.00", "90000.00", "0.00", "0.00"]);
}

// Art. 68
#[tokio::test]
async fn the_grade_on_the_last_day_of_the_relation_counts_and_no_later_one() {
    let injured = injured().await;
    let degrees = (8, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&appraisal).await;
    injured.at(date!(2027 - 07 - 01));
    injured.end(date!(2027 - 06 - 30)).await;
    let worse = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured
        .appraise(worse.0, worse.1, (6, NursingGrade::Unspecified))
        .await;
    injured.approve(&appraisal).await;
    let ended = injured.form(DisabilityOccasion::RelationEnd);
    let decision = injured.approve(&ended).await;
    // Four and fifteen months, not eight and forty.
    assert_eq!(sums(&decision), ["24000.00", "90000.00", "0.00", "0.00"]);
    let medical = BenefitKind::LumpSumMedicalSubsidy;
    let (grade, _) = line(&decision.awards, medical, "伤残等级").unwrap();
    assert_eq!(grade, "8");
    let label = "终止之日有效的鉴定结论日期";
    let (concluded, _) = line(&decision.awards, medical, label).unwrap();
    assert_eq!(concluded, "2027-03-10");
}

// Art. 60, Art. 68
#[tokio::test]
async fn the_employer_that_the_relation_ended_with_owes_what_its_end_makes_due() {
    let injured = injured().await;
    let degrees = (6, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&appraisal).await;
    let (town, first) = (&injured.town, &injured.employer_id);
    injured.at(date!(2027 - 04 - 05));
    let second = town.register(2).await;
    let left_on = date!(2027 - 04 - 02);
    town.report(first, 1, StaffChangeKind::End, left_on).await;
    town.hire(&second, 1).await;
    let moved = RelationChangeForm {
        employer_id: first.clone(),
        person_id: injured.person.person_id.clone(),
        name: injured.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        change: RelationChange::Transfer as i32,
        changes_on: on(date!(2027 - 04 - 05)),
        new_employer_id: second.clone(),
        ..RelationChangeForm::default()
    };
    injured.sign(&moved).await.unwrap();
    injured.at(date!(2027 - 07 - 01));
    let ended = RelationChangeForm {
        employer_id: second.clone(),
        change: RelationChange::End as i32,
        changes_on: on(date!(2027 - 06 - 30)),
        new_employer_id: String::new(),
        end_ground: RelationEndGround::OwnWish as i32,
        ..moved
    };
    injured.sign(&ended).await.unwrap();
    let injury = town.injury(&injured.person.person_id, NUMBER).await;
    assert_eq!(injury.present_employer_id, "");
    assert_eq!(injury.last_employer_id, second);

    // The employer with which it ended applies, and bears.
    let form = DisabilityForm {
        employer_id: second.clone(),
        ..injured.form(DisabilityOccasion::RelationEnd)
    };
    injured.approve(&form).await;
    let decided = injured.told().await;
    for benefit in decided.last().unwrap() {
        let expected = match benefit.kind() {
            // It was the first one's from the conclusion on.
            BenefitKind::DisabilityAllowance => first,
            _ => &second,
        };
        assert_eq!(&benefit.employer_id, expected, "{benefit:?}");
    }
    let own = party(Caller::Employer, &second);
    let seen = injured.claims(&own, ListCashClaimsRequest::default()).await;
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].employer_id, second);
}
