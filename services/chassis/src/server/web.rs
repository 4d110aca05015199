//! The server of a program that speaks HTTP to people, such as the gateway.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Running, ServeError, listen, observe};
use crate::telemetry::measure;
use crate::{Config, Tasks};

/// Starts to serve `router` over HTTP, with metrics and health beside it. TLS towards the world ends
/// before it.
///
/// # Errors
/// When an address is taken.
pub async fn serve_web(
    router: Router,
    config: &Config,
    tasks: &Tasks,
) -> Result<Running, ServeError> {
    let (web_listener, web) = listen(config.listen).await?;
    let (http_listener, http) = listen(config.listen_observe).await?;
    let shutdown = tasks.shutdown();
    let ends = shutdown.clone();
    tasks.run(async move {
        let listener = web_listener.tap_io(|connection| {
            // Only slower without it.
            let _ = connection.set_nodelay(true);
        });
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        let served =
            axum::serve(listener, router).with_graceful_shutdown(ends.clone().cancelled_owned());
        if let Err(error) = served.await {
            tracing::error!(%error, "the server failed; the program stops");
        }
        ends.cancel();
    });
    let (readiness, is_ready) = watch::channel(true);
    let observe = observe::serve(http_listener, is_ready, measure::recorder());
    let ends = shutdown.clone();
    tasks.run(async move {
        ends.cancelled().await;
        readiness.send_replace(false);
    });
    tracing::info!(%web, %http, "serving");
    Ok(Running {
        grpc: web,
        http,
        tasks: tasks.clone(),
        _stop: [shutdown, observe.shutdown()].map(CancellationToken::drop_guard),
        observe,
        drain: Duration::from_secs(config.drain_seconds),
    })
}
