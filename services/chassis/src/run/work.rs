//! The work of a run, slice by slice; each slice is one transaction.

use std::sync::Arc;

use contracts::Refused;
use contracts::common::v1::{Refusal, RunState};
use prost::{Message, Name};
use uuid::Uuid;

use super::Run;
use super::erased::{AnyRun, Opaque, Slice};
use super::store::{self, RunRow};
use crate::{Actor, Error, Platform, Result, Unit};

/// Goes on with every run that has work to do, in every area.
pub async fn sweep(platform: &Platform) -> Result<()> {
    let actor = Actor::service(platform.name());
    let working = {
        let mut unit = Unit::begin(platform, &actor, "*", Uuid::now_v7(), false).await?;
        store::working(unit.db()).await?
    };
    crate::telemetry::measure::queue_length("runs_working", working.len() as u64);
    for (area, run_id) in working {
        if let Err(error) = work(platform, &actor, &area, run_id).await {
            // Others go on; this one is tried again with the next sweep.
            tracing::error!(%run_id, %error, "a run stands still");
            stand_still(platform, &actor, &area, run_id, &error).await?;
        }
    }
    Ok(())
}

async fn work(platform: &Platform, actor: &Actor, area: &str, run_id: Uuid) -> Result<()> {
    let mut ahead = Ahead::default();
    loop {
        let mut unit = Unit::begin(platform, actor, area, Uuid::now_v7(), true).await?;
        match slice(&mut unit, run_id, &mut ahead).await {
            Ok(true) => unit.commit().await?,
            Ok(false) => return Ok(()),
            Err(error) => {
                // At once, so that the row is free for whoever notes the error.
                unit.roll_back().await?;
                return Err(error);
            }
        }
    }
}

/// What was read for the next slice while the last one was written. Another worker may have done that
/// slice meanwhile: it is used only where it follows on what is written.
#[derive(Default)]
struct Ahead {
    subjects: Option<Subjects>,
    items: Option<Items>,
}

/// A slice of items to take effect, with the numbers of its first and last.
struct Items {
    first: i64,
    last: i64,
    read: Result<Opaque>,
}

impl Items {
    /// Reads the slice after item number `after`; `None` at the end. Decoding goes on beside the
    /// database, not in its turns.
    async fn read(
        unit: &mut Unit,
        kind: &Arc<dyn AnyRun>,
        run_id: Uuid,
        after: i64,
    ) -> Result<Option<Self>> {
        let area = unit.area().to_owned();
        let rows = store::items(unit.db(), &area, run_id, after, kind.slice()).await?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(None);
        };
        let (first, last, kind) = (first.item, last.item, kind.clone());
        let reading = tokio::task::spawn_blocking(move || kind.read(rows));
        let read = reading.await.map_err(Error::internal)?;
        Ok(Some(Self { first, last, read }))
    }
}

/// A slice to be computed, and after which subject it comes.
struct Subjects {
    follows: Option<String>,
    slice: Option<Slice>,
}

impl Subjects {
    async fn read(
        unit: &mut Unit,
        kind: &dyn AnyRun,
        order: &[u8],
        follows: Option<String>,
    ) -> Result<Self> {
        let slice = kind.preview(unit, order, follows.as_deref()).await?;
        Ok(Self { follows, slice })
    }
}

/// Does the next slice; answers whether there was one.
async fn slice(unit: &mut Unit, run_id: Uuid, ahead: &mut Ahead) -> Result<bool> {
    let area = unit.area().to_owned();
    let Some(mut run) = store::lock_free(unit.db(), &area, run_id).await? else {
        return Ok(false);
    };
    let kind =
        unit.platform().run(&run.kind).cloned().ok_or_else(|| {
            Error::internal(format!("no run of {} is declared in lib.rs", run.kind))
        })?;
    match RunState::try_from(run.state) {
        Ok(RunState::Previewing) => preview(unit, &kind, &mut run, ahead).await?,
        Ok(RunState::TakingEffect) => take_effect(unit, &kind, &mut run, ahead).await?,
        _ => return Ok(false),
    }
    run.error.clear();
    store::update(unit.db(), &run).await?;
    Ok(true)
}

async fn preview(
    unit: &mut Unit,
    kind: &Arc<dyn AnyRun>,
    run: &mut RunRow,
    ahead: &mut Ahead,
) -> Result<()> {
    let follows_on = |subjects: &Subjects| subjects.follows == run.previewed_to;
    let subjects = match ahead.subjects.take().filter(follows_on) {
        Some(subjects) => subjects,
        None => Subjects::read(unit, &**kind, &run.order_form, run.previewed_to.clone()).await?,
    };
    let Some(Slice { last, compute }) = subjects.slice else {
        run.state = RunState::Previewed as i32;
        return Ok(());
    };
    let mut reader = unit.beside().await?;
    run.previewed_to = Some(last.clone());
    let order = run.order_form.clone();
    let (written, next) = tokio::join!(
        compute_and_write(unit, kind, run, compute),
        Subjects::read(&mut reader, &**kind, &order, Some(last)),
    );
    written?;
    // Why the next could not be read is found out, and kept, when it is its turn.
    ahead.subjects = next.ok();
    Ok(())
}

async fn compute_and_write(
    unit: &mut Unit,
    kind: &Arc<dyn AnyRun>,
    run: &mut RunRow,
    slice: Opaque,
) -> Result<()> {
    let (kind, order, summary) = (kind.clone(), run.order_form.clone(), run.summary.clone());
    let computing = tokio::task::spawn_blocking(move || kind.compute(&order, &summary, slice));
    let computed = computing.await.map_err(Error::internal)??;
    store::insert_items(unit.db(), run, &computed.subjects, &computed.contents).await?;
    run.items += i64::try_from(computed.subjects.len()).map_err(Error::internal)?;
    run.summary = computed.summary;
    Ok(())
}

async fn take_effect(
    unit: &mut Unit,
    kind: &Arc<dyn AnyRun>,
    run: &mut RunRow,
    ahead: &mut Ahead,
) -> Result<()> {
    let run_id = run.run_id;
    let follows_on = |items: &Items| items.first == run.items_done + 1;
    let items = match ahead.items.take().filter(follows_on) {
        Some(items) => Some(items),
        None => Items::read(unit, kind, run_id, run.items_done).await?,
    };
    let Some(items) = items else {
        kind.finish(unit, run_id, &run.order_form, &run.summary)
            .await?;
        run.state = RunState::Done as i32;
        run.done_at = Some(unit.now());
        return Ok(());
    };
    let mut reader = unit.beside().await?;
    let (done, next) = tokio::join!(
        kind.take_effect(unit, run_id, &run.order_form, items.read?),
        Items::read(&mut reader, kind, run_id, items.last),
    );
    done?;
    run.items_done = items.last;
    ahead.items = next.ok().flatten();
    Ok(())
}

/// Keeps why the run stands still. A preview that the procedure refuses ends the run.
async fn stand_still(
    platform: &Platform,
    actor: &Actor,
    area: &str,
    run_id: Uuid,
    error: &Error,
) -> Result<()> {
    let mut unit = Unit::begin(platform, actor, area, Uuid::now_v7(), true).await?;
    let Some(mut run) = store::lock_free(unit.db(), area, run_id).await? else {
        return Ok(());
    };
    run.error = error.shown();
    if matches!(error, Error::Refused(_)) && run.state == RunState::Previewing as i32 {
        run.state = RunState::Dropped as i32;
    }
    store::update(unit.db(), &run).await?;
    unit.commit().await
}

/// The orders of the runs of a kind that are live in the unit's area: from their order on, until they
/// are done or dropped.
///
/// # Errors
/// When the runs cannot be read.
pub async fn live_orders<R: Run>(unit: &mut Unit) -> Result<Vec<R::Order>> {
    let live = [
        RunState::Previewing,
        RunState::Previewed,
        RunState::TakingEffect,
    ];
    orders::<R>(unit, &live).await
}

/// The orders of the runs of a kind in the unit's area that are signed and take effect, but not for
/// everybody yet.
///
/// # Errors
/// When the runs cannot be read.
pub async fn signed_orders<R: Run>(unit: &mut Unit) -> Result<Vec<R::Order>> {
    orders::<R>(unit, &[RunState::TakingEffect]).await
}

async fn orders<R: Run>(unit: &mut Unit, states: &[RunState]) -> Result<Vec<R::Order>> {
    let area = unit.area().to_owned();
    let forms = store::orders(unit.db(), &area, &R::Order::full_name(), states).await?;
    let orders = forms.iter().map(|form| R::Order::decode(&**form));
    Ok(orders.collect::<Result<_, _>>()?)
}

/// The summary of a previewed run, for those who sign it.
pub async fn summary(unit: &mut Unit, kind: &str, subject: &str) -> Result<Vec<u8>> {
    let area = unit.area().to_owned();
    let run = store::live(unit.db(), &area, kind, subject).await?;
    run.filter(|run| run.state == RunState::Previewed as i32)
        .map(|run| run.summary)
        .ok_or_else(|| Refused::because(Refusal::RunNotPreviewed).into())
}

/// The summary has its last signature: items take effect from now on.
pub async fn begin_effect(unit: &mut Unit, run_id: Uuid) -> Result<()> {
    let area = unit.area().to_owned();
    let from = [RunState::Previewed];
    if store::move_state(unit.db(), &area, run_id, &from, RunState::TakingEffect).await? {
        unit.nudge();
        return Ok(());
    }
    Err(Refused::because(Refusal::RunNotPreviewed).into())
}

/// Drops the run of a case that ends without effect; does nothing for a case that is no run.
pub async fn drop_run(unit: &mut Unit, run_id: Uuid) -> Result<()> {
    let area = unit.area().to_owned();
    let from = [RunState::Previewing, RunState::Previewed];
    store::move_state(unit.db(), &area, run_id, &from, RunState::Dropped).await?;
    Ok(())
}
