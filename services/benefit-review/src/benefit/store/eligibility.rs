//! SQL of claims that rest on another eligibility than is answered now.

use chassis::Result;
use chassis::wire::uuid;
use contracts::benefit_review::v1::{Eligibility, EligibilityDifference};
use prost::Message;
use sqlx::{PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

/// The last difference that was raised of an injury, with its number.
///
/// # Errors
/// When it cannot be read.
pub async fn last(
    db: &mut PgConnection,
    area: &str,
    injury_id: Uuid,
) -> Result<Option<(i32, i32)>> {
    Ok(query_as(
        "SELECT sequence, eligibility FROM eligibility_difference
         WHERE pooling_area = $1 AND injury_id = $2 ORDER BY sequence DESC LIMIT 1",
    )
    .bind(area)
    .bind(injury_id)
    .fetch_optional(db)
    .await?)
}

/// Raises a difference; answers whether nobody else did meanwhile.
///
/// # Errors
/// When it cannot be written.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    (sequence, employer_id): (i32, &str),
    difference: &EligibilityDifference,
) -> Result<bool> {
    let raised = query(
        "INSERT INTO eligibility_difference (pooling_area, injury_id, sequence, person_id, employer_id,
             recognition_number, registered, eligibility, content)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT ON CONSTRAINT eligibility_difference_pkey DO NOTHING",
    )
    .bind(area)
    .bind(uuid(&difference.injury_id)?)
    .bind(sequence)
    .bind(uuid(&difference.person_id)?)
    .bind(employer_id)
    .bind(&difference.recognition_number)
    .bind(difference.registered)
    .bind(difference.now)
    .bind(difference.encode_to_vec())
    .execute(db)
    .await?;
    Ok(raised.rows_affected() > 0)
}

/// Claims of an injury whose last decision rests on another answer; what was decided without one rests on the registration.
///
/// # Errors
/// When they cannot be read.
pub async fn resting_on_another(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
    (registered, now): (Eligibility, Eligibility),
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT claim_id FROM (
             SELECT DISTINCT ON (claim_id) claim_id, eligibility FROM cash_claim
             WHERE pooling_area = $1 AND person_id = $2 AND recognition_number = $3
             ORDER BY claim_id, sequence DESC) last
         WHERE coalesce(eligibility, $4) <> $5 ORDER BY claim_id",
    )
    .bind(area)
    .bind(person_id)
    .bind(recognition_number)
    .bind(registered as i32)
    .bind(now as i32)
    .fetch_all(db)
    .await?)
}

/// The last difference of each injury of which a claim still rests on another answer, the newest first: each with its place.
///
/// # Errors
/// When what was kept cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    person_id: Option<Uuid>,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<(i64, EligibilityDifference)>> {
    let rows: Vec<(i64, Vec<u8>)> = query_as(
        "SELECT d.arrival, d.content FROM (
             SELECT DISTINCT ON (injury_id) * FROM eligibility_difference
             WHERE pooling_area = $1 AND ($2::uuid IS NULL OR person_id = $2)
             ORDER BY injury_id, sequence DESC) d
         WHERE ($3::bigint IS NULL OR d.arrival < $3) AND EXISTS (
             SELECT 1 FROM (
                 SELECT DISTINCT ON (c.claim_id) c.eligibility FROM cash_claim c
                 WHERE c.pooling_area = $1 AND c.person_id = d.person_id
                     AND c.recognition_number = d.recognition_number
                 ORDER BY c.claim_id, c.sequence DESC) last
             WHERE coalesce(last.eligibility, d.registered) <> d.eligibility)
         ORDER BY d.arrival DESC LIMIT $4",
    )
    .bind(area)
    .bind(person_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    let read = |(arrival, content): &(i64, Vec<u8>)| {
        Ok((*arrival, EligibilityDifference::decode(content.as_slice())?))
    };
    rows.iter().map(read).collect()
}
