//! SQL of runs.

use contracts::common::v1::RunState;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Page, Result};

/// The constraint that there is one live run of a kind and subject.
pub const ONE_LIVE: &str = "run_one_live";

/// How far a run is.
#[derive(Clone, Debug, FromRow)]
pub struct RunRow {
    pub pooling_area: String,
    pub run_id: Uuid,
    pub kind: String,
    pub subject: String,
    pub state: i32,
    pub order_form: Vec<u8>,
    pub summary: Vec<u8>,
    pub previewed_to: Option<String>,
    pub items: i64,
    pub items_done: i64,
    pub started_by: String,
    pub started_at: OffsetDateTime,
    pub done_at: Option<OffsetDateTime>,
    pub error: String,
}

pub async fn insert(db: &mut PgConnection, row: &RunRow) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO run (pooling_area, run_id, kind, subject, state, order_form, summary, started_by,
             started_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&row.pooling_area)
    .bind(row.run_id)
    .bind(&row.kind)
    .bind(&row.subject)
    .bind(row.state)
    .bind(&row.order_form)
    .bind(&row.summary)
    .bind(&row.started_by)
    .bind(row.started_at)
    .execute(db)
    .await?;
    Ok(())
}

pub async fn update(db: &mut PgConnection, row: &RunRow) -> Result<()> {
    query(
        "UPDATE run SET state = $3, summary = $4, previewed_to = $5, items = $6, items_done = $7,
             done_at = $8, error = $9
         WHERE pooling_area = $1 AND run_id = $2",
    )
    .bind(&row.pooling_area)
    .bind(row.run_id)
    .bind(row.state)
    .bind(&row.summary)
    .bind(&row.previewed_to)
    .bind(row.items)
    .bind(row.items_done)
    .bind(row.done_at)
    .bind(&row.error)
    .execute(db)
    .await?;
    Ok(())
}

pub async fn find(db: &mut PgConnection, area: &str, run_id: Uuid) -> Result<Option<RunRow>> {
    Ok(
        query_as("SELECT * FROM run WHERE pooling_area = $1 AND run_id = $2")
            .bind(area)
            .bind(run_id)
            .fetch_optional(db)
            .await?,
    )
}

/// The live run of a kind and subject.
pub async fn live(
    db: &mut PgConnection,
    area: &str,
    kind: &str,
    subject: &str,
) -> Result<Option<RunRow>> {
    Ok(query_as(
        "SELECT * FROM run WHERE pooling_area = $1 AND kind = $2 AND subject = $3 AND state IN (1, 2, 3)",
    )
    .bind(area)
    .bind(kind)
    .bind(subject)
    .fetch_optional(db)
    .await?)
}

/// The orders of the live runs of a kind that are in some states.
pub async fn orders(
    db: &mut PgConnection,
    area: &str,
    kind: &str,
    states: &[RunState],
) -> Result<Vec<Vec<u8>>> {
    let states: Vec<i32> = states.iter().map(|state| *state as i32).collect();
    Ok(query_scalar(
        "SELECT order_form FROM run
         WHERE pooling_area = $1 AND kind = $2 AND state IN (1, 2, 3) AND state = ANY ($3)",
    )
    .bind(area)
    .bind(kind)
    .bind(states)
    .fetch_all(db)
    .await?)
}

/// The run, unless another worker has it in hand.
pub async fn lock_free(db: &mut PgConnection, area: &str, run_id: Uuid) -> Result<Option<RunRow>> {
    Ok(
        query_as(
            "SELECT * FROM run WHERE pooling_area = $1 AND run_id = $2 FOR UPDATE SKIP LOCKED",
        )
        .bind(area)
        .bind(run_id)
        .fetch_optional(db)
        .await?,
    )
}

/// Runs with work to do, in every area.
pub async fn working(db: &mut PgConnection) -> Result<Vec<(String, Uuid)>> {
    Ok(query_as(
        "SELECT pooling_area, run_id FROM run WHERE state IN (1, 3) ORDER BY started_at LIMIT 100",
    )
    .fetch_all(db)
    .await?)
}

/// Moves a run to `to` where its state is one of `from`; answers whether there was one.
pub async fn move_state(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    from: &[RunState],
    to: RunState,
) -> Result<bool> {
    let from: Vec<i32> = from.iter().map(|state| *state as i32).collect();
    let moved = query(
        "UPDATE run SET state = $4 WHERE pooling_area = $1 AND run_id = $2 AND state = ANY ($3)",
    )
    .bind(area)
    .bind(run_id)
    .bind(from)
    .bind(to as i32)
    .execute(db)
    .await?;
    Ok(moved.rows_affected() > 0)
}

pub async fn insert_items(
    db: &mut PgConnection,
    run: &RunRow,
    subjects: &[String],
    contents: &[Vec<u8>],
) -> Result<()> {
    query(
        "INSERT INTO run_item (pooling_area, run_id, item, subject, content)
         SELECT $1, $2, $3 + i.place, i.subject, i.content
         FROM unnest($4::text[], $5::bytea[]) WITH ORDINALITY AS i(subject, content, place)",
    )
    .bind(&run.pooling_area)
    .bind(run.run_id)
    .bind(run.items)
    .bind(subjects)
    .bind(contents)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
pub struct ItemRow {
    pub item: i64,
    pub subject: String,
    pub content: Vec<u8>,
}

/// The items after number `after`.
pub async fn items(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    after: i64,
    limit: i64,
) -> Result<Vec<ItemRow>> {
    Ok(query_as(
        "SELECT item, subject, content FROM run_item
         WHERE pooling_area = $1 AND run_id = $2 AND item > $3 ORDER BY item LIMIT $4",
    )
    .bind(area)
    .bind(run_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

pub async fn list_items(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    subject: &str,
    page: &Page,
) -> Result<Vec<ItemRow>> {
    Ok(query_as(
        "SELECT item, subject, content FROM run_item
         WHERE pooling_area = $1 AND run_id = $2 AND item > $3 AND ($4 = '' OR subject = $4)
         ORDER BY item LIMIT $5",
    )
    .bind(area)
    .bind(run_id)
    .bind(page.after::<i64>()?.unwrap_or_default())
    .bind(subject)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}
