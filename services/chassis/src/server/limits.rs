//! How long a call may take, and how many are handled at a time.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::BoxError;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::{FutureExt, StreamExt};
use http::HeaderMap;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::{Code, Status};

use crate::access::{denial, rpc_at};
use crate::{Actor, Config};

/// The answer to a call that takes too long leaves this much before its caller gives up, so that the
/// caller hears why.
const MARGIN: Duration = Duration::from_millis(10);

/// The limits of a server.
#[derive(Clone)]
pub(super) struct Limits {
    calls: Arc<Semaphore>,
    /// Apart, so that senders who take their time stop nobody else.
    streams: Arc<Semaphore>,
    /// One for each caller who streams: none takes the places of all.
    callers: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
    of_a_caller: usize,
    call: Duration,
    stream: Duration,
    idle: Duration,
}

impl Limits {
    pub fn new(config: &Config) -> Self {
        Self {
            calls: Arc::new(Semaphore::new(config.max_concurrent_calls)),
            streams: Arc::new(Semaphore::new(config.max_concurrent_streams)),
            callers: Arc::default(),
            of_a_caller: config.max_streams_of_a_caller,
            call: Duration::from_secs(config.deadline_seconds),
            stream: Duration::from_secs(config.stream_deadline_seconds),
            idle: Duration::from_secs(config.stream_idle_seconds),
        }
    }

    /// Where the request waits for a place, and how long it may take.
    fn of(&self, request: &Request) -> (&Semaphore, Duration) {
        let (places, longest) = if streams(request) {
            (&self.streams, self.stream)
        } else {
            (&self.calls, self.call)
        };
        let asked = asked_for(request.headers()).map(|asked| asked.saturating_sub(MARGIN));
        (places, asked.map_or(longest, |asked| asked.min(longest)))
    }
}

fn streams(request: &Request) -> bool {
    rpc_at(request.uri().path()).is_none_or(|rpc| rpc.streams)
}

impl Limits {
    /// A place among those of the caller, if it has one left.
    fn of_caller(&self, request: &Request) -> Option<OwnedSemaphorePermit> {
        let caller = request.extensions().get::<Actor>().map_or("", |a| &a.id);
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers.retain(|_, places| places.available_permits() < self.of_a_caller);
        let places = callers
            .entry(caller.to_owned())
            .or_insert_with(|| Arc::new(Semaphore::new(self.of_a_caller)));
        Arc::clone(places).try_acquire_owned().ok()
    }
}

/// Turns away who streams too much already, and ends streams that bring nothing.
pub(super) async fn limit_streams(
    State(limits): State<Limits>,
    request: Request,
    next: Next,
) -> Response {
    if !streams(&request) {
        return next.run(request).await;
    }
    let Some(_place) = limits.of_caller(&request) else {
        return denial(
            Code::ResourceExhausted,
            "TOO_MANY_STREAMS",
            "您同时报送的批次过多。请待其中一个报送完毕后，用同一批次编号重新报送。",
        )
        .into_http();
    };
    let idle = limits.idle;
    next.run(request.map(|body| moving(body, idle))).await
}

/// The body, ended where nothing of it comes for `longest` while somebody waits for it.
fn moving(body: Body, longest: Duration) -> Body {
    Body::from_stream(futures::stream::unfold(
        Some(body.into_data_stream()),
        move |chunks| async move {
            let mut chunks = chunks?;
            match tokio::time::timeout(longest, chunks.next()).await {
                Ok(chunk) => Some((chunk?.map_err(BoxError::from), Some(chunks))),
                Err(_) => Some((Err(idle(longest).into()), None)),
            }
        },
    ))
}

fn idle(longest: Duration) -> Status {
    let seconds = longest.as_secs();
    denial(
        Code::DeadlineExceeded,
        "STREAM_IDLE",
        &format!(
            "超过{seconds}秒没有收到内容，本次报送已中断，已收到的行已保存。请用同一批次编号续传。"
        ),
    )
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
