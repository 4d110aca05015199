//! SQL of own wages that would be others by what collection has now.

use chassis::Result;
use chassis::wire::uuid;
use contracts::benefit_review::v1::OwnWageDifference;
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use crate::benefit::rules::OwnWage;

/// The last difference that was raised of an injury, with its number.
///
/// # Errors
/// When it cannot be read.
pub async fn last(
    db: &mut PgConnection,
    area: &str,
    injury_id: Uuid,
) -> Result<Option<(i32, OwnWage)>> {
    let row: Option<(i32, Decimal, i32)> = query_as(
        "SELECT sequence, sum, months FROM own_wage_difference
         WHERE pooling_area = $1 AND injury_id = $2 ORDER BY sequence DESC LIMIT 1",
    )
    .bind(area)
    .bind(injury_id)
    .fetch_optional(db)
    .await?;
    let read = |(sequence, sum, months)| {
        let months = u32::try_from(months).unwrap_or(1);
        (sequence, OwnWage::mean(sum, months))
    };
    Ok(row.map(read))
}

/// Raises a difference; answers whether nobody else did meanwhile.
///
/// # Errors
/// When it cannot be written.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    (injury_id, sequence, employer_id): (Uuid, i32, &str),
    (now, difference): (OwnWage, &OwnWageDifference),
) -> Result<bool> {
    let (sum, months) = now.parts();
    let raised = query(
        "INSERT INTO own_wage_difference (pooling_area, injury_id, sequence, person_id, employer_id, sum,
             months, content)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT ON CONSTRAINT own_wage_difference_pkey DO NOTHING",
    )
    .bind(area)
    .bind(injury_id)
    .bind(sequence)
    .bind(uuid(&difference.person_id)?)
    .bind(employer_id)
    .bind(sum)
    .bind(i32::try_from(months).unwrap_or(1))
    .bind(difference.encode_to_vec())
    .execute(db)
    .await?;
    Ok(raised.rows_affected() > 0)
}

/// Claims of an injury whose last decision rests on another own wage.
///
/// # Errors
/// When they cannot be read.
pub async fn resting_on_another(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
    now: OwnWage,
) -> Result<Vec<Uuid>> {
    let (sum, months) = now.parts();
    Ok(query_scalar(
        "SELECT claim_id FROM (
             SELECT DISTINCT ON (claim_id) claim_id, own_wage_sum, own_wage_months FROM cash_claim
             WHERE pooling_area = $1 AND person_id = $2 AND recognition_number = $3
             ORDER BY claim_id, sequence DESC) last
         WHERE own_wage_sum * $5 <> $4 * own_wage_months ORDER BY claim_id",
    )
    .bind(area)
    .bind(person_id)
    .bind(recognition_number)
    .bind(sum)
    .bind(i32::try_from(months).unwrap_or(1))
    .fetch_all(db)
    .await?)
}

/// The last difference of each injury, of those whose own wage is still another or of which a claim still rests on another,
/// the newest first: each with its place.
///
/// # Errors
/// When what was kept cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    person_id: Option<Uuid>,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<(i64, OwnWageDifference)>> {
    let rows: Vec<(i64, Vec<u8>)> = query_as(
        "SELECT arrival, content FROM (
             SELECT DISTINCT ON (injury_id) injury_id, arrival, sum, months, content
             FROM own_wage_difference
             WHERE pooling_area = $1 AND ($2::uuid IS NULL OR person_id = $2)
             ORDER BY injury_id, sequence DESC) d
         JOIN LATERAL (SELECT w.sum, w.months FROM own_wage w
             WHERE w.pooling_area = $1 AND w.injury_id = d.injury_id
             ORDER BY w.sequence DESC LIMIT 1) kept ON true
         WHERE ($3::bigint IS NULL OR arrival < $3)
             AND (d.sum * kept.months <> kept.sum * d.months OR EXISTS (
                 SELECT 1 FROM (
                     SELECT DISTINCT ON (c.claim_id) c.own_wage_sum, c.own_wage_months
                     FROM injury i JOIN cash_claim c USING (pooling_area, person_id, recognition_number)
                     WHERE i.pooling_area = $1 AND i.injury_id = d.injury_id
                     ORDER BY c.claim_id, c.sequence DESC) last
                 WHERE last.own_wage_sum * d.months <> d.sum * last.own_wage_months))
         ORDER BY arrival DESC LIMIT $4",
    )
    .bind(area)
    .bind(person_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    let read = |(arrival, content): &(i64, Vec<u8>)| {
        Ok((*arrival, OwnWageDifference::decode(content.as_slice())?))
    };
    rows.iter().map(read).collect()
}

/// The injury whose own wage was compared last on a day; none where none was.
///
/// # Errors
/// When it cannot be read.
pub async fn compared(db: &mut PgConnection, area: &str, today: Date) -> Result<Option<Uuid>> {
    Ok(query_scalar(
        "SELECT injury_id FROM own_wage_comparison WHERE pooling_area = $1 AND compared_on = $2",
    )
    .bind(area)
    .bind(today)
    .fetch_optional(db)
    .await?)
}

/// Keeps how far the comparison of a day has come.
///
/// # Errors
/// When it cannot be written.
pub async fn keep_compared(
    db: &mut PgConnection,
    area: &str,
    (today, injury_id): (Date, Uuid),
) -> Result<()> {
    query(
        "INSERT INTO own_wage_comparison (pooling_area, compared_on, injury_id) VALUES ($1, $2, $3)
         ON CONFLICT ON CONSTRAINT own_wage_comparison_pkey
         DO UPDATE SET compared_on = excluded.compared_on, injury_id = excluded.injury_id",
    )
    .bind(area)
    .bind(today)
    .bind(injury_id)
    .execute(db)
    .await?;
    Ok(())
}
