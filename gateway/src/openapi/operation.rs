//! One operation of the document.

use contracts::options::v1::Caller;
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::comments::Comments;
use super::schema::Schemas;
use super::{is_file, json_name};
use crate::columns::{Shape, spec_of};
use crate::download::Format;
use crate::routes::{Action, Body, Route};
use crate::text::bounds;
use crate::upload::Upload;

/// The operation of a route.
pub fn of(route: &Route, tag: &str, comments: &Comments, schemas: &mut Schemas<'_>) -> Value {
    let rpc = &route.rpc;
    let comment = comments.of_method(&rpc.method);
    let what = match &route.action {
        Action::Template(_) => format!("An empty file for: {}", summary(&comment)),
        Action::Findings(format) => {
            format!("{}, as a file ({})", summary(&comment), extension(*format))
        }
        _ => summary(&comment),
    };
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": what,
        "description": comment,
        "tags": [tag],
        "parameters": parameters(route, schemas),
        "responses": {
            "200": { "description": "成功", "content": content(route, schemas) },
            "default": { "$ref": "#/components/responses/Problem" },
        },
    });
    let policy = contracts::policy::policy_of(&rpc.method);
    if policy.is_some_and(|policy| policy.callers().any(|caller| caller == Caller::Public)) {
        operation["security"] = json!([{}, { "bearer": [] }]);
    }
    match &route.action {
        Action::Call {
            body: Body::Whole, ..
        } => {
            operation["requestBody"] = body(&schemas.message(&rpc.input));
        }
        Action::Call {
            body: Body::Field(field),
            ..
        } => {
            operation["requestBody"] = body(&schemas.field(field));
        }
        Action::Upload(upload) => operation["requestBody"] = upload_body(upload),
        _ => {}
    }
    operation
}

fn operation_id(route: &Route) -> String {
    let method = &route.rpc.method;
    let suffix = match &route.action {
        Action::Template(_) => "_template",
        Action::Findings(Format::Csv) => "_csv",
        Action::Findings(Format::Xlsx) => "_xlsx",
        _ => "",
    };
    format!(
        "{}_{}_{}{suffix}",
        route.backend,
        method.parent_service().name(),
        method.name()
    )
}

/// The first sentence behind the articles, in English: forms by their numbers, other terms left to the
/// description.
fn summary(comment: &str) -> String {
    let mut rest = comment;
    while let Some(after) = rest.strip_prefix("Art. ") {
        rest = after
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .trim_start_matches([',', '.', ' ']);
    }
    let first = rest.split_once(". ").map_or(rest, |(first, _)| first);
    let first = first.replace("(表", "(form ");
    let mut english = String::new();
    for (at, part) in first.split(" (").enumerate() {
        let (within, after) = part.split_once(')').unwrap_or(("", part));
        if at == 0 {
            english.push_str(part);
        } else if within.is_ascii() {
            english.push_str(" (");
            english.push_str(part);
        } else {
            english.push_str(after);
        }
    }
    english.trim_end_matches('.').to_owned()
}

fn body(schema: &Value) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

fn upload_body(upload: &Upload) -> Value {
    let titles: Vec<&str> = upload.columns.iter().map(|column| column.title()).collect();
    json!({ "required": true, "content": { "multipart/form-data": { "schema": {
        "type": "object",
        "required": ["poolingArea", "file"],
        "properties": {
            "poolingArea": { "type": "string", "title": "统筹地区", "pattern": "^[0-9]{6}$" },
            "file": {
                "type": "string",
                "contentMediaType": "application/octet-stream",
                "description": format!("CSV（UTF-8或GBK）或XLSX。栏目：{}", titles.join("、")),
            },
            "batchId": { "type": "string", "format": "uuid", "description": "批次编号；不填则由文件内容产生，同一文件重复上传不会重复办理" },
            "reference": { "type": "string", "description": "来文编号；不填则为文件名" },
            "rows": { "type": "integer", "description": "声明的行数；与文件不符时整批退回" },
            "sum": { "type": "string", "description": "声明的合计金额（元）；与文件不符时整批退回" },
        },
    } } } })
}

fn content(route: &Route, schemas: &mut Schemas<'_>) -> Value {
    let file =
        json!({ "schema": { "type": "string", "contentMediaType": "application/octet-stream" } });
    let mut content = Map::new();
    match &route.action {
        Action::Template(_) => drop(content.insert(Format::Xlsx.media_type().to_owned(), file)),
        Action::Findings(format) => drop(content.insert(format.media_type().to_owned(), file)),
        Action::Call { list, .. } => {
            let schema = schemas.message(&route.rpc.output);
            content.insert("application/json".to_owned(), json!({ "schema": schema }));
            if list.is_some() {
                for format in [Format::Csv, Format::Xlsx] {
                    content.insert(format.media_type().to_owned(), file.clone());
                }
            }
        }
        Action::Upload(_) => {
            let schema = json!({ "allOf": [schemas.message(&route.rpc.output), uploaded()] });
            content.insert("application/json".to_owned(), json!({ "schema": schema }));
        }
    }
    Value::Object(content)
}

/// What the gateway adds to the answer of an upload.
fn uploaded() -> Value {
    json!({ "type": "object", "properties": {
        "format": { "type": "string", "description": "文件的格式：XLSX、UTF-8或GBK" },
        "rows": { "type": "integer", "description": "文件的数据行数" },
        "unreadableCells": { "type": "integer", "description": "不能识别的单元格数；所在行由系统退回" },
        "unreadable": { "type": "array", "description": "不能识别的单元格，最多列出1000个", "items": {
            "type": "object",
            "properties": {
                "line": { "type": "integer", "description": "文件中的行号，从1起，与处理结果中的行号相同" },
                "label": { "type": "string" },
                "sentence": { "type": "string" },
                "text": { "type": "string" },
            },
        } },
        "result": { "type": "string", "description": "逐行处理结果的下载地址" },
    } })
}

fn parameters(route: &Route, schemas: &mut Schemas<'_>) -> Vec<Value> {
    let input = &route.rpc.input;
    let mut all = Vec::new();
    for name in &route.variables {
        let schema = field_at(input, name)
            .map_or_else(|| json!({ "type": "string" }), |f| schemas.field(&f));
        all.push(
            json!({ "name": json_name(name), "in": "path", "required": true, "schema": schema }),
        );
    }
    let in_query = match &route.action {
        Action::Call { body, .. } => *body != Body::Whole,
        Action::Findings(_) => true,
        Action::Upload(_) | Action::Template(_) => false,
    };
    if in_query {
        query(input, ("", true), route, schemas, &mut all);
    }
    if matches!(&route.action, Action::Call { list: Some(_), .. }) {
        let schema = json!({ "type": "string", "enum": ["json", "csv", "xlsx"] });
        all.push(json!({ "name": "format", "in": "query", "description": "csv或xlsx：下载全部各页为一个文件", "schema": schema }));
    }
    if route.rpc.request_id.is_some() && !is_file(&route.action) {
        all.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "description": "请求编号；用同一编号重复提交不会重复办理",
            "schema": { "type": "string", "maxLength": 255 },
        }));
    }
    all
}

fn query(
    message: &MessageDescriptor,
    (prefix, outer_required): (&str, bool),
    route: &Route,
    schemas: &mut Schemas<'_>,
    all: &mut Vec<Value>,
) {
    for field in message.fields() {
        let name = format!("{prefix}{}", field.json_name());
        let in_path = route.variables.iter().map(|variable| json_name(variable));
        let in_path = in_path.into_iter().any(|variable| {
            variable
                .strip_prefix(&name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        let in_body =
            matches!(&route.action, Action::Call { body: Body::Field(body), .. } if *body == field);
        if in_path || in_body {
            continue;
        }
        let spec = spec_of(&field);
        let required = outer_required && spec.required;
        let schema = match (Shape::of_element(&field, &spec), field.kind()) {
            (Some(shape @ (Shape::Month | Shape::Date | Shape::Money)), _) => {
                json!({ "type": "string", "title": spec.label, "description": bounds(&shape, &spec) })
            }
            // One level of messages; forms are no parameters.
            (None, Kind::Message(nested)) => {
                if prefix.is_empty() && !field.is_list() {
                    let prefix = format!("{name}.");
                    query(&nested, (&prefix, required), route, schemas, all);
                }
                continue;
            }
            _ => schemas.field(&field),
        };
        all.push(json!({ "name": name, "in": "query", "required": required, "schema": schema }));
    }
}

fn field_at(message: &MessageDescriptor, path: &str) -> Option<FieldDescriptor> {
    let (name, rest) = path
        .split_once('.')
        .map_or((path, None), |(name, rest)| (name, Some(rest)));
    let field = message.get_field_by_name(name)?;
    match (rest, field.kind()) {
        (None, _) => Some(field),
        (Some(rest), Kind::Message(inner)) => field_at(&inner, rest),
        (Some(_), _) => None,
    }
}

fn extension(format: Format) -> &'static str {
    match format {
        Format::Csv => "CSV",
        Format::Xlsx => "XLSX",
    }
}
