//! A pooling area sees its own rows only, and what is written stays.

use chassis::testing::{AREA, TestService, employer, person};
use chassis::{Actor, Areas};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::parameter_service_client::ParameterServiceClient;
use contracts::common::v1::{GetCaseRequest, ListCasesRequest, ListParametersRequest};
use tonic::Code;

use crate::{RULE, bare, handler, reviewer, wage_change};

fn list(area: &str) -> ListCasesRequest {
    ListCasesRequest {
        pooling_area: area.to_owned(),
        ..ListCasesRequest::default()
    }
}

#[tokio::test]
async fn a_clerk_of_another_area_is_denied_and_sees_nothing() {
    let service = TestService::start(bare()).await;
    let case = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let elsewhere = Actor {
        areas: Areas::Some(vec!["330100".to_owned()]),
        ..reviewer()
    };
    let mut client = CaseServiceClient::new(service.connect(&elsewhere).await);
    assert_eq!(
        client.list_cases(list(AREA)).await.unwrap_err().code(),
        Code::PermissionDenied
    );
    assert!(
        client
            .list_cases(list("330100"))
            .await
            .unwrap()
            .into_inner()
            .cases
            .is_empty()
    );
    let request = GetCaseRequest {
        pooling_area: "330100".to_owned(),
        case_id: case.case_id,
    };
    assert_eq!(
        client.get_case(request).await.unwrap_err().code(),
        Code::NotFound
    );
}

#[tokio::test]
async fn a_person_sees_no_case_of_others() {
    let service = TestService::start(bare()).await;
    service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let mut client = CaseServiceClient::new(service.connect(&person("p-1")).await);
    assert!(
        client
            .list_cases(list(AREA))
            .await
            .unwrap()
            .into_inner()
            .cases
            .is_empty()
    );
}

// Art. 151
#[tokio::test]
async fn an_employer_is_told_by_the_same_law_as_a_clerk() {
    let service = TestService::start(bare()).await;
    service
        .approve(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let channel = service.connect(&employer("91440300MA5G3F1XX0")).await;
    let request = ListParametersRequest {
        pooling_area: AREA.to_owned(),
        on: None,
    };
    let listed = ParameterServiceClient::new(channel)
        .list_parameters(request)
        .await
        .unwrap()
        .into_inner()
        .parameters;
    let wage = listed
        .iter()
        .find(|p| p.name == "area_average_monthly_wage")
        .unwrap();
    assert_eq!((wage.value.as_str(), wage.local), ("14000.00", true));
}

#[tokio::test]
async fn without_an_area_the_database_shows_nothing_rather_than_everything() {
    let service = TestService::start(bare()).await;
    service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let pool = service.platform.db().pool();
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM case_file")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(seen, 0);
}

#[tokio::test]
async fn every_table_with_an_area_is_protected_also_against_its_owner() {
    let service = TestService::start(bare()).await;
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relkind IN ('r', 'p') AND a.attname = 'pooling_area'
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
    )
    .fetch_all(service.platform.db().pool())
    .await
    .unwrap();
    assert!(open.is_empty(), "{open:?}");
}

#[tokio::test]
async fn a_signature_can_be_neither_changed_nor_deleted() {
    let service = TestService::start(bare()).await;
    service
        .approve(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    for statement in [
        "UPDATE case_signature SET opinion = 'x'",
        "DELETE FROM case_signature",
        "DELETE FROM journal",
    ] {
        let refused = sqlx::query(statement)
            .execute(service.platform.db().pool())
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{refused}");
    }
}

#[tokio::test]
async fn nobody_and_strangers_are_turned_away() {
    let service = TestService::start(bare()).await;
    let mut nobody = CaseServiceClient::new(service.connect_as_nobody().await);
    assert_eq!(
        nobody.list_cases(list(AREA)).await.unwrap_err().code(),
        Code::Unauthenticated
    );
    // A service of the platform is known by its certificate, but this is not for services.
    let mut peer = CaseServiceClient::new(service.connect_as_service("collection").await);
    assert_eq!(
        peer.list_cases(list(AREA)).await.unwrap_err().code(),
        Code::PermissionDenied
    );
}
