//! What a service told in a test, and what it is told.

use contracts::common::v1::ReadEventsRequest;
use contracts::common::v1::event_service_client::EventServiceClient;
use prost::{Message, Name};
use uuid::Uuid;

use super::{AREA, TestService};
use crate::{Actor, Reaction, Result, Told, wire};

#[expect(
    clippy::expect_used,
    reason = "a test that cannot read what was told has failed"
)]
impl TestService {
    /// Everything that was told, in order, with its key, as the service `reader` reads it. Events are
    /// served once no older transaction of any test runs on the same server, so this reads on until all
    /// are there.
    pub async fn told<E: Message + Name + Default>(&self, reader: &str) -> Vec<(String, E)> {
        let mut client = EventServiceClient::new(self.connect_as_service(reader).await);
        let written = self.written().await;
        let mut told = Vec::new();
        let mut cursor = String::new();
        while told.len() < written {
            let request = ReadEventsRequest {
                cursor: cursor.clone(),
                page_size: 10_000,
                wait_seconds: 1,
                ..ReadEventsRequest::default()
            };
            let read = client.read_events(request).await.expect("events are read");
            for event in read.into_inner().events {
                cursor = event.cursor;
                let payload = event.payload.unwrap_or_default();
                let event_told = wire::from_any(&payload).expect("an event of the feed");
                told.push((event.key, event_told));
            }
        }
        told
    }

    /// How many events the feed holds, served or not.
    async fn written(&self) -> usize {
        let area = ReadEventsRequest {
            pooling_area: AREA.to_owned(),
            ..ReadEventsRequest::default()
        };
        let actor = Actor::service(self.platform.name());
        let counted = self.platform.glance(&actor, area, |unit, _| {
            Box::pin(async move {
                let count = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM event");
                Ok(count.fetch_one(unit.db()).await?)
            })
        });
        usize::try_from(counted.await.expect("events are counted")).unwrap_or_default()
    }

    /// Another service's event arrives.
    ///
    /// # Errors
    /// Those of the reaction.
    pub async fn hear<R: Reaction>(&self, reaction: R, event: R::Event) -> Result<()> {
        let told = [Told {
            key: String::new(),
            event,
            happened_at: self.clock().now(),
            request_id: Uuid::now_v7(),
        }];
        let actor = Actor::service(R::FEED);
        self.platform
            .do_once(&actor, AREA, "feed", Uuid::now_v7(), |unit| {
                Box::pin(async move { reaction.apply(unit, &told).await })
            })
            .await
            .map(drop)
    }
}
