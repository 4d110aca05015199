//! Loops in the background: supervised, named, and drained at the end.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use futures::FutureExt;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::error::Chain;

/// A loop that ran this long before it failed had recovered: it is restarted at once, and the failure
/// is worth a line in the log again.
const RECOVERED: Duration = Duration::from_secs(120);

/// Everything that a service does besides answering; clones share the same tasks.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    shutdown: CancellationToken,
    tracker: TaskTracker,
}

impl Tasks {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs what `make` makes until it ends well or the service shuts down. When it fails or panics it
    /// is made again, after a pause that grows to 30 seconds.
    ///
    /// What is made should end soon after the token that it gets is cancelled.
    pub fn spawn<M, F, E>(&self, name: &'static str, make: M)
    where
        M: Fn(CancellationToken) -> F + Send + 'static,
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let shutdown = self.shutdown.clone();
        let supervised = async move {
            let mut pauses = pauses();
            let mut known = false;
            while !shutdown.is_cancelled() {
                let began = Instant::now();
                let Err(error) = attempt(make(shutdown.clone())).await else {
                    return;
                };
                if began.elapsed() >= RECOVERED {
                    (pauses, known) = (self::pauses(), false);
                }
                metrics::counter!("task_failures_total", "task" => name).increment(1);
                if known {
                    tracing::debug!(task = name, %error, "a task failed again");
                } else {
                    tracing::error!(task = name, %error, "a task failed; it is tried again until it runs");
                }
                known = true;
                let pause = pauses.next().unwrap_or_default();
                shutdown
                    .run_until_cancelled(tokio::time::sleep(pause))
                    .await;
            }
        };
        // Not `in_current_span`: a loop outlives the call that may have started it.
        self.tracker
            .spawn(supervised.instrument(tracing::info_span!(parent: None, "task", name)));
    }

    /// Cancelled when the service shuts down: loops end, and calls that wait for something answer
    /// with what they have.
    #[must_use]
    pub fn shutdown(&self) -> CancellationToken {
        self.shutdown.clone()
    }

    /// Runs something that ends by itself once the service shuts down, such as a server.
    pub(crate) fn run(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.tracker.spawn(future);
    }

    /// Cancels all and waits for their end, at most `within`; answers whether all have ended.
    pub async fn drain(&self, within: Duration) -> bool {
        self.shutdown.cancel();
        self.tracker.close();
        tokio::time::timeout(within, self.tracker.wait())
            .await
            .is_ok()
    }
}

async fn attempt<E>(future: impl Future<Output = Result<(), E>>) -> Result<(), String>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    match AssertUnwindSafe(future).catch_unwind().await {
        Ok(ended) => ended.map_err(|error| Chain(error.into().as_ref()).to_string()),
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            Err(format!("panicked: {}", text.unwrap_or_default()))
        }
    }
}

fn pauses() -> ExponentialBackoff {
    ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(30))
        .with_jitter()
        .without_max_times()
        .build()
}
