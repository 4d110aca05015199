//! Whether a service can answer now, told to those who ask over gRPC and over HTTP.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::sync::watch;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

use crate::Tasks;

/// Can the service answer now? Asked every two seconds.
pub type Readiness = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

const BETWEEN: Duration = Duration::from_secs(2);

/// Those to whom readiness is told.
pub(super) struct Listeners {
    pub health: HealthReporter,
    /// The gRPC services; the empty name stands for the server as a whole.
    pub names: Vec<&'static str>,
    pub http: watch::Sender<bool>,
}

/// Asks `ready` again and again and tells the answer; not ready once the service drains.
pub(super) async fn report(tasks: &Tasks, ready: Readiness, mut listeners: Listeners) {
    listeners.names.push("");
    let mut was = ready().await;
    listeners.tell(was).await;
    let shutdown = tasks.shutdown();
    tasks.run(async move {
        while let Some(()) = shutdown
            .run_until_cancelled(tokio::time::sleep(BETWEEN))
            .await
        {
            let is = shutdown
                .run_until_cancelled(ready())
                .await
                .unwrap_or_default();
            if is != was {
                was = is;
                listeners.tell(is).await;
            }
        }
        listeners.tell(false).await;
        listeners.end().await;
    });
}

impl Listeners {
    async fn tell(&self, is_ready: bool) {
        let status = match is_ready {
            true => ServingStatus::Serving,
            false => ServingStatus::NotServing,
        };
        for name in &self.names {
            self.health.set_service_status(name, status).await;
        }
        if self.http.send_replace(is_ready) != is_ready {
            tracing::info!(is_ready, "readiness changed");
        }
    }

    /// Ends the streams of those who watch, for which the drain would wait for ever.
    async fn end(mut self) {
        for name in &self.names {
            self.health.clear_service_status(name).await;
        }
    }
}
