//! Applications on their way: withdrawn, returned, and two of one injury at once.

use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{CaseState, ReturnCaseRequest, ReviseCaseRequest, WithdrawCaseRequest};
use contracts::options::v1::{Department, Duty};

use super::*;

async fn appraised() -> Injured {
    let injured = injured().await;
    let degrees = (9, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    injured
}

// Art. 68
#[tokio::test]
async fn an_application_that_is_withdrawn_decides_nothing_and_may_be_made_again() {
    let injured = appraised().await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let service = &injured.town.service;
    let own = party(Caller::Employer, &injured.employer_id);
    let case = service.submit(&own, &form, PAPERS).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    let withdraw = WithdrawCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        ..WithdrawCaseRequest::default()
    };
    let mut cases = CaseServiceClient::new(service.connect(&own).await);
    cases.withdraw_case(withdraw).await.unwrap();
    assert!(injured.told().await.is_empty());
    let none = injured.claims(&own, ListCashClaimsRequest::default()).await;
    assert!(none.is_empty());
    let decision = injured.approve(&form).await;
    assert_eq!((decision.sequence, sums(&decision)[0]), (0, "54000.00"));
}

// Art. 68
#[tokio::test]
async fn an_application_that_is_returned_is_decided_as_it_was_corrected() {
    let injured = appraised().await;
    let wrong = injured.form(DisabilityOccasion::RelationEnd);
    let service = &injured.town.service;
    let case = service.submit(&handler(), &wrong, PAPERS).await.unwrap();
    let reviewer = chassis::testing::clerk(Department::Business, Duty::Reviewer);
    let mut reviewers = CaseServiceClient::new(service.connect(&reviewer).await);
    let back = ReturnCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        reason: "劳动关系没有解除，请更正申请事由".to_owned(),
        ..ReturnCaseRequest::default()
    };
    reviewers.return_case(back).await.unwrap();
    let right = injured.form(DisabilityOccasion::Appraisal);
    let revise = ReviseCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        application: Some(chassis::wire::any(&right)),
        evidence: case.evidence.clone(),
        ..ReviseCaseRequest::default()
    };
    let mut handlers = CaseServiceClient::new(service.connect(&handler()).await);
    let revised = handlers.revise_case(revise).await.unwrap().into_inner();
    service.sign_off(&revised.case.unwrap()).await.unwrap();
    let decided = injured.told().await;
    assert_eq!(told(&decided[0]), ["LUMP_SUM_DISABILITY 54000.00 FUND"]);
}

// Art. 68
#[tokio::test]
async fn of_two_applications_of_one_injury_the_second_is_examined_anew_and_refused() {
    let injured = appraised().await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let by_person = DisabilityForm {
        employer_id: String::new(),
        ..form.clone()
    };
    let service = &injured.town.service;
    let mut both = Vec::new();
    for form in [&form, &by_person] {
        let case = service.submit(&handler(), form, PAPERS).await.unwrap();
        both.push(service.sign_next(&case).await.unwrap());
    }
    let signed = tokio::join!(service.sign_next(&both[0]), service.sign_next(&both[1]));
    let (first, second) = match signed {
        (Ok(first), Err(_)) => (first, &both[1]),
        (Err(_), Ok(first)) => (first, &both[0]),
        other => panic!("{other:?}"),
    };
    assert_eq!(first.state(), CaseState::Approved);
    let refused = service.sign_off(second).await.unwrap_err();
    assert_eq!(reason(&refused), "DISABILITY_DECIDED");
    assert!(refused.message().contains(&first.case_id), "{refused}");
    let decided = injured.told().await;
    assert_eq!(decided.len(), 1);
    assert_eq!(told(&decided[0]), ["LUMP_SUM_DISABILITY 54000.00 FUND"]);
}
