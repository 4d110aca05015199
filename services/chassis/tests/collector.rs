//! Telemetry as a process starts it, once, with a collector that receives its traces.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

use std::convert::Infallible;
use std::task::{Context, Poll};

use chassis::{Config, telemetry};
use futures::future::BoxFuture;
use http_body_util::BodyExt;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tonic::server::NamedService;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tower::Service;

/// Keeps the bytes of what is exported.
#[derive(Clone)]
struct Collector(mpsc::UnboundedSender<Vec<u8>>);

impl NamedService for Collector {
    const NAME: &'static str = "opentelemetry.proto.collector.trace.v1.TraceService";
}

impl Service<http::Request<tonic::body::Body>> for Collector {
    type Response = http::Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<tonic::body::Body>) -> Self::Future {
        let kept = self.0.clone();
        Box::pin(async move {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            kept.send(body.to_vec()).unwrap();
            Ok(tonic::Status::ok("").into_http())
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_arrive_at_the_collector_without_personal_numbers() {
    let (kept, mut received) = mpsc::unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let mut background = JoinSet::new();
    let server = Server::builder().add_service(Collector(kept));
    background.spawn(server.serve_with_incoming(TcpIncoming::from(listener)));

    let config = Config {
        otlp_endpoint: Some(endpoint),
        log: "off".to_owned(),
        ..Config::default()
    };
    let started = telemetry::start("registration", &config).unwrap();
    let span = tracing::info_span!("assess_a_month", employees = 12);
    span.in_scope(|| {
        tracing::error!("no person has 11010519491231002X");
        assert_eq!(telemetry::current_trace_parent().len(), 55);
    });
    drop(span);
    // What is not yet sent is sent at the end.
    drop(started);

    let sent = String::from_utf8_lossy(&received.recv().await.unwrap()).into_owned();
    for word in ["registration", "assess_a_month", "no person has ***"] {
        assert!(sent.contains(word), "{word} in {sent}");
    }
    assert!(!sent.contains("11010519491231002"));
}
