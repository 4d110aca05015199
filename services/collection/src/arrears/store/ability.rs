//! SQL of what audit found employers able to repay.

use chassis::Result;
use contracts::audit::v1::AbilityAudited;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;

use crate::ledger::store::small;
use crate::wire;

/// What audit found an employer able to repay.
#[derive(Debug, FromRow)]
pub struct AbilityFinding {
    /// [`contracts::audit::v1::RepaymentAbility`] as its number.
    pub ability: i16,
    /// Number of the document that states it.
    pub document_number: String,
    /// Day of the document.
    pub found_on: Date,
}

/// Keeps a finding; on a request that was answered before, it takes the place of the answer.
pub async fn keep(db: &mut PgConnection, area: &str, found: &AbilityAudited) -> Result<()> {
    query(
        "INSERT INTO ability_finding (pooling_area, case_id, employer_id, ability, document_number, found_on)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT ON CONSTRAINT ability_finding_pkey DO UPDATE
         SET ability = EXCLUDED.ability, document_number = EXCLUDED.document_number,
             found_on = EXCLUDED.found_on",
    )
    .bind(area)
    .bind(wire::uuid(&found.case_id)?)
    .bind(&found.employer_id)
    .bind(small(found.ability))
    .bind(&found.document_number)
    .bind(wire::day(found.found_on)?)
    .execute(db)
    .await?;
    Ok(())
}

/// The finding that counts for what an employer owes: the last one since the oldest of its arrears was
/// opened.
pub async fn last(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
) -> Result<Option<AbilityFinding>> {
    Ok(query_as(
        "SELECT ability, document_number, found_on FROM ability_finding
         WHERE pooling_area = $1 AND employer_id = $2 AND found_on >= (
             SELECT min(opened_on) FROM arrears
             WHERE pooling_area = $1 AND employer_id = $2 AND state <> 5)
         ORDER BY found_on DESC, case_id DESC LIMIT 1",
    )
    .bind(area)
    .bind(employer_id)
    .fetch_optional(db)
    .await?)
}
