//! Rules on devices: how many are approved, when they may be replaced, and what the fund pays for them at
//! most.

mod fitting;
mod supply;

pub use fitting::{Fitting, checked, fits_approval, fitted_under_agreement};
pub use supply::nobody_supplies;

use contracts::Refused;
use contracts::medical_agreement::v1::{
    CatalogueItem, ConfirmedDevice, DecidedDevice, EarlyGround, Refusal, WantedDevice,
};
use law::calendar::{add_days, add_months};
use law::{Sheet, Worksheet};
use rust_decimal::Decimal;
use time::Date;

use super::store::PieceRow;
use crate::catalogue::rules::price_limit;

/// The confirmation of the labour ability appraisal committee.
#[derive(Clone, Copy, Debug)]
pub struct Confirmation<'a> {
    /// Its date.
    pub confirmed_on: Date,
    /// What the person needs, and how many of it in all.
    pub items: &'a [ConfirmedDevice],
}

/// Art. 50. The first day on which a device may be replaced that serves since a day.
#[must_use]
pub fn replaceable_on(since_on: Date, useful_months: i32) -> Date {
    add_months(since_on, useful_months)
}

/// Art. 50. The first day on which one of some devices may be replaced: those fitted serve since then,
/// those that may be fitted still count from their approval.
#[must_use]
pub fn first_replaceable_on(
    fitted_on: &[Date],
    to_be_fitted: Option<Date>,
    useful_months: i32,
) -> Option<Date> {
    let since = fitted_on.iter().copied().chain(to_be_fitted);
    since
        .map(|since| replaceable_on(since, useful_months))
        .min()
}

/// Art. 50. The committee has confirmed by the day of the application, and no code is there twice.
///
/// # Errors
/// When the confirmation is of a later day, or a code is there twice.
pub fn in_order(
    confirmation: Confirmation<'_>,
    wanted: &[WantedDevice],
    applied_on: Date,
) -> Result<(), Refused> {
    let confirmed_on = confirmation.confirmed_on;
    if confirmed_on > applied_on {
        let refused = Refused::because(Refusal::ConfirmationDate);
        return Err(refused.with("confirmed_on", confirmed_on));
    }
    let confirmed = confirmation.items.iter().map(|item| item.code.as_str());
    once(confirmed.collect())?;
    once(wanted.iter().map(|item| item.code.as_str()).collect())
}

fn once(mut codes: Vec<&str>) -> Result<(), Refused> {
    codes.sort_unstable();
    let twice = codes.windows(2).find(|pair| pair.first() == pair.last());
    match twice.and_then(|pair| pair.first()) {
        Some(code) => Err(Refused::because(Refusal::DeviceTwice).with("code", code)),
        None => Ok(()),
    }
}

/// Art. 50. Are so many of a device confirmed, beside those of its code that the person has? Those whose
/// useful life is over count no more; nor do those of which a later confirmation says that they are beyond
/// repair or no longer fit. Answers how many take the place of others.
///
/// # Errors
/// When fewer are confirmed, or those that the person has are in their useful life.
pub fn replaced(
    wanted: &WantedDevice,
    confirmation: Confirmation<'_>,
    held: &[PieceRow],
    applied_on: Date,
) -> Result<i32, Refused> {
    let mut found = confirmation.items.iter();
    let confirmed = found.find(|item| item.code == wanted.code);
    let (quantity, early) = confirmed.map_or((0, false), |item| {
        let early = item.early_ground() != EarlyGround::Unspecified;
        (item.quantity, early)
    });
    if wanted.quantity > quantity {
        return Err(Refused::because(Refusal::DeviceNotConfirmed)
            .with("code", &wanted.code)
            .with("confirmed", quantity)
            .with("asked", wanted.quantity));
    }
    let own = held.iter().filter(|piece| piece.code == wanted.code);
    let mut serving: Vec<Date> = own
        .clone()
        .filter(|piece| !early || piece.since_on >= confirmation.confirmed_on)
        .map(|piece| replaceable_on(piece.since_on, piece.useful_months))
        .filter(|replaceable_on| *replaceable_on > applied_on)
        .collect();
    serving.sort_unstable();
    let count = |many: usize| i32::try_from(many).unwrap_or(i32::MAX);
    let too_many = count(serving.len()) - (quantity - wanted.quantity);
    let when = usize::try_from(too_many - 1).ok();
    if let Some(replaceable_on) = when.and_then(|at| serving.get(at)) {
        return Err(Refused::because(Refusal::DeviceInUse)
            .with("code", &wanted.code)
            .with("replaceable_on", replaceable_on));
    }
    let beyond = count(own.count()) - (quantity - wanted.quantity);
    Ok(beyond.clamp(0, wanted.quantity))
}

/// Art. 50, Art. 51. The devices as they are decided on, each with what the fund pays for all of its code
/// at most: so many times the price limit of this area's catalogue on the day of the application. The
/// worksheet's figure is the sum of those that have a limit.
///
/// # Errors
/// When the catalogue does not have one, fewer are confirmed, or the person's own still serve.
pub fn decided(
    wanted: &[WantedDevice],
    confirmation: Confirmation<'_>,
    (listed, held): (&[CatalogueItem], &[PieceRow]),
    applied_on: Date,
) -> Result<(Vec<DecidedDevice>, Worksheet), Refused> {
    let row = |code: &str| listed.iter().find(|row| row.code == code);
    let unlisted = wanted.iter().map(|item| item.code.as_str());
    let unlisted: Vec<&str> = unlisted.filter(|code| row(code).is_none()).collect();
    if !unlisted.is_empty() {
        return Err(Refused::because(Refusal::DeviceNotListed)
            .with("codes", unlisted.join("、"))
            .with("on", applied_on));
    }
    let (mut sheet, mut sum) = (Sheet::new(), Decimal::ZERO);
    let mut decided = Vec::with_capacity(wanted.len());
    for item in wanted {
        let replaces = replaced(item, confirmation, held, applied_on)?;
        let Some(row) = row(&item.code) else { continue };
        let at_most = limited(&mut sheet, row, item.quantity, applied_on);
        sum += at_most.unwrap_or_default();
        let mut found = confirmation.items.iter();
        let confirmed = found.find(|confirmed| confirmed.code == item.code);
        decided.push(DecidedDevice {
            code: row.code.clone(),
            name: row.name.clone(),
            unit: row.unit.clone(),
            quantity: item.quantity,
            replaces,
            early_ground: confirmed.map_or(0, |confirmed| confirmed.early_ground),
            price_limit: row.price_limit.clone(),
            at_most: at_most.map(Into::into),
            useful_months: row.useful_months,
        });
    }
    let sum = sheet.fen("最高支付金额合计", sum, "各项最高支付金额之和");
    Ok((decided, sheet.result(sum)))
}

/// Art. 51. What the fund pays at most for so many of a device; none where the catalogue sets no limit.
fn limited(sheet: &mut Sheet, row: &CatalogueItem, quantity: i32, on: Date) -> Option<Decimal> {
    let source = format!("{on}施行的本统筹地区辅助器具目录，{}", row.code);
    let label = format!("{}最高支付金额", row.name);
    let Some(limit) = price_limit(row) else {
        sheet.note(label, "目录未规定限额", source);
        return None;
    };
    let limit = sheet.fact(format!("{}最高限价", row.name), limit, source);
    let arithmetic = format!("最高限价 × {quantity}{}", row.unit);
    Some(sheet.fen(label, limit * Decimal::from(quantity), arithmetic))
}

/// Art. 50. The first and the last day on which what is approved on a day may be fitted.
#[must_use]
pub fn days(approved_on: Date, days: i64) -> (Date, Date) {
    let more = i32::try_from(days).unwrap_or(i32::MAX).saturating_sub(1);
    (approved_on, add_days(approved_on, more))
}
