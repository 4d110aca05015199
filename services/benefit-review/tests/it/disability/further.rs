//! What a later conclusion changes.

use super::*;

// Art. 68
#[tokio::test]
async fn a_later_conclusion_replaces_what_is_paid_by_the_month_and_leaves_the_lump_sum() {
    let injured = injured().await;
    injured
        .appraise(CONCLUSION, CONCLUDED, (3, NursingGrade::Mostly))
        .await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    assert_eq!(injured.refused(&form).await, "DISABILITY_DECIDED");
    // What collection knows becomes another, the own wage does not.
    let more = (injured.n, "9000.00");
    injured
        .town
        .declare_more(&injured.employer_id, november(), more)
        .await;
    injured.town.set("area_average_monthly_wage", "8500").await;

    let worse = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured
        .appraise(worse.0, worse.1, (2, NursingGrade::Unspecified))
        .await;
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 138000.00 FUND",
            "DISABILITY_ALLOWANCE 5100.00 2028-06 FUND",
            "NURSING_ALLOWANCE 0.00 2028-06 FUND",
        ]
    );
    assert_eq!(sums(&decision), ["0.00", "0.00", "5100.00", "0.00"]);
    assert_eq!((&decision.claim_id, decision.sequence), (&claim, 1));
    let (kept, why) = line(
        &decision.awards,
        BenefitKind::LumpSumDisability,
        "复查鉴定结论",
    )
    .unwrap();
    assert_eq!(kept, worse.0);
    assert!(why.contains("第二十八条"), "{why}");
    let (from, _) = line(
        &decision.awards,
        BenefitKind::NursingAllowance,
        "停发起始月",
    )
    .unwrap();
    assert_eq!(from, "2028-06");
    // What would be another by now is to be looked at, and changes nothing by itself.
    injured.compare().await;
    let differences = injured.differences().await;
    assert_eq!(differences.len(), 1);
    let wage = |wage: &Option<OwnWage>| yuan(wage.as_ref().unwrap().monthly.as_ref()).to_owned();
    let (kept, now) = (wage(&differences[0].kept), wage(&differences[0].now));
    assert_eq!((kept.as_str(), now.as_str()), ("6000.00", "9000.00"));
    assert_eq!(differences[0].recognition_number, NUMBER);
    assert!(injured.compare().await.is_empty());
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[1]),
        [
            "NURSING_ALLOWANCE 0.00 2028-06 FUND replaces",
            "DISABILITY_ALLOWANCE 5100.00 2028-06 FUND replaces",
        ]
    );

    let better = ("深劳鉴〔2029〕1号", date!(2029 - 06 - 01));
    injured
        .appraise(better.0, better.1, (6, NursingGrade::Partly))
        .await;
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 138000.00 FUND",
            "DISABILITY_ALLOWANCE 0.00 2029-07 FUND",
            "NURSING_ALLOWANCE 2550.00 2029-07 FUND",
            "DISABILITY_ALLOWANCE 3600.00 2029-07 EMPLOYER",
        ]
    );
    assert_eq!(sums(&decision), ["0.00", "0.00", "2550.00", "3600.00"]);
    let listed = ListCashClaimsRequest {
        claim_id: claim,
        ..ListCashClaimsRequest::default()
    };
    let listed = injured.claims(&handler(), listed).await;
    let sequences: Vec<_> = listed.iter().map(|claim| claim.sequence).collect();
    assert_eq!(sequences, [2, 1, 0]);
}

// Art. 68
#[tokio::test]
async fn a_later_conclusion_of_the_same_degrees_changes_nothing() {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let first = injured.approve(&form).await;
    injured.town.set("area_average_monthly_wage", "9000").await;
    let later = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured.appraise(later.0, later.1, degrees).await;
    let second = injured.approve(&form).await;
    assert_eq!(lines(&second.awards), lines(&first.awards));
    assert_eq!(second.conclusion_number, later.0);
    let decided = injured.told().await;
    assert!(decided[1..].iter().flatten().next().is_none());
}

// Art. 68
#[tokio::test]
async fn late_bases_raise_a_difference_when_kept_own_wages_are_compared() {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&form).await;
    assert!(injured.compare().await.is_empty());
    let (employer_id, n) = (&injured.employer_id, injured.n);
    let more = (n, "7500.00");
    injured
        .town
        .declare_more(employer_id, november(), more)
        .await;
    // Two who compare at once, and the night beside them, raise it once.
    let (one, other) = tokio::join!(injured.compare(), injured.compare());
    assert!(one.len() + other.len() <= 1);
    let raised = injured.differences().await;
    assert_eq!(raised.len(), 1);
    let sheet = |wage: &Option<OwnWage>| wage.clone().unwrap().worksheet.unwrap().lines.len();
    assert!(sheet(&raised[0].kept) > 3 && sheet(&raised[0].now) > 3);
    // The same figure is raised once.
    assert!(injured.compare().await.is_empty());
    assert_eq!(injured.differences().await, raised);
    let told = injured.told().await;
    assert_eq!(told.len(), 1);
}

// Art. 68
#[tokio::test]
async fn late_bases_raise_a_difference_by_themselves_with_the_next_day() {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    injured
        .approve(&injured.form(DisabilityOccasion::Appraisal))
        .await;
    let more = (injured.n, "7500.00");
    injured
        .town
        .declare_more(&injured.employer_id, november(), more)
        .await;
    injured.at(CONCLUDED + time::Duration::days(1));
    let raised = chassis::testing::eventually(async || {
        let raised = injured.differences().await;
        (!raised.is_empty()).then_some(raised)
    });
    let now = raised.await.remove(0).now.unwrap();
    assert_eq!(yuan(now.monthly.as_ref()), "7500.00");
}

// Art. 68
#[tokio::test]
async fn a_first_lump_sum_after_a_conclusion_without_a_grade_is_not_called_decided_already() {
    let injured = injured().await;
    let nursing = (0, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, nursing).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&form).await;
    let later = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured
        .appraise(later.0, later.1, (7, NursingGrade::Partly))
        .await;
    let decision = injured.approve(&form).await;
    let lump_sum = BenefitKind::LumpSumDisability;
    assert_eq!(line(&decision.awards, lump_sum, "复查鉴定结论"), None);
    let (months, _) = line(&decision.awards, lump_sum, "一次性伤残补助金月数").unwrap();
    assert_eq!(months, "13");
}
