//! Applying a slice of a feed and moving the cursor, in one transaction.

use std::collections::HashSet;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use contracts::common::v1::Event;
use uuid::Uuid;

use super::{AnyReaction, park, store};
use crate::unit::journal::Entry;
use crate::{Actor, Error, Platform, Result, Unit};

/// Applies `events`, read after `cursor`. Answers whether it did; another replica may have been first.
pub async fn slice(
    platform: &Platform,
    reaction: &dyn AnyReaction,
    cursor: &str,
    events: Vec<Event>,
) -> Result<bool> {
    let Some(last) = events.last().map(|event| event.cursor.clone()) else {
        return Ok(false);
    };
    let areas = by_area(events);
    let slice = Slice {
        reaction,
        cursor,
        last: &last,
        areas: &areas,
    };
    let tried = (|| slice.apply(platform, false))
        .retry(
            ExponentialBuilder::new()
                .with_min_delay(Duration::from_millis(100))
                .with_max_times(CONFLICTS)
                .with_jitter(),
        )
        .when(|error| matches!(error, Error::Conflict(_)))
        .await;
    match tried {
        Err(Error::Conflict(cause)) => {
            tracing::warn!(cause, feed = reaction.feed(), "a slice goes on conflicting");
            slice.apply(platform, true).await
        }
        other => other,
    }
}

/// Times that a slice which conflicts is tried again, in about ten seconds, before what conflicts in
/// it is parked.
const CONFLICTS: usize = 6;

/// Events read after `cursor`, up to `last`.
struct Slice<'s> {
    reaction: &'s dyn AnyReaction,
    cursor: &'s str,
    last: &'s str,
    areas: &'s [(String, Vec<Event>)],
}

impl Slice<'_> {
    async fn apply(&self, platform: &Platform, park_conflicts: bool) -> Result<bool> {
        let feed = self.reaction.feed();
        let actor = Actor::service(feed);
        let name = format!("{feed}:{}", self.last);
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
        let mut unit = Unit::begin(platform, &actor, "*", id, true).await?;
        let now = unit.now();
        if store::lock_cursor(unit.db(), feed, now).await? != self.cursor {
            return Ok(false);
        }
        for (area, events) in self.areas {
            unit.move_to(area).await?;
            self.apply_in_area(&mut unit, events, park_conflicts)
                .await?;
            Entry::own(&format!("feed.{feed}"), id)
                .write(&mut unit, Vec::new())
                .await?;
        }
        store::move_cursor(unit.db(), feed, self.last, now).await?;
        unit.commit().await?;
        Ok(true)
    }

    async fn apply_in_area(
        &self,
        unit: &mut Unit,
        events: &[Event],
        park_conflicts: bool,
    ) -> Result<()> {
        let feed = self.reaction.feed();
        let ends = |error: &Error| match error {
            Error::Conflict(_) => !park_conflicts,
            other => other.is_passing(),
        };
        let keys: Vec<&str> = events.iter().map(|e| e.key.as_str()).collect();
        let area = unit.area().to_owned();
        let waiting = store::waiting_keys(unit.db(), &area, feed, &keys).await?;
        let mut waiting: HashSet<String> = waiting.into_iter().collect();
        if waiting.is_empty() {
            match attempt(unit, self.reaction, events).await {
                Ok(()) => return Ok(()),
                Err(error) if ends(&error) => return Err(error),
                Err(error) => tracing::warn!(%error, feed, "a slice fails; going singly"),
            }
        }
        for event in events {
            if waiting.contains(&event.key) {
                park::behind(unit, feed, event).await?;
                continue;
            }
            match attempt(unit, self.reaction, std::slice::from_ref(event)).await {
                Ok(()) => {}
                Err(error) if ends(&error) => return Err(error),
                Err(error) => {
                    waiting.insert(event.key.clone());
                    park::park(unit, feed, event, &error).await?;
                }
            }
        }
        Ok(())
    }
}

/// Events of each area in order; areas do not depend on each other.
fn by_area(events: Vec<Event>) -> Vec<(String, Vec<Event>)> {
    let mut areas: Vec<(String, Vec<Event>)> = Vec::new();
    for event in events {
        match areas
            .iter_mut()
            .find(|(area, _)| *area == event.pooling_area)
        {
            Some((_, of_area)) => of_area.push(event),
            None => areas.push((event.pooling_area.clone(), vec![event])),
        }
    }
    areas
}

/// Applies `events`; a failure undoes what they did and nothing else.
pub async fn attempt(unit: &mut Unit, reaction: &dyn AnyReaction, events: &[Event]) -> Result<()> {
    unit.attempt(async |unit| reaction.apply(unit, events).await)
        .await
}
