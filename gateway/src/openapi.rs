//! The OpenAPI 3.1 document of all routes, from the contracts: comments, labels and bounds.

mod comments;
mod operation;
mod schema;

use serde_json::{Map, Value, json};

use crate::routes::{Action, Table};
use comments::Comments;
use schema::Schemas;

/// The document.
#[must_use]
pub fn document(table: &Table) -> Value {
    let comments = Comments::read();
    let mut schemas = Schemas::new(&comments);
    let mut paths = Map::new();
    let mut tags = std::collections::BTreeMap::new();
    for route in table.routes() {
        let service = route.rpc.method.parent_service();
        let tag = format!("{} · {}", route.backend, service.name());
        tags.entry(tag.clone())
            .or_insert_with(|| comments.of_service(service));
        let operation = operation::of(route, &tag, &comments, &mut schemas);
        let entry = paths
            .entry(json_path(&route.path))
            .or_insert_with(|| json!({}));
        entry[route.method.as_str().to_lowercase()] = operation;
    }
    for (path, summary) in [("/v1/forms", "All forms"), ("/v1/refusals", "All refusals")] {
        paths.insert(path.to_owned(), catalogue(path, summary));
    }
    let tags: Vec<Value> = tags
        .into_iter()
        .map(|(name, description)| json!({ "name": name, "description": description }))
        .collect();
    json!({
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://spec.openapis.org/oas/3.1/dialect/base",
        "info": {
            "title": "工伤保险经办平台",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "《工伤保险经办规程》（人社部发〔2012〕11号）各项业务的接口。金额以元为单位，用文字表示，精确到分；日期和月份为对象；枚举值可以不带前缀。",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" } },
            "responses": { "Problem": problem() },
            "schemas": schemas.into_components(),
        },
    })
}

/// The path with variables by their JSON names.
#[must_use]
pub fn json_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for (index, part) in path.split('{').enumerate() {
        match part.split_once('}') {
            Some((name, rest)) if index > 0 => {
                out.push('{');
                out.push_str(&json_name(name));
                out.push('}');
                out.push_str(rest);
            }
            _ => out.push_str(part),
        }
    }
    out
}

/// `case_id` is `caseId`.
pub fn json_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut raise = false;
    for c in name.chars() {
        match (c, raise) {
            ('_', _) => raise = true,
            (c, true) => {
                out.push(c.to_ascii_uppercase());
                raise = false;
            }
            (c, false) => out.push(c),
        }
    }
    out
}

fn catalogue(path: &str, summary: &str) -> Value {
    json!({ "get": {
        "operationId": path.trim_start_matches("/v1/"),
        "summary": summary,
        "tags": ["catalogue"],
        "security": [],
        "responses": { "200": { "description": summary, "content": { "application/json": { "schema": { "type": "object" } } } } },
    } })
}

fn problem() -> Value {
    json!({
        "description": "问题说明（RFC 9457）：原因、中文说明和有误的栏目",
        "content": { "application/problem+json": { "schema": {
            "type": "object",
            "required": ["type", "title", "status", "detail", "reason"],
            "properties": {
                "type": { "type": "string", "examples": ["urn:workinjury:CASE_STATE"] },
                "title": { "type": "string" },
                "status": { "type": "integer" },
                "detail": { "type": "string", "description": "什么不对、怎么办" },
                "reason": { "type": "string", "description": "理由代码，全部理由见 /v1/refusals" },
                "source": { "type": "string", "description": "依据的条款" },
                "instance": { "type": "string", "description": "请求编号" },
                "fields": { "type": "array", "items": {
                    "type": "object",
                    "required": ["field", "message"],
                    "properties": { "field": { "type": "string" }, "message": { "type": "string" } },
                } },
            },
        } } },
    })
}

/// Is the operation one that takes or gives a file?
fn is_file(action: &Action) -> bool {
    !matches!(action, Action::Call { .. })
}
