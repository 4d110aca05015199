//! Online settlement of bills that were admitted before (Art. 62, Art. 63, Art. 64).

use chassis::wire::{uuid, yuan};
use chassis::{Error, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    EncounterState, Refusal, SettleEncounterRequest, Settlement, SettlementCause,
};
use rust_decimal::Decimal;

use super::super::store::{self, EncounterRow};
use super::super::{
    assess, bill, expect_state, injury_of, own_to_settle, settle as enter, without_flags,
};
use super::admission::not_under_agreement;

/// The first settlement of a bill.
pub(super) const FIRST: (SettlementCause, i32) = (SettlementCause::First, 0);

/// Art. 63. What a settlement would be, of a bill that is still open too.
///
/// # Errors
/// When there is no such bill of the caller, or it is settled.
pub async fn preview(unit: &mut Unit, asked: &SettleEncounterRequest) -> Result<Settlement> {
    let (area, id) = (unit.area().to_owned(), uuid(&asked.encounter_id)?);
    let row = store::encounters(unit.db(), &area, &[id]).await?.pop();
    let row = row.ok_or_else(|| Error::not_found("就诊", id))?;
    unit.look_as_the_agency().await?;
    expect_online(&row)?;
    expect_state(&row, &[EncounterState::Open, EncounterState::Discharged])?;
    let bill = bill(unit, capped(row, asked)?).await?;
    let registered = injury_of(unit, &bill.row).await?;
    assess(unit, bill, &registered, FIRST)
        .await
        .map(without_flags)
}

/// Art. 63. Settles a bill whose lines have all arrived.
///
/// # Errors
/// When there is no such bill of the caller, it is not over or is settled, or lines are missing.
pub async fn settle(unit: &mut Unit, asked: &SettleEncounterRequest) -> Result<Settlement> {
    let area = unit.area().to_owned();
    let row = own_to_settle(unit, uuid(&asked.encounter_id)?).await?;
    expect_online(&row)?;
    expect_state(&row, &[EncounterState::Discharged])?;
    let bill = bill(unit, capped(row, asked)?).await?;
    let mut row = bill.row.clone();
    agree(&bill.row, (asked.lines, yuan(asked.amount.as_ref())?))?;
    let registered = injury_of(unit, &bill.row).await?;
    let settlement = assess(unit, bill, &registered, FIRST).await?;
    enter(unit, &mut row, &settlement).await?;
    store::move_on(unit.db(), &area, &row).await?;
    Ok(without_flags(settlement))
}

/// Art. 61, Art. 63. What an agreement institution sends is settled online; what is filed on paper is claimed on form 5-4.
pub(super) fn expect_online(row: &EncounterRow) -> Result<(), Refused> {
    if row.is_online() {
        return Ok(());
    }
    Err(not_under_agreement(row))
}

/// The bill with what limits it as a whole.
fn capped(row: EncounterRow, asked: &SettleEncounterRequest) -> Result<EncounterRow> {
    let compensated = optional(asked.compensated.as_ref())?.unwrap_or_default();
    expect_no_more(compensated, row.amount)?;
    Ok(EncounterRow {
        compensated,
        case_rate: optional(asked.case_rate.as_ref())?,
        ..row
    })
}

pub(super) fn optional(money: Option<&contracts::Money>) -> Result<Option<Decimal>> {
    money.map(|money| yuan(Some(money))).transpose()
}

/// Nobody compensates more than the bill.
pub(super) fn expect_no_more(compensated: Decimal, total: Decimal) -> Result<(), Refused> {
    if compensated <= total {
        return Ok(());
    }
    let refused = Refused::because(Refusal::CompensatedTooMuch);
    Err(refused
        .with("compensated", compensated)
        .with("total", total))
}

/// Art. 63. The institution's own books agree with what arrived.
fn agree(row: &EncounterRow, (lines, amount): (i32, Decimal)) -> Result<(), Refused> {
    if row.lines == lines && row.amount == amount {
        return Ok(());
    }
    Err(Refused::because(Refusal::BillTotals)
        .with("lines", lines)
        .with("amount", amount)
        .with("received_lines", row.lines)
        .with("received_amount", row.amount))
}
