//! SQL of what was drawn.

use chassis::Result;
use chassis::wire::{day, uuid, yuan};
use contracts::finance::v1::{FundDraw, FundDrawKind};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// Keeps a draw.
///
/// # Errors
/// When it cannot be written.
pub async fn insert(db: &mut PgConnection, area: &str, draw: &FundDraw) -> Result<()> {
    query(
        "INSERT INTO fund_draw (pooling_area, case_id, kind, year, amount, drawn_on)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(area)
    .bind(uuid(&draw.case_id)?)
    .bind(draw.kind)
    .bind(draw.year)
    .bind(yuan(draw.amount.as_ref())?)
    .bind(day(draw.drawn_on)?)
    .execute(db)
    .await?;
    Ok(())
}

/// What was drawn for a year.
///
/// # Errors
/// When it cannot be read.
pub async fn drawn(
    db: &mut PgConnection,
    area: &str,
    (kind, year): (FundDrawKind, i32),
) -> Result<Decimal> {
    Ok(query_scalar(
        "SELECT COALESCE(sum(amount), 0) FROM fund_draw
         WHERE pooling_area = $1 AND kind = $2 AND year = $3",
    )
    .bind(area)
    .bind(kind as i32)
    .bind(year)
    .fetch_one(db)
    .await?)
}

/// What was drawn of a kind.
///
/// # Errors
/// When it cannot be read.
pub async fn drawn_of(db: &mut PgConnection, area: &str, kind: FundDrawKind) -> Result<Decimal> {
    Ok(query_scalar(
        "SELECT COALESCE(sum(amount), 0) FROM fund_draw WHERE pooling_area = $1 AND kind = $2",
    )
    .bind(area)
    .bind(kind as i32)
    .fetch_one(db)
    .await?)
}

#[derive(FromRow)]
pub(in super::super) struct DrawRow {
    pub arrival: i64,
    kind: i32,
    year: i32,
    amount: Decimal,
    drawn_on: Date,
    case_id: Uuid,
}

impl From<DrawRow> for FundDraw {
    fn from(row: DrawRow) -> Self {
        Self {
            kind: row.kind,
            year: row.year,
            amount: Some(row.amount.into()),
            drawn_on: Some(row.drawn_on.into()),
            case_id: row.case_id.to_string(),
        }
    }
}

/// Draws, the last first.
pub(in super::super) async fn list(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<DrawRow>> {
    Ok(query_as(
        "SELECT arrival, kind, year, amount, drawn_on, case_id FROM fund_draw
         WHERE pooling_area = $1 AND ($2::bigint IS NULL OR arrival < $2) ORDER BY arrival DESC LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
