//! Online settlement (Art. 62, Art. 63, Art. 64).

use std::collections::BTreeSet;

use chassis::wire::{uuid, yuan};
use chassis::{Error, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    BillLine, EncounterState, Injury, Refusal, SettleEncounterRequest, SettleVisitRequest,
    Settlement, SettlementCause,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::rules::kind_for;
use super::super::store::{self, EncounterRow};
use super::super::{
    assess, assess_on, batches, bill, expect_state, injury_of, own_to_settle, settle as enter,
    take_compensated, without_flags,
};
use super::admission::{arrived, not_under_agreement, open};
use super::arrival::Arrived;
use crate::facts::Bill;

/// The first settlement of a bill.
const FIRST: (SettlementCause, i32) = (SettlementCause::First, 0);

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
fn expect_online(row: &EncounterRow) -> Result<(), Refused> {
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

fn optional(money: Option<&contracts::Money>) -> Result<Option<Decimal>> {
    money.map(|money| yuan(Some(money))).transpose()
}

/// Nobody compensates more than the bill.
fn expect_no_more(compensated: Decimal, total: Decimal) -> Result<(), Refused> {
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

/// A visit, as it would be settled.
pub struct Visit {
    bill: Bill,
    told: Vec<BillLine>,
    /// What it is worth.
    pub settlement: Settlement,
}

/// Art. 63. What a visit of one day is worth.
///
/// # Errors
/// When it could not be admitted, or a line does not fit it.
pub async fn foresee_visit(unit: &mut Unit, asked: SettleVisitRequest) -> Result<Visit> {
    let area = unit.area().to_owned();
    let of = (area.as_str(), asked.admission.as_ref());
    let arrived = arrived(unit.platform(), unit.actor(), of, &asked.lines).await?;
    let visit = visit(unit, asked, &arrived.injury).await?;
    worth(unit, visit, arrived).await
}

/// Art. 63. Admits, discharges and settles a visit of one day.
///
/// # Errors
/// The same.
pub async fn settle_visit(
    unit: &mut Unit,
    asked: SettleVisitRequest,
    mut arrived: Arrived,
) -> Result<Settlement> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let person_id = uuid(&arrived.injury.person_id)?;
    if !unit.hold_as_the_agency(&store::bills_of(person_id)).await? {
        // Whoever held them settled bills of the person by what was in force then, which is perhaps more than was
        // told before: a catalogue for days that are past would be missed, since the run that it led to has been.
        arrived = come_again(unit, &asked, person_id).await?;
    }
    let visit = visit(unit, asked, &arrived.injury).await?;
    let mut visit = worth(unit, visit, arrived).await?;
    let row = &mut visit.bill.row;
    row.state = EncounterState::Settled as i32;
    row.settled_at = Some(unit.now());
    row.settled_on = Some(today);
    take_compensated(row, &visit.settlement)?;
    let lines: Vec<_> = visit.bill.lines.iter().zip(&visit.told).collect();
    store::settle_visit(unit.db(), &area, row, (&lines, &visit.settlement)).await?;
    Ok(without_flags(visit.settlement))
}

/// Who comes, asked again of others while the person's bills are held.
async fn come_again(unit: &mut Unit, asked: &SettleVisitRequest, held: Uuid) -> Result<Arrived> {
    let of = (asked.pooling_area.as_str(), asked.admission.as_ref());
    let again = arrived(unit.platform(), unit.actor(), of, &asked.lines).await?;
    if uuid(&again.injury.person_id)? == held {
        return Ok(again);
    }
    Err(Error::Conflict(
        "the card was given to somebody else meanwhile".to_owned(),
    ))
}

/// The bill that a visit is, with its lines as they are kept.
async fn visit(
    unit: &mut Unit,
    asked: SettleVisitRequest,
    treated: &Injury,
) -> Result<(Bill, Vec<BillLine>)> {
    let row = open(unit, asked.admission.unwrap_or_default(), treated).await?;
    expect_online(&row)?;
    let principal = row.diagnoses.first().cloned().unwrap_or_default();
    let (mut lines, mut kept, mut numbers) = (Vec::new(), Vec::new(), BTreeSet::new());
    for line in asked.lines {
        let line = BillLine {
            filed_by: row.filed_by.clone(),
            encounter_id: row.encounter_id.to_string(),
            ..line
        };
        if !numbers.insert(line.line_number) {
            let refused = Refused::because(Refusal::VisitLineOnce);
            return Err(refused.with("line_number", line.line_number).into());
        }
        let read = store::line(&line, &principal)?;
        batches::fits(
            &read,
            (row.admitted_on, Some(row.admitted_on)),
            unit.today(),
        )?;
        lines.push(read);
        kept.push(line);
    }
    let row = EncounterRow {
        discharged_on: Some(row.admitted_on),
        lines: i32::try_from(lines.len()).unwrap_or(i32::MAX),
        amount: lines.iter().map(|line| line.amount).sum(),
        last_service_on: Some(row.admitted_on),
        compensated: optional(asked.compensated.as_ref())?.unwrap_or_default(),
        ..row
    };
    expect_no_more(row.compensated, row.amount)?;
    let bill = Bill {
        row,
        lines,
        beside: Vec::new(),
        objected: false,
    };
    Ok((bill, kept))
}

async fn worth(
    unit: &mut Unit,
    (bill, told): (Bill, Vec<BillLine>),
    Arrived { injury, terms }: Arrived,
) -> Result<Visit> {
    let row = &bill.row;
    if !terms.serves(0, row.admitted_on, kind_for(row.kind())) {
        return Err(not_under_agreement(row).into());
    }
    let bills = [(bill, injury)];
    let settlement = assess_on(unit, &bills, terms, FIRST).await?;
    let [(bill, _)] = bills;
    Ok(Visit {
        bill,
        told,
        settlement,
    })
}
