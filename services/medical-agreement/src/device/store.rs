//! SQL of devices that were approved.

mod check;
mod fitting;

pub use check::{checks, failed_checks, first_fitted_on, keep_check};
pub use fitting::{fit, hold, hold_approved, last_fitted_on, pieces};

use chassis::Result;
use contracts::medical_agreement::v1::{Approval, DecidedDevice, Device, FittedDevice};
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use super::rules;

/// Devices of one code that were approved together.
#[derive(Debug, FromRow)]
pub struct DeviceRow {
    /// Their number, in the order in which they were approved.
    pub device_id: Uuid,
    /// The approval.
    pub approval_id: Uuid,
    /// [`contracts::medical_agreement::v1::ApprovalKind`] as its number.
    pub kind: i32,
    /// Whose.
    pub person_id: Uuid,
    /// Number of the decision that recognised the injury.
    pub recognition_number: String,
    /// Where they are fitted; empty out of the area.
    pub institution_id: String,
    /// Its name.
    pub institution_name: String,
    /// Through whom they were applied for.
    pub employer_id: String,
    /// Code in the catalogue.
    pub code: String,
    /// Name in the catalogue.
    pub name: String,
    /// How many.
    pub quantity: i32,
    /// Yuan for all of them at most.
    pub at_most: Option<Decimal>,
    /// Months for which each serves.
    pub useful_months: i32,
    /// First day of the approval.
    pub approved_on: Date,
    /// Its last day.
    pub until_on: Date,
}

impl DeviceRow {
    /// The devices as they are shown on `on`, with those that were fitted.
    #[must_use]
    pub fn shown(&self, pieces: &[FittedRow], on: Date) -> Device {
        let own = pieces
            .iter()
            .filter(|piece| piece.device_id == self.device_id);
        let fitted: Vec<Date> = own.clone().map(|piece| piece.fitted_on).collect();
        let count = i32::try_from(fitted.len()).unwrap_or(i32::MAX);
        let awaited = count < self.quantity && on <= self.until_on;
        let to_be_fitted = awaited.then_some(self.approved_on);
        let replaceable = rules::first_replaceable_on(&fitted, to_be_fitted, self.useful_months);
        let piece = |piece: &FittedRow| FittedDevice {
            serial_number: piece.serial_number.clone(),
            fitted_on: Some(piece.fitted_on.into()),
            warranty_until_on: Some(piece.warranty_until_on.into()),
            replaceable_from_on: Some(
                rules::replaceable_on(piece.fitted_on, self.useful_months).into(),
            ),
        };
        Device {
            device_id: self.device_id.to_string(),
            approval_id: self.approval_id.to_string(),
            kind: self.kind,
            person_id: self.person_id.to_string(),
            recognition_number: self.recognition_number.clone(),
            institution_id: self.institution_id.clone(),
            institution_name: self.institution_name.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            quantity: self.quantity,
            at_most: self.at_most.map(Into::into),
            useful_months: self.useful_months,
            approved_on: Some(self.approved_on.into()),
            until_on: Some(self.until_on.into()),
            fitted: count,
            replaceable_from_on: replaceable.map(Into::into),
            pieces: own.map(piece).collect(),
        }
    }
}

/// One device that was fitted.
#[derive(Debug, FromRow)]
pub struct FittedRow {
    /// Of which.
    pub device_id: Uuid,
    /// The number that its maker gave it.
    pub serial_number: String,
    /// When it was fitted.
    pub fitted_on: Date,
    /// Last day of the warranty.
    pub warranty_until_on: Date,
}

/// One device that a person has, or is to get.
#[derive(Clone, Debug, FromRow)]
pub struct PieceRow {
    /// Code in the catalogue.
    pub code: String,
    /// The day on which it was fitted, or else approved.
    pub since_on: Date,
    /// Months for which it serves.
    pub useful_months: i32,
}

/// Keeps devices of an approval.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    (approval, employer_id): (&Approval, &str),
    device: &DecidedDevice,
) -> Result<()> {
    let at_most = device.at_most.as_ref();
    query(
        "INSERT INTO device (pooling_area, device_id, approval_id, person_id, recognition_number,
             institution_id, institution_name, employer_id, code, name, quantity, at_most, useful_months)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(area)
    .bind(Uuid::now_v7())
    .bind(chassis::wire::uuid(&approval.approval_id)?)
    .bind(chassis::wire::uuid(&approval.person_id)?)
    .bind(&approval.recognition_number)
    .bind(&approval.institution_id)
    .bind(&approval.institution_name)
    .bind(employer_id)
    .bind(&device.code)
    .bind(&device.name)
    .bind(device.quantity)
    .bind(at_most.map(|at_most| chassis::wire::yuan(Some(at_most))).transpose()?)
    .bind(device.useful_months)
    .execute(db)
    .await?;
    Ok(())
}

/// Every device of these codes that a person got for an injury: those that were fitted, and those that may
/// be fitted still on a day.
pub async fn held(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
    codes: &[&str],
    on: Date,
) -> Result<Vec<PieceRow>> {
    Ok(query_as(
        "SELECT d.code, coalesce(f.fitted_on, lower(a.period)) AS since_on, d.useful_months
         FROM device d
         JOIN approval a ON a.pooling_area = d.pooling_area AND a.approval_id = d.approval_id
         CROSS JOIN generate_series(1, d.quantity) AS numbered (piece)
         LEFT JOIN fitted_device f ON f.pooling_area = d.pooling_area AND f.device_id = d.device_id
             AND f.piece = numbered.piece
         WHERE d.pooling_area = $1 AND d.person_id = $2 AND d.recognition_number = $3
             AND d.code = ANY($4) AND (f.piece IS NOT NULL OR upper(a.period) > $5)
         ORDER BY d.device_id, numbered.piece",
    )
    .bind(area)
    .bind(person_id)
    .bind(recognition_number)
    .bind(codes)
    .bind(on)
    .fetch_all(db)
    .await?)
}

/// Which devices are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// Whose.
    pub person_id: Option<Uuid>,
    /// Where they are fitted.
    pub institution_id: &'a str,
    /// Through whom they were applied for.
    pub employer_id: &'a str,
    /// Of this approval.
    pub approval_id: Option<Uuid>,
    /// Of this code.
    pub code: &'a str,
}

/// Devices that fit, the newest first. Of an approval that ended before it began there are none.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: Filter<'_>,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<DeviceRow>> {
    Ok(query_as(
        "SELECT d.device_id, d.approval_id, a.kind, d.person_id, d.recognition_number, d.institution_id,
             d.institution_name, d.employer_id, d.code, d.name, d.quantity, d.at_most, d.useful_months,
             lower(a.period) AS approved_on, upper(a.period) - 1 AS until_on
         FROM device d
         JOIN approval a ON a.pooling_area = d.pooling_area AND a.approval_id = d.approval_id
         WHERE d.pooling_area = $1 AND NOT isempty(a.period)
             AND ($2::uuid IS NULL OR d.person_id = $2)
             AND ($3 = '' OR d.institution_id = $3)
             AND ($4 = '' OR d.employer_id = $4)
             AND ($5::uuid IS NULL OR d.approval_id = $5)
             AND ($6 = '' OR d.code = $6)
             AND ($7::uuid IS NULL OR d.device_id < $7)
         ORDER BY d.device_id DESC LIMIT $8",
    )
    .bind(area)
    .bind(filter.person_id)
    .bind(filter.institution_id)
    .bind(filter.employer_id)
    .bind(filter.approval_id)
    .bind(filter.code)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
