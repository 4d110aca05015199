//! Whether the fund pays, by what collection knows when something is decided: articles 56, 68 and 90.

use super::reviewed::{assert_upheld, differences, objection, reviewed};
use super::*;

/// A person whose employer was in arrears by what collection knew when the injury was registered; answers what is owed.
async fn in_arrears() -> (Injured, String) {
    let (injured, owed) = unpaid(1, FIGURES).await;
    let injury = injured.injure(NUMBER).await;
    assert_eq!(injury.eligibility(), Eligibility::InArrears);
    injured
        .appraise(CONCLUSION, CONCLUDED, (8, NursingGrade::Unspecified))
        .await;
    (injured, owed)
}

/// The paid list arrives late: the employer had paid in time.
async fn paid_in_time(injured: &Injured, owed: &str) {
    let (town, employer_id) = (&injured.town, &injured.employer_id);
    let day = date!(2026 - 11 - 20);
    town.pay(employer_id, november(), owed, day).await;
}

/// The differences that are listed.
async fn listed(injured: &Injured) -> Vec<EligibilityDifference> {
    let request = ListEligibilityDifferencesRequest {
        pooling_area: AREA.to_owned(),
        ..ListEligibilityDifferencesRequest::default()
    };
    let channel = injured.town.service.connect(&handler()).await;
    let mut benefits = BenefitServiceClient::new(channel);
    let listed = benefits.list_eligibility_differences(request).await;
    listed.unwrap().into_inner().differences
}

/// All are compared; answers what was raised.
async fn compared(injured: &Injured) -> Vec<EligibilityDifference> {
    let request = CompareOwnWagesRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        ..CompareOwnWagesRequest::default()
    };
    let channel = injured.town.service.connect(&handler()).await;
    let mut benefits = BenefitServiceClient::new(channel);
    let compared = benefits.compare_own_wages(request).await.unwrap();
    compared.into_inner().eligibilities
}

// Art. 56, Art. 68
#[tokio::test]
async fn a_paid_list_that_arrives_after_the_registration_counts_in_what_is_decided_then() {
    let (injured, owed) = in_arrears().await;
    paid_in_time(&injured, &owed).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards),
        ["LUMP_SUM_DISABILITY 66000.00 FUND"]
    );
    let all = ListCashClaimsRequest::default();
    let claims = injured.claims(&handler(), all).await;
    assert_eq!(claims[0].eligibility(), Eligibility::Eligible);
    // What was said when it was registered stays as it was said.
    let injury = injured.town.injury(&injured.person.person_id, NUMBER).await;
    assert_eq!(injury.eligibility(), Eligibility::InArrears);
    assert!(compared(&injured).await.is_empty());
    assert!(listed(&injured).await.is_empty());
}

// Art. 56, Art. 68, Art. 90
#[tokio::test]
async fn one_that_arrives_after_the_decision_is_raised_reopens_nothing_and_counts_in_a_review() {
    let (injured, owed) = in_arrears().await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    assert!(compared(&injured).await.is_empty());
    paid_in_time(&injured, &owed).await;
    let raised = compared(&injured).await;
    let [one] = raised.as_slice() else {
        panic!("one difference is raised: {raised:?}");
    };
    assert_eq!(
        (one.registered(), one.now()),
        (Eligibility::InArrears, Eligibility::Eligible)
    );
    assert_eq!(one.claim_ids, [claim.clone()]);
    assert_eq!(listed(&injured).await, raised);
    // Once for the same answer, and nothing is reopened by it.
    assert!(compared(&injured).await.is_empty());
    assert_eq!(injured.told().await.len(), 1);

    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        [
            "LUMP_SUM_DISABILITY ~ 66000.00→0.00 EMPLOYER",
            "LUMP_SUM_DISABILITY ~ 0.00→66000.00 FUND",
        ]
    );
    assert_eq!(
        decision.before.unwrap().eligibility(),
        Eligibility::InArrears
    );
    assert_eq!(decision.after.unwrap().eligibility(), Eligibility::Eligible);
    assert!(listed(&injured).await.is_empty());
    assert_upheld(&injured, &claim).await;
}
