//! SQL of the unit of work: settings, the journal, events, an area's own parameters.

use contracts::common::v1::JournalEntry;
use law::LocalValue;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{Actor, Error, Page, Result};

pub async fn set_area(db: &mut PgConnection, area: &str) -> Result<()> {
    query("SELECT set_config('app.pooling_area', $1, true)")
        .bind(area)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn set_party(db: &mut PgConnection, party: &str) -> Result<()> {
    query("SELECT set_config('app.party', $1, true)")
        .bind(party)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn savepoint(db: &mut PgConnection) -> Result<()> {
    query("SAVEPOINT attempt").execute(db).await?;
    Ok(())
}

pub async fn release_savepoint(db: &mut PgConnection) -> Result<()> {
    query("RELEASE SAVEPOINT attempt").execute(db).await?;
    Ok(())
}

pub async fn roll_back_to_savepoint(db: &mut PgConnection) -> Result<()> {
    query("ROLLBACK TO SAVEPOINT attempt").execute(db).await?;
    Ok(())
}

/// Looks at the whole area from here on, and takes a lock until the end of the transaction where nobody has it;
/// answers whether nobody had.
pub async fn hold_as_the_agency(db: &mut PgConnection, name: &str) -> Result<bool> {
    Ok(query_scalar(
        "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))
         FROM (SELECT set_config('app.party', '', true)) AS whole_area",
    )
    .bind(name)
    .fetch_one(db)
    .await?)
}

/// Takes a lock until the end of the transaction, once nobody has it.
pub async fn hold(db: &mut PgConnection, name: &str) -> Result<()> {
    query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(name)
        .execute(db)
        .await?;
    Ok(())
}

#[derive(FromRow)]
pub struct EarlierEntry {
    pub actor: String,
    pub operation: String,
    pub request_digest: String,
    pub reply: Vec<u8>,
}

/// What the request was answered before. Requests of one id wait here for each other until the end of the transaction.
pub async fn answered(
    db: &mut PgConnection,
    area: &str,
    request_id: Uuid,
) -> Result<Option<EarlierEntry>> {
    Ok(
        query_as("SELECT actor, operation, request_digest, reply FROM answered($1, $2)")
            .bind(area)
            .bind(request_id)
            .fetch_optional(db)
            .await?,
    )
}

pub struct NewJournalEntry<'a> {
    pub pooling_area: String,
    pub request_id: Uuid,
    pub operation: &'a str,
    pub actor: Actor,
    pub at: OffsetDateTime,
    pub request_digest: &'a str,
    pub request: &'a [u8],
    pub reply: &'a [u8],
    pub trace_parent: String,
}

pub async fn insert_journal_entry(
    db: &mut PgConnection,
    entry: &NewJournalEntry<'_>,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO journal (pooling_area, request_id, operation, actor, actor_name, party, at,
             request_digest, request, reply, trace_parent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(&entry.pooling_area)
    .bind(entry.request_id)
    .bind(entry.operation)
    .bind(&entry.actor.id)
    .bind(&entry.actor.name)
    .bind(entry.actor.scope())
    .bind(entry.at)
    .bind(entry.request_digest)
    .bind(entry.request)
    .bind(entry.reply)
    .bind(&entry.trace_parent)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
pub struct JournalRow {
    pub request_id: Uuid,
    operation: String,
    actor: String,
    actor_name: String,
    at: OffsetDateTime,
    request_digest: String,
}

impl From<JournalRow> for JournalEntry {
    fn from(row: JournalRow) -> Self {
        Self {
            request_id: row.request_id.to_string(),
            operation: row.operation,
            actor: row.actor,
            actor_name: row.actor_name,
            at: Some(crate::wire::timestamp(row.at)),
            request_digest: row.request_digest,
        }
    }
}

pub async fn list_journal_entries(
    db: &mut PgConnection,
    area: &str,
    actor: &str,
    page: &Page,
) -> Result<Vec<JournalRow>> {
    Ok(query_as(
        "SELECT request_id, operation, actor, actor_name, at, request_digest FROM journal
         WHERE pooling_area = $1 AND ($2 = '' OR actor = $2)
           AND ($3::uuid IS NULL OR (at, request_id) <
               (SELECT j.at, j.request_id FROM journal j WHERE j.pooling_area = $1 AND j.request_id = $3))
         ORDER BY at DESC, request_id DESC LIMIT $4",
    )
    .bind(area)
    .bind(actor)
    .bind(page.after::<Uuid>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}

/// What all events of one statement share.
pub struct Origin<'a> {
    pub area: &'a str,
    pub kind: &'a str,
    pub at: OffsetDateTime,
    pub trace_parent: &'a str,
    pub request_id: Uuid,
}

pub async fn insert_events(
    db: &mut PgConnection,
    origin: &Origin<'_>,
    keys: &[String],
    payloads: &[Vec<u8>],
) -> Result<(), Error> {
    query(
        "INSERT INTO event (pooling_area, key, kind, payload, happened_at, trace_parent, request_id)
         SELECT $1, told.key, $2, told.payload, $3, $4, $5
         FROM unnest($6::text[], $7::bytea[]) WITH ORDINALITY AS told(key, payload, place)
         ORDER BY told.place",
    )
    .bind(origin.area)
    .bind(origin.kind)
    .bind(origin.at)
    .bind(origin.trace_parent)
    .bind(origin.request_id)
    .bind(keys)
    .bind(payloads)
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct LocalParameter {
    name: String,
    from_on: Date,
    value: String,
    source: String,
}

pub async fn local_parameters(db: &mut PgConnection, area: &str) -> Result<Vec<LocalValue>> {
    let rows: Vec<LocalParameter> = query_as(
        "SELECT DISTINCT ON (name, from_on) name, from_on, value, source FROM local_parameter
         WHERE pooling_area = $1 ORDER BY name, from_on, set_at DESC, case_id DESC",
    )
    .bind(area)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| LocalValue {
            name: row.name,
            from: row.from_on,
            value: row.value,
            source: row.source,
        })
        .collect())
}
