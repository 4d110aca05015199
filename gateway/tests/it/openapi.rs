//! The document and its page.

use std::collections::HashSet;

use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::Value;

use crate::world::{World, request};

#[tokio::test]
async fn the_document_is_whole() {
    let world = World::new().await;
    let (_, document) = world.get("/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut references = Vec::new();
    collect(&document, "$ref", &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let pointer = reference.as_str().unwrap().strip_prefix('#').unwrap();
        assert!(
            document.pointer(pointer).is_some_and(Value::is_object),
            "{pointer} leads nowhere"
        );
    }
    let mut ids = HashSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            assert!(["get", "post", "put", "patch", "delete"].contains(&method.as_str()));
            let id = operation["operationId"].as_str().unwrap().to_owned();
            assert!(ids.insert(id.clone()), "{id} stands twice");
            let summary = operation["summary"].as_str().unwrap();
            assert!(
                !summary.is_empty() && summary.is_ascii(),
                "{id} has no summary in English: {summary}"
            );
            assert!(operation["responses"].is_object());
            let parameters = operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let in_path: HashSet<_> = parameters
                .iter()
                .filter(|p| p["in"] == "path")
                .map(|p| p["name"].as_str().unwrap().to_owned())
                .collect();
            let in_template: HashSet<_> = path
                .split('{')
                .skip(1)
                .map(|rest| rest.split_once('}').unwrap().0.to_owned())
                .collect();
            assert_eq!(in_path, in_template, "{path}");
        }
    }
}

#[tokio::test]
async fn labels_bounds_and_comments_are_in_the_document() {
    let world = World::new().await;
    let (_, document) = world.get("/openapi.json").await;
    let sign = &document["paths"]["/v1/registration/cases/{caseId}:sign"]["post"];
    assert!(
        sign["summary"]
            .as_str()
            .unwrap()
            .starts_with("Signs the next step"),
        "{sign}"
    );
    assert!(
        sign["description"]
            .as_str()
            .unwrap()
            .starts_with("Art. 148.")
    );
    let schema = &document["components"]["schemas"]["workinjury.common.v1.SignCaseRequest"];
    assert_eq!(schema["properties"]["opinion"]["title"], "意见");
    assert_eq!(schema["properties"]["opinion"]["maxLength"], 2000);
    assert!(
        schema["required"]
            .as_array()
            .unwrap()
            .iter()
            .any(|name| name == "caseId")
    );
    let list = &document["paths"]["/v1/registration/cases"]["get"];
    let names: Vec<_> = list["parameters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["name"].clone())
        .collect();
    for name in ["poolingArea", "pageSize", "state", "format"] {
        assert!(
            names.iter().any(|known| known == name),
            "{name} in {names:?}"
        );
    }
    assert!(list["responses"]["200"]["content"]["text/csv"].is_object());
    let feed = &document["paths"]["/v1/registration/events"]["get"]["responses"]["200"]["content"];
    assert!(feed["application/json"].is_object());
    assert!(
        feed["text/csv"].is_null(),
        "a feed has no end and so is no file"
    );
}

#[tokio::test]
async fn an_application_may_be_any_form_and_says_what_stands_in_it() {
    let world = World::new().await;
    let (_, document) = world.get("/openapi.json").await;
    let (_, forms) = world.get("/v1/forms").await;
    let schemas = &document["components"]["schemas"];
    let any = schemas["google.protobuf.Any"]["anyOf"].as_array().unwrap();
    for form in forms["forms"].as_array().unwrap() {
        let name = form["message"].as_str().unwrap();
        let reference = format!("#/components/schemas/{name}");
        let this = any
            .iter()
            .find(|one| one["allOf"][0]["$ref"] == reference.as_str());
        let this = this.unwrap_or_else(|| panic!("{name} cannot be applied on"));
        let names = &this["allOf"][1]["properties"]["@type"]["const"];
        assert_eq!(*names, format!("type.googleapis.com/{name}"));
        let properties = schemas[name]["properties"].as_object().unwrap();
        for field in form["fields"].as_array().unwrap() {
            assert!(
                properties.contains_key(field["name"].as_str().unwrap()),
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn what_the_contract_requires_is_required_in_the_query_too() {
    let world = World::new().await;
    let (_, document) = world.get("/openapi.json").await;
    let required = |path: &str, name: &str| {
        let parameters = document["paths"][path]["get"]["parameters"].as_array();
        let of = parameters.unwrap().iter().find(|p| p["name"] == name);
        of.unwrap_or_else(|| panic!("{path} has no {name}"))["required"].clone()
    };
    for (path, name) in [
        ("/v1/employers/{employerId}/enrolments", "month"),
        ("/v1/employers/{employerId}/paymentState", "on"),
        ("/v1/employers/{employerId}/rate", "month"),
    ] {
        assert_eq!(required(path, name), true, "{path} {name}");
    }
    assert_eq!(required("/v1/registration/parameters", "on"), false);
    assert_eq!(required("/v1/registration/cases", "poolingArea"), true);

    // What a caller is told is missing is what the document says is required, for every path.
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let Some(parameters) = operations["get"]["parameters"].as_array() else {
            continue;
        };
        if path.contains(":template") || path.contains("/result.") {
            continue;
        }
        let mut named: Vec<&str> = parameters
            .iter()
            .filter(|p| p["in"] == "query" && p["required"] == true)
            .map(|p| p["name"].as_str().unwrap())
            .collect();
        let wrong = path.replace(['{', '}'], "");
        let (status, problem) = world.get(&format!("{wrong}?colour=red")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path} {problem}");
        let fields = problem["fields"].as_array().unwrap().iter();
        let mut missing: Vec<&str> = fields
            .filter(|f| f["message"].as_str().unwrap().ends_with("必须填写"))
            .map(|f| f["field"].as_str().unwrap())
            .collect();
        named.sort_unstable();
        missing.sort_unstable();
        assert_eq!(named, missing, "{path}");
        asked += 1;
    }
    assert!(asked > 30, "{asked}");
}

#[tokio::test]
async fn the_page_and_all_its_assets_are_served_from_here() {
    let world = World::new().await;
    let (status, headers, page) = world.download("/docs/").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("default-src 'self'")
    );
    let page = String::from_utf8(page.to_vec()).unwrap();
    let assets: Vec<&str> = ["src=\"", "href=\""]
        .iter()
        .flat_map(|mark| page.split(mark).skip(1))
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(assets.len() >= 4, "{page}");
    for asset in assets {
        assert!(!asset.contains("//"), "{asset} is elsewhere");
        let path = format!("/docs/{}", asset.trim_start_matches("./"));
        let (status, _, bytes) = world.download(&path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(!bytes.is_empty());
    }
    let (_, _, script) = world.download("/docs/swagger-initializer.js").await;
    assert!(String::from_utf8_lossy(&script).contains("/openapi.json"));
    let moved = world
        .send(request(Method::GET, "/docs", &[], Body::empty()))
        .await;
    assert_eq!(moved.headers()["location"], "/docs/");
}

fn collect<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == key {
                    found.push(value);
                }
                collect(value, key, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, key, found)),
        _ => {}
    }
}
