//! Whether a claim is whole, before anything is decided of it.

use contracts::Refused;
use contracts::benefit_review::v1::Refusal;
use rust_decimal::Decimal;
use time::Date;

use super::Claimed;

/// What is claimed comes to, in yuan.
#[must_use]
pub fn total(devices: &[Claimed<'_>]) -> Decimal {
    devices.iter().map(|device| device.unit_price).sum()
}

/// Art. 66. Every device is there once and was fitted by the day of the claim, their prices are the amount that is
/// claimed, and no more than that was compensated.
///
/// # Errors
/// When one of that does not hold.
pub fn whole(
    devices: &[Claimed<'_>],
    (claimed, compensated): (Decimal, Decimal),
    applied_on: Date,
) -> Result<(), Refused> {
    for (at, device) in devices.iter().enumerate() {
        let same = |other: &Claimed<'_>| {
            (other.approval_id, other.code, other.serial_number)
                == (device.approval_id, device.code, device.serial_number)
        };
        if devices.iter().take(at).any(same) {
            return Err(Refused::because(Refusal::ClaimTwice).with("number", device.serial_number));
        }
        if device.fitted_on > applied_on {
            return Err(Refused::because(Refusal::DeviceFittedLater)
                .with("serial_number", device.serial_number)
                .with("fitted_on", device.fitted_on));
        }
    }
    let total = total(devices);
    if claimed != total {
        return Err(Refused::because(Refusal::DeviceTotal)
            .with("claimed", claimed)
            .with("total", total));
    }
    if compensated > total {
        return Err(Refused::because(Refusal::CompensatedTooMuch)
            .with("compensated", compensated)
            .with("total", total));
    }
    Ok(())
}
