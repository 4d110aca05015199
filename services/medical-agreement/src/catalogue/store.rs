//! SQL of catalogues.

use chassis::Result;
use contracts::medical_agreement::v1::CatalogueKind;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query_as};
use time::Date;

/// An item of a catalogue.
#[derive(Clone, Debug, FromRow)]
pub struct CatalogueItemRow {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is counted in.
    pub unit: String,
    /// Yuan for one at most; none where there is no limit.
    pub price_limit: Option<Decimal>,
    /// Months for which a device serves.
    pub useful_months: i32,
}

/// Art. 43. Those of these codes that the catalogue in force on a day has, in their order.
pub async fn items_on(
    db: &mut PgConnection,
    area: &str,
    kind: CatalogueKind,
    codes: &[&str],
    on: Date,
) -> Result<Vec<CatalogueItemRow>> {
    Ok(query_as(
        "SELECT i.code, i.name, i.unit, i.price_limit, i.useful_months FROM catalogue_item i
         WHERE i.pooling_area = $1 AND i.kind = $2 AND i.code = ANY($3)
             AND i.list_id = (SELECT v.list_id FROM catalogue_version v
                 WHERE v.pooling_area = $1 AND v.kind = $2 AND v.effective_on <= $4
                 ORDER BY v.effective_on DESC LIMIT 1)
         ORDER BY i.code",
    )
    .bind(area)
    .bind(kind as i32)
    .bind(codes)
    .bind(on)
    .fetch_all(db)
    .await?)
}
