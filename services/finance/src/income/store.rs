//! SQL of income.

pub mod draws;
pub mod receipts;

use chassis::wire::uuid;
use chassis::{Result, conflict_on};
use contracts::collection::v1::RemainderHandedOver;
use contracts::finance::v1::Remainder;
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use uuid::Uuid;

/// Keeps what collection handed over; what was handed over in a case before stands.
///
/// # Errors
/// When it cannot be written.
pub async fn keep_remainder(
    db: &mut PgConnection,
    area: &str,
    remainder: &RemainderHandedOver,
) -> Result<()> {
    query(
        "INSERT INTO remainder (pooling_area, case_id, employer_id, content) VALUES ($1, $2, $3, $4)
         ON CONFLICT ON CONSTRAINT remainder_pkey DO NOTHING",
    )
    .bind(area)
    .bind(uuid(&remainder.case_id)?)
    .bind(&remainder.employer_id)
    .bind(remainder.encode_to_vec())
    .execute(db)
    .await?;
    Ok(())
}

/// What was handed over in a case, where nobody has answered it.
///
/// # Errors
/// When it cannot be read.
pub async fn open_remainder(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
) -> Result<Option<RemainderHandedOver>> {
    let content: Option<Vec<u8>> = query_scalar(
        "SELECT r.content FROM remainder r
         LEFT JOIN remainder_answer a ON a.pooling_area = r.pooling_area AND a.case_id = r.case_id
         WHERE r.pooling_area = $1 AND r.case_id = $2 AND a.case_id IS NULL",
    )
    .bind(area)
    .bind(case_id)
    .fetch_optional(db)
    .await?;
    let read = content.map(|bytes| RemainderHandedOver::decode(&*bytes));
    Ok(read.transpose()?)
}

/// Keeps the answer.
///
/// # Errors
/// A conflict where there is one.
pub async fn answer(
    db: &mut PgConnection,
    area: &str,
    of: Uuid,
    (case_id, approved): (Uuid, bool),
) -> Result<()> {
    query(
        "INSERT INTO remainder_answer (pooling_area, case_id, answered_in, approved) VALUES ($1, $2, $3, $4)",
    )
    .bind(area)
    .bind(of)
    .bind(case_id)
    .bind(approved)
    .execute(db)
    .await
    .map_err(conflict_on(&["remainder_answer_pkey"]))?;
    Ok(())
}

#[derive(FromRow)]
pub(super) struct RemainderRow {
    pub arrival: i64,
    content: Vec<u8>,
    approved: Option<bool>,
}

impl RemainderRow {
    pub fn told(self) -> Result<Remainder> {
        let handed_over = RemainderHandedOver::decode(&*self.content)?;
        Ok(Remainder {
            case_id: handed_over.case_id,
            employer_id: handed_over.employer_id,
            principal: handed_over.principal,
            late_fee: handed_over.late_fee,
            as_of: handed_over.as_of,
            liquidation_group: handed_over.liquidation_group,
            answered: self.approved.is_some(),
            approved: self.approved.unwrap_or_default(),
        })
    }
}

/// What was handed over, the last first.
pub(super) async fn remainders(
    db: &mut PgConnection,
    area: &str,
    employer_id: Option<&str>,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<RemainderRow>> {
    Ok(query_as(
        "SELECT r.arrival, r.content, a.approved FROM remainder r
         LEFT JOIN remainder_answer a ON a.pooling_area = r.pooling_area AND a.case_id = r.case_id
         WHERE r.pooling_area = $1 AND ($2::text IS NULL OR r.employer_id = $2)
             AND ($3::bigint IS NULL OR r.arrival < $3)
         ORDER BY r.arrival DESC LIMIT $4",
    )
    .bind(area)
    .bind(employer_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
