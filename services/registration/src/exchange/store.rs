//! SQL of notices and differences.

use chassis::Result;
use contracts::registration::v1::{
    Difference, DifferenceKind, DifferenceState, Employer, EmployerFacts,
};
use sqlx::{FromRow, PgConnection, query_as};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// What a registration authority last told about an employer.
#[derive(Debug, FromRow)]
pub struct LastNotice {
    /// Empty where the notice does not say.
    pub name: String,
    /// Empty where the notice does not say.
    pub legal_representative: String,
    /// Empty where the notice does not say.
    pub address: String,
}

/// The last notice about the employer with these codes or this registration number.
pub async fn last_notice(
    db: &mut PgConnection,
    area: &str,
    facts: &EmployerFacts,
) -> Result<Option<LastNotice>> {
    Ok(query_as(
        "SELECT name, legal_representative, address FROM authority_notice
         WHERE pooling_area = $1
           AND ((credit_code <> '' AND credit_code = $2)
             OR (organisation_code <> '' AND organisation_code = $3)
             OR registration_number = $4)
         ORDER BY effective_on DESC, arrival DESC LIMIT 1",
    )
    .bind(area)
    .bind(&facts.credit_code)
    .bind(&facts.organisation_code)
    .bind(&facts.registration_number)
    .fetch_optional(db)
    .await?)
}

/// A difference, as kept.
#[derive(Debug, FromRow)]
pub struct DifferenceRow {
    /// Where it stands among all differences.
    pub found_no: i64,
    difference_id: Uuid,
    kind: i32,
    employer_id: String,
    person_id: Option<Uuid>,
    notice_id: Uuid,
    registered: String,
    told: String,
    found_on: Date,
    state: i32,
    settlement: String,
}

impl From<DifferenceRow> for Difference {
    fn from(row: DifferenceRow) -> Self {
        Self {
            difference_id: row.difference_id.to_string(),
            kind: row.kind,
            employer_id: row.employer_id,
            person_id: row.person_id.map(|id| id.to_string()).unwrap_or_default(),
            notice_id: row.notice_id.to_string(),
            registered: row.registered,
            told: row.told,
            found_on: Some(row.found_on.into()),
            state: row.state,
            settlement: row.settlement,
        }
    }
}

/// Settles the open differences about an employer that has registered, or whose register now says
/// what was told.
pub async fn settle_agreeing(
    db: &mut PgConnection,
    area: &str,
    employer: &Employer,
    (settlement, settled_by, settled_at): (&str, &str, OffsetDateTime),
) -> Result<Vec<DifferenceRow>> {
    let facts = employer.facts.clone().unwrap_or_default();
    Ok(query_as(
        "UPDATE difference d SET state = $2, settlement = $3, settled_by = $4, settled_at = $5
         WHERE d.pooling_area = $1 AND d.state = $6 AND (
             (d.employer_id = $7 AND (d.kind, d.told) IN (($8, $9), ($10, $11), ($12, $13)))
             OR (d.kind = $14 AND EXISTS (
                 SELECT FROM authority_notice n
                 WHERE n.pooling_area = $1 AND n.notice_id = d.notice_id
                   AND ((n.credit_code <> '' AND n.credit_code = $15)
                     OR (n.organisation_code <> '' AND n.organisation_code = $16)
                     OR n.registration_number = $17))))
         RETURNING d.*",
    )
    .bind(area)
    .bind(DifferenceState::Settled as i32)
    .bind(settlement)
    .bind(settled_by)
    .bind(settled_at)
    .bind(DifferenceState::Open as i32)
    .bind(&employer.employer_id)
    .bind(DifferenceKind::EmployerName as i32)
    .bind(facts.name)
    .bind(DifferenceKind::LegalRepresentative as i32)
    .bind(facts.legal_representative)
    .bind(DifferenceKind::Address as i32)
    .bind(facts.address)
    .bind(DifferenceKind::NotRegistered as i32)
    .bind(facts.credit_code)
    .bind(facts.organisation_code)
    .bind(facts.registration_number)
    .fetch_all(db)
    .await?)
}
