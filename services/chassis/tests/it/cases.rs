//! Cases, on the one form that every service has: the change of an area's parameter.

use chassis::testing::{TestService, clerk, employer, reason};
use chassis::{Actor, wire};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::parameter_service_client::ParameterServiceClient;
use contracts::common::v1::{
    Case, CaseState, GetCaseRequest, ListCaseHistoryRequest, ListCasesRequest,
    ListParametersRequest, ParameterChangeDecision, RefuseCaseRequest, ReturnCaseRequest,
    ReviseCaseRequest, SignCaseRequest, SubmitCaseRequest, WithdrawCaseRequest,
};
use contracts::options::v1::{Department, Duty};
use tonic::{Code, Status};

mod submitted;

use crate::{RULE, area, bare, handler, leader, reviewer, wage_change};

async fn cases(service: &TestService, actor: &Actor) -> CaseServiceClient<chassis::testing::As> {
    CaseServiceClient::new(service.connect(actor).await)
}

async fn seen(service: &TestService, actor: &Actor, case: &Case) -> Case {
    let request = GetCaseRequest {
        pooling_area: area(),
        case_id: case.case_id.clone(),
    };
    cases(service, actor)
        .await
        .get_case(request)
        .await
        .unwrap()
        .into_inner()
        .case
        .unwrap()
}

async fn sign(service: &TestService, actor: &Actor, case: &Case) -> Result<Case, Status> {
    let request = SignCaseRequest {
        pooling_area: area(),
        case_id: case.case_id.clone(),
        decision_digest: case.decision_digest.clone(),
        ..SignCaseRequest::default()
    };
    Ok(cases(service, actor)
        .await
        .sign_case(request)
        .await?
        .into_inner()
        .case
        .unwrap())
}

async fn wage_in_force(service: &TestService) -> Option<String> {
    let mut client = ParameterServiceClient::new(service.connect(&reviewer()).await);
    let request = ListParametersRequest {
        pooling_area: area(),
        on: None,
    };
    let listed = client
        .list_parameters(request)
        .await
        .unwrap()
        .into_inner()
        .parameters;
    listed
        .into_iter()
        .find(|p| p.name == "area_average_monthly_wage")
        .map(|p| p.value)
}

// Art. 148, Art. 151
#[tokio::test]
async fn a_case_takes_effect_with_its_last_signature_and_not_before() {
    let service = TestService::start(bare()).await;
    let case = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    assert_eq!(case.state(), CaseState::Submitted);
    assert_eq!(case.awaited(), Duty::Reviewer);

    let case = seen(&service, &reviewer(), &case).await;
    let decision: ParameterChangeDecision =
        wire::from_any(case.decision.as_ref().unwrap()).unwrap();
    assert_eq!(decision.after.unwrap().value, "14000.00");
    let case = sign(&service, &reviewer(), &case).await.unwrap();
    assert_eq!(
        (case.state(), case.awaited()),
        (CaseState::InSigning, Duty::Leader)
    );
    assert_eq!(wage_in_force(&service).await, None);

    let case = sign(&service, &leader(), &case).await.unwrap();
    assert_eq!(case.state(), CaseState::Approved);
    assert_eq!(wage_in_force(&service).await.as_deref(), Some("14000.00"));
}

// Art. 148
#[tokio::test]
async fn a_person_may_not_sign_twice_on_one_case() {
    let service = TestService::start(bare()).await;
    let both = Actor {
        duties: vec![Duty::Reviewer, Duty::Leader],
        ..reviewer()
    };
    let case = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let case = sign(&service, &both, &seen(&service, &both, &case).await)
        .await
        .unwrap();
    let refused = sign(&service, &both, &case).await.unwrap_err();
    assert_eq!(reason(&refused), "SIGNED_BEFORE");
    sign(&service, &leader(), &case).await.unwrap();
}

// Art. 148
#[tokio::test]
async fn the_clerk_who_took_the_application_in_may_not_sign_it() {
    let service = TestService::start(bare()).await;
    let case = service
        .submit(&reviewer(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let case = seen(&service, &reviewer(), &case).await;
    assert_eq!(
        reason(&sign(&service, &reviewer(), &case).await.unwrap_err()),
        "SIGNED_BEFORE"
    );
}

// Art. 148
#[tokio::test]
async fn only_the_awaited_duty_signs() {
    let service = TestService::start(bare()).await;
    let case = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let case = seen(&service, &leader(), &case).await;
    assert_eq!(
        reason(&sign(&service, &leader(), &case).await.unwrap_err()),
        "DUTY_NOT_AWAITED"
    );
}

// Art. 148
#[tokio::test]
async fn nobody_signs_a_decision_that_they_have_not_seen() {
    let service = TestService::start(bare()).await;
    let case = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let mut case = seen(&service, &reviewer(), &case).await;
    case.decision_digest = "0".repeat(64);
    assert_eq!(
        reason(&sign(&service, &reviewer(), &case).await.unwrap_err()),
        "DECISION_CHANGED"
    );
}

// Art. 148
#[tokio::test]
async fn the_last_signature_is_refused_when_the_facts_have_changed_since_the_first() {
    let service = TestService::start(bare()).await;
    let first = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let first = sign(
        &service,
        &reviewer(),
        &seen(&service, &reviewer(), &first).await,
    )
    .await
    .unwrap();
    // Another case sets the same parameter meanwhile: what was in force before is no longer the same.
    service
        .approve(&handler(), &wage_change("13000.00"), RULE)
        .await
        .unwrap();
    assert_eq!(
        reason(&sign(&service, &leader(), &first).await.unwrap_err()),
        "FACTS_CHANGED"
    );
    assert_eq!(wage_in_force(&service).await.as_deref(), Some("13000.00"));
}

// Art. 148
#[tokio::test]
async fn a_returned_case_is_revised_and_its_chain_starts_again() {
    let service = TestService::start(bare()).await;
    let case = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let case = sign(
        &service,
        &reviewer(),
        &seen(&service, &reviewer(), &case).await,
    )
    .await
    .unwrap();
    let mut leaders = cases(&service, &leader()).await;
    let returned = leaders
        .return_case(ReturnCaseRequest {
            pooling_area: area(),
            case_id: case.case_id.clone(),
            reason: "请核对数值".to_owned(),
            ..ReturnCaseRequest::default()
        })
        .await
        .unwrap()
        .into_inner()
        .case
        .unwrap();
    assert_eq!(returned.state(), CaseState::Returned);
    assert_eq!(returned.reasons[0].sentence, "请核对数值");

    let mut handlers = cases(&service, &handler()).await;
    let revised = handlers
        .revise_case(ReviseCaseRequest {
            pooling_area: area(),
            case_id: case.case_id.clone(),
            application: Some(wire::any(&wage_change("14100.00"))),
            evidence: case.evidence.clone(),
            ..ReviseCaseRequest::default()
        })
        .await
        .unwrap()
        .into_inner()
        .case
        .unwrap();
    assert_eq!(
        (revised.state(), revised.revision),
        (CaseState::Submitted, 2)
    );
    let approved = service.sign_off(&revised).await.unwrap();
    let revisions: Vec<u32> = approved.signatures.iter().map(|s| s.revision).collect();
    assert_eq!(revisions, [1, 1, 2, 2, 2], "old signatures stay");
    assert_eq!(wage_in_force(&service).await.as_deref(), Some("14100.00"));
}

// Art. 148
#[tokio::test]
async fn every_signature_is_bound_to_the_form_and_to_the_one_before_it() {
    let service = TestService::start(bare()).await;
    let case = service
        .approve(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let [taken_in, reviewed, led] = &case.signatures[..] else {
        panic!("three signatures")
    };
    assert_eq!((taken_in.step, reviewed.step, led.step), (0, 1, 2));
    assert_eq!(reviewed.previous_digest, taken_in.digest);
    assert_eq!(led.previous_digest, reviewed.digest);
    assert_eq!(led.form_digest, case.decision_digest);

    let request = ListCaseHistoryRequest {
        pooling_area: area(),
        case_id: case.case_id.clone(),
    };
    let steps = cases(&service, &leader())
        .await
        .list_case_history(request)
        .await
        .unwrap()
        .into_inner()
        .steps;
    assert_eq!(steps.len(), 3);
    assert_eq!(steps[2].signature.as_ref().unwrap().digest, led.digest);
}

// Art. 9
#[tokio::test]
async fn a_refusal_is_written_and_ends_the_case() {
    let service = TestService::start(bare()).await;
    let case = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let request = RefuseCaseRequest {
        pooling_area: area(),
        case_id: case.case_id.clone(),
        reason: "没有政策依据".to_owned(),
        ..RefuseCaseRequest::default()
    };
    let refused = cases(&service, &reviewer())
        .await
        .refuse_case(request)
        .await
        .unwrap()
        .into_inner()
        .case
        .unwrap();
    assert_eq!(refused.state(), CaseState::Refused);
    assert_eq!(refused.reasons[0].sentence, "没有政策依据");
    let late = Case {
        decision_digest: "0".repeat(64),
        ..refused
    };
    assert_eq!(
        reason(&sign(&service, &leader(), &late).await.unwrap_err()),
        "CASE_STATE"
    );
}

// Art. 148
#[tokio::test]
async fn an_applicant_withdraws_what_is_not_decided() {
    let service = TestService::start(bare()).await;
    let case = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let request = WithdrawCaseRequest {
        pooling_area: area(),
        case_id: case.case_id.clone(),
        ..WithdrawCaseRequest::default()
    };
    let withdrawn = cases(&service, &handler())
        .await
        .withdraw_case(request.clone())
        .await
        .unwrap()
        .into_inner()
        .case
        .unwrap();
    assert_eq!(withdrawn.state(), CaseState::Withdrawn);
    let again = cases(&service, &handler())
        .await
        .withdraw_case(request)
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "CASE_STATE");
}

// Art. 148
#[tokio::test]
async fn bad_applications_are_refused_with_what_to_do() {
    let service = TestService::start(bare()).await;
    let without_evidence = service
        .submit(&handler(), &wage_change("14000.00"), &[])
        .await
        .unwrap_err();
    assert_eq!(reason(&without_evidence), "EVIDENCE_MISSING");
    assert!(without_evidence.message().contains("统筹地区政策文件"));

    let by_an_employer = service
        .submit(&employer("91440300MA5G3F1XX0"), &wage_change("1.00"), RULE)
        .await
        .unwrap_err();
    assert_eq!(reason(&by_an_employer), "APPLICANT");

    let mut empty = wage_change("14000.00");
    empty.source.clear();
    let empty = service.submit(&handler(), &empty, RULE).await.unwrap_err();
    assert_eq!(empty.code(), Code::InvalidArgument);
    assert!(empty.message().contains("政策依据"), "{}", empty.message());

    let unknown = SubmitCaseRequest {
        pooling_area: area(),
        application: Some(wire::any(&GetCaseRequest::default())),
        ..SubmitCaseRequest::default()
    };
    let unknown = cases(&service, &handler())
        .await
        .submit_case(unknown)
        .await
        .unwrap_err();
    assert_eq!(reason(&unknown), "UNKNOWN_FORM");

    let malformed = service
        .submit(&handler(), &wage_change("lots"), RULE)
        .await
        .unwrap();
    let shown = seen(&service, &reviewer(), &malformed).await;
    assert_eq!(
        shown.reasons[0].reason, "PARAMETER",
        "examination says why it cannot be approved"
    );
}

// Art. 148
#[tokio::test]
async fn a_preview_shows_the_decision_and_writes_nothing() {
    let service = TestService::start(bare()).await;
    let request = SubmitCaseRequest {
        pooling_area: area(),
        application: Some(wire::any(&wage_change("14000.00"))),
        evidence: vec![contracts::common::v1::Evidence {
            kind: RULE[0] as i32,
            ..Default::default()
        }],
        validate_only: true,
        ..SubmitCaseRequest::default()
    };
    let mut client = cases(&service, &handler()).await;
    let previewed = client
        .submit_case(request)
        .await
        .unwrap()
        .into_inner()
        .case
        .unwrap();
    assert!(previewed.decision.is_some());
    let listed = client
        .list_cases(ListCasesRequest {
            pooling_area: area(),
            ..ListCasesRequest::default()
        })
        .await
        .unwrap()
        .into_inner();
    assert!(listed.cases.is_empty());
}

// Art. 4
#[tokio::test]
async fn a_duty_sees_its_queue_page_by_page() {
    let service = TestService::start(bare()).await;
    for yuan in 14_000..14_005 {
        service
            .submit(&handler(), &wage_change(&format!("{yuan}.00")), RULE)
            .await
            .unwrap();
    }
    let mut client = cases(&service, &leader()).await;
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let page = client
            .list_cases(ListCasesRequest {
                pooling_area: area(),
                page_size: 2,
                page_token: page_token.clone(),
                awaited: Duty::Reviewer as i32,
                ..ListCasesRequest::default()
            })
            .await
            .unwrap()
            .into_inner();
        assert!(page.cases.len() <= 2);
        found.extend(page.cases.into_iter().map(|case| case.case_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 5);
}

// Art. 148
#[tokio::test]
async fn a_department_handles_its_own_forms_only() {
    let service = TestService::start(bare()).await;
    // The form of parameters belongs to no department: any clerk's department may sign it.
    let case = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let audit = clerk(Department::Audit, Duty::Reviewer);
    sign(&service, &audit, &seen(&service, &audit, &case).await)
        .await
        .unwrap();
}
