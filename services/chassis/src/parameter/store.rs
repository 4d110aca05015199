//! SQL of an area's own parameters.

use law::LocalValue;
use sqlx::{PgConnection, query};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Result;

pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    value: &LocalValue,
    case_id: Uuid,
    at: OffsetDateTime,
) -> Result<()> {
    query(
        "INSERT INTO local_parameter (pooling_area, name, from_on, value, source, case_id, set_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(area)
    .bind(&value.name)
    .bind(value.from)
    .bind(&value.value)
    .bind(&value.source)
    .bind(case_id)
    .bind(at)
    .execute(db)
    .await?;
    Ok(())
}
