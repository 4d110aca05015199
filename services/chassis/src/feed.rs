//! The event feed: told here, read by others, and what others' events do here.
//!
//! [`Unit::tell`](crate::Unit::tell) writes events in the transaction of the change. A reader pulls
//! them in slices, applies a slice and moves its cursor in one transaction: exactly one effect,
//! whoever stops when.

mod apply;
mod park;
mod read;
mod rpc;
mod store;

pub(crate) use read::follow;
pub use rpc::Events;

use contracts::common::v1::Event;
use prost::{Message, Name};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Error, Result, Unit, wire};

/// What the events of another service do here.
#[tonic::async_trait]
pub trait Reaction: Send + Sync + 'static {
    /// The service whose feed is read.
    const FEED: &'static str;
    /// The event message of that service.
    type Event: Message + Name + Default;

    /// Applies events of one area, in order. A slice that fails is tried event by event.
    ///
    /// # Errors
    /// An event that fails alone is parked, visible and replayable; later events of its key wait.
    async fn apply(&self, unit: &mut Unit, events: &[Told<Self::Event>]) -> Result<()>;
}

/// An event as it was told.
#[derive(Clone, Debug, PartialEq)]
pub struct Told<E> {
    /// Events of one key are applied in order.
    pub key: String,
    /// What happened.
    pub event: E,
    /// When it was told.
    pub happened_at: OffsetDateTime,
    /// The journal entry of the change that told it.
    pub request_id: Uuid,
}

/// A reaction whose events are bytes: what the reader works with.
#[tonic::async_trait]
pub(crate) trait AnyReaction: Send + Sync {
    fn feed(&self) -> &'static str;
    async fn apply(&self, unit: &mut Unit, events: &[Event]) -> Result<()>;
}

#[tonic::async_trait]
impl<R: Reaction> AnyReaction for R {
    fn feed(&self) -> &'static str {
        R::FEED
    }

    async fn apply(&self, unit: &mut Unit, events: &[Event]) -> Result<()> {
        let told = events
            .iter()
            .map(decode::<R::Event>)
            .collect::<Result<Vec<_>>>()?;
        Reaction::apply(self, unit, &told).await
    }
}

fn decode<E: Message + Name + Default>(event: &Event) -> Result<Told<E>> {
    let payload = event
        .payload
        .as_ref()
        .ok_or_else(|| Error::internal("an event without payload"))?;
    Ok(Told {
        key: event.key.clone(),
        event: wire::from_any(payload)?,
        happened_at: wire::instant(&event.happened_at.unwrap_or_default())?,
        request_id: event.request_id.parse().map_err(Error::internal)?,
    })
}
