//! SQL of what was fitted.

use chassis::{OrRefuse, Result};
use contracts::Refused;
use contracts::medical_agreement::v1::Refusal;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::super::rules::Fitting;
use super::{DeviceRow, FittedRow};

/// Lets nobody else fit these devices until the unit is over.
pub async fn hold(db: &mut PgConnection, area: &str, device_id: Uuid) -> Result<()> {
    query("SELECT FROM device WHERE pooling_area = $1 AND device_id = $2 FOR UPDATE")
        .bind(area)
        .bind(device_id)
        .execute(db)
        .await?;
    Ok(())
}

/// Lets nobody fit what was approved, of whatever code, until the unit is over.
pub async fn hold_approved(db: &mut PgConnection, area: &str, approval_id: Uuid) -> Result<()> {
    query("SELECT FROM device WHERE pooling_area = $1 AND approval_id = $2 FOR UPDATE")
        .bind(area)
        .bind(approval_id)
        .execute(db)
        .await?;
    Ok(())
}

/// The last day on which something of an approval was fitted.
pub async fn last_fitted_on(
    db: &mut PgConnection,
    area: &str,
    approval_id: Uuid,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT max(f.fitted_on) FROM device d
         JOIN fitted_device f ON f.pooling_area = d.pooling_area AND f.device_id = d.device_id
         WHERE d.pooling_area = $1 AND d.approval_id = $2",
    )
    .bind(area)
    .bind(approval_id)
    .fetch_one(db)
    .await?)
}

/// What was fitted of devices, in the order in which it was.
pub async fn pieces(
    db: &mut PgConnection,
    area: &str,
    device_ids: &[Uuid],
) -> Result<Vec<FittedRow>> {
    Ok(query_as(
        "SELECT device_id, serial_number, fitted_on, warranty_until_on FROM fitted_device
         WHERE pooling_area = $1 AND device_id = ANY($2) ORDER BY device_id, piece",
    )
    .bind(area)
    .bind(device_ids)
    .fetch_all(db)
    .await?)
}

/// Keeps that some of the devices were fitted, after those that were `fitted` before.
///
/// # Errors
/// When the same institution fitted one of a serial number before.
pub async fn fit(
    db: &mut PgConnection,
    area: &str,
    (device, fitted): (&DeviceRow, i32),
    fitting: Fitting<'_>,
) -> Result<()> {
    query(
        "INSERT INTO fitted_device (pooling_area, device_id, piece, person_id, institution_id, employer_id,
             fitted_by, code, serial_number, fitted_on, warranty_until_on)
         SELECT $1, $2, $3 + place, $4, $5, $6, coalesce(nullif($5, ''), $11), $7, serial_number, $9, $10
         FROM unnest($8::text[]) WITH ORDINALITY AS numbered (serial_number, place)",
    )
    .bind(area)
    .bind(device.device_id)
    .bind(fitted)
    .bind(device.person_id)
    .bind(&device.institution_id)
    .bind(&device.employer_id)
    .bind(&device.code)
    .bind(fitting.serial_numbers)
    .bind(fitting.fitted_on)
    .bind(fitting.warranty_until_on)
    .bind(&device.institution_name)
    .execute(db)
    .await
    .or_refuse("fitted_device_once", Refused::because(Refusal::SerialNumberTwice))?;
    Ok(())
}
