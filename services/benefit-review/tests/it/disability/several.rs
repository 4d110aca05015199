//! Several injuries of one person.

use super::*;

const SECOND: &str = "深人社认字〔2026〕2号";

const NURSING: BenefitKind = BenefitKind::NursingAllowance;

/// Form 68-A of the second injury by an appraisal.
fn of_second(injured: &Injured) -> DisabilityForm {
    DisabilityForm {
        recognition_number: SECOND.to_owned(),
        ..injured.form(DisabilityOccasion::Appraisal)
    }
}

/// What is paid for nursing by the claims as they stand, by recognition.
async fn nursing(injured: &Injured) -> Vec<String> {
    let all = injured
        .claims(&handler(), ListCashClaimsRequest::default())
        .await;
    let mut seen = Vec::new();
    let mut paid = Vec::new();
    for claim in all {
        if !seen.contains(&claim.claim_id) {
            seen.push(claim.claim_id.clone());
            let award = claim.awards.iter().find(|one| one.benefit() == NURSING);
            let line = award.map(|award| lines(std::slice::from_ref(award)).remove(0));
            let line = line.unwrap_or_default();
            paid.push(format!("{} {line}", claim.recognition_number));
        }
    }
    paid.sort();
    paid
}

// Art. 68
#[tokio::test]
async fn of_the_nursing_of_two_injuries_the_higher_degree_counts_and_the_lower_ends() {
    let injured = injured().await;
    injured.injure(SECOND).await;
    let partly = (4, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, partly).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&form).await;
    let fully = ("深劳鉴〔2027〕2号", date!(2027 - 05 - 10));
    injured
        .appraise_of(SECOND, fully.0, fully.1, (1, NursingGrade::Full))
        .await;
    let decision = injured.approve(&of_second(&injured)).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 162000.00 FUND",
            "DISABILITY_ALLOWANCE 5400.00 2027-06 FUND",
            "NURSING_ALLOWANCE 4000.00 2027-06 FUND",
        ]
    );
    // Who signs sees what becomes of the other.
    assert_eq!(decision.beside.len(), 1);
    let ends = &decision.beside[0];
    assert_eq!(ends.recognition_number, NUMBER);
    let (_, why) = line(ends.award.as_slice(), NURSING, "停发起始月").unwrap();
    assert!(why.contains("每人只享受一项"), "{why}");
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[2]),
        ["NURSING_ALLOWANCE 0.00 2027-06 FUND replaces"]
    );
    let number = |n: &str| format!("深人社认字〔2026〕{n}号");
    assert_eq!(
        nursing(&injured).await,
        [
            format!("{} NURSING_ALLOWANCE 0.00 2027-06 FUND", number("1")),
            format!("{} NURSING_ALLOWANCE 4000.00 2027-06 FUND", number("2")),
        ]
    );

    // The second needs no nursing any more: the first is paid again.
    let none = ("深劳鉴〔2028〕2号", date!(2028 - 06 - 10));
    injured
        .appraise_of(SECOND, none.0, none.1, (1, NursingGrade::Unspecified))
        .await;
    let decision = injured.approve(&of_second(&injured)).await;
    assert_eq!(decision.beside.len(), 1);
    assert_eq!(
        nursing(&injured).await,
        [
            format!("{} NURSING_ALLOWANCE 2400.00 2028-07 FUND", number("1")),
            format!("{} NURSING_ALLOWANCE 0.00 2028-07 FUND", number("2")),
        ]
    );
}

// Art. 68
#[tokio::test]
async fn nursing_of_a_lower_degree_is_not_paid_beside_a_higher_one() {
    let injured = injured().await;
    injured.injure(SECOND).await;
    let mostly = (4, NursingGrade::Mostly);
    injured.appraise(CONCLUSION, CONCLUDED, mostly).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&form).await;
    let partly = (1, NursingGrade::Partly);
    injured
        .appraise_of(SECOND, "深劳鉴〔2027〕2号", CONCLUDED, partly)
        .await;
    let decision = injured.approve(&of_second(&injured)).await;
    assert_eq!(
        lines(&decision.awards)[2],
        "NURSING_ALLOWANCE 0.00 2027-04 FUND"
    );
    let (other, _) = line(&decision.awards, NURSING, "继续支付的生活护理费").unwrap();
    assert_eq!(other, NUMBER);
    assert!(decision.beside.is_empty());
    // Nothing is told of what never was; each injury has its own allowance.
    let decided = injured.told().await;
    assert_eq!(told(&decided[1]), lines(&decision.awards)[..2]);
    let all = injured
        .claims(&handler(), ListCashClaimsRequest::default())
        .await;
    assert!(all.iter().all(|claim| claim.sequence == 0));
}

// Art. 58, Art. 68, Art. 90
#[tokio::test]
async fn nursing_that_stood_back_with_employer_and_fund_stands_back_with_both_when_decided_anew() {
    let injured = injured().await;
    let fully = (1, NursingGrade::Full);
    injured.appraise(CONCLUSION, CONCLUDED, fully).await;
    injured
        .approve(&injured.form(DisabilityOccasion::Appraisal))
        .await;
    injured.at(date!(2027 - 06 - 15));
    let (town, person) = (&injured.town, &injured.person);
    let late = Recognition {
        happened_on: on(INJURED),
        applied_on: on(date!(2027 - 03 - 01)),
        accepted_on: on(date!(2027 - 06 - 10)),
        ..town.recognition(&injured.employer_id, person, SECOND)
    };
    town.injure(&late).await;
    let partly = (4, NursingGrade::Partly);
    injured
        .appraise_of(SECOND, "深劳鉴〔2027〕2号", CONCLUDED, partly)
        .await;
    let claim = injured.sign(&of_second(&injured)).await.unwrap().case_id;
    let objection = CashReviewForm {
        recognition_number: SECOND.to_owned(),
        ..reviewed::objection(&injured, &claim)
    };
    let decision = reviewed::reviewed(&injured, &objection).await;
    let (before, after) = (decision.before.unwrap(), decision.after.unwrap());
    assert_eq!(
        lines(&before.awards)[3..],
        [
            "NURSING_ALLOWANCE 0.00 2027-04 EMPLOYER",
            "NURSING_ALLOWANCE 0.00 2027-06 FUND",
        ]
    );
    assert_eq!(after.awards, before.awards);
    assert!(decision.upheld);
}
