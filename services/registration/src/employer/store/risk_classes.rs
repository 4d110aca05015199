//! Industries and risk classes of employers by period.

use chassis::Result;
use contracts::registration::v1::RiskClass;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

/// The class of an employer in a period.
#[derive(FromRow)]
pub(super) struct RiskClassRow {
    pub from_on: Date,
    pub until_on: Option<Date>,
    pub industry_code: String,
    pub risk_class: i32,
    pub table_edition: i32,
}

impl From<RiskClassRow> for RiskClass {
    fn from(row: RiskClassRow) -> Self {
        let name = row
            .industry_code
            .parse()
            .map_or("", law::industry::Division::name);
        Self {
            industry_name: name.to_owned(),
            industry_code: row.industry_code,
            risk_class: row.risk_class.unsigned_abs(),
            table: row.table_edition.unsigned_abs(),
            from_on: Some(row.from_on.into()),
            until_on: row.until_on.map(Into::into),
        }
    }
}

/// The risk classes of an employer over time, newest first.
pub async fn risk_classes(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    before: Option<Date>,
    limit: i64,
) -> Result<Vec<RiskClass>> {
    let rows: Vec<RiskClassRow> = query_as(
        "SELECT lower(period) AS from_on, upper(period) - 1 AS until_on, industry_code, risk_class,
             table_edition
         FROM employer_risk_class
         WHERE pooling_area = $1 AND employer_id = $2 AND ($3::date IS NULL OR lower(period) < $3)
         ORDER BY period DESC LIMIT $4",
    )
    .bind(area)
    .bind(employer_id)
    .bind(before)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The risk class that holds from `from_on` on; one that held then ends on the day before, and those that
/// began then or later give way.
pub async fn set_risk_class(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    from_on: Date,
    class: &RiskClass,
    case_id: Uuid,
) -> Result<()> {
    query(
        "WITH replaced AS (
             DELETE FROM employer_risk_class
             WHERE pooling_area = $1 AND employer_id = $2 AND lower(period) >= $3)
         UPDATE employer_risk_class SET period = daterange(lower(period), $3)
         WHERE pooling_area = $1 AND employer_id = $2 AND period @> $3::date AND lower(period) < $3",
    )
    .bind(area)
    .bind(employer_id)
    .bind(from_on)
    .execute(&mut *db)
    .await?;
    query(
        "INSERT INTO employer_risk_class (pooling_area, employer_id, period, industry_code, risk_class,
             table_edition, case_id)
         VALUES ($1, $2, daterange($3, NULL), $4, $5, $6, $7)",
    )
    .bind(area)
    .bind(employer_id)
    .bind(from_on)
    .bind(&class.industry_code)
    .bind(i32::try_from(class.risk_class).unwrap_or_default())
    .bind(i32::try_from(class.table).unwrap_or_default())
    .bind(case_id)
    .execute(db)
    .await?;
    Ok(())
}
