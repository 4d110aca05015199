//! Metrics, in the text format of Prometheus.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds, from the answer of a cached row to that of an upload.
const SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0, 300.0,
];

/// How many events of `feed` are still to be applied here.
#[expect(
    clippy::cast_precision_loss,
    reason = "metrics are floats, and a lag of 2^53 events is no news"
)]
pub fn feed_lag(feed: &'static str, events: u64) {
    metrics::gauge!("feed_lag_events", "feed" => feed).set(events as f64);
}

/// How much waits in `queue`, such as the cases that await a duty.
#[expect(
    clippy::cast_precision_loss,
    reason = "metrics are floats, and a queue of 2^53 is no news"
)]
pub fn queue_length(queue: impl Into<String>, length: u64) {
    metrics::gauge!("queue_length", "queue" => queue.into()).set(length as f64);
}

/// The metrics of this process, of which there is one recorder.
pub(crate) fn recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new();
            let builder = builder
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
                .unwrap_or_else(|_| PrometheusBuilder::new());
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("another recorder of metrics is installed: ours stays empty");
            }
            handle
        })
        .clone()
}
