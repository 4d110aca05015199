//! Section 4, devices (辅助器具配置管理): approved in the area (Art. 50) and out of it (Art. 51), fitted, and
//! checked (Art. 52).

pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;

use chassis::wire::{day, uuid};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    Approval, DecidedDevice, Device, DeviceCheck, DeviceChecked, DeviceFitted,
    RecordDeviceCheckRequest, RecordFittingRequest, Refusal,
};
use uuid::Uuid;

use crate::agreement::store::standings;
use crate::approval;
use crate::events::tell;
use rules::Fitting;
use store::Filter;

/// Art. 50, Art. 51. Approves devices: enters the approval, and each of its items for the day on which it
/// may be replaced.
///
/// # Errors
/// When they cannot be written.
pub async fn approve(
    unit: &mut Unit,
    approval: Approval,
    employer_id: &str,
    devices: &[DecidedDevice],
) -> Result<()> {
    let area = unit.area().to_owned();
    approval::give(unit, approval.clone(), employer_id).await?;
    for device in devices {
        store::insert(unit.db(), &area, (&approval, employer_id), device).await?;
    }
    Ok(())
}

/// Art. 50. Records that an institution fitted devices that were approved, and tells it.
///
/// # Errors
/// When they were not approved for that day or in that number, are recorded already, or the institution fits for the fund no
/// longer.
pub async fn fit(unit: &mut Unit, asked: &RecordFittingRequest) -> Result<Device> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let filter = Filter {
        approval_id: Some(uuid(&asked.approval_id)?),
        code: &asked.code,
        ..Filter::default()
    };
    let unknown = || {
        Refused::because(Refusal::DeviceUnknown)
            .with("approval_id", &asked.approval_id)
            .with("code", &asked.code)
    };
    let found = store::list(unit.db(), &area, filter, (None, 1))
        .await?
        .pop();
    let row = found.ok_or_else(unknown)?;
    // The institution has been shown that the approval is its own; what happened is told to others.
    unit.look_as_the_agency().await?;
    store::hold(unit.db(), &area, row.device_id).await?;
    // The approval may have ended while this waited.
    let found = store::list(unit.db(), &area, filter, (None, 1))
        .await?
        .pop();
    let row = found.ok_or_else(unknown)?;
    let fitted_on = day(asked.fitted_on)?;
    let fitting = Fitting {
        fitted_on,
        serial_numbers: &asked.serial_numbers,
        warranty_until_on: day(asked.warranty_until_on)?,
    };
    let fitted = store::pieces(unit.db(), &area, &[row.device_id]).await?;
    let fitted = i32::try_from(fitted.len()).unwrap_or(i32::MAX);
    let days = (row.approved_on, row.until_on);
    rules::fits_approval(fitting, days, (row.quantity, fitted), today)?;
    if !row.institution_id.is_empty() {
        let places = [(row.institution_id.as_str(), fitted_on)];
        let standing = standings(unit.db(), &area, &places).await?.pop();
        rules::fitted_under_agreement(&standing.unwrap_or_default(), row.approved_on, fitted_on)?;
    }
    store::fit(unit.db(), &area, (&row, fitted), fitting).await?;
    let pieces = store::pieces(unit.db(), &area, &[row.device_id]).await?;
    let device = row.shown(&pieces, today);
    let told = DeviceFitted {
        device: Some(device.clone()),
    };
    tell(unit, &device.person_id, What::DeviceFitted(told)).await?;
    Ok(device)
}

/// Art. 51, Art. 52. Records what a check of fitted devices found, also of those fitted out of the area, and tells it.
///
/// # Errors
/// When the institution fitted nothing of the approval by then, or the check says not what is wrong.
pub async fn check(unit: &mut Unit, asked: &RecordDeviceCheckRequest) -> Result<DeviceCheck> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let id = uuid(&asked.approval_id)?;
    let approval = approval::store::find(unit.db(), &area, id).await?;
    let approval = approval
        .filter(|approval| approval.institution_id == asked.institution_id)
        .ok_or_else(|| {
            Refused::because(Refusal::CheckInstitution)
                .with("institution_id", &asked.institution_id)
                .with("approval_id", id)
        })?;
    let passed = asked.quality_kept && asked.fits && asked.serviced;
    let first_fitted_on = store::first_fitted_on(unit.db(), &area, id).await?;
    let found = (passed, asked.finding.as_str());
    rules::checked(day(asked.checked_on)?, (first_fitted_on, today), found)?;
    let check = DeviceCheck {
        check_id: Uuid::now_v7().to_string(),
        institution_id: approval.institution_id.clone(),
        approval_id: approval.approval_id,
        person_id: approval.person_id,
        checked_on: asked.checked_on,
        quality_kept: asked.quality_kept,
        fits: asked.fits,
        serviced: asked.serviced,
        finding: asked.finding.clone(),
        passed,
    };
    store::keep_check(unit.db(), &area, &check).await?;
    let told = DeviceChecked {
        check: Some(check.clone()),
    };
    // Whoever has no number here is told of by its name.
    let key = match check.institution_id.as_str() {
        "" => approval.institution_name.as_str(),
        id => id,
    };
    tell(unit, key, What::DeviceChecked(told)).await?;
    Ok(check)
}
