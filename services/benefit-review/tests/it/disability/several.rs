//! Several injuries of one person.

use super::*;

// Art. 68
#[tokio::test]
async fn each_injury_has_its_own_claim_and_of_nursing_the_worksheet_names_the_other() {
    let injured = injured().await;
    let second = "深人社认字〔2026〕2号";
    injured.injure(second).await;
    let partly = (4, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, partly).await;
    let fully = (1, NursingGrade::Full);
    injured
        .appraise_of(second, "深劳鉴〔2027〕2号", CONCLUDED, fully)
        .await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let first = injured.approve(&form).await;
    let of_second = DisabilityForm {
        recognition_number: second.to_owned(),
        ..form
    };
    let decision = injured.approve(&of_second).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 162000.00 FUND",
            "DISABILITY_ALLOWANCE 5400.00 2027-04 FUND",
            "NURSING_ALLOWANCE 4000.00 2027-04 FUND",
        ]
    );
    let label = format!("认定工伤决定书{NUMBER}的生活护理费（每月）");
    let nursing = BenefitKind::NursingAllowance;
    assert_eq!(line(&first.awards, nursing, &label), None);
    let (other, source) = line(&decision.awards, nursing, &label).unwrap();
    assert_eq!(other, "2400.00");
    assert!(source.contains("每人只享受一项"), "{source}");
    let all = injured
        .claims(&handler(), ListCashClaimsRequest::default())
        .await;
    let of: Vec<_> = all
        .iter()
        .map(|claim| claim.recognition_number.as_str())
        .collect();
    assert_eq!(of, [second, NUMBER]);
    assert!(all.iter().all(|claim| claim.sequence == 0));
}
