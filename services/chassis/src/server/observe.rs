//! What the keepers of a service ask over HTTP: is it alive, is it ready, how is it.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::Tasks;

/// Serves `/livez`, `/readyz` and `/metrics`, until the tasks that it answers are ended.
pub(super) fn serve(
    listener: TcpListener,
    ready: watch::Receiver<bool>,
    metrics: PrometheusHandle,
) -> Tasks {
    let tasks = Tasks::new();
    let router = Router::new()
        .route("/livez", get(|| async { "ok" }))
        .route("/readyz", get(readyz).with_state(ready))
        .route("/metrics", get(render).with_state(metrics));
    let shutdown = tasks.shutdown();
    tasks.run(async move {
        let served = axum::serve(listener, router)
            .with_graceful_shutdown(async move { shutdown.cancelled().await });
        if let Err(error) = served.await {
            tracing::error!(%error, "metrics and health are no longer served");
        }
    });
    tasks
}

async fn readyz(State(ready): State<watch::Receiver<bool>>) -> (StatusCode, &'static str) {
    match *ready.borrow() {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    }
}

async fn render(State(metrics): State<PrometheusHandle>) -> String {
    metrics.run_upkeep();
    metrics.render()
}
