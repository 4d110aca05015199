//! SQL of the signatures on cases.

use contracts::common::v1::Signature;
use contracts::options::v1::Duty;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::OffsetDateTime;
use uuid::Uuid;

use super::CaseRow;
use crate::{Result, wire};

#[derive(Clone, FromRow)]
pub struct SignatureRow {
    pub revision: i32,
    pub step: i32,
    pub duty: i32,
    pub signer: String,
    pub signer_name: String,
    pub signed_at: OffsetDateTime,
    pub form_digest: String,
    pub previous_digest: String,
    pub digest: String,
    pub opinion: String,
}

impl From<SignatureRow> for Signature {
    fn from(row: SignatureRow) -> Self {
        Self {
            step: row.step.unsigned_abs(),
            duty: row.duty,
            signer: row.signer,
            signer_name: row.signer_name,
            signed_at: Some(wire::timestamp(row.signed_at)),
            form_digest: row.form_digest,
            previous_digest: row.previous_digest,
            digest: row.digest,
            opinion: row.opinion,
            revision: row.revision.unsigned_abs(),
        }
    }
}

/// Signatures of all revisions, in the order in which they were made.
pub async fn signatures(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
) -> Result<Vec<SignatureRow>> {
    Ok(query_as(
        "SELECT revision, step, duty, signer, signer_name, signed_at, form_digest, previous_digest,
             digest, opinion
         FROM case_signature WHERE pooling_area = $1 AND case_id = $2 ORDER BY revision, step",
    )
    .bind(area)
    .bind(case_id)
    .fetch_all(db)
    .await?)
}

/// When the first of those who decide signed the present revision.
pub async fn first_signature(
    db: &mut PgConnection,
    case: &CaseRow,
) -> Result<Option<OffsetDateTime>> {
    Ok(query_scalar(
        "SELECT signed_at FROM case_signature
         WHERE pooling_area = $1 AND case_id = $2 AND revision = $3 AND step = 1",
    )
    .bind(&case.pooling_area)
    .bind(case.case_id)
    .bind(case.revision)
    .fetch_optional(db)
    .await?)
}

/// The constraint that nobody signs twice on one case.
pub const ONCE_EACH: &str = "case_signature_once_each";

pub async fn insert_signature(
    db: &mut PgConnection,
    case: &CaseRow,
    row: &SignatureRow,
) -> Result<(), sqlx::Error> {
    query(
        "INSERT INTO case_signature (pooling_area, case_id, revision, step, party, duty, signer,
             signer_name, signed_at, form_digest, previous_digest, digest, opinion)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(&case.pooling_area)
    .bind(case.case_id)
    .bind(row.revision)
    .bind(row.step)
    .bind(&case.party)
    .bind(row.duty)
    .bind(&row.signer)
    .bind(&row.signer_name)
    .bind(row.signed_at)
    .bind(&row.form_digest)
    .bind(&row.previous_digest)
    .bind(&row.digest)
    .bind(&row.opinion)
    .execute(db)
    .await?;
    Ok(())
}

/// Step of the clerk who took the application in; those who sign follow from 1.
pub const TAKEN_IN: (i32, Duty) = (0, Duty::Handler);
