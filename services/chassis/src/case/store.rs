//! SQL of cases.

use contracts::common::v1::Evidence;
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{Page, Result};

mod signatures;

pub use signatures::*;

/// Where a case stands.
#[derive(Clone, Debug, FromRow)]
pub struct CaseRow {
    pub pooling_area: String,
    pub case_id: Uuid,
    pub kind: String,
    pub subject: String,
    pub state: i32,
    pub revision: i32,
    pub department: i32,
    pub awaited: i32,
    pub party: String,
    pub applicant: String,
    /// Canonical JSON, frozen from the first signature.
    pub decision: Option<String>,
    pub decision_digest: String,
    /// JSON list of reasons.
    pub reasons: String,
    pub due_on: Option<Date>,
    pub due_provisional: bool,
    pub submitted_at: OffsetDateTime,
    pub decided_at: Option<OffsetDateTime>,
}

pub async fn insert(db: &mut PgConnection, row: &CaseRow) -> Result<()> {
    query(
        "INSERT INTO case_file (pooling_area, case_id, kind, subject, state, revision, department,
             awaited, party, applicant, due_on, due_provisional, submitted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(&row.pooling_area)
    .bind(row.case_id)
    .bind(&row.kind)
    .bind(&row.subject)
    .bind(row.state)
    .bind(row.revision)
    .bind(row.department)
    .bind(row.awaited)
    .bind(&row.party)
    .bind(&row.applicant)
    .bind(row.due_on)
    .bind(row.due_provisional)
    .bind(row.submitted_at)
    .execute(db)
    .await?;
    Ok(())
}

pub async fn update(db: &mut PgConnection, row: &CaseRow) -> Result<()> {
    query(
        "UPDATE case_file SET subject = $3, state = $4, revision = $5, awaited = $6, decision = $7,
             decision_digest = $8, reasons = $9, decided_at = $10, due_on = $11,
             due_provisional = $12
         WHERE pooling_area = $1 AND case_id = $2",
    )
    .bind(&row.pooling_area)
    .bind(row.case_id)
    .bind(&row.subject)
    .bind(row.state)
    .bind(row.revision)
    .bind(row.awaited)
    .bind(&row.decision)
    .bind(&row.decision_digest)
    .bind(&row.reasons)
    .bind(row.decided_at)
    .bind(row.due_on)
    .bind(row.due_provisional)
    .execute(db)
    .await?;
    Ok(())
}

pub async fn find(db: &mut PgConnection, area: &str, case_id: Uuid) -> Result<Option<CaseRow>> {
    Ok(
        query_as("SELECT * FROM case_file WHERE pooling_area = $1 AND case_id = $2")
            .bind(area)
            .bind(case_id)
            .fetch_optional(db)
            .await?,
    )
}

/// The case, locked until the end of the transaction: signatures of one case come one by one.
pub async fn lock(db: &mut PgConnection, area: &str, case_id: Uuid) -> Result<Option<CaseRow>> {
    Ok(
        query_as("SELECT * FROM case_file WHERE pooling_area = $1 AND case_id = $2 FOR UPDATE")
            .bind(area)
            .bind(case_id)
            .fetch_optional(db)
            .await?,
    )
}

/// What is visible now, to tell later what has become visible since.
pub async fn snapshot(db: &mut PgConnection) -> Result<String> {
    Ok(query_scalar("SELECT pg_current_snapshot()::text")
        .fetch_one(db)
        .await?)
}

/// Lets cases of one subject take effect one after the other. Answers whether none has done so that
/// was not visible in `snapshot`: what was read then still holds as far as cases go.
pub async fn take_turn(db: &mut PgConnection, case: &CaseRow, snapshot: &str) -> Result<bool> {
    query("SELECT pg_advisory_xact_lock(hashtextextended('case ' || $1 || ' ' || $2, 0))")
        .bind(&case.pooling_area)
        .bind(&case.subject)
        .execute(&mut *db)
        .await?;
    let others: bool = query_scalar(
        "SELECT EXISTS (SELECT FROM case_file
             WHERE pooling_area = $1 AND subject = $2
               AND NOT pg_visible_in_snapshot(effective_tx, $3::text::pg_snapshot))",
    )
    .bind(&case.pooling_area)
    .bind(&case.subject)
    .bind(snapshot)
    .fetch_one(&mut *db)
    .await?;
    query(
        "UPDATE case_file SET effective_tx = pg_current_xact_id()
         WHERE pooling_area = $1 AND case_id = $2",
    )
    .bind(&case.pooling_area)
    .bind(case.case_id)
    .execute(db)
    .await?;
    Ok(!others)
}

/// What a queue shows.
pub struct Filter<'a> {
    pub state: i32,
    pub kind: &'a str,
    pub awaited: i32,
    pub overdue_on: Option<Date>,
    pub subject: &'a str,
}

/// The earliest deadline first, those without one last.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: &Filter<'_>,
    page: &Page,
) -> Result<Vec<CaseRow>> {
    Ok(query_as(
        "SELECT * FROM case_file
         WHERE pooling_area = $1
           AND ($2 = 0 OR state = $2)
           AND ($3 = '' OR kind = $3)
           AND ($4 = 0 OR awaited = $4)
           AND ($5::date IS NULL OR (due_on < $5 AND decided_at IS NULL))
           AND ($6 = '' OR subject = $6)
           AND ($7::uuid IS NULL OR (COALESCE(due_on, 'infinity'), case_id) >
               ((SELECT COALESCE(c.due_on, 'infinity') FROM case_file c
                 WHERE c.pooling_area = $1 AND c.case_id = $7), $7))
         ORDER BY COALESCE(due_on, 'infinity'), case_id LIMIT $8",
    )
    .bind(area)
    .bind(filter.state)
    .bind(filter.kind)
    .bind(filter.awaited)
    .bind(filter.overdue_on)
    .bind(filter.subject)
    .bind(page.after::<Uuid>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}

/// The other undecided cases of the kind and subject of one, the earliest ten.
pub async fn open_beside(
    db: &mut PgConnection,
    case: &CaseRow,
) -> Result<Vec<(Uuid, OffsetDateTime)>> {
    Ok(query_as(
        "SELECT case_id, submitted_at FROM case_file
         WHERE pooling_area = $1 AND subject = $2 AND kind = $3 AND case_id <> $4
           AND decided_at IS NULL
         ORDER BY submitted_at, case_id LIMIT 10",
    )
    .bind(&case.pooling_area)
    .bind(&case.subject)
    .bind(&case.kind)
    .bind(case.case_id)
    .fetch_all(db)
    .await?)
}

/// Subject and application, as canonical JSON, of cases that await a signature, the earliest first.
pub async fn undecided(
    db: &mut PgConnection,
    area: &str,
    kind: &str,
    handed_in_before: OffsetDateTime,
) -> Result<Vec<(String, String)>> {
    Ok(query_as(
        "SELECT c.subject, r.application
         FROM case_file c JOIN case_revision r USING (pooling_area, case_id, revision)
         WHERE c.pooling_area = $1 AND c.kind = $2 AND c.decided_at IS NULL AND c.awaited <> 0
           AND c.submitted_at < $3
         ORDER BY c.submitted_at, c.case_id",
    )
    .bind(area)
    .bind(kind)
    .bind(handed_in_before)
    .fetch_all(db)
    .await?)
}

/// The cases of a kind about a subject that await a signature still, the earliest first.
pub async fn undecided_on(
    db: &mut PgConnection,
    area: &str,
    kind: &str,
    subject: &str,
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT case_id FROM case_file
         WHERE pooling_area = $1 AND kind = $2 AND subject = $3 AND decided_at IS NULL AND awaited <> 0
         ORDER BY submitted_at, case_id",
    )
    .bind(area)
    .bind(kind)
    .bind(subject)
    .fetch_all(db)
    .await?)
}

/// The form applied on, as it stood in one revision.
#[derive(Clone, Debug, FromRow)]
pub struct RevisionRow {
    /// Canonical JSON.
    pub application: String,
    pub application_digest: String,
    pub evidence: Vec<Vec<u8>>,
}

impl RevisionRow {
    pub fn evidence(&self) -> Result<Vec<Evidence>> {
        Ok(self
            .evidence
            .iter()
            .map(|e| Evidence::decode(&**e))
            .collect::<Result<_, _>>()?)
    }
}

pub async fn insert_revision(
    db: &mut PgConnection,
    case: &CaseRow,
    revision: &RevisionRow,
) -> Result<()> {
    query(
        "INSERT INTO case_revision (pooling_area, case_id, revision, party, application,
             application_digest, evidence)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&case.pooling_area)
    .bind(case.case_id)
    .bind(case.revision)
    .bind(&case.party)
    .bind(&revision.application)
    .bind(&revision.application_digest)
    .bind(&revision.evidence)
    .execute(db)
    .await?;
    Ok(())
}

pub async fn revision(db: &mut PgConnection, case: &CaseRow) -> Result<RevisionRow> {
    Ok(query_as(
        "SELECT application, application_digest, evidence FROM case_revision
         WHERE pooling_area = $1 AND case_id = $2 AND revision = $3",
    )
    .bind(&case.pooling_area)
    .bind(case.case_id)
    .bind(case.revision)
    .fetch_one(db)
    .await?)
}

#[derive(FromRow)]
pub struct StepRow {
    pub at: OffsetDateTime,
    pub state: i32,
    pub revision: i32,
    pub actor: String,
    pub actor_name: String,
    pub note: String,
}

pub async fn insert_step(db: &mut PgConnection, case: &CaseRow, step: &StepRow) -> Result<()> {
    query(
        "INSERT INTO case_step (pooling_area, case_id, party, at, state, revision, actor, actor_name,
             note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&case.pooling_area)
    .bind(case.case_id)
    .bind(&case.party)
    .bind(step.at)
    .bind(step.state)
    .bind(step.revision)
    .bind(&step.actor)
    .bind(&step.actor_name)
    .bind(&step.note)
    .execute(db)
    .await?;
    Ok(())
}

pub async fn steps(db: &mut PgConnection, area: &str, case_id: Uuid) -> Result<Vec<StepRow>> {
    Ok(query_as(
        "SELECT at, state, revision, actor, actor_name, note FROM case_step
         WHERE pooling_area = $1 AND case_id = $2 ORDER BY step_no",
    )
    .bind(area)
    .bind(case_id)
    .fetch_all(db)
    .await?)
}
