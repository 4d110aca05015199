//! The server of a service: its RPCs over gRPC, and what its keepers ask over HTTP.

mod limits;
mod observe;
mod readiness;
mod reasons;
mod web;

pub use web::serve_web;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::middleware::{from_fn, from_fn_with_state};
use contracts::reflect::DESCRIPTORS;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::server::NamedService;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tower::{Service, ServiceBuilder};

use crate::access::{self, Access, WithoutPolicy};
use crate::config::ConfigError;
use crate::error::Chain;
use crate::identity::{Identity, JwksError};
use crate::telemetry::{measure, rpc};
use crate::{Config, Tasks, tls};
use limits::Limits;
use readiness::Listeners;

pub use readiness::Readiness;

/// The gRPC services that a service serves.
#[derive(Default)]
pub struct Served {
    routes: Routes,
    names: Vec<&'static str>,
}

impl Served {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves one more.
    #[must_use]
    pub fn service<S>(mut self, service: S) -> Self
    where
        S: Service<http::Request<tonic::body::Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Response: axum::response::IntoResponse,
        S::Future: Send + 'static,
    {
        self.routes = self.routes.add_service(service);
        self.names.push(S::NAME);
        self
    }
}

/// Why a service did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A setting cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The keys of the issuer of tokens cannot be had.
    #[error(transparent)]
    Jwks(#[from] JwksError),
    /// Nobody said who may call an RPC.
    #[error(transparent)]
    WithoutPolicy(#[from] WithoutPolicy),
    /// An address is taken, or not ours.
    #[error("cannot listen on {0}: is another process using it?")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The certificate, the key or the CA is not what it should be.
    #[error("the certificates of setting `tls` cannot be used")]
    Tls(#[source] tonic::transport::Error),
    /// The descriptors of the contracts cannot be served.
    #[error("the contracts cannot be described")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// A server that runs. It stops when this is dropped; [`stop`](Self::stop) waits for it.
pub struct Running {
    /// Where gRPC is served.
    pub grpc: SocketAddr,
    /// Where metrics and health are served over HTTP.
    pub http: SocketAddr,
    tasks: Tasks,
    /// Metrics and health: the last to go, so that the end of the others can be watched.
    observe: Tasks,
    drain: Duration,
    _stop: [DropGuard; 2],
}

/// Starts to serve. `tasks` are those of the service: they end with the server.
///
/// # Errors
/// When the configuration cannot be used, an address is taken, or an RPC has no policy.
pub async fn serve(
    served: Served,
    config: &Config,
    tasks: &Tasks,
    ready: Readiness,
) -> Result<Running, ServeError> {
    access::assert_policies(served.names.iter().copied())?;
    let identity = Identity::load(&config.identity).await?;
    identity.keep_fresh(tasks);

    let limits = Limits::new(config);
    let (health, health_service) = tonic_health::server::health_reporter();
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(DESCRIPTORS)
        .build_v1()?;
    let router = served
        .routes
        .add_service(health_service)
        .add_service(reflection)
        .prepare()
        .into_axum_router()
        .layer(
            ServiceBuilder::new()
                // Sees every call, also those that the layers below turn away.
                .layer(from_fn(rpc::observe))
                // Closed by default.
                .layer(from_fn_with_state(
                    Access::new(identity, config),
                    access::guard,
                ))
                // Before a place is waited for: one caller must not fill the queue.
                .layer(from_fn_with_state(limits.clone(), limits::limit_streams))
                // Only those who may call take up a place.
                .layer(from_fn_with_state(limits, limits::limit))
                // What the transport turns away by itself is answered as everything else is.
                .layer(from_fn(reasons::tell)),
        );

    let mut server = Server::builder()
        // Uploads fill larger windows; the defaults are those of a page of text.
        .initial_stream_window_size(1 << 20)
        .initial_connection_window_size(4 << 20)
        // Notices a gateway that is gone without a word.
        .http2_keepalive_interval(Some(Duration::from_secs(30)));
    if let Some(own) = &config.tls {
        tls::install();
        server = server
            .tls_config(tls::server(own)?)
            .map_err(ServeError::Tls)?;
    }
    let (grpc_listener, grpc) = listen(config.listen).await?;
    let (http_listener, http) = listen(config.listen_observe).await?;

    let shutdown = tasks.shutdown();
    let incoming = TcpIncoming::from(grpc_listener).with_nodelay(Some(true));
    let ends = shutdown.clone();
    tasks.run(async move {
        let routes = Routes::from(router);
        let stopped = server
            .add_routes(routes)
            .serve_with_incoming_shutdown(incoming, ends.cancelled());
        if let Err(error) = stopped.await {
            tracing::error!(error = %Chain(&error), "the server failed; the service stops");
        }
        ends.cancel();
    });

    let (http_readiness, is_ready) = watch::channel(false);
    let observe = observe::serve(http_listener, is_ready, measure::recorder());
    let listeners = Listeners {
        health,
        names: served.names,
        http: http_readiness,
    };
    readiness::report(tasks, ready, listeners).await;
    tracing::info!(%grpc, %http, "serving");
    Ok(Running {
        grpc,
        http,
        tasks: tasks.clone(),
        _stop: [shutdown, observe.shutdown()].map(CancellationToken::drop_guard),
        observe,
        drain: Duration::from_secs(config.drain_seconds),
    })
}

impl Running {
    /// Serves until the process is told to end (SIGTERM or SIGINT), then [stops](Self::stop).
    ///
    /// # Errors
    /// When the signals cannot be heard.
    pub async fn until_told(self) -> std::io::Result<bool> {
        let mut terminate = signal(SignalKind::terminate())?;
        let shutdown = self.tasks.shutdown();
        tokio::select! {
            _ = terminate.recv() => {}
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            () = shutdown.cancelled() => {}
        }
        Ok(self.stop().await)
    }

    /// Says that it is no longer ready, takes no more calls, and waits for calls and loops under way
    /// for as long as `drain_seconds`; answers whether all have ended.
    pub async fn stop(self) -> bool {
        tracing::info!("draining");
        let drained = self.tasks.drain(self.drain).await;
        if !drained {
            tracing::warn!("some calls or loops did not end in time and are cut off");
        }
        self.observe.drain(Duration::from_secs(1)).await;
        drained
    }
}

async fn listen(at: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let bound = async {
        let listener = TcpListener::bind(at).await?;
        let bound = listener.local_addr()?;
        Ok((listener, bound))
    };
    bound.await.map_err(|error| ServeError::Listen(at, error))
}
