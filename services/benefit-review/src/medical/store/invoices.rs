//! SQL of the invoices that bills on paper are of.

use chassis::{Result, conflict_on};
use sqlx::{PgConnection, query, query_scalar};
use uuid::Uuid;

/// Those of the invoices that were claimed before.
pub async fn known_invoices(
    db: &mut PgConnection,
    area: &str,
    (invoice_numbers, own): (&[String], Option<Uuid>),
) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT invoice_number FROM encounter_invoice
         WHERE pooling_area = $1 AND invoice_number = ANY($2) AND encounter_id IS DISTINCT FROM $3
         ORDER BY invoice_number",
    )
    .bind(area)
    .bind(invoice_numbers)
    .bind(own)
    .fetch_all(db)
    .await?)
}

/// Keeps which invoices a bill is of.
///
/// # Errors
/// A conflict where another bill of one of them was opened meanwhile.
pub async fn claim_invoices(
    db: &mut PgConnection,
    area: &str,
    encounter_id: Uuid,
    invoice_numbers: &[String],
) -> Result<()> {
    query(
        "INSERT INTO encounter_invoice (pooling_area, invoice_number, encounter_id)
         SELECT $1, number, $2 FROM unnest($3::text[]) AS number",
    )
    .bind(area)
    .bind(encounter_id)
    .bind(invoice_numbers)
    .execute(db)
    .await
    .map_err(conflict_on(&["encounter_invoice_pkey"]))?;
    Ok(())
}

/// The invoices of a bill may be claimed again.
pub async fn free_invoices(db: &mut PgConnection, area: &str, encounter_id: Uuid) -> Result<()> {
    query("DELETE FROM encounter_invoice WHERE pooling_area = $1 AND encounter_id = $2")
        .bind(area)
        .bind(encounter_id)
        .execute(db)
        .await?;
    Ok(())
}
