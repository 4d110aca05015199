//! Reading the feed of another service, for ever.

use std::sync::Arc;

use contracts::common::v1::event_service_client::EventServiceClient;
use contracts::common::v1::{ReadEventsRequest, ReadEventsResponse};
use time::{Duration, OffsetDateTime};

use tracing::Instrument;

use super::{AnyReaction, apply, store};
use crate::{Platform, Result, telemetry, wire};

/// Events read at once: large enough for set-based work, small enough for a short transaction.
const SLICE: i32 = 5_000;
/// Seconds that a read waits at the end of the feed.
const WAIT: i32 = 20;

/// Reads and applies until something fails; the supervisor starts it again.
///
/// # Errors
/// When the other service or the database cannot be reached.
pub async fn follow(platform: &Platform, reaction: &Arc<dyn AnyReaction>) -> Result<()> {
    let feed = reaction.feed();
    let mut client =
        EventServiceClient::new(platform.peer(feed)?).max_decoding_message_size(64 * 1024 * 1024);
    loop {
        let cursor = store::cursor(platform.db().pool(), feed).await?;
        let mut request = tonic::Request::new(ReadEventsRequest {
            pooling_area: String::new(),
            cursor: cursor.clone(),
            page_size: SLICE,
            wait_seconds: WAIT,
        });
        request.set_timeout(std::time::Duration::from_secs(
            u64::from(WAIT.unsigned_abs()) + 10,
        ));
        let answer = client.read_events(request).await?.into_inner();
        measure(feed, &answer, platform.clock().now());
        if !answer.events.is_empty() {
            let span = tracing::info_span!("apply", feed, events = answer.events.len());
            telemetry::continue_trace(&span, &answer.events[0].trace_parent);
            let applied = apply::slice(platform, &**reaction, &cursor, &answer.events);
            applied.instrument(span).await?;
        }
    }
}

/// How long ago the oldest event that is still to be applied was told.
fn measure(feed: &'static str, answer: &ReadEventsResponse, now: OffsetDateTime) {
    let waiting = answer.events.len() as u64 + answer.remaining.unsigned_abs();
    telemetry::measure::feed_lag(feed, waiting);
    let oldest = answer.events.first().and_then(|event| event.happened_at);
    let since = oldest
        .and_then(|at| wire::instant(&at).ok())
        .map_or(Duration::ZERO, |at| now - at);
    metrics::gauge!("feed_lag_seconds", "feed" => feed).set(since.as_seconds_f64());
}
