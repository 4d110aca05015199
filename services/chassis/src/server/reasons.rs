//! Reasons for what the transport turns away before a handler sees it.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tonic::{Code, Status};

use crate::access::denial;

/// Gives a status without details its reason and its sentence. Our own answers have theirs.
pub(super) async fn tell(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match Status::from_header_map(response.headers()) {
        Some(status) if status.details().is_empty() => {
            told(&status).map_or(response, Status::into_http)
        }
        _ => response,
    }
}

fn told(status: &Status) -> Option<Status> {
    match status.code() {
        Code::OutOfRange => Some(denial(
            Code::OutOfRange,
            "MESSAGE_TOO_LARGE",
            "一条消息不能超过4兆字节。请减少内容，或者把名册分条发送。",
        )),
        // The transport calls internal what it cannot decode; a defect of ours has details.
        Code::Internal => Some(denial(
            Code::InvalidArgument,
            "MESSAGE_MALFORMED",
            "消息不完整或者不是接口规定的格式。请按接口文件重新生成并完整发送。",
        )),
        _ => None,
    }
}
