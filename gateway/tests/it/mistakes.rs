//! Mistakes in a request: each named by its label, with an example, and all at once.

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{AREA, World};

const SUBMIT: &str = "common.v1.CaseService/SubmitCase";

#[tokio::test]
async fn every_mistake_in_a_body_is_named_at_once() {
    let world = World::new().await;
    let body = json!({
        "poolingArea": 440300,
        "colour": "red",
        "validateOnly": "yes",
        "evidence": [{ "kind": "NOTHING" }, { "issuedOn": { "year": "x" } }],
        "application": { "@type": "workinjury.common.v1.ParameterChangeForm", "wrong": 1 },
    });
    let (status, problem) = world.post("/v1/registration/cases", body).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let mut fields: Vec<&str> = problem["fields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["field"].as_str().unwrap())
        .collect();
    fields.sort_unstable();
    let expected = [
        "application.from",
        "application.name",
        "application.source",
        "application.value",
        "application.wrong",
        "colour",
        "evidence[0].kind",
        "evidence[1].issuedOn.year",
        "evidence[1].kind",
        "poolingArea",
        "validateOnly",
    ];
    assert_eq!(fields, expected);
    assert!(
        world.received(SUBMIT).is_empty(),
        "nothing reached the service"
    );
}

/// Field and message of each mistake in the answer to `body`.
async fn told(world: &World, path: &str, body: Value) -> Vec<(String, String)> {
    let (status, problem) = world.post(path, body).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let fields = problem["fields"].as_array().unwrap();
    fields
        .iter()
        .map(|field| (text(&field["field"]), text(&field["message"])))
        .collect()
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_told_by_its_label_with_an_example() {
    let world = World::new().await;
    let body = json!({
        "poolingArea": 440300,
        "industryCode": "06",
        "month": "2026-03",
        "payroll": 1000,
        "floatingTier": "many",
        "dueDate": "2026-03-01",
        "paidDate": { "year": 2026, "month": "March", "day": 1 },
        "parameters": {},
    });
    let expected = [
        ("poolingArea", "统筹地区：应为带引号的文字，例如\"440300\""),
        ("month", r#"费款所属月：应写成{"year":2026,"month":10}"#),
        ("payroll", r#"缴费工资总额：应写成{"yuan":"1.00"}"#),
        ("floatingTier", "浮动档次：应为整数，且不超出范围，例如1"),
        (
            "dueDate",
            r#"应缴期限：应写成{"year":2026,"month":10,"day":8}"#,
        ),
        (
            "paidDate.month",
            r#"缴款日期：应写成{"year":2026,"month":10,"day":8}"#,
        ),
        (
            "parameters",
            r#"替代参数：应写成[{"name":"甲","value":"甲"}]"#,
        ),
    ];
    let mut found = told(&world, "/v1/contributions:estimate", body).await;
    found.sort_unstable();
    let mut expected = expected.map(|(field, message)| (field.to_owned(), message.to_owned()));
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_body_or_a_form_of_the_wrong_type_is_told_with_an_example() {
    let world = World::new().await;
    let whole = told(&world, "/v1/contributions:estimate", json!([])).await;
    let example = r#"{"poolingArea":"440300","industryCode":"51","month":{"year":2026,"month":10},"payroll":{"yuan":"0"}}"#;
    assert_eq!(whole, [(String::new(), format!("内容：应写成{example}"))]);
    for (application, field, says) in [
        (json!("x"), "application", "申请表：应写成{\"@type\":"),
        (json!({}), "application", "申请表：缺少“@type”"),
        (
            json!({ "@type": "x.Y" }),
            "application.@type",
            "申请表：没有这种表单",
        ),
    ] {
        let body = json!({ "poolingArea": AREA, "application": application });
        let found = told(&world, "/v1/registration/cases", body).await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, field);
        assert!(found[0].1.starts_with(says), "{found:?}");
    }
}

#[tokio::test]
async fn mistakes_of_type_and_of_content_are_named_at_once() {
    let world = World::new().await;
    let body = json!({
        "industry_code": "6",
        "month": "2026-03",
        "dueDate": { "year": 2026 },
        "paidDate": { "year": 2026, "month": 2, "day": 30 },
        "parameters": [7, { "name": "payment_due_day" }],
    });
    let found = told(&world, "/v1/contributions:estimate", body).await;
    let messages: Vec<&str> = found.iter().map(|(_, message)| message.as_str()).collect();
    assert_eq!(
        messages,
        [
            r#"费款所属月：应写成{"year":2026,"month":10}"#,
            r#"替代参数：应写成{"name":"甲","value":"甲"}"#,
            "统筹地区：必须填写",
            "行业代码：应为两位国民经济行业大类代码（GB/T 4754），例如47",
            "缴费工资总额：必须填写",
            "应缴期限：缺少月、日，请填写完整的年月日，例如2026-10-01",
            "缴款日期：2026年2月30日不是有效的日期，请核对年月日",
        ]
    );

    // An amount is no amount with something beside it that nobody can read.
    let body = json!({
        "poolingArea": AREA,
        "industryCode": "06",
        "month": { "year": 2026, "month": 3 },
        "payroll": { "yuan": "12000.00\u{1a}" },
        "colour": "red",
    });
    let found = told(&world, "/v1/contributions:estimate", body).await;
    let messages: Vec<&str> = found.iter().map(|(_, message)| message.as_str()).collect();
    assert!(
        messages.contains(&"缴费工资总额：含有不能识别的字符，请删除后重新填写"),
        "{messages:?}"
    );

    // Also in the path, in the query and within a form.
    let path = "/v1/employers/E1/rate?month=March&colour=red";
    let (_, problem) = world.get(path).await;
    let fields = problem["fields"].as_array().unwrap();
    let fields: Vec<&str> = fields
        .iter()
        .map(|f| f["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["month", "colour", "poolingArea"]);
    let form = "workinjury.registration.v1.EmployerRegistrationForm";
    let body = json!({
        "poolingArea": AREA,
        "validateOnly": "yes",
        "application": { "@type": form, "facts": { "creditCode": "91440300MA0000016X" } },
    });
    let found = told(&world, "/v1/registration/cases", body).await;
    let wrong = found
        .iter()
        .find(|(field, _)| field == "application.facts.creditCode");
    assert_eq!(
        wrong.unwrap().1,
        "统一社会信用代码：校验码不符，至少有一位录入有误，请逐位核对"
    );
    assert!(found.iter().any(|(field, _)| field == "validateOnly"));
}

#[tokio::test]
async fn every_example_is_what_the_contract_takes() {
    let world = World::new().await;
    let (_, document) = world.get("/openapi.json").await;
    let mut tried = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let body = &operations["post"]["requestBody"]["content"]["application/json"];
        let Some(schema) = body["schema"]["$ref"].as_str() else {
            continue;
        };
        let name = schema.rsplit('/').next().unwrap();
        let found = told(&world, path, json!([])).await;
        let Some((_, message)) = found.iter().find(|(field, _)| field.is_empty()) else {
            continue;
        };
        let example = message.strip_prefix("内容：应写成").unwrap();
        let bytes = contracts::reflect::from_json(name, example).unwrap();
        let wrong = contracts::violations_of(name, &bytes).unwrap();
        assert_eq!(wrong, [], "{name}: {example}");
        tried += 1;
    }
    assert!(tried > 20, "{tried}");
}
