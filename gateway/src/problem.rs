//! Errors as people and programs get them: RFC 9457 problems.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use contracts::codec::advised;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, StatusCode};
use serde::Serialize;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// What went wrong. The response layer writes it with the id of the request as its `instance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(Box<Content>);

/// What a problem says.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
struct Content {
    /// `urn:workinjury:` and the reason.
    #[serde(rename = "type")]
    kind: String,
    /// What sort of problem it is, in Chinese.
    title: &'static str,
    /// HTTP status.
    status: u16,
    /// What is wrong and what to do, in Chinese.
    detail: String,
    /// UPPER_SNAKE name of the reason.
    reason: String,
    /// The article or document that a refusal rests on, in Chinese.
    #[serde(skip_serializing_if = "String::is_empty")]
    source: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<FieldProblem>,
    /// `urn:uuid:` and the id of the request.
    #[serde(skip_serializing_if = "String::is_empty")]
    instance: String,
    #[serde(skip)]
    retry_after_seconds: Option<u64>,
    #[serde(skip)]
    allow: Option<String>,
}

/// A request whose answer is lost may have been carried out.
const UNSURE: &str = "系统未能确认办理结果，本次请求可能已经生效。请用同一请求编号重试，不会重复办理；仍有问题时请将请求编号告知系统管理员。";

/// One field that is wrong.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct FieldProblem {
    /// Path in JSON names, such as `rows[3].citizenId`.
    pub field: String,
    /// What is wrong and what to do, in Chinese.
    pub message: String,
}

impl Problem {
    /// A problem with a reason that the gateway itself gives.
    pub fn new(status: StatusCode, reason: &str, detail: impl Into<String>) -> Self {
        Self(Box::new(Content {
            kind: format!("urn:workinjury:{reason}"),
            title: title(status),
            status: status.as_u16(),
            detail: detail.into(),
            reason: reason.to_owned(),
            source: String::new(),
            fields: Vec::new(),
            instance: String::new(),
            retry_after_seconds: None,
            allow: None,
        }))
    }

    /// 400 with the fields that are wrong.
    #[must_use]
    pub fn fields(fields: Vec<FieldProblem>) -> Self {
        let detail = match fields.as_slice() {
            [one] => advised(&one.message, "请更正后重新提交。"),
            many => format!("有{}项填写不符合要求，请逐项更正后重新提交。", many.len()),
        };
        let mut problem = Self::new(StatusCode::BAD_REQUEST, "INVALID_FIELD", detail);
        problem.0.fields = fields;
        problem
    }

    /// 404 for a path that no RPC has.
    #[must_use]
    pub fn no_such_path() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "PATH_NOT_FOUND",
            "没有这个接口地址。接口清单见 /docs，请核对地址后重试。",
        )
    }

    /// 405 with the methods that the path has.
    #[must_use]
    pub fn method_not_allowed(allow: String) -> Self {
        let detail = format!("此接口地址不支持该请求方法，可用的方法：{allow}。");
        let mut problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", detail);
        problem.0.allow = Some(allow);
        problem
    }

    /// 413 for a body beyond `limit` bytes.
    #[must_use]
    pub fn too_large(limit: u64) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "BODY_TOO_LARGE",
            format!("内容超过{}。请分成几次提交。", size(limit)),
        )
    }

    /// 408 for a body that does not arrive in time.
    #[must_use]
    pub fn slow() -> Self {
        let detail = "内容未能在规定时间内传完。请检查网络后重新提交。";
        Self::new(StatusCode::REQUEST_TIMEOUT, "BODY_TOO_SLOW", detail)
    }

    /// 429 with the time to wait.
    #[must_use]
    pub fn too_many(wait_seconds: u64) -> Self {
        let detail = format!("请求过于频繁，请在{wait_seconds}秒后重试。");
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", detail);
        problem.0.retry_after_seconds = Some(wait_seconds);
        problem
    }

    /// 500; the cause is in the log and not in the answer, which may come after the service's: whether
    /// the request took effect is not said.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "the gateway failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", UNSURE)
    }
}

impl From<Status> for Problem {
    fn from(status: Status) -> Self {
        let details = status.get_error_details();
        let http = http_status(status.code());
        let detail = match details.localized_message() {
            Some(told) => told.message.clone(),
            None => {
                tracing::warn!(code = ?status.code(), message = status.message(), "a service answered without a sentence");
                sentence(status.code()).to_owned()
            }
        };
        let fields = details.bad_request().map_or_else(Vec::new, |bad| {
            bad.field_violations
                .iter()
                .map(|v| FieldProblem {
                    field: v.field.clone(),
                    message: v.description.clone(),
                })
                .collect()
        });
        let retry_after_seconds = details
            .retry_info()
            .and_then(|info| info.retry_delay)
            .map(|delay| delay.as_secs().max(1));
        let mut problem = match details.error_info() {
            Some(info) => Self::new(http, &info.reason, detail),
            None => Self::new(http, &snake_upper(&format!("{:?}", status.code())), detail),
        };
        problem.0.source = details
            .error_info()
            .and_then(|info| info.metadata.get("source").cloned())
            .unwrap_or_default();
        problem.0.fields = fields;
        problem.0.retry_after_seconds = retry_after_seconds;
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the problem of a response, if it is one, with `instance`; answers of libraries that are
/// errors without a problem get one by their status.
pub fn written(mut response: Response, method: &Method, instance: &str) -> Response {
    let problem = response.extensions_mut().remove::<Problem>();
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let Some(Problem(mut problem)) =
        problem.or_else(|| failed.then(|| by_status(response.status())))
    else {
        return response;
    };
    instance.clone_into(&mut problem.instance);
    if method.is_safe() {
        // Who only looked has nothing whose outcome is open.
        let unsure = [Code::DeadlineExceeded, Code::Unavailable].map(sentence);
        if unsure.contains(&problem.detail.as_str()) {
            "服务暂时不可用。请稍后重试。".clone_into(&mut problem.detail);
        }
    }
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(http::header::CONTENT_LENGTH);
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if let Some(allow) = problem.allow.as_deref().and_then(|a| a.parse().ok()) {
        headers.insert(ALLOW, allow);
    }
    if problem.status == StatusCode::UNAUTHORIZED.as_u16() {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    response.map(|_| Body::from(body))
}

/// The HTTP status of a gRPC code by the table of google.rpc, but 422 for FAILED_PRECONDITION: a
/// refusal is no mistake in the request, and nothing about it changes by sending it again. And 503 for
/// CANCELLED and UNKNOWN: a caller who is gone hears no answer, and no service gives either, so a
/// connection broke under the call.
#[must_use]
pub fn http_status(code: Code) -> StatusCode {
    match code {
        Code::Ok => StatusCode::OK,
        Code::InvalidArgument | Code::OutOfRange => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::FailedPrecondition => StatusCode::UNPROCESSABLE_ENTITY,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable | Code::Cancelled | Code::Unknown => StatusCode::SERVICE_UNAVAILABLE,
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn by_status(status: StatusCode) -> Problem {
    let detail = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "内容过大。请分成几次提交。",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "内容类型不受支持。请按接口说明的内容类型提交。",
        _ if status.is_client_error() => "请求不符合接口约定。请按 /docs 的说明更正后重试。",
        _ => "系统暂时不能处理此请求。请稍后重试。",
    };
    Problem::new(status, "HTTP", detail)
}

fn title(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "填写不符合要求",
        401 => "身份未确认",
        403 => "没有权限",
        404 => "没有找到",
        405 => "请求方法不可用",
        409 => "与现有数据冲突",
        413 => "内容过大",
        415 => "内容类型不受支持",
        422 => "不予办理",
        429 => "请求过于频繁",
        503 => "服务暂时不可用",
        504 => "处理超时",
        402 | 406..=499 => "请求不符合约定",
        _ => "系统错误",
    }
}

fn sentence(code: Code) -> &'static str {
    match code {
        Code::InvalidArgument | Code::OutOfRange => "请求内容不符合接口约定。请核对后重新提交。",
        Code::Unauthenticated => "身份未确认或已过期。请重新登录后再试。",
        Code::PermissionDenied => "您没有办理此项业务的权限。请由有权限的人员办理。",
        Code::NotFound => "没有找到所要的内容。请核对编号。",
        Code::AlreadyExists | Code::Aborted => "与同时进行的另一操作冲突。请刷新后重试。",
        Code::FailedPrecondition => "当前情况下不能办理。请核对后再试。",
        Code::ResourceExhausted => "请求过于频繁或内容过大。请稍后重试。",
        Code::Unimplemented => "此功能尚未开放。",
        Code::DeadlineExceeded => "处理超时，结果尚不确定。请用同一请求编号重试，不会重复办理。",
        // Also what the transport makes of a connection that is lost after the service has committed.
        Code::Unavailable => {
            "服务暂时不可用，结果尚不确定。请稍后用同一请求编号重试，不会重复办理。"
        }
        _ => UNSURE,
    }
}

fn snake_upper(camel: &str) -> String {
    let mut out = String::with_capacity(camel.len() + 4);
    for (at, c) in camel.chars().enumerate() {
        if c.is_ascii_uppercase() && at > 0 {
            out.push('_');
        }
        out.push(c.to_ascii_uppercase());
    }
    out
}

fn size(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    if bytes >= MIB {
        format!("{}MB", bytes / MIB)
    } else {
        format!("{}KB", bytes / 1024)
    }
}
