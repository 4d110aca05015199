//! Reading the feed of another service, for ever.

use std::sync::Arc;

use contracts::common::v1::event_service_client::EventServiceClient;
use contracts::common::v1::{Event, ReadEventsRequest, ReadEventsResponse};
use time::{Duration, OffsetDateTime};

use tracing::Instrument;

use super::{AnyReaction, apply, store};
use crate::peer::PeerChannel;
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
        let mut cursor = store::cursor(platform.db().pool(), feed).await?;
        let mut events = read(platform, feed, &mut client, &cursor).await?;
        // While a slice is applied the next one is read.
        while let Some(last) = events.last() {
            let after = last.cursor.clone();
            let span = tracing::info_span!("apply", feed, events = events.len());
            telemetry::continue_trace(&span, &events[0].trace_parent);
            let applying = apply::slice(platform, &**reaction, &cursor, events).instrument(span);
            let reading = read(platform, feed, &mut client, &after);
            let (applied, next) = tokio::try_join!(applying, reading)?;
            if !applied {
                // Another replica is ahead: go on where it is.
                break;
            }
            (cursor, events) = (after, next);
        }
    }
}

/// The slice after `cursor`; waits a while where there is none yet.
async fn read(
    platform: &Platform,
    feed: &'static str,
    client: &mut EventServiceClient<PeerChannel>,
    cursor: &str,
) -> Result<Vec<Event>> {
    let mut request = tonic::Request::new(ReadEventsRequest {
        pooling_area: String::new(),
        cursor: cursor.to_owned(),
        page_size: SLICE,
        wait_seconds: WAIT,
    });
    request.set_timeout(std::time::Duration::from_secs(
        u64::from(WAIT.unsigned_abs()) + 10,
    ));
    let answer = client.read_events(request).await?.into_inner();
    measure(feed, &answer, platform.clock().now());
    Ok(answer.events)
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
