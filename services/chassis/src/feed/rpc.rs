//! `EventService`, served by every service.

use std::sync::Arc;
use std::time::Duration;

use contracts::common::v1::event_service_server::EventService;
use contracts::common::v1::{
    Event, ListParkedEventsRequest, ListParkedEventsResponse, ParkedEvent, ReadEventsRequest,
    ReadEventsResponse, ReplayParkedEventRequest, ReplayParkedEventResponse,
};
use prost::Message;
use tokio::time::{Instant, timeout_at};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::store::{self, Cursor, ParkedRow};
use super::{AnyReaction, park};
use crate::{Actor, Error, Page, Platform, Result, Unit, unit, wire};

/// Bytes of events in one answer, well within what a reader takes.
const ANSWER_BYTES: usize = 16 << 20;

/// A transaction that commits late releases events without telling anybody, so waiters look again.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// The feed of a service and what it parked of others.
pub struct Events {
    pub(crate) platform: Platform,
    pub(crate) reactions: Vec<Arc<dyn AnyReaction>>,
}

impl Events {
    async fn events_after(
        &self,
        actor: &Actor,
        area: &str,
        cursor: Cursor,
        limit: i64,
    ) -> Result<Vec<Event>> {
        let mut unit = Unit::begin(&self.platform, actor, area, Uuid::now_v7(), false).await?;
        let rows = store::events_after(unit.db(), cursor, limit).await?;
        Ok(rows.into_iter().map(Event::from).collect())
    }
}

#[tonic::async_trait]
impl EventService for Events {
    async fn read_events(
        &self,
        request: Request<ReadEventsRequest>,
    ) -> Result<Response<ReadEventsResponse>, Status> {
        let (actor, request) = unit::admit(request)?;
        let area = if request.pooling_area.is_empty() {
            "*"
        } else {
            &request.pooling_area
        };
        let cursor: Cursor = request.cursor.parse()?;
        let size = if request.page_size == 0 {
            1000
        } else {
            i64::from(request.page_size)
        };
        let wait = Duration::from_secs(u64::from(request.wait_seconds.unsigned_abs()));
        let until = Instant::now() + wait;
        let mut told = self.platform.events_told();
        loop {
            // One more than asked for tells whether there are more.
            let mut events = self.events_after(&actor, area, cursor, size + 1).await?;
            let read = events.len();
            events.truncate(usize::try_from(size).map_err(Error::internal)?);
            events.truncate(in_one_answer(&events));
            let more = i64::from(read > events.len());
            let ending = self.platform.shutdown().is_cancelled();
            if !events.is_empty() || ending || Instant::now() >= until {
                return Ok(Response::new(ReadEventsResponse {
                    events,
                    remaining: more,
                }));
            }
            let look_again = until.min(Instant::now() + LOOK_AGAIN);
            let waited = timeout_at(look_again, told.woken());
            self.platform.shutdown().run_until_cancelled(waited).await;
        }
    }

    async fn list_parked_events(
        &self,
        request: Request<ListParkedEventsRequest>,
    ) -> Result<Response<ListParkedEventsResponse>, Status> {
        self.platform
            .read(request, |unit, request| {
                Box::pin(async move {
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let area = unit.area().to_owned();
                    let rows = store::list_parked(unit.db(), &area, &page).await?;
                    let (rows, next_page_token) =
                        page.cut(rows, |row| row.parked_event_id.to_string());
                    let parked_events = rows.into_iter().map(message).collect();
                    Ok(ListParkedEventsResponse {
                        parked_events,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn replay_parked_event(
        &self,
        request: Request<ReplayParkedEventRequest>,
    ) -> Result<Response<ReplayParkedEventResponse>, Status> {
        let reactions = self.reactions.clone();
        self.platform
            .change(request, move |unit, request| {
                Box::pin(async move {
                    let id = request.parked_event_id.parse().map_err(Error::internal)?;
                    let applied = park::replay(unit, id, |feed| {
                        reactions.iter().find(|r| r.feed() == feed).map(|r| &**r)
                    })
                    .await?;
                    Ok(ReplayParkedEventResponse { applied })
                })
            })
            .await
    }
}

/// How many of `events` go into one answer: one at least, or a reader would never come past it.
fn in_one_answer(events: &[Event]) -> usize {
    let sizes = events.iter().scan(0, |sum, event| {
        *sum += event.encoded_len();
        Some(*sum)
    });
    sizes.take_while(|sum| *sum <= ANSWER_BYTES).count().max(1)
}

fn message(row: ParkedRow) -> ParkedEvent {
    ParkedEvent {
        parked_event_id: row.parked_event_id.to_string(),
        event: Some(row.event()),
        tries: row.tries.unsigned_abs(),
        parked_at: Some(wire::timestamp(row.parked_at)),
        feed: row.feed,
        error: row.error,
    }
}
