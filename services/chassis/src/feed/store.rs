//! SQL of feeds: events told here, cursors of feeds read here, and parked events.

use contracts::common::v1::Event;
use sqlx::postgres::PgPool;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Error, Page, Result, wire};

#[derive(FromRow)]
pub struct EventRow {
    pooling_area: String,
    cursor: String,
    key: String,
    kind: String,
    payload: Vec<u8>,
    happened_at: OffsetDateTime,
    trace_parent: String,
    request_id: Uuid,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Self {
            cursor: row.cursor,
            pooling_area: row.pooling_area,
            key: row.key,
            payload: Some(wire::any_of(&row.kind, row.payload)),
            happened_at: Some(wire::timestamp(row.happened_at)),
            trace_parent: row.trace_parent,
            request_id: row.request_id.to_string(),
        }
    }
}

/// A place in the feed: the writing transaction, and the position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    transaction: u64,
    position: i64,
}

impl std::str::FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        text.split_once(':')
            .and_then(|(transaction, position)| {
                Some(Self {
                    transaction: transaction.parse().ok()?,
                    position: position.parse().ok()?,
                })
            })
            .ok_or_else(|| {
                Error::invalid(
                    "cursor",
                    "游标",
                    "不是本事件流返回的游标，请从空游标重新读取",
                )
            })
    }
}

/// Events after `cursor`. Only those below the oldest running transaction are served: one that
/// commits late has a place that no reader has passed.
pub async fn events_after(
    db: &mut PgConnection,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<EventRow>> {
    Ok(query_as(
        "SELECT pooling_area, tx::text || ':' || position AS cursor, key, kind, payload, happened_at,
             trace_parent, request_id
         FROM event
         WHERE (tx, position) > ($1::text::xid8, $2)
           AND tx < pg_snapshot_xmin(pg_current_snapshot())
         ORDER BY tx, position LIMIT $3",
    )
    .bind(cursor.transaction.to_string())
    .bind(cursor.position)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

pub async fn cursor(db: &PgPool, feed: &str) -> Result<String> {
    let kept: Option<String> = query_scalar("SELECT cursor FROM feed_cursor WHERE feed = $1")
        .bind(feed)
        .fetch_optional(db)
        .await?;
    Ok(kept.unwrap_or_default())
}

/// The cursor, locked until the end of the transaction; a slice is applied by one replica.
pub async fn lock_cursor(db: &mut PgConnection, feed: &str, now: OffsetDateTime) -> Result<String> {
    query(
        "INSERT INTO feed_cursor (feed, cursor, moved_at) VALUES ($1, '', $2)
         ON CONFLICT ON CONSTRAINT feed_cursor_pkey DO NOTHING",
    )
    .bind(feed)
    .bind(now)
    .execute(&mut *db)
    .await?;
    Ok(
        query_scalar("SELECT cursor FROM feed_cursor WHERE feed = $1 FOR UPDATE")
            .bind(feed)
            .fetch_one(db)
            .await?,
    )
}

pub async fn move_cursor(
    db: &mut PgConnection,
    feed: &str,
    cursor: &str,
    now: OffsetDateTime,
) -> Result<()> {
    query("UPDATE feed_cursor SET cursor = $2, moved_at = $3 WHERE feed = $1")
        .bind(feed)
        .bind(cursor)
        .bind(now)
        .execute(db)
        .await?;
    Ok(())
}

/// Those of `keys` with an event parked already: later ones wait behind it.
pub async fn waiting_keys(
    db: &mut PgConnection,
    area: &str,
    feed: &str,
    keys: &[&str],
) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT DISTINCT key FROM parked_event
         WHERE pooling_area = $1 AND feed = $2 AND key = ANY ($3)",
    )
    .bind(area)
    .bind(feed)
    .bind(keys)
    .fetch_all(db)
    .await?)
}

pub async fn park(
    db: &mut PgConnection,
    feed: &str,
    event: &Event,
    error: &str,
    now: OffsetDateTime,
) -> Result<()> {
    let payload = event.payload.clone().unwrap_or_default();
    query(
        "INSERT INTO parked_event (pooling_area, parked_event_id, feed, cursor, key, kind, payload,
             happened_at, trace_parent, request_id, error, tries, parked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::uuid, $11, 1, $12)",
    )
    .bind(&event.pooling_area)
    .bind(Uuid::now_v7())
    .bind(feed)
    .bind(&event.cursor)
    .bind(&event.key)
    .bind(wire::name_in(&payload))
    .bind(&payload.value)
    .bind(wire::instant(&event.happened_at.unwrap_or_default())?)
    .bind(&event.trace_parent)
    .bind(event.request_id.parse::<Uuid>().map_err(Error::internal)?)
    .bind(error)
    .bind(now)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
pub struct ParkedRow {
    pub pooling_area: String,
    pub parked_event_id: Uuid,
    pub feed: String,
    pub cursor: String,
    pub key: String,
    pub kind: String,
    pub payload: Vec<u8>,
    pub happened_at: OffsetDateTime,
    pub trace_parent: String,
    pub request_id: Uuid,
    pub error: String,
    pub tries: i32,
    pub parked_at: OffsetDateTime,
}

impl ParkedRow {
    pub fn event(&self) -> Event {
        EventRow {
            pooling_area: self.pooling_area.clone(),
            cursor: self.cursor.clone(),
            key: self.key.clone(),
            kind: self.kind.clone(),
            payload: self.payload.clone(),
            happened_at: self.happened_at,
            trace_parent: self.trace_parent.clone(),
            request_id: self.request_id,
        }
        .into()
    }
}

pub async fn list_parked(db: &mut PgConnection, area: &str, page: &Page) -> Result<Vec<ParkedRow>> {
    Ok(query_as(
        "SELECT * FROM parked_event
         WHERE pooling_area = $1 AND ($2::uuid IS NULL OR parked_event_id > $2)
         ORDER BY parked_event_id LIMIT $3",
    )
    .bind(area)
    .bind(page.after::<Uuid>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}

/// The feed of which the event is parked.
pub async fn feed_of_parked(
    db: &mut PgConnection,
    area: &str,
    parked_event_id: Uuid,
) -> Result<Option<String>> {
    Ok(query_scalar(
        "SELECT feed FROM parked_event WHERE pooling_area = $1 AND parked_event_id = $2",
    )
    .bind(area)
    .bind(parked_event_id)
    .fetch_optional(db)
    .await?)
}

/// The parked event and those of its key that wait behind it, in order, locked.
pub async fn lock_parked(
    db: &mut PgConnection,
    area: &str,
    parked_event_id: Uuid,
) -> Result<Vec<ParkedRow>> {
    Ok(query_as(
        "SELECT p.* FROM parked_event p
         JOIN parked_event asked USING (pooling_area, feed, key)
         WHERE asked.pooling_area = $1 AND asked.parked_event_id = $2
         ORDER BY p.arrival FOR UPDATE OF p",
    )
    .bind(area)
    .bind(parked_event_id)
    .fetch_all(db)
    .await?)
}

pub async fn unpark(db: &mut PgConnection, row: &ParkedRow) -> Result<()> {
    query("DELETE FROM parked_event WHERE pooling_area = $1 AND parked_event_id = $2")
        .bind(&row.pooling_area)
        .bind(row.parked_event_id)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn note_try(db: &mut PgConnection, row: &ParkedRow, error: &str) -> Result<()> {
    query(
        "UPDATE parked_event SET error = $3, tries = tries + 1
         WHERE pooling_area = $1 AND parked_event_id = $2",
    )
    .bind(&row.pooling_area)
    .bind(row.parked_event_id)
    .bind(error)
    .execute(db)
    .await?;
    Ok(())
}
