//! Signatures: who signed what, each bound to the form and to the signature before it.

use contracts::options::v1::Duty;
use contracts::reflect::digest;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::store::{CaseRow, SignatureRow};
use crate::{Actor, Error, Result};

/// The signature of `actor` as `duty` at `step`, after those already on the revision.
pub fn sign(
    case: &CaseRow,
    (step, duty): (i32, Duty),
    actor: &Actor,
    at: OffsetDateTime,
    form_digest: &str,
    opinion: &str,
    before: Option<&SignatureRow>,
) -> Result<SignatureRow> {
    // PostgreSQL keeps microseconds; the digest must be the same when it is read back.
    let at = at
        .replace_nanosecond(at.microsecond() * 1000)
        .map_err(Error::internal)?;
    let mut row = SignatureRow {
        revision: case.revision,
        step,
        duty: duty as i32,
        signer: actor.id.clone(),
        signer_name: actor.name.clone(),
        signed_at: at,
        form_digest: form_digest.to_owned(),
        previous_digest: before.map(|b| b.digest.clone()).unwrap_or_default(),
        digest: String::new(),
        opinion: opinion.to_owned(),
    };
    row.digest = digest_of(case, &row)?;
    Ok(row)
}

/// The digest that the signature must carry.
pub fn digest_of(case: &CaseRow, row: &SignatureRow) -> Result<String> {
    let at = row
        .signed_at
        .to_offset(time::UtcOffset::UTC)
        .format(&Rfc3339)
        .map_err(Error::internal)?;
    let text = [
        &case.pooling_area,
        &case.case_id.to_string(),
        &row.revision.to_string(),
        &row.step.to_string(),
        &row.duty.to_string(),
        &row.signer,
        &row.signer_name,
        &at,
        &row.form_digest,
        &row.previous_digest,
        &row.opinion,
    ]
    .map(|part| format!("{}:{part}", part.len()))
    .join("\n");
    Ok(digest(text.as_bytes()))
}
