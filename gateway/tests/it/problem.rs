//! What goes wrong is a problem with a reason, a sentence and the fields.

use axum::body::Body;
use contracts::Refused;
use contracts::common::v1::{GetCaseResponse, Refusal, SignCaseResponse, SubmitCaseResponse};
use gateway::Settings;
use http::{Method, StatusCode};
use serde_json::json;
use tonic::{Code, Status};

use crate::world::{AREA, World, json, request};

const SIGN: &str = "common.v1.CaseService/SignCase";
const SUBMIT: &str = "common.v1.CaseService/SubmitCase";

#[tokio::test]
async fn a_refusal_is_422_with_its_reason_its_sentence_and_its_article() {
    let world = World::new().await;
    world.on(SIGN, |_| {
        let refused = Refused::because(Refusal::CaseState).with("state", "已办结");
        Err::<SignCaseResponse, _>(chassis::Error::from(refused).into())
    });
    let response = world
        .send(request(
            Method::POST,
            "/v1/registration/cases/x:sign",
            &[],
            Body::from("{}"),
        ))
        .await;
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let (status, problem) = json(response).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert_eq!(problem["type"], "urn:workinjury:CASE_STATE");
    assert_eq!(problem["reason"], "CASE_STATE");
    assert_eq!(problem["status"], 422);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("办件当前状态为“已办结”")
    );
    assert!(problem["source"].as_str().unwrap().contains("一四八"));
    assert!(
        problem["instance"]
            .as_str()
            .unwrap()
            .starts_with("urn:uuid:")
    );
}

#[tokio::test]
async fn fields_outside_their_bounds_are_named() {
    let world = World::new().await;
    world.on(SUBMIT, |_| {
        let error = chassis::Error::invalid("poolingArea", "统筹地区", "必须填写");
        Err::<SubmitCaseResponse, _>(error.into())
    });
    let (status, problem) = world.post("/v1/registration/cases", json!({})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(problem["reason"], "INVALID_FIELD");
    assert_eq!(
        problem["fields"][0],
        json!({ "field": "poolingArea", "message": "统筹地区：必须填写" })
    );
}

#[tokio::test]
async fn what_is_no_json_no_form_or_no_parameter_is_said_plainly() {
    let world = World::new().await;
    let send = |body: &'static str| {
        world.send(request(
            Method::POST,
            "/v1/registration/cases",
            &[],
            Body::from(body),
        ))
    };
    for body in [
        "{",
        "[]",
        "\"x\"",
        "{\"application\": {}}",
        "{\"application\": {\"@type\": \"x.Y\"}}",
    ] {
        let (status, problem) = json(send(body).await).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
    for (query, field) in [
        ("colour=red", "colour"),
        ("pageSize=many", "pageSize"),
        ("state=NO", "state"),
        ("overdue=perhaps", "overdue"),
        ("state.x=1", "state.x"),
    ] {
        let (status, problem) = world.get(&format!("/v1/registration/cases?{query}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(problem["fields"][0]["field"], field);
    }
}

#[tokio::test]
async fn codes_become_the_statuses_of_http_and_no_cause_leaks() {
    let world = World::new().await;
    for (code, status) in [
        (Code::Unauthenticated, 401),
        (Code::PermissionDenied, 403),
        (Code::NotFound, 404),
        (Code::Aborted, 409),
        (Code::ResourceExhausted, 429),
        (Code::Internal, 500),
        (Code::Unimplemented, 501),
        (Code::Unavailable, 503),
        (Code::DeadlineExceeded, 504),
    ] {
        world.on(SIGN, move |_| {
            Err::<SignCaseResponse, _>(Status::new(code, "password=secret"))
        });
        let (answered, problem) = world.post("/v1/registration/cases/x:sign", json!({})).await;
        assert_eq!(answered.as_u16(), status);
        assert!(!problem.to_string().contains("secret"), "{problem}");
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_may_have_taken_effect_is_not_said_to_have_had_none() {
    let world = World::new().await;
    for code in [
        Code::Unknown,
        Code::Internal,
        Code::Unavailable,
        Code::Cancelled,
        Code::DeadlineExceeded,
        Code::Ok,
    ] {
        if code == Code::Ok {
            // No message of the contract: field 1 is cut off.
            world.on_bytes(SIGN, b"\x0a\xff\x01");
        } else {
            world.on(SIGN, move |_| {
                Err::<SignCaseResponse, _>(Status::new(code, "the connection is lost"))
            });
        }
        let (_, problem) = world.post("/v1/registration/cases/x:sign", json!({})).await;
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("用同一请求编号重试"), "{code:?}: {detail}");
        assert!(!detail.contains("没有生效"), "{code:?}: {detail}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_under_a_call_is_503_so_that_clients_ask_again() {
    let world = World::new().await;
    for code in [Code::Cancelled, Code::Unknown] {
        world.on(SIGN, move |_| {
            Err::<SignCaseResponse, _>(Status::new(code, "operation was canceled"))
        });
        let (status, problem) = world.post("/v1/registration/cases/x:sign", json!({})).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{problem}");
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_is_503() {
    let world = World::without_services().await;
    let (status, problem) = world.get("/v1/registration/cases?poolingArea=440300").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{problem}");
    assert_eq!(problem["reason"], "UNAVAILABLE");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let world = World::new().await;
    for path in [
        "/v2",
        "/v1/cases",
        "/v1/payroll/cases",
        "/v1/registration/cases/x:explode",
        "/",
    ] {
        let (status, problem) = world.get(path).await;
        assert_eq!(
            (status, &problem["reason"]),
            (StatusCode::NOT_FOUND, &json!("PATH_NOT_FOUND")),
            "{path}"
        );
    }
    let response = world
        .send(request(
            Method::DELETE,
            "/v1/registration/cases",
            &[],
            Body::empty(),
        ))
        .await;
    let allow = response.headers()["allow"].to_str().unwrap().to_owned();
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    assert_eq!(json(response).await.0, StatusCode::METHOD_NOT_ALLOWED);
    let response = world
        .send(request(Method::DELETE, "/openapi.json", &[], Body::empty()))
        .await;
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_413() {
    let world = World::with(Settings {
        json_bytes: 100,
        ..Settings::default()
    })
    .await;
    let body = json!({ "poolingArea": AREA, "requestId": "x".repeat(200) });
    let (status, problem) = world.post("/v1/registration/cases", body).await;
    assert_eq!(
        (status, &problem["reason"]),
        (StatusCode::PAYLOAD_TOO_LARGE, &json!("BODY_TOO_LARGE"))
    );
}

#[tokio::test]
async fn one_caller_who_asks_too_often_waits_and_others_do_not() {
    let world = World::with(Settings {
        rate_burst: 3,
        rate_per_second: 1,
        ..Settings::default()
    })
    .await;
    let path = "/v1/registration/cases/x";
    for _ in 0..3 {
        assert_eq!(world.get(path).await.0, StatusCode::NOT_FOUND);
    }
    let response = world
        .send(request(Method::GET, path, &[], Body::empty()))
        .await;
    assert!(
        response.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse::<u64>()
            .unwrap()
            >= 1
    );
    assert_eq!(json(response).await.0, StatusCode::TOO_MANY_REQUESTS);
    let mut other = request(Method::GET, path, &[], Body::empty());
    other
        .headers_mut()
        .insert("authorization", "Bearer other".parse().unwrap());
    assert_eq!(world.send(other).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_only_looked_is_not_told_of_an_outcome_that_is_open() {
    let world = World::new().await;
    world.on("common.v1.CaseService/GetCase", |_| {
        Err::<GetCaseResponse, _>(Status::new(Code::Unavailable, "the connection is lost"))
    });
    let (answered, problem) = world
        .get("/v1/registration/cases/x?poolingArea=440300")
        .await;
    assert_eq!(answered.as_u16(), 503);
    let detail = problem["detail"].as_str().unwrap();
    assert_eq!(detail, "服务暂时不可用。请稍后重试。");
}
