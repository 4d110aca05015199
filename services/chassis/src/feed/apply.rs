//! Applying a slice of a feed and moving the cursor, in one transaction.

use std::collections::HashSet;

use contracts::common::v1::Event;
use uuid::Uuid;

use super::{AnyReaction, park, store};
use crate::unit::journal::Entry;
use crate::{Actor, Platform, Result, Unit};

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
    let actor = Actor::service(reaction.feed());
    let id = Uuid::new_v5(
        &Uuid::NAMESPACE_OID,
        format!("{}:{last}", reaction.feed()).as_bytes(),
    );
    let mut unit = Unit::begin(platform, &actor, "*", id, true).await?;
    let now = unit.now();
    if store::lock_cursor(unit.db(), reaction.feed(), now).await? != cursor {
        return Ok(false);
    }
    for (area, of_area) in by_area(events) {
        unit.move_to(&area).await?;
        area_slice(&mut unit, reaction, of_area).await?;
        Entry::own(&format!("feed.{}", reaction.feed()), id)
            .write(&mut unit, &[])
            .await?;
    }
    store::move_cursor(unit.db(), reaction.feed(), &last, now).await?;
    unit.commit().await?;
    Ok(true)
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

async fn area_slice(unit: &mut Unit, reaction: &dyn AnyReaction, events: Vec<Event>) -> Result<()> {
    let keys: Vec<&str> = events.iter().map(|e| e.key.as_str()).collect();
    let area = unit.area().to_owned();
    let waiting = store::waiting_keys(unit.db(), &area, reaction.feed(), &keys).await?;
    if waiting.is_empty() {
        match attempt(unit, reaction, &events).await {
            Ok(()) => return Ok(()),
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, feed = reaction.feed(), "a slice fails; going singly")
            }
        }
    }
    one_by_one(unit, reaction, &events, waiting.into_iter().collect()).await
}

async fn one_by_one(
    unit: &mut Unit,
    reaction: &dyn AnyReaction,
    events: &[Event],
    mut waiting: HashSet<String>,
) -> Result<()> {
    for event in events {
        if waiting.contains(&event.key) {
            park::behind(unit, reaction.feed(), event).await?;
            continue;
        }
        match attempt(unit, reaction, std::slice::from_ref(event)).await {
            Ok(()) => {}
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                waiting.insert(event.key.clone());
                park::park(unit, reaction.feed(), event, &error).await?;
            }
        }
    }
    Ok(())
}

/// Applies `events`; a failure undoes what they did and nothing else.
pub async fn attempt(unit: &mut Unit, reaction: &dyn AnyReaction, events: &[Event]) -> Result<()> {
    unit.savepoint().await?;
    let done = reaction.apply(unit, events).await;
    unit.settle(done).await
}
