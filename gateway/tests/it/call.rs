//! JSON in, one call, JSON out.

use contracts::Money;
use contracts::collection::v1::{
    EstimateContributionRequest, EstimateContributionResponse, GetEmployerRateRequest,
    GetEmployerRateResponse, ListMonthDetailsRequest, ListMonthDetailsResponse,
};
use contracts::common::v1::{
    Case, CaseState, EvidenceKind, ListCasesRequest, ListCasesResponse, SignCaseRequest,
    SignCaseResponse, SubmitCaseRequest, SubmitCaseResponse,
};
use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{AREA, World};

const ESTIMATE: &str = "collection.v1.AssessmentService/EstimateContribution";
const DETAILS: &str = "collection.v1.SettlementService/ListMonthDetails";
const RATE: &str = "collection.v1.RateService/GetEmployerRate";
const SIGN: &str = "common.v1.CaseService/SignCase";
const SUBMIT: &str = "common.v1.CaseService/SubmitCase";
const LIST: &str = "common.v1.CaseService/ListCases";

#[tokio::test]
async fn a_body_becomes_the_request_and_the_answer_shows_its_zeros() {
    let world = World::new().await;
    world.on(ESTIMATE, |_| {
        Ok(EstimateContributionResponse {
            rate: "0.009".to_owned(),
            contribution: Some(Money::from_text("90.00")),
            ..EstimateContributionResponse::default()
        })
    });
    let body = json!({
        "poolingArea": AREA,
        "industry_code": "47",
        "month": { "year": 2026.0, "month": "10" },
        "payroll": { "yuan": 10000.5 },
        "floatingTier": -1.0,
        "parameters": [
            { "name": "benchmark_rate.4", "value": 0.009 },
            { "name": "base_bounds_apply", "value": true },
        ],
    });
    let (status, answer) = world.post("/v1/contributions:estimate", body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        answer,
        json!({ "riskClass": 0, "rate": "0.009", "contribution": { "yuan": "90.00" } }),
        "zeros are written, messages that are not there are not"
    );
    let asked: EstimateContributionRequest = world.received(ESTIMATE)[0].only();
    assert_eq!(asked.industry_code, "47");
    assert_eq!(asked.payroll.unwrap().as_text(), "10000.5");
    assert_eq!(asked.floating_tier, Some(-1));
    assert_eq!(
        law::Month::try_from(asked.month.unwrap())
            .unwrap()
            .to_string(),
        "2026-10"
    );
    let parameters = asked.parameters.iter();
    let parameters: Vec<_> = parameters.map(|p| (&*p.name, &*p.value)).collect();
    assert_eq!(
        parameters,
        [("benchmark_rate.4", "0.009"), ("base_bounds_apply", "true")]
    );
}

#[tokio::test]
async fn a_shared_contract_is_mounted_below_each_service_and_verbs_are_routed() {
    let world = World::new().await;
    world.on(SIGN, |_| {
        Ok(SignCaseResponse {
            case: Some(Case {
                revision: 1,
                ..Case::default()
            }),
        })
    });
    for service in [
        "registration",
        "collection",
        "medical-agreement",
        "benefit-review",
        "payment",
        "finance",
    ] {
        let path = format!("/v1/{service}/cases/a%2Fb:sign");
        let (status, answer) = world
            .post(&path, json!({ "poolingArea": AREA, "decisionDigest": "d" }))
            .await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(answer["case"]["revision"], 1);
        assert_eq!(answer["case"]["state"], "CASE_STATE_UNSPECIFIED");
    }
    let asked: SignCaseRequest = world.received(SIGN)[0].only();
    assert_eq!(
        (asked.case_id.as_str(), asked.decision_digest.as_str()),
        ("a/b", "d")
    );
}

#[tokio::test]
async fn parameters_of_the_query_become_fields_of_every_kind() {
    let world = World::new().await;
    world.on(LIST, |_| Ok(ListCasesResponse::default()));
    let (status, answer) = world
        .get("/v1/registration/cases?poolingArea=440300&page_size=20&state=RETURNED&overdue=true&awaited=DUTY_LEADER")
        .await;
    assert_eq!(
        (status, &answer),
        (StatusCode::OK, &json!({ "cases": [], "nextPageToken": "" }))
    );
    let asked: ListCasesRequest = world.received(LIST)[0].only();
    assert_eq!(asked.state(), CaseState::Returned);
    assert_eq!((asked.page_size, asked.overdue), (20, true));

    world.on(RATE, |_| Ok(GetEmployerRateResponse::default()));
    for month in [
        "month.year=2026&month.month=3",
        "month=2026-03",
        "month=202603",
    ] {
        let path = format!("/v1/employers/E1/rate?poolingArea=440300&{month}");
        let (status, answer) = world.get(&path).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    for received in world.received(RATE) {
        let asked: GetEmployerRateRequest = received.only();
        assert_eq!(
            law::Month::try_from(asked.month.unwrap())
                .unwrap()
                .to_string(),
            "2026-03"
        );
    }
    world.on(DETAILS, |_| Ok(ListMonthDetailsResponse::default()));
    let (status, answer) = world
        .get("/v1/months/2026/3/details?poolingArea=440300")
        .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let asked: ListMonthDetailsRequest = world.received(DETAILS)[0].only();
    assert_eq!(
        law::Month::try_from(asked.month.unwrap())
            .unwrap()
            .to_string(),
        "2026-03"
    );
}

#[tokio::test]
async fn enum_values_need_no_prefix_and_forms_no_host() {
    let world = World::new().await;
    world.on(SUBMIT, |received| {
        let asked: SubmitCaseRequest = received.only();
        let case = Case {
            application: asked.application,
            ..Case::default()
        };
        Ok(SubmitCaseResponse { case: Some(case) })
    });
    let body = json!({
        "poolingArea": AREA,
        "application": {
            "@type": "workinjury.common.v1.ParameterChangeForm",
            "name": "late_fee_daily_rate", "value": "0.0005", "source": "令",
            "from": { "year": 2026, "month": 1, "day": 1 },
        },
        "evidence": [{ "kind": "LOCAL_RULE" }, { "kind": "EVIDENCE_KIND_OTHER" }],
    });
    let (status, answer) = world.post("/v1/registration/cases", body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let form = &answer["case"]["application"];
    assert_eq!(
        form["@type"],
        "type.googleapis.com/workinjury.common.v1.ParameterChangeForm"
    );
    assert_eq!(form["name"], "late_fee_daily_rate");
    let asked: SubmitCaseRequest = world.received(SUBMIT)[0].only();
    assert_eq!(asked.evidence[0].kind(), EvidenceKind::LocalRule);
    assert_eq!(asked.evidence[1].kind(), EvidenceKind::Other);
}

#[tokio::test]
async fn an_idempotency_key_is_the_request_id_of_its_caller_and_rpc() {
    let world = World::new().await;
    world.on(SUBMIT, |_| Ok(SubmitCaseResponse::default()));
    world.on(SIGN, |_| Ok(SignCaseResponse::default()));
    let id = "0190163d-8694-739b-aea5-966c26f8ad91";
    let body = json!({ "poolingArea": AREA });
    for key in [id, "order 7", "order 7", "order 8"] {
        world
            .post_with(
                "/v1/registration/cases",
                &[("idempotency-key", key)],
                body.clone(),
            )
            .await;
    }
    world
        .post_with(
            "/v1/registration/cases/x:sign",
            &[("idempotency-key", "order 7")],
            body.clone(),
        )
        .await;
    let ids: Vec<String> = world
        .received(SUBMIT)
        .iter()
        .map(|received| received.only::<SubmitCaseRequest>().request_id)
        .collect();
    let signed = world.received(SIGN)[0].only::<SignCaseRequest>().request_id;
    assert_eq!(ids[0], id);
    assert_eq!(ids[1], ids[2], "the same key is the same request");
    assert_ne!(ids[2], ids[3]);
    assert_ne!(signed, ids[1], "a key belongs to one RPC");
    assert!(uuid::Uuid::parse_str(&ids[1]).is_ok());

    let mut other = body;
    other["requestId"] = json!("0190163d-8694-739b-aea5-966c26f8ad92");
    let (status, answer) = world
        .post_with("/v1/registration/cases", &[("idempotency-key", id)], other)
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(answer["fields"][0]["field"], "requestId");
}

#[tokio::test]
async fn the_token_and_the_id_of_the_request_reach_the_service_and_nothing_else_does() {
    let world = World::new().await;
    world.on(LIST, |_| Ok(ListCasesResponse::default()));
    let id = "0190163d-8694-739b-aea5-966c26f8ad91";
    let headers = [("x-request-id", id), ("cookie", "a=b"), ("x-actor", "root")];
    let request = crate::world::request(
        http::Method::GET,
        "/v1/registration/cases?poolingArea=440300",
        &headers,
        axum::body::Body::empty(),
    );
    let response = world.send(request).await;
    assert_eq!(response.headers()["x-request-id"], id);
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let metadata = &world.received(LIST)[0].metadata;
    assert!(
        metadata["authorization"]
            .to_str()
            .unwrap()
            .starts_with("Bearer ")
    );
    assert_eq!(metadata["x-request-id"], id);
    assert!(!metadata.contains_key("cookie") && !metadata.contains_key("x-actor"));
}

#[tokio::test]
async fn an_application_is_written_as_the_example_of_its_form() {
    let world = World::new().await;
    world.on(SUBMIT, |_| Ok(SubmitCaseResponse::default()));
    let (_, forms) = world.get("/v1/forms").await;
    let forms = forms["forms"].as_array().unwrap();
    for form in forms {
        let body = json!({ "poolingArea": AREA, "application": form["example"] });
        let (status, answer) = world.post("/v1/registration/cases", body).await;
        assert_eq!(status, StatusCode::OK, "{} {answer}", form["number"]);
    }
    assert_eq!(world.received(SUBMIT).len(), forms.len());
}

#[tokio::test]
async fn all_forms_and_refusals_are_listed() {
    let world = World::new().await;
    let (_, forms) = world.get("/v1/forms").await;
    let forms = forms["forms"].as_array().unwrap();
    let change = forms.iter().find(|form| form["number"] == "151-A").unwrap();
    assert_eq!(change["title"], "统筹地区参数调整申请表");
    assert_eq!(change["fields"][0]["label"], "参数名称");
    assert_eq!(change["fields"][0]["required"], true);
    // What stands in the rows of a form, how many there may be, and how a choice is written.
    let leaves = |fields: &Value| {
        let fields = fields.as_array().unwrap().iter();
        let nested = |field: &Value| field["fields"].is_array() || field["example"] != Value::Null;
        fields
            .filter(|field| !nested(field))
            .cloned()
            .collect::<Vec<_>>()
    };
    for form in forms {
        assert_eq!(
            leaves(&form["fields"]),
            Vec::<Value>::new(),
            "{}",
            form["number"]
        );
    }
    let retroactive = forms.iter().find(|form| form["number"] == "3-3").unwrap();
    let rows = retroactive["fields"].as_array().unwrap().iter();
    let rows = rows
        .clone()
        .find(|field| field["fields"].is_array())
        .unwrap();
    assert!(
        rows["bounds"].as_str().unwrap().contains("可填多项"),
        "{rows}"
    );
    let (_, refusals) = world.get("/v1/refusals").await;
    let refusals = refusals["refusals"].as_array().unwrap();
    assert!(
        refusals
            .iter()
            .any(|refusal| refusal["reason"] == "CASE_STATE"
                && refusal["source"] == "工伤保险经办规程第一四八条")
    );
}
