//! Checking and entering the rows of a batch, some slices a transaction, from the first one not done.

use std::collections::BTreeMap;

use contracts::common::v1::BatchState;
use uuid::Uuid;

use super::store::{self, BatchRow, SliceRow};
use super::{AnyBatch, Read};
use crate::{Actor, Error, Platform, Result, Unit};

/// Rows entered in one transaction, up to the end of the slice in which they end.
const ROWS: i64 = 40_000;

/// Enters what is left of a batch. Safe to run by several at once: a row is entered once.
pub async fn process(platform: &Platform, area: &str, batch_id: Uuid) -> Result<()> {
    work(platform, area, batch_id, Turn::Await).await
}

/// Enters what is left of all batches, in every area: those whose stream ended in a crash.
pub async fn sweep(platform: &Platform) -> Result<()> {
    let actor = Actor::service(platform.name());
    let waiting = {
        let mut unit = Unit::begin(platform, &actor, "*", Uuid::now_v7(), false).await?;
        store::processing(unit.db()).await?
    };
    crate::telemetry::measure::queue_length("batches_processing", waiting.len() as u64);
    let mut still = 0;
    for (area, batch_id) in waiting {
        if let Err(error) = work(platform, &area, batch_id, Turn::Leave).await {
            // Others go on; this one is tried again with the next sweep.
            tracing::error!(%batch_id, %error, "a batch stands still");
            still += 1;
        }
    }
    crate::telemetry::measure::queue_length("batches_standing_still", still);
    Ok(())
}

/// What to do about a batch that somebody else is at work on.
#[derive(Clone, Copy)]
enum Turn {
    /// A sender waits for the answer.
    Await,
    /// Whoever is at work goes on with it.
    Leave,
}

/// Slices, read while those before them were entered.
struct Ahead {
    first_row: i64,
    row_count: i64,
    rows: Result<Read>,
    lines: BTreeMap<i64, Vec<i32>>,
}

impl Ahead {
    fn read(kind: &dyn AnyBatch, party: &str, slices: &[SliceRow]) -> Option<Self> {
        let first_row = slices.first()?.first_row;
        let content = slices.iter().map(|slice| slice.content.as_slice());
        let content = content.collect::<Vec<_>>().concat();
        Some(Self {
            first_row,
            row_count: slices.iter().map(|slice| i64::from(slice.row_count)).sum(),
            rows: kind.read(party, first_row, &content),
            lines: slices
                .iter()
                .map(|s| (s.first_row, s.lines.clone()))
                .collect(),
        })
    }

    /// What people know a row by: its line in the file, or else its place in the list, from 1.
    fn line(lines: &BTreeMap<i64, Vec<i32>>, row: i64) -> i64 {
        let slice = lines.range(..=row).next_back();
        slice
            .and_then(|(first, lines)| lines.get(usize::try_from(row - first).ok()?))
            .map_or(row + 1, |line| i64::from(*line))
    }
}

async fn work(platform: &Platform, area: &str, batch_id: Uuid, turn: Turn) -> Result<()> {
    let actor = Actor::service(platform.name());
    let mut ahead = None;
    loop {
        let mut unit = Unit::begin(platform, &actor, area, Uuid::now_v7(), true).await?;
        match step(&mut unit, batch_id, turn, &mut ahead).await {
            Ok(true) => unit.commit().await?,
            Ok(false) => return unit.commit().await,
            Err(error) => {
                // At once, so that the row is free for the note.
                unit.roll_back().await?;
                let mut unit = Unit::begin(platform, &actor, area, Uuid::now_v7(), true).await?;
                store::note_error(unit.db(), area, batch_id, &error.shown()).await?;
                unit.commit().await?;
                return Err(error);
            }
        }
    }
}

/// Enters the next slices, and reads those after them while the database works; answers whether there
/// may be more.
async fn step(
    unit: &mut Unit,
    batch_id: Uuid,
    turn: Turn,
    ahead: &mut Option<Ahead>,
) -> Result<bool> {
    let area = unit.area().to_owned();
    let batch = match turn {
        Turn::Await => store::lock(unit.db(), &area, batch_id)
            .await?
            .ok_or_else(|| Error::not_found("批次", batch_id))?,
        Turn::Leave => match store::lock_if_free(unit.db(), &area, batch_id).await? {
            Some(batch) => batch,
            None => return Ok(false),
        },
    };
    if !batch.is_processing() {
        return Ok(false);
    }
    let kind = unit.platform().batch(&batch.kind)?.clone();
    // Beside the database, not in its turns.
    let read = |slices: Vec<SliceRow>| {
        let (kind, party) = (kind.clone(), batch.party.clone());
        let reading = tokio::task::spawn_blocking(move || Ahead::read(&*kind, &party, &slices));
        async { reading.await.map_err(Error::internal) }
    };
    let now = match ahead.take() {
        Some(now) if now.first_row == batch.processed_rows => Some(now),
        _ => read(store::slices_at(unit.db(), &batch, batch.processed_rows, ROWS).await?).await?,
    };
    let Some(now) = now else {
        return done(unit, &batch).await;
    };
    let after = now.first_row + now.row_count;
    let next = store::slices_at(unit.db(), &batch, after, ROWS).await?;
    let (entered, next) = tokio::join!(kind.enter(unit, batch_id, now.rows?), read(next));
    let entered = entered?;
    *ahead = next?;
    if !entered.findings.is_empty() {
        let line = |row| Ahead::line(&now.lines, row);
        store::insert_findings(unit.db(), &batch, &entered, line).await?;
    }
    store::add_processed(unit.db(), &batch, now.row_count, &entered).await?;
    Ok(true)
}

async fn done(unit: &mut Unit, batch: &BatchRow) -> Result<bool> {
    if batch.processed_rows != batch.received_rows {
        return Err(Error::internal("a batch lacks rows that were received"));
    }
    let now = unit.now();
    store::set_state(unit.db(), batch, BatchState::Done, now).await?;
    Ok(false)
}
