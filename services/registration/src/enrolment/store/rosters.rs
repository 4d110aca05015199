//! The rows of uploaded rosters.

use chassis::Result;
use contracts::registration::v1::StaffChangeRow;
use prost::Message;
use sqlx::{PgConnection, query, query_as};
use uuid::Uuid;

/// Keeps rows of a roster until a case of their employer enters them.
pub async fn keep_rows(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
    rows: &[(i64, &StaffChangeRow)],
) -> Result<()> {
    query(
        "INSERT INTO roster_row (pooling_area, batch_id, employer_id, row_no, content)
         SELECT $1, $2, kept.* FROM unnest($3::text[], $4::bigint[], $5::bytea[]) AS kept",
    )
    .bind(area)
    .bind(batch_id)
    .bind(
        rows.iter()
            .map(|(_, row)| row.employer_id.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(rows.iter().map(|(number, _)| *number).collect::<Vec<_>>())
    .bind(
        rows.iter()
            .map(|(_, row)| row.encode_to_vec())
            .collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The rows of a batch that are an employer's, with their numbers.
pub async fn kept_rows(
    db: &mut PgConnection,
    area: &str,
    batch_id: Uuid,
    employer_id: &str,
) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(query_as(
        "SELECT row_no, content FROM roster_row
         WHERE pooling_area = $1 AND batch_id = $2 AND employer_id = $3 ORDER BY row_no",
    )
    .bind(area)
    .bind(batch_id)
    .bind(employer_id)
    .fetch_all(db)
    .await?)
}
