//! SQL of own wages.

use chassis::{Result, conflict_on};
use contracts::common::v1::Worksheet;
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

use crate::benefit::rules::OwnWage;

/// The own wage that is kept of an injury, with how it came about.
///
/// # Errors
/// When it cannot be read.
pub async fn kept(
    db: &mut PgConnection,
    area: &str,
    injury_id: Uuid,
) -> Result<Option<(OwnWage, Worksheet)>> {
    let row: Option<(Decimal, i32, Vec<u8>)> = query_as(
        "SELECT sum, months, worksheet FROM own_wage
         WHERE pooling_area = $1 AND injury_id = $2 ORDER BY sequence DESC LIMIT 1",
    )
    .bind(area)
    .bind(injury_id)
    .fetch_optional(db)
    .await?;
    let Some((sum, months, worksheet)) = row else {
        return Ok(None);
    };
    let wage = OwnWage::mean(sum, u32::try_from(months).unwrap_or(1));
    Ok(Some((wage, Worksheet::decode(&*worksheet)?)))
}

/// Keeps the own wage of an injury.
///
/// # Errors
/// A conflict where another case has kept one meanwhile.
pub async fn keep(
    db: &mut PgConnection,
    area: &str,
    (injury_id, person_id, employer_id): (Uuid, Uuid, &str),
    (wage, worksheet): (OwnWage, &Worksheet),
    case_id: Uuid,
) -> Result<()> {
    let (sum, months) = wage.parts();
    query(
        "INSERT INTO own_wage (pooling_area, injury_id, sequence, person_id, employer_id, sum, months,
             case_id, worksheet)
         SELECT $1, $2, count(*), $3, $4, $5, $6, $7, $8 FROM own_wage
         WHERE pooling_area = $1 AND injury_id = $2",
    )
    .bind(area)
    .bind(injury_id)
    .bind(person_id)
    .bind(employer_id)
    .bind(sum)
    .bind(i32::try_from(months).unwrap_or(1))
    .bind(case_id)
    .bind(worksheet.encode_to_vec())
    .execute(db)
    .await
    .map_err(conflict_on(&["own_wage_pkey"]))?;
    Ok(())
}

/// Injuries whose own wage is kept, or of which benefits were decided in cash, in the order of their numbers.
///
/// # Errors
/// When they cannot be read.
pub async fn injuries(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT i.injury_id FROM injury i
         WHERE i.pooling_area = $1 AND ($2::uuid IS NULL OR i.injury_id > $2)
             AND (EXISTS (SELECT 1 FROM own_wage w WHERE w.pooling_area = $1 AND w.injury_id = i.injury_id)
                 OR EXISTS (SELECT 1 FROM cash_claim c WHERE c.pooling_area = $1
                     AND c.person_id = i.person_id AND c.recognition_number = i.recognition_number))
         ORDER BY i.injury_id LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Areas in which an own wage is kept, or benefits were decided in cash.
///
/// # Errors
/// When they cannot be read.
pub async fn areas(db: &mut PgConnection) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT pooling_area FROM own_wage UNION SELECT pooling_area FROM cash_claim ORDER BY pooling_area",
    )
    .fetch_all(db)
    .await?)
}
