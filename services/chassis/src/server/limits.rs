//! How long a call may take, and how many are handled at a time.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt;
use http::HeaderMap;
use tokio::sync::Semaphore;
use tonic::Code;

use crate::Config;
use crate::access::{denial, rpc_at};

/// The answer to a call that takes too long leaves this much before its caller gives up, so that the
/// caller hears why.
const MARGIN: Duration = Duration::from_millis(10);

/// The limits of a server.
#[derive(Clone)]
pub(super) struct Limits {
    calls: Arc<Semaphore>,
    /// Apart, so that senders who take their time stop nobody else.
    streams: Arc<Semaphore>,
    call: Duration,
    stream: Duration,
}

impl Limits {
    pub fn new(config: &Config) -> Self {
        Self {
            calls: Arc::new(Semaphore::new(config.max_concurrent_calls)),
            streams: Arc::new(Semaphore::new(config.max_concurrent_streams)),
            call: Duration::from_secs(config.deadline_seconds),
            stream: Duration::from_secs(config.stream_deadline_seconds),
        }
    }

    /// Where the request waits for a place, and how long it may take.
    fn of(&self, request: &Request) -> (&Semaphore, Duration) {
        let streams = rpc_at(request.uri().path()).is_none_or(|rpc| rpc.streams);
        let (places, longest) = if streams {
            (&self.streams, self.stream)
        } else {
            (&self.calls, self.call)
        };
        let asked = asked_for(request.headers()).map(|asked| asked.saturating_sub(MARGIN));
        (places, asked.map_or(longest, |asked| asked.min(longest)))
    }
}

/// Waits for a place, and answers, also where the handler panics, within the deadline: the caller's, but no later than ours.
pub(super) async fn limit(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let (places, deadline) = limits.of(&request);
    let answer = async {
        // The semaphore is never closed, so there is always a place in the end.
        let _place = places.acquire().await;
        AssertUnwindSafe(next.run(request)).catch_unwind().await
    };
    match tokio::time::timeout(deadline, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => denial(
            Code::Internal,
            "INTERNAL",
            "系统内部错误，已记录。请把追踪编号告知系统管理员。",
        )
        .into_http(),
        Err(_) => denial(
            Code::DeadlineExceeded,
            "DEADLINE_EXCEEDED",
            "办理超时。请用同一请求编号重试，不会重复办理。",
        )
        .into_http(),
    }
}

/// The `grpc-timeout` of a call: up to eight digits and a unit.
fn asked_for(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = digits.parse().ok().filter(|_| digits.len() <= 8)?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}
