//! SQL of the unit of work: settings, the journal, events, an area's own parameters.

use contracts::common::v1::JournalEntry;
use law::LocalValue;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::journal::Written;
use crate::{Error, Page, Result};

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

/// Takes locks one after the other until the end of the transaction, each once nobody has it; answers of each whether
/// nobody had.
pub async fn hold(db: &mut PgConnection, names: &[String]) -> Result<Vec<bool>> {
    Ok(query_scalar(
        "SELECT CASE WHEN pg_try_advisory_xact_lock(hashtextextended(name, 0)) THEN true
             ELSE pg_advisory_xact_lock(hashtextextended(name, 0)) IS NULL END
         FROM unnest($1::text[]) AS name",
    )
    .bind(names)
    .fetch_all(db)
    .await?)
}

#[derive(FromRow)]
pub struct EarlierEntry {
    pub request_id: Uuid,
    pub actor: String,
    pub operation: String,
    pub request_digest: String,
    pub reply: Vec<u8>,
}

/// What the requests were answered before. Requests of one id wait here for each other until the end of the transaction.
pub async fn answered(
    db: &mut PgConnection,
    area: &str,
    request_ids: &[Uuid],
) -> Result<Vec<EarlierEntry>> {
    Ok(query_as(
        "SELECT asked.request_id, e.actor, e.operation, e.request_digest, e.reply
         FROM unnest($2::uuid[]) AS asked(request_id), answered($1, asked.request_id) e",
    )
    .bind(area)
    .bind(request_ids)
    .fetch_all(db)
    .await?)
}

pub async fn insert_journal_entries(
    db: &mut PgConnection,
    area: &str,
    at: OffsetDateTime,
    written: &[Written<'_>],
) -> Result<(), sqlx::Error> {
    let each = || written.iter();
    query(
        "INSERT INTO journal (pooling_area, at, request_id, operation, actor, actor_name, party,
             request_digest, request, reply, trace_parent)
         SELECT $1, $2, * FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
             $9::bytea[], $10::bytea[], $11::text[])",
    )
    .bind(area)
    .bind(at)
    .bind(each().map(|one| one.entry.request_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.entry.operation.as_str()).collect::<Vec<_>>())
    .bind(each().map(|one| one.actor.id.as_str()).collect::<Vec<_>>())
    .bind(each().map(|one| one.actor.name.as_str()).collect::<Vec<_>>())
    .bind(each().map(|one| one.actor.scope()).collect::<Vec<_>>())
    .bind(each().map(|one| one.entry.digest.as_str()).collect::<Vec<_>>())
    .bind(each().map(|one| one.entry.request.as_slice()).collect::<Vec<_>>())
    .bind(each().map(|one| one.reply.as_slice()).collect::<Vec<_>>())
    .bind(each().map(|one| one.trace_parent.as_str()).collect::<Vec<_>>())
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
