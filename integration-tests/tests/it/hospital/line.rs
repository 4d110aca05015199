//! The line of a hospital to the agency: ends TLS with a certificate whose CA the hospital has as a file,
//! and hands on what it is told to the service, untouched.

use std::convert::Infallible;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::path::Path;
use std::task::{Context, Poll};

use chassis::testing::{As, TestService};
use chassis::tls::{self, Authority};
use contracts::benefit_review::v1::medical_service_server::MedicalServiceServer;
use contracts::common::v1::batch_service_server::BatchServiceServer;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::NamedService;
use tonic::transport::Server;

/// A line that is there as long as the value lives.
pub struct Line {
    /// Host and port at the hospital's end.
    pub server: String,
    _served: JoinSet<()>,
}

impl Line {
    /// To `service`; the CA's certificate is written into the folder.
    pub async fn lay(service: &TestService, folder: &Path) -> Self {
        let certificate = Authority::create(folder).unwrap().certificate("line");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let agency = service.connect_as_nobody().await;
        let server = Server::builder()
            .tls_config(tls::server(&certificate.unwrap()).unwrap())
            .unwrap()
            .add_service(HandOn::<MedicalServiceServer<()>>::to(&agency))
            .add_service(HandOn::<BatchServiceServer<()>>::to(&agency))
            .serve_with_incoming(TcpListenerStream::new(listener));
        let mut served = JoinSet::new();
        served.spawn(async { server.await.unwrap() });
        Self {
            server: format!("localhost:{port}"),
            _served: served,
        }
    }
}

/// Hands on the calls of the service whose server is `S`.
struct HandOn<S> {
    agency: As,
    of: PhantomData<fn() -> S>,
}

impl<S> HandOn<S> {
    fn to(agency: &As) -> Self {
        Self {
            agency: agency.clone(),
            of: PhantomData,
        }
    }
}

impl<S> Clone for HandOn<S> {
    fn clone(&self) -> Self {
        Self::to(&self.agency)
    }
}

impl<S: NamedService> NamedService for HandOn<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<http::Request<Body>> for HandOn<S> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let mut agency = self.agency.clone();
        Box::pin(async move {
            let ready = poll_fn(|context| agency.poll_ready(context)).await;
            let answered = match ready {
                Ok(()) => agency.call(request).await,
                Err(error) => Err(error),
            };
            Ok(answered
                .map(|response| response.map(Body::new))
                .unwrap_or_else(|error| Status::unavailable(error.to_string()).into_http()))
        })
    }
}
