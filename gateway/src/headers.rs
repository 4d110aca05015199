//! What crosses from HTTP headers into the call: the token, the trace, the id of the request.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use prost_reflect::{DynamicMessage, Value};
use serde::Deserialize;
use uuid::Uuid;

use crate::problem::{FieldProblem, Problem};
use crate::routes::Rpc;

/// The id by which a request is found in the logs; a client may choose it.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const FORWARDED: [HeaderName; 4] = [
    AUTHORIZATION,
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    REQUEST_ID,
];

/// Namespace of the request ids that are made from keys.
const NAMESPACE: Uuid = Uuid::from_u128(0x8f0f_5b1e_3a0c_4a76_9d51_7d4a_6a0e_52c3);

/// The metadata of a call: only what the services read.
#[must_use]
pub fn metadata(headers: &HeaderMap) -> HeaderMap {
    let mut metadata = HeaderMap::with_capacity(FORWARDED.len());
    for name in FORWARDED {
        if let Some(value) = headers.get(&name) {
            metadata.insert(name, value.clone());
        }
    }
    metadata
}

/// The id of a request: the client's own, if it is a UUID, or a new one.
#[must_use]
pub fn request_id(headers: &HeaderMap) -> Uuid {
    headers
        .get(REQUEST_ID)
        .and_then(|value| Uuid::parse_str(value.to_str().ok()?).ok())
        .unwrap_or_else(Uuid::now_v7)
}

/// Writes the `Idempotency-Key` of a request as its `request_id`.
///
/// # Errors
/// When the RPC changes nothing, when the key is no text, or when the body has another id.
pub fn identify(
    message: &mut DynamicMessage,
    rpc: &Rpc,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(());
    };
    // A key on a request that changes nothing is harmless: proxies and clients send it on all.
    let Some(field) = &rpc.request_id else {
        return Ok(());
    };
    let id = key_id(key, headers, rpc.grpc_path.as_str())?.to_string();
    let stated = message
        .get_field(field)
        .as_str()
        .map(str::to_owned)
        .unwrap_or_default();
    if !stated.is_empty() && stated != id {
        let message = "请求编号：与请求头Idempotency-Key不一致，请只用其中一种".to_owned();
        return Err(Problem::fields(vec![FieldProblem {
            field: "requestId".to_owned(),
            message,
        }]));
    }
    message.set_field(field, Value::String(id));
    Ok(())
}

/// The id that a key stands for. A UUID is the id itself; any other key is one of its caller and RPC
/// only, so that two callers who both count from 1 do not meet.
fn key_id(key: &HeaderValue, headers: &HeaderMap, path: &str) -> Result<Uuid, Problem> {
    let key = key
        .to_str()
        .ok()
        .map(str::trim)
        .filter(|key| (1..=255).contains(&key.len()));
    let Some(key) = key else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "INVALID_IDEMPOTENCY_KEY",
            "请求头Idempotency-Key应为1至255个ASCII字符，建议使用UUID。",
        ));
    };
    Ok(Uuid::parse_str(key).unwrap_or_else(|_| {
        let name = format!("{}\n{path}\n{key}", subject(headers).unwrap_or_default());
        Uuid::new_v5(&NAMESPACE, name.as_bytes())
    }))
}

/// The id of the batch that is a file: the same file from the same sender, for the same area and RPC,
/// is the same batch. Another sender's is another, because a batch is its sender's.
#[must_use]
pub fn batch_id(headers: &HeaderMap, area: &str, grpc_path: &str, file_digest: &[u8]) -> Uuid {
    let sender = subject(headers).unwrap_or_default();
    let name = format!(
        "{sender}\n{area}\n{grpc_path}\n{}",
        hex::encode(file_digest)
    );
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// The subject that the token names. It is not verified here and decides nothing: with a forged one
/// the call is refused by the service.
fn subject(headers: &HeaderMap) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
    }
    let token = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    Some(serde_json::from_slice::<Claims>(&claims).ok()?.sub)
}
