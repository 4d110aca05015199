//! Receiving a batch: rows are kept as they arrive, so that a broken stream resumes.

use contracts::common::v1::{Batch as BatchMessage, BatchHeader, BatchState, BatchTotals, Refusal};
use contracts::{Check, Refused, UploadRequest, reflect};
use rust_decimal::Decimal;
use tonic::{Request, Status, Streaming};
use uuid::Uuid;

use super::store::{self, BatchRow, SliceRow};
use super::{AnyBatch, Batch, encode, process};
use crate::{Actor, Error, Platform, Result, Unit, unit};

/// Rows in one message at most; a slice is one transaction.
const MAX_ROWS: usize = 20_000;

impl Platform {
    /// Receives a stream of rows and answers what became of the batch.
    ///
    /// # Errors
    /// When the stream breaks (what was received is kept), lacks its header, skips rows, or changes
    /// rows that were received before.
    pub async fn upload<Q, B>(
        &self,
        request: Request<Streaming<Q>>,
        kind: B,
    ) -> Result<BatchMessage, Status>
    where
        Q: UploadRequest<Row = B::Row>,
        B: Batch,
    {
        let actor = unit::caller(&request)?;
        let mut stream = request.into_inner();
        let mut receiving: Option<(BatchHeader, BatchRow)> = None;
        while let Some(message) = stream.message().await? {
            let part = message.into_part();
            let (_, batch) = match (&mut receiving, part.header) {
                (Some(begun), header) => {
                    same_batch(begun, &part.pooling_area, header.as_ref())?;
                    begun
                }
                (none, Some(header)) => {
                    unit::admit_to(&actor, &part.pooling_area)?;
                    let batch = open(self, &actor, &part.pooling_area, &header, &kind).await?;
                    none.insert((header, batch))
                }
                (None, None) => {
                    return Err(
                        Error::invalid("header", "批次", "第一条消息必须带有批次编号").into(),
                    );
                }
            };
            if !part.rows.is_empty() {
                let slice = slice(&kind, part.first_row, &part.rows, &part.lines)?;
                keep(self, &actor, batch, slice).await?;
            }
            if let Some(totals) = part.totals {
                close(self, &actor, batch, &totals).await?;
                process::process(self, &batch.pooling_area, batch.batch_id).await?;
            }
        }
        let (_, batch) = receiving
            .ok_or_else(|| Error::invalid("header", "批次", "没有收到任何内容，请重新发送"))?;
        let batch = current(self, &actor, &batch).await?;
        Ok(batch.message(self.name()))
    }
}

async fn current(platform: &Platform, actor: &Actor, batch: &BatchRow) -> Result<BatchRow> {
    let mut unit = Unit::begin(platform, actor, &batch.pooling_area, Uuid::now_v7(), false).await?;
    store::find(unit.db(), &batch.pooling_area, batch.batch_id)
        .await?
        .ok_or_else(|| Error::not_found("批次", batch.batch_id))
}

/// Opens the batch, or finds it where a broken stream left it.
async fn open<B: Batch>(
    platform: &Platform,
    actor: &Actor,
    area: &str,
    header: &BatchHeader,
    kind: &B,
) -> Result<BatchRow> {
    if let Some(violation) = header.violations().into_iter().next() {
        return Err(Error::Invalid(vec![violation]));
    }
    kind.admit(&mut Unit::begin(platform, actor, area, Uuid::now_v7(), false).await?)
        .await?;
    let batch = BatchRow {
        pooling_area: area.to_owned(),
        batch_id: header.batch_id.parse().map_err(Error::internal)?,
        kind: kind.row_name(),
        reference: header.reference.clone(),
        sender: actor.id.clone(),
        sender_name: actor.name.clone(),
        sender_caller: actor.caller as i32,
        sender_party: actor.party.clone(),
        party: actor.scope().to_owned(),
        state: BatchState::Receiving as i32,
        received_rows: 0,
        received_sum: Decimal::ZERO,
        processed_rows: 0,
        refused_rows: 0,
        refused_sum: Decimal::ZERO,
        opened_at: platform.clock().now(),
        closed_at: None,
        done_at: None,
    };
    let opened = batch.clone();
    let operation = step_id(&batch, "open");
    let open = platform.do_once(actor, area, "batch.open", operation, move |unit| {
        Box::pin(async move { store::open(unit.db(), &opened).await })
    });
    match open.await {
        Err(error) if error.is(Refusal::RequestIdReused) => {
            return Err(Error::not_found("批次", batch.batch_id));
        }
        opened => opened?,
    };
    let found = current(platform, actor, &batch).await?;
    // A batch id is its sender's; with another list behind it, it is a mistake.
    let sender = |of: &BatchRow| (of.sender.clone(), of.sender_caller, of.sender_party.clone());
    if found.kind != batch.kind || sender(&found) != sender(&batch) {
        return Err(Error::not_found("批次", batch.batch_id));
    }
    Ok(found)
}

/// A stream brings one batch of one area; a header may come again, but no other one.
fn same_batch(
    (begun, batch): &(BatchHeader, BatchRow),
    area: &str,
    header: Option<&BatchHeader>,
) -> Result<()> {
    if batch.pooling_area != area {
        let sentence = "与本次报送的第一条消息不同，请为每个统筹地区分别报送";
        return Err(Error::invalid("poolingArea", "统筹地区", sentence));
    }
    if header.is_some_and(|header| header != begun) {
        let sentence = "与本次报送的第一条消息不同，请为每个批次分别报送";
        return Err(Error::invalid("header", "批次", sentence));
    }
    Ok(())
}

fn slice<B: Batch>(
    kind: &B,
    first_row: u64,
    rows: &[B::Row],
    lines: &[u32],
) -> Result<(SliceRow, Decimal)> {
    if rows.len() > MAX_ROWS {
        let sentence = format!("一条消息不能超过{MAX_ROWS}行，请分条发送");
        return Err(Error::invalid("rows", "行", sentence));
    }
    if !lines.is_empty() && lines.len() != rows.len() {
        let sentence = "应与行一一对应，不是由文件转来的清单不必填写";
        return Err(Error::invalid("lines", "文件行号", sentence));
    }
    let lines = lines.iter().map(|line| i32::try_from(*line));
    let lines = lines.collect::<Result<_, _>>();
    let content = encode(rows)?;
    let slice = SliceRow {
        first_row: i64::try_from(first_row)
            .map_err(|_| Error::invalid("firstRow", "起始行号", "超出范围"))?,
        row_count: i32::try_from(rows.len()).map_err(Error::internal)?,
        digest: reflect::digest(&content),
        content,
        lines: lines.map_err(|_| Error::invalid("lines", "文件行号", "超出范围"))?,
    };
    Ok((slice, rows.iter().map(|row| kind.amount(row)).sum()))
}

/// Keeps the rows of one message; rows that were kept before must be the same.
async fn keep(
    platform: &Platform,
    actor: &Actor,
    batch: &mut BatchRow,
    (slice, sum): (SliceRow, Decimal),
) -> Result<()> {
    let rows = i64::from(slice.row_count);
    if slice.first_row < batch.received_rows {
        return same_as_before(platform, actor, batch, slice.first_row, &slice.digest).await;
    }
    if slice.first_row > batch.received_rows {
        return Err(Refused::because(Refusal::BatchGap)
            .with("received", batch.received_rows)
            .with("first", slice.first_row)
            .into());
    }
    if !batch.is_receiving() {
        return Err(Refused::because(Refusal::BatchClosed)
            .with("batch_id", batch.batch_id)
            .into());
    }
    let operation = step_id(batch, &format!("slice:{}", slice.first_row));
    let kept = batch.clone();
    let (first_row, digest) = (slice.first_row, slice.digest.clone());
    let is_first = platform
        .do_once(
            actor,
            &batch.pooling_area,
            "batch.keep",
            operation,
            move |unit| {
                Box::pin(async move {
                    not_overtaken(unit, &kept).await?;
                    store::insert_slice(unit.db(), &kept, &slice).await?;
                    store::add_received(unit.db(), &kept, rows, sum).await
                })
            },
        )
        .await?
        .is_some();
    if !is_first {
        *batch = current(platform, actor, batch).await?;
        return same_as_before(platform, actor, batch, first_row, &digest).await;
    }
    batch.received_rows += rows;
    batch.received_sum += sum;
    Ok(())
}

/// Holds the batch until the end of the unit. A sender that took a stream for broken sends a second
/// one, and the first may still be on its way.
async fn not_overtaken(unit: &mut Unit, batch: &BatchRow) -> Result<()> {
    let area = unit.area().to_owned();
    let held = store::lock(unit.db(), &area, batch.batch_id).await?;
    if held.is_some_and(|h| h.is_receiving() && h.received_rows == batch.received_rows) {
        return Ok(());
    }
    Err(Error::Conflict(
        "another stream of the batch was faster".to_owned(),
    ))
}

async fn same_as_before(
    platform: &Platform,
    actor: &Actor,
    batch: &BatchRow,
    first_row: i64,
    digest: &str,
) -> Result<()> {
    let mut unit = Unit::begin(platform, actor, &batch.pooling_area, Uuid::now_v7(), false).await?;
    match store::slice_at(unit.db(), batch, first_row).await? {
        Some(earlier) if earlier.digest == digest => Ok(()),
        _ => Err(Refused::because(Refusal::BatchChanged)
            .with("first", first_row)
            .into()),
    }
}

/// Compares the sender's totals with the rows. Equal ones close the batch; others reject it whole. A
/// batch that is closed is not closed again: totals must say what they said before.
async fn close(
    platform: &Platform,
    actor: &Actor,
    batch: &mut BatchRow,
    totals: &BatchTotals,
) -> Result<()> {
    let declared = totals
        .sum
        .as_ref()
        .map(|sum| sum.decimal())
        .transpose()
        .map_err(|e| Error::invalid("totals.sum", "合计金额", e))?;
    let agree = |batch: &BatchRow| {
        i64::try_from(totals.rows).is_ok_and(|rows| rows == batch.received_rows)
            && declared.is_none_or(|sum| sum == batch.received_sum)
    };
    if batch.is_receiving() {
        let state = if agree(batch) {
            BatchState::Processing
        } else {
            BatchState::Rejected
        };
        set_closed(platform, actor, batch, state).await?;
    }
    let stated = in_words(totals.rows, declared);
    let received = in_words(batch.received_rows, Some(batch.received_sum));
    match (agree(batch), batch.is_rejected()) {
        (true, false) => Ok(()),
        (false, true) => Err(Refused::because(Refusal::BatchTotals)
            .with("declared", stated)
            .with("received", received)
            .into()),
        _ => Err(Refused::because(Refusal::BatchClosedTotals)
            .with("batch_id", batch.batch_id)
            .with("state", batch.state_label())
            .with("received", received)
            .with("declared", stated)
            .into()),
    }
}

/// Rows and sum in words; a sum that was not stated is not compared.
fn in_words(rows: impl std::fmt::Display, sum: Option<Decimal>) -> String {
    match sum {
        Some(sum) => format!("{rows}行、合计{}元", contracts::Money::from(sum)),
        None => format!("{rows}行"),
    }
}

/// Closes the batch, unless another stream was faster; `batch` is as it stands then.
async fn set_closed(
    platform: &Platform,
    actor: &Actor,
    batch: &mut BatchRow,
    state: BatchState,
) -> Result<()> {
    let closing = batch.clone();
    let operation = step_id(batch, "close");
    let is_first = platform
        .do_once(
            actor,
            &batch.pooling_area,
            "batch.close",
            operation,
            move |unit| {
                Box::pin(async move {
                    not_overtaken(unit, &closing).await?;
                    let now = unit.now();
                    store::set_state(unit.db(), &closing, state, now).await
                })
            },
        )
        .await?
        .is_some();
    if is_first {
        batch.state = state as i32;
    } else {
        *batch = current(platform, actor, batch).await?;
    }
    Ok(())
}

/// The journal id of one step of a batch: the same step again is the same request.
pub fn step_id(batch: &BatchRow, step: &str) -> Uuid {
    Uuid::new_v5(
        &batch.batch_id,
        format!("{}:{step}", batch.pooling_area).as_bytes(),
    )
}
