//! Every call seen: a span that continues the caller's trace, its latency and its code.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue};
use http_body::{Frame, SizeHint};
use opentelemetry::trace::TraceContextExt;
use tokio::time::Instant;
use tonic::{Code, Status};
use tracing::field::Empty;
use tracing::{Instrument, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::access::rpc_at;

/// The response header that tells the caller the id of the trace, to be quoted to those who look
/// after the system.
const TRACE_ID: &str = "x-trace-id";

/// Observes a call from its first byte to its last.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    // A path that no contract has is not repeated: whoever calls could fill logs and metrics with it.
    let rpc = rpc_at(request.uri().path()).map_or("other", |rpc| &rpc.name);
    let span = tracing::info_span!(
        "rpc",
        rpc,
        otel.name = rpc,
        otel.kind = "server",
        actor = Empty,
        area = Empty,
        trace_id = Empty,
        code = Empty
    );
    if let Some(parent) = request
        .headers()
        .get("traceparent")
        .and_then(|value| value.to_str().ok())
    {
        super::continue_trace(&span, parent);
    }
    let trace_id = span.context().span().span_context().trace_id().to_string();
    span.record("trace_id", &trace_id);

    let call = Call {
        rpc,
        began: Instant::now(),
        span: span.clone(),
        code: Code::Cancelled,
    };
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&trace_id) {
        response.headers_mut().insert(TRACE_ID, value);
    }
    match code_in(response.headers()) {
        Some(code) => {
            call.ended(code);
            response
        }
        None => response.map(|body| {
            Body::new(Observed {
                body,
                call: Some(call),
            })
        }),
    }
}

/// A call in progress; one that is dropped before it has a code was cancelled.
struct Call {
    rpc: &'static str,
    began: Instant,
    span: Span,
    code: Code,
}

impl Call {
    fn ended(mut self, code: Code) {
        self.code = code;
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let code = format!("{:?}", self.code);
        let seconds = self.began.elapsed().as_secs_f64();
        self.span.record("code", &code);
        self.span.in_scope(|| match self.code {
            Code::Ok => tracing::debug!(seconds, "answered"),
            _ => tracing::info!(seconds, "not answered as asked"),
        });
        metrics::histogram!("rpc_seconds", "method" => self.rpc, "code" => code).record(seconds);
    }
}

/// A response whose code comes after its messages.
struct Observed {
    body: Body,
    call: Option<Call>,
}

impl http_body::Body for Observed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        let trailers = match &polled {
            Poll::Ready(Some(Ok(frame))) => frame.trailers_ref(),
            _ => None,
        };
        if let Some(code) = trailers.and_then(code_in)
            && let Some(call) = self.call.take()
        {
            call.ended(code);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn code_in(headers: &HeaderMap) -> Option<Code> {
    headers
        .get(Status::GRPC_STATUS)
        .map(|value| Code::from_bytes(value.as_bytes()))
}
