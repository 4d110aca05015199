//! SQL of checks of what was fitted.

use chassis::wire::{day, uuid};
use chassis::{OrRefuse, Result};
use contracts::Refused;
use contracts::medical_agreement::v1::{DeviceCheck, InstitutionKind, Refusal};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

#[derive(FromRow)]
struct CheckRow {
    check_id: Uuid,
    institution_id: String,
    approval_id: Uuid,
    person_id: Uuid,
    checked_on: Date,
    quality_kept: bool,
    fits: bool,
    serviced: bool,
    finding: String,
}

impl From<CheckRow> for DeviceCheck {
    fn from(row: CheckRow) -> Self {
        Self {
            check_id: row.check_id.to_string(),
            institution_id: row.institution_id,
            approval_id: row.approval_id.to_string(),
            person_id: row.person_id.to_string(),
            checked_on: Some(row.checked_on.into()),
            quality_kept: row.quality_kept,
            fits: row.fits,
            serviced: row.serviced,
            finding: row.finding,
            passed: row.quality_kept && row.fits && row.serviced,
        }
    }
}

/// The first day on which something of an approval was fitted.
pub async fn first_fitted_on(
    db: &mut PgConnection,
    area: &str,
    approval_id: Uuid,
) -> Result<Option<Date>> {
    Ok(query_scalar(
        "SELECT min(f.fitted_on) FROM device d
         JOIN fitted_device f ON f.pooling_area = d.pooling_area AND f.device_id = d.device_id
         WHERE d.pooling_area = $1 AND d.approval_id = $2",
    )
    .bind(area)
    .bind(approval_id)
    .fetch_one(db)
    .await?)
}

/// Keeps a check.
///
/// # Errors
/// When one of the same approval and day was recorded before.
pub async fn keep_check(db: &mut PgConnection, area: &str, check: &DeviceCheck) -> Result<()> {
    let checked_on = day(check.checked_on)?;
    let twice = Refused::because(Refusal::CheckedBefore)
        .with("approval_id", &check.approval_id)
        .with("checked_on", checked_on);
    query(
        "INSERT INTO device_check (pooling_area, check_id, institution_id, approval_id, person_id,
             checked_on, quality_kept, fits, serviced, finding)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(area)
    .bind(uuid(&check.check_id)?)
    .bind(&check.institution_id)
    .bind(uuid(&check.approval_id)?)
    .bind(uuid(&check.person_id)?)
    .bind(checked_on)
    .bind(check.quality_kept)
    .bind(check.fits)
    .bind(check.serviced)
    .bind(&check.finding)
    .execute(db)
    .await
    .or_refuse("device_check_once", twice)?;
    Ok(())
}

/// Checks of an institution, or of all, the newest first; of one approval where it is named.
pub async fn checks(
    db: &mut PgConnection,
    area: &str,
    (institution_id, approval_id): (&str, Option<Uuid>),
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<DeviceCheck>> {
    let rows: Vec<CheckRow> = query_as(
        "SELECT check_id, institution_id, approval_id, person_id, checked_on, quality_kept, fits,
             serviced, finding
         FROM device_check
         WHERE pooling_area = $1 AND ($2 = '' OR institution_id = $2)
             AND ($3::uuid IS NULL OR approval_id = $3)
             AND ($4::uuid IS NULL OR check_id < $4)
         ORDER BY check_id DESC LIMIT $5",
    )
    .bind(area)
    .bind(institution_id)
    .bind(approval_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Art. 52. How many checks between two days an institution did not pass. What it does under an agreement of
/// another kind is not judged by its devices.
pub async fn failed_checks(
    db: &mut PgConnection,
    area: &str,
    (institution_id, kind): (&str, InstitutionKind),
    (from_on, until_on): (Date, Date),
) -> Result<i64> {
    if kind != InstitutionKind::Device {
        return Ok(0);
    }
    Ok(query_scalar(
        "SELECT count(*) FROM device_check
         WHERE pooling_area = $1 AND institution_id = $2 AND checked_on BETWEEN $3 AND $4
             AND NOT (quality_kept AND fits AND serviced)",
    )
    .bind(area)
    .bind(institution_id)
    .bind(from_on)
    .bind(until_on)
    .fetch_one(db)
    .await?)
}
