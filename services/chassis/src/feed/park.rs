//! Parked events: those that cannot be applied, and those of their key that wait behind them.

use contracts::common::v1::Event;
use uuid::Uuid;

use super::{AnyReaction, apply, store};
use crate::{Error, Result, Unit};

/// Parks an event with the reason why it cannot be applied.
pub async fn park(unit: &mut Unit, feed: &str, event: &Event, error: &Error) -> Result<()> {
    tracing::error!(feed, cursor = event.cursor, %error, "an event is parked");
    metrics::counter!("events_parked", "feed" => feed.to_owned()).increment(1);
    let now = unit.now();
    store::park(unit.db(), feed, event, &error.shown(), now).await
}

/// Parks an event behind an earlier one of its key.
pub async fn behind(unit: &mut Unit, feed: &str, event: &Event) -> Result<()> {
    let now = unit.now();
    store::park(unit.db(), feed, event, "", now).await
}

/// Tries a parked event again, and those that wait behind it, until one fails. Answers how many were
/// applied.
pub async fn replay<'r>(
    unit: &mut Unit,
    parked_event_id: Uuid,
    reaction_of: impl Fn(&str) -> Option<&'r dyn AnyReaction>,
) -> Result<u32> {
    let (area, now) = (unit.area().to_owned(), unit.now());
    let missing = || Error::not_found("停放事件", parked_event_id);
    let feed = store::feed_of_parked(unit.db(), &area, parked_event_id).await?;
    let feed = feed.ok_or_else(missing)?;
    let reaction = reaction_of(&feed)
        .ok_or_else(|| Error::internal(format!("the feed of {feed} is not read here")))?;
    // A slice that is at work may be about to park events behind this one.
    store::lock_cursor(unit.db(), &feed, now).await?;
    let rows = store::lock_parked(unit.db(), &area, parked_event_id).await?;
    if rows.is_empty() {
        return Err(missing());
    }
    let mut applied = 0;
    for row in &rows {
        match apply::attempt(unit, reaction, &[row.event()]).await {
            Ok(()) => store::unpark(unit.db(), row).await?,
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                store::note_try(unit.db(), row, &error.shown()).await?;
                break;
            }
        }
        applied += 1;
    }
    Ok(applied)
}
