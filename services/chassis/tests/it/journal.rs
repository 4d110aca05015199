//! The journal: every change once, whoever repeats it.

use chassis::testing::{TestService, reason};
use chassis::{Actor, Error, Result, wire};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::journal_service_client::JournalServiceClient;
use contracts::common::v1::{
    Case, Evidence, ListCasesRequest, ListJournalEntriesRequest, SubmitCaseRequest,
    SubmitCaseResponse,
};
use contracts::options::v1::{Department, Duty};
use tonic::Request;

use crate::{RULE, area, bare, handler, wage_change};

fn submission(request_id: &str, value: &str) -> SubmitCaseRequest {
    SubmitCaseRequest {
        pooling_area: area(),
        request_id: request_id.to_owned(),
        application: Some(wire::any(&wage_change(value))),
        evidence: vec![Evidence {
            kind: RULE[0] as i32,
            ..Evidence::default()
        }],
        validate_only: false,
    }
}

const ID: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

#[tokio::test]
async fn a_repeated_request_gets_the_first_reply_and_does_nothing() {
    let service = TestService::start(bare()).await;
    let mut client = CaseServiceClient::new(service.connect(&handler()).await);
    let first = client
        .submit_case(submission(ID, "14000.00"))
        .await
        .unwrap()
        .into_inner();
    let second = client
        .submit_case(submission(ID, "14000.00"))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(first, second);
    let all = client
        .list_cases(ListCasesRequest {
            pooling_area: area(),
            ..ListCasesRequest::default()
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(all.cases.len(), 1);
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_reply_whatever_others_say_by_then() {
    let service = TestService::start(bare()).await;
    let change = async |known: Result<&'static str>| {
        let mut request = Request::new(submission(ID, "14000.00"));
        request.extensions_mut().insert(handler());
        let change = service.platform.change_knowing(
            request,
            |_, _, _| Box::pin(async { known }),
            |_, _, known: &'static str| {
                Box::pin(async move {
                    let case = Some(Case {
                        case_id: known.to_owned(),
                        ..Case::default()
                    });
                    Ok(SubmitCaseResponse { case })
                })
            },
        );
        change.await.map(tonic::Response::into_inner)
    };
    let away = || Err(Error::Unavailable("registration is away".to_owned()));
    let refused = change(away()).await.unwrap_err();
    assert_eq!(reason(&refused), "UNAVAILABLE");
    let first = change(Ok("the first answer")).await.unwrap();
    assert_eq!(change(away()).await.unwrap(), first);
    assert_eq!(change(Ok("another answer")).await.unwrap(), first);
}

#[tokio::test]
async fn the_same_id_with_other_content_is_refused() {
    let service = TestService::start(bare()).await;
    let mut client = CaseServiceClient::new(service.connect(&handler()).await);
    client
        .submit_case(submission(ID, "14000.00"))
        .await
        .unwrap();
    let refused = client
        .submit_case(submission(ID, "15000.00"))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "REQUEST_ID_REUSED");
}

#[tokio::test]
async fn the_reply_to_one_caller_is_not_given_to_another() {
    let service = TestService::start(bare()).await;
    let first = CaseServiceClient::new(service.connect(&handler()).await)
        .submit_case(submission(ID, "14000.00"))
        .await;
    first.unwrap();
    let colleague = Actor {
        id: "clerk-other".to_owned(),
        ..handler()
    };
    let refused = CaseServiceClient::new(service.connect(&colleague).await)
        .submit_case(submission(ID, "14000.00"))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "REQUEST_ID_REUSED");
}

#[tokio::test]
async fn repeats_at_the_same_time_have_one_effect() {
    let service = TestService::start(bare()).await;
    let channel = service.connect(&handler()).await;
    let calls = (0..8).map(|_| {
        let mut client = CaseServiceClient::new(channel.clone());
        async move {
            client
                .submit_case(submission(ID, "14000.00"))
                .await
                .unwrap()
                .into_inner()
        }
    });
    let replies = futures::future::join_all(calls).await;
    assert!(replies.iter().all(|reply| *reply == replies[0]));
}

// Art. 139
#[tokio::test]
async fn auditors_read_who_changed_what() {
    let service = TestService::start(bare()).await;
    service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let auditor = chassis::testing::clerk(Department::Audit, Duty::Handler);
    let mut client = JournalServiceClient::new(service.connect(&auditor).await);
    let request = ListJournalEntriesRequest {
        pooling_area: area(),
        ..ListJournalEntriesRequest::default()
    };
    let entries = client
        .list_journal_entries(request.clone())
        .await
        .unwrap()
        .into_inner()
        .entries;
    assert_eq!(entries.len(), 1);
    assert_eq!(
        entries[0].operation,
        "workinjury.common.v1.SubmitCaseRequest"
    );
    assert_eq!(entries[0].actor, handler().id);

    let mut others = JournalServiceClient::new(service.connect(&handler()).await);
    let denied = others.list_journal_entries(request).await.unwrap_err();
    assert_eq!(denied.code(), tonic::Code::PermissionDenied);
}
