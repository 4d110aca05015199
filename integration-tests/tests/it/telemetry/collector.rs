//! A collector of traces, as an agency would run one.

use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status};

/// A span that arrived.
#[derive(Debug)]
pub struct Span {
    /// The program that sent it.
    pub program: String,
    pub trace_id: Vec<u8>,
    pub name: String,
    /// Its attributes and events, too.
    pub everything: String,
}

/// The collector.
pub struct Collector {
    /// Where it listens.
    pub endpoint: String,
    kept: Kept,
    _server: JoinSet<()>,
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<ResourceSpans>>>);

#[tonic::async_trait]
impl TraceService for Kept {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0
            .lock()
            .unwrap()
            .extend(request.into_inner().resource_spans);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    /// Serves on a port of its own until it is dropped.
    pub async fn serve() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let kept = Kept::default();
        let serving = Server::builder()
            .add_service(TraceServiceServer::new(kept.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        let mut server = JoinSet::new();
        server.spawn(async move { serving.await.unwrap() });
        Self {
            endpoint,
            kept,
            _server: server,
        }
    }

    /// All that arrived so far.
    pub fn spans(&self) -> Vec<Span> {
        let kept = self.kept.0.lock().unwrap();
        let of = |from: &ResourceSpans| {
            let program = program(from);
            let spans = from.scope_spans.iter().flat_map(|scope| &scope.spans);
            let spans = spans.map(move |span| Span {
                program: program.clone(),
                trace_id: span.trace_id.clone(),
                name: span.name.clone(),
                everything: format!("{span:?}"),
            });
            spans.collect::<Vec<_>>()
        };
        kept.iter().flat_map(of).collect()
    }
}

fn program(from: &ResourceSpans) -> String {
    let attributes = from
        .resource
        .iter()
        .flat_map(|resource| &resource.attributes);
    let mut names = attributes.filter(|attribute| attribute.key == "service.name");
    match names.next().and_then(|name| name.value.clone()?.value) {
        Some(Value::StringValue(name)) => name,
        // A program without a name is none of ours.
        _ => String::new(),
    }
}
