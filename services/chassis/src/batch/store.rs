//! SQL of batches.

use contracts::common::v1::{BatchFinding, BatchState, Reason};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Entered;
use crate::{Page, Result};

/// How far a batch is.
#[derive(Clone, Debug, FromRow)]
pub struct BatchRow {
    pub pooling_area: String,
    pub batch_id: Uuid,
    pub kind: String,
    pub reference: String,
    pub sender: String,
    pub sender_name: String,
    pub sender_caller: i32,
    pub sender_party: String,
    pub party: String,
    pub state: i32,
    pub received_rows: i64,
    pub received_sum: Decimal,
    pub processed_rows: i64,
    pub refused_rows: i64,
    pub refused_sum: Decimal,
    pub opened_at: OffsetDateTime,
    pub closed_at: Option<OffsetDateTime>,
    pub done_at: Option<OffsetDateTime>,
}

impl BatchRow {
    pub fn is_done(&self) -> bool {
        self.state == BatchState::Done as i32
    }

    pub fn is_receiving(&self) -> bool {
        self.state == BatchState::Receiving as i32
    }

    pub fn is_rejected(&self) -> bool {
        self.state == BatchState::Rejected as i32
    }

    pub fn is_processing(&self) -> bool {
        self.state == BatchState::Processing as i32
    }
}

pub async fn open(db: &mut PgConnection, row: &BatchRow) -> Result<()> {
    query(
        "INSERT INTO batch (pooling_area, batch_id, kind, reference, sender, sender_name, sender_caller,
             sender_party, party, state, opened_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&row.pooling_area)
    .bind(row.batch_id)
    .bind(&row.kind)
    .bind(&row.reference)
    .bind(&row.sender)
    .bind(&row.sender_name)
    .bind(row.sender_caller)
    .bind(&row.sender_party)
    .bind(&row.party)
    .bind(row.state)
    .bind(row.opened_at)
    .execute(db)
    .await?;
    Ok(())
}

pub async fn find(db: &mut PgConnection, area: &str, batch_id: Uuid) -> Result<Option<BatchRow>> {
    Ok(
        query_as("SELECT * FROM batch WHERE pooling_area = $1 AND batch_id = $2")
            .bind(area)
            .bind(batch_id)
            .fetch_optional(db)
            .await?,
    )
}

/// The batch, locked until the end of the transaction: its rows come in order.
pub async fn lock(db: &mut PgConnection, area: &str, batch_id: Uuid) -> Result<Option<BatchRow>> {
    Ok(
        query_as("SELECT * FROM batch WHERE pooling_area = $1 AND batch_id = $2 FOR UPDATE")
            .bind(area)
            .bind(batch_id)
            .fetch_optional(db)
            .await?,
    )
}

pub async fn list(db: &mut PgConnection, area: &str, page: &Page) -> Result<Vec<BatchRow>> {
    Ok(query_as(
        "SELECT * FROM batch
         WHERE pooling_area = $1
           AND ($2::uuid IS NULL OR (opened_at, batch_id) <
               (SELECT b.opened_at, b.batch_id FROM batch b WHERE b.pooling_area = $1 AND b.batch_id = $2))
         ORDER BY opened_at DESC, batch_id DESC LIMIT $3",
    )
    .bind(area)
    .bind(page.after::<Uuid>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}

/// Batches whose rows wait to be answered, in every area.
pub async fn processing(db: &mut PgConnection) -> Result<Vec<(String, Uuid)>> {
    Ok(query_as(
        "SELECT pooling_area, batch_id FROM batch WHERE state = 2 ORDER BY opened_at LIMIT 100",
    )
    .fetch_all(db)
    .await?)
}

/// Rows as they were received.
#[derive(FromRow)]
pub struct SliceRow {
    pub first_row: i64,
    pub row_count: i32,
    pub content: Vec<u8>,
    pub digest: String,
    pub lines: Vec<i32>,
}

pub async fn insert_slice(db: &mut PgConnection, batch: &BatchRow, slice: &SliceRow) -> Result<()> {
    query(
        "INSERT INTO batch_slice (pooling_area, batch_id, first_row, row_count, party, content, digest,
             lines)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&batch.pooling_area)
    .bind(batch.batch_id)
    .bind(slice.first_row)
    .bind(slice.row_count)
    .bind(&batch.party)
    .bind(&slice.content)
    .bind(&slice.digest)
    .bind(&slice.lines)
    .execute(db)
    .await?;
    Ok(())
}

pub async fn add_received(
    db: &mut PgConnection,
    batch: &BatchRow,
    rows: i64,
    sum: Decimal,
) -> Result<()> {
    query(
        "UPDATE batch SET received_rows = received_rows + $3, received_sum = received_sum + $4
         WHERE pooling_area = $1 AND batch_id = $2",
    )
    .bind(&batch.pooling_area)
    .bind(batch.batch_id)
    .bind(rows)
    .bind(sum)
    .execute(db)
    .await?;
    Ok(())
}

/// The batch, locked until the end of the transaction, unless somebody else is at work on it.
pub async fn lock_if_free(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
) -> Result<Option<BatchRow>> {
    Ok(query_as(
        "SELECT * FROM batch WHERE pooling_area = $1 AND batch_id = $2 FOR UPDATE SKIP LOCKED",
    )
    .bind(area)
    .bind(batch_id)
    .fetch_optional(db)
    .await?)
}

pub async fn slice_at(
    db: &mut PgConnection,
    batch: &BatchRow,
    first_row: i64,
) -> Result<Option<SliceRow>> {
    Ok(query_as(
        "SELECT first_row, row_count, content, digest, lines FROM batch_slice
         WHERE pooling_area = $1 AND batch_id = $2 AND first_row = $3",
    )
    .bind(&batch.pooling_area)
    .bind(batch.batch_id)
    .bind(first_row)
    .fetch_optional(db)
    .await?)
}

/// The slices that begin with one of the `rows` rows from `first_row` on.
pub async fn slices_at(
    db: &mut PgConnection,
    batch: &BatchRow,
    first_row: i64,
    rows: i64,
) -> Result<Vec<SliceRow>> {
    Ok(query_as(
        "SELECT first_row, row_count, content, digest, lines FROM batch_slice
         WHERE pooling_area = $1 AND batch_id = $2 AND first_row >= $3 AND first_row < $3 + $4
         ORDER BY first_row",
    )
    .bind(&batch.pooling_area)
    .bind(batch.batch_id)
    .bind(first_row)
    .bind(rows)
    .fetch_all(db)
    .await?)
}

pub async fn slices(db: &mut PgConnection, area: &str, batch_id: Uuid) -> Result<Vec<SliceRow>> {
    Ok(query_as(
        "SELECT first_row, row_count, content, digest, lines FROM batch_slice
         WHERE pooling_area = $1 AND batch_id = $2 ORDER BY first_row",
    )
    .bind(area)
    .bind(batch_id)
    .fetch_all(db)
    .await?)
}

pub async fn set_state(
    db: &mut PgConnection,
    batch: &BatchRow,
    state: BatchState,
    at: OffsetDateTime,
) -> Result<()> {
    query(
        "UPDATE batch SET state = $3, closed_at = COALESCE(closed_at, $4),
             done_at = CASE WHEN $3 IN (3, 4) THEN $4 END, error = ''
         WHERE pooling_area = $1 AND batch_id = $2",
    )
    .bind(&batch.pooling_area)
    .bind(batch.batch_id)
    .bind(state as i32)
    .bind(at)
    .execute(db)
    .await?;
    Ok(())
}

pub async fn add_processed(
    db: &mut PgConnection,
    batch: &BatchRow,
    rows: i64,
    entered: &Entered,
) -> Result<()> {
    query(
        "UPDATE batch SET processed_rows = processed_rows + $3, refused_rows = refused_rows + $4,
             refused_sum = refused_sum + $5, error = ''
         WHERE pooling_area = $1 AND batch_id = $2",
    )
    .bind(&batch.pooling_area)
    .bind(batch.batch_id)
    .bind(rows)
    .bind(entered.refused_rows)
    .bind(entered.refused_sum)
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps why the next slice of a batch cannot be entered.
pub async fn note_error(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
    error: &str,
) -> Result<()> {
    query("UPDATE batch SET error = $3 WHERE pooling_area = $1 AND batch_id = $2 AND state = 2")
        .bind(area)
        .bind(batch_id)
        .bind(error)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn insert_findings(
    db: &mut PgConnection,
    batch: &BatchRow,
    entered: &Entered,
    line: impl Fn(i64) -> i64,
) -> Result<()> {
    let reasons: Vec<Reason> = entered
        .findings
        .iter()
        .map(|(f, _)| f.reason.reason())
        .collect();
    query(
        "INSERT INTO batch_finding (pooling_area, batch_id, row_no, finding_no, line_no, party,
             refused, label, reason, sentence, source, content)
         SELECT $1, $2, f.row_no, row_number() OVER (PARTITION BY f.row_no ORDER BY f.place), f.line_no, $3,
             f.refused, f.label, f.reason, f.sentence, f.source, f.content
         FROM unnest($4::bigint[], $5::boolean[], $6::text[], $7::text[], $8::text[], $9::text[],
             $10::text[], $11::bigint[]) WITH ORDINALITY
             AS f(row_no, refused, label, reason, sentence, source, content, line_no, place)",
    )
    .bind(&batch.pooling_area)
    .bind(batch.batch_id)
    .bind(&batch.party)
    .bind(entered.findings.iter().map(|(f, _)| f.row).collect::<Vec<_>>())
    .bind(entered.findings.iter().map(|(f, _)| f.refused).collect::<Vec<_>>())
    .bind(entered.findings.iter().map(|(f, _)| f.label.clone()).collect::<Vec<_>>())
    .bind(reasons.iter().map(|r| r.reason.clone()).collect::<Vec<_>>())
    .bind(reasons.iter().map(|r| r.sentence.clone()).collect::<Vec<_>>())
    .bind(reasons.iter().map(|r| r.source.clone()).collect::<Vec<_>>())
    .bind(entered.findings.iter().map(|(_, content)| content.clone()).collect::<Vec<_>>())
    .bind(entered.findings.iter().map(|(f, _)| line(f.row)).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}

/// Numbers of the refused rows, ascending.
pub async fn refused_rows(db: &mut PgConnection, area: &str, batch_id: Uuid) -> Result<Vec<i64>> {
    Ok(query_scalar(
        "SELECT DISTINCT row_no FROM batch_finding
         WHERE pooling_area = $1 AND batch_id = $2 AND refused ORDER BY row_no",
    )
    .bind(area)
    .bind(batch_id)
    .fetch_all(db)
    .await?)
}

#[derive(FromRow)]
pub struct FindingRow {
    pub row_no: i64,
    pub finding_no: i32,
    line_no: i64,
    refused: bool,
    label: String,
    reason: String,
    sentence: String,
    source: String,
    content: String,
}

impl From<FindingRow> for BatchFinding {
    fn from(row: FindingRow) -> Self {
        Self {
            row: row.row_no.unsigned_abs(),
            refused: row.refused,
            label: row.label,
            reason: Some(Reason {
                reason: row.reason,
                sentence: row.sentence,
                source: row.source,
            }),
            content: row.content,
            line: row.line_no.unsigned_abs(),
        }
    }
}

/// Findings after (`row`, `finding`), in the order of the rows.
pub async fn findings(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
    (row, finding): (i64, i32),
    limit: i64,
) -> Result<Vec<FindingRow>> {
    Ok(query_as(
        "SELECT row_no, finding_no, line_no, refused, label, reason, sentence, source, content
         FROM batch_finding
         WHERE pooling_area = $1 AND batch_id = $2 AND (row_no, finding_no) > ($3, $4)
         ORDER BY row_no, finding_no LIMIT $5",
    )
    .bind(area)
    .bind(batch_id)
    .bind(row)
    .bind(finding)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
