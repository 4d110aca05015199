//! Checking and entering the rows of a batch, one slice a transaction, from the first not done.

use contracts::common::v1::BatchState;
use uuid::Uuid;

use super::store::{self, BatchRow};
use crate::{Actor, Error, Platform, Result, Unit};

/// Enters what is left of a batch. Safe to run by several at once: a slice is entered once.
pub async fn process(platform: &Platform, area: &str, batch_id: Uuid) -> Result<()> {
    let actor = Actor::service(platform.name());
    loop {
        let mut unit = Unit::begin(platform, &actor, area, Uuid::now_v7(), true).await?;
        match slice(&mut unit, batch_id).await {
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
        if let Err(error) = process(platform, &area, batch_id).await {
            // Others go on; this one is tried again with the next sweep.
            tracing::error!(%batch_id, %error, "a batch stands still");
            still += 1;
        }
    }
    crate::telemetry::measure::queue_length("batches_standing_still", still);
    Ok(())
}

/// Enters the next slice; answers whether there may be more.
async fn slice(unit: &mut Unit, batch_id: Uuid) -> Result<bool> {
    let area = unit.area().to_owned();
    let batch = store::lock(unit.db(), &area, batch_id)
        .await?
        .ok_or_else(|| Error::not_found("批次", batch_id))?;
    if !batch.is_processing() {
        return Ok(false);
    }
    let Some(slice) = store::slice_at(unit.db(), &batch, batch.processed_rows).await? else {
        return done(unit, &batch).await;
    };
    let kind = unit.platform().batch(&batch.kind)?.clone();
    let entered = kind
        .enter(unit, batch_id, slice.first_row, &slice.content)
        .await?;
    if !entered.findings.is_empty() {
        store::insert_findings(unit.db(), &batch, &entered).await?;
    }
    store::add_processed(unit.db(), &batch, slice.row_count, &entered).await?;
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
