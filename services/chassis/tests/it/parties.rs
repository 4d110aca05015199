//! Whose a case is: the employer or person whom it names sees it, whoever handed it in.

use chassis::testing::{AREA, TestService, clerk, employer};
use chassis::{Actor, Case, Needed, Result, Service, Unit, wire};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{
    Case as CaseMessage, GetCaseRequest, ListCasesRequest, ReturnCaseRequest, ReviseCaseRequest,
    SubmitCaseRequest, WithdrawCaseRequest,
};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::{
    CertificateReason, CertificateReplacementDecision, CertificateReplacementForm,
};
use law::Law;
use law::calendar::Term;
use time::macros::date;
use tonic::Code;
use uuid::Uuid;

use crate::area;

/// Answers how many cases there are, as its certificate's number.
struct Replacement;

#[chassis::async_trait]
impl Case for Replacement {
    type Application = CertificateReplacementForm;
    type Decision = CertificateReplacementDecision;

    fn subject(&self, application: &CertificateReplacementForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &CertificateReplacementForm) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &CertificateReplacementForm,
    ) -> Result<CertificateReplacementDecision> {
        let cases: i64 = sqlx::query_scalar("SELECT count(*) FROM case_file")
            .fetch_one(unit.db())
            .await?;
        Ok(CertificateReplacementDecision {
            employer_id: application.employer_id.clone(),
            replaced_certificate_number: cases.to_string(),
            ..CertificateReplacementDecision::default()
        })
    }

    async fn take_effect(
        &self,
        _unit: &mut Unit,
        _case_id: Uuid,
        _application: CertificateReplacementForm,
        _decision: CertificateReplacementDecision,
    ) -> Result<()> {
        Ok(())
    }
}

async fn service() -> TestService {
    TestService::start(Service::new("registration").case(Replacement)).await
}

fn lost(employer_id: &str) -> CertificateReplacementForm {
    CertificateReplacementForm {
        employer_id: employer_id.to_owned(),
        reason: CertificateReason::Loss as i32,
        happened_on: Some(date!(2026 - 10 - 08).into()),
        statement: "搬迁时遗失".to_owned(),
    }
}

fn handler() -> Actor {
    clerk(Department::Registration, Duty::Handler)
}

async fn cases(service: &TestService, actor: &Actor) -> CaseServiceClient<chassis::testing::As> {
    CaseServiceClient::new(service.connect(actor).await)
}

async fn listed(service: &TestService, actor: &Actor) -> Vec<CaseMessage> {
    let request = ListCasesRequest {
        pooling_area: area(),
        ..ListCasesRequest::default()
    };
    let answer = cases(service, actor).await.list_cases(request).await;
    answer.unwrap().into_inner().cases
}

#[tokio::test]
async fn an_employer_sees_the_case_that_a_clerk_took_in_for_it_and_may_withdraw_it() {
    let service = service().await;
    let (own, other) = (employer("E-1"), employer("E-2"));
    let case = service.submit(&handler(), &lost("E-1"), &[]).await.unwrap();
    assert_eq!(listed(&service, &own).await[0].case_id, case.case_id);
    assert_eq!(listed(&service, &other).await, []);
    let request = GetCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
    };
    let hidden = cases(&service, &other).await.get_case(request).await;
    assert_eq!(hidden.unwrap_err().code(), Code::NotFound);

    let withdrawal = WithdrawCaseRequest {
        pooling_area: area(),
        case_id: case.case_id,
        ..WithdrawCaseRequest::default()
    };
    let stranger = clerk(Department::Registration, Duty::Leader);
    let denied = cases(&service, &stranger)
        .await
        .withdraw_case(withdrawal.clone())
        .await;
    assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);
    cases(&service, &own)
        .await
        .withdraw_case(withdrawal)
        .await
        .unwrap();
}

#[tokio::test]
async fn an_employer_applies_for_itself_only_and_a_revision_stays_with_its_party() {
    let service = service().await;
    let denied = service
        .submit(&employer("E-1"), &lost("E-2"), &[])
        .await
        .unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);

    let case = service.submit(&handler(), &lost("E-1"), &[]).await.unwrap();
    let reviewer = clerk(Department::Registration, Duty::Reviewer);
    let back = ReturnCaseRequest {
        pooling_area: area(),
        case_id: case.case_id.clone(),
        reason: "请补充说明".to_owned(),
        ..ReturnCaseRequest::default()
    };
    cases(&service, &reviewer)
        .await
        .return_case(back)
        .await
        .unwrap();
    let revision = ReviseCaseRequest {
        pooling_area: area(),
        case_id: case.case_id,
        application: Some(wire::any(&lost("E-2"))),
        ..ReviseCaseRequest::default()
    };
    let mut clerk = cases(&service, &handler()).await;
    let refused = clerk.revise_case(revision.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let same = ReviseCaseRequest {
        application: Some(wire::any(&lost("E-1"))),
        ..revision
    };
    clerk.revise_case(same).await.unwrap();
}

#[tokio::test]
async fn a_preview_shows_an_employer_what_the_agency_would_decide() {
    let service = service().await;
    service.submit(&handler(), &lost("E-2"), &[]).await.unwrap();
    let request = SubmitCaseRequest {
        pooling_area: area(),
        application: Some(wire::any(&lost("E-1"))),
        validate_only: true,
        ..SubmitCaseRequest::default()
    };
    let mut seen = Vec::new();
    for actor in [employer("E-1"), handler()] {
        let answer = cases(&service, &actor)
            .await
            .submit_case(request.clone())
            .await
            .unwrap();
        seen.push(answer.into_inner().case.unwrap().decision.unwrap());
    }
    assert_eq!(seen[0], seen[1]);
    let decision: CertificateReplacementDecision = wire::from_any(&seen[0]).unwrap();
    assert_eq!(decision.replaced_certificate_number, "1");
}

#[tokio::test]
async fn a_request_id_that_another_party_used_is_refused_without_showing_what_for() {
    let service = service().await;
    let submission = |employer_id: &str| SubmitCaseRequest {
        pooling_area: area(),
        request_id: "0190163d-8694-739b-aea5-966c26f8ad91".to_owned(),
        application: Some(wire::any(&lost(employer_id))),
        ..SubmitCaseRequest::default()
    };
    let mut replies = Vec::new();
    for employer_id in ["91440300MA5G3F1XX0", "91440300MA5G3F2XX7"] {
        let mut cases = CaseServiceClient::new(service.connect(&employer(employer_id)).await);
        replies.push(cases.submit_case(submission(employer_id)).await);
    }
    replies.remove(0).unwrap();
    let refused = replies.remove(0).unwrap_err();
    assert_eq!(chassis::testing::reason(&refused), "REQUEST_ID_REUSED");
}
