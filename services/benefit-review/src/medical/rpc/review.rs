//! What a person found of lines (Art. 62, Art. 90).

use chassis::wire::{uuid, yuan};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    DecidedLine, EncounterState, LineOutcome, LineReview, Refusal, ReviewLinesRequest, Settlement,
    SettlementCause,
};
use rust_decimal::Decimal;

use super::super::rules::Review;
use super::super::{assess, bill, cases, expect_state, injury_of, own_to_settle, settle, store};

/// Art. 62, Art. 90. Keeps what a person found of lines that wait for it, or that somebody objects to, and settles
/// the bill further where it is settled and nobody's objection is to be decided first.
///
/// # Errors
/// When a line does not wait for a person, or more of it would be recognised than was charged.
pub async fn review(unit: &mut Unit, asked: &ReviewLinesRequest) -> Result<Settlement> {
    let area = unit.area().to_owned();
    let row = own_to_settle(unit, uuid(&asked.encounter_id)?).await?;
    let states = [
        EncounterState::Discharged,
        EncounterState::Settled,
        EncounterState::Decided,
    ];
    expect_state(&row, &states)?;
    let mut bill = bill(unit, row).await?;
    let registered = injury_of(unit, &bill.row).await?;
    let settled = store::last_settlements(unit.db(), &area, &[bill.row.encounter_id])
        .await?
        .pop();
    let objections = cases::objections(unit, bill.row.encounter_id).await?;
    let objected = !objections.is_empty();
    let (as_it_stands, sequence) = match settled {
        Some((_, last)) => {
            let next = last.sequence + 1;
            (last, next)
        }
        None => (
            assess(unit, bill.clone(), &registered, (SettlementCause::First, 0)).await?,
            0,
        ),
    };
    let mut reviews = Vec::with_capacity(asked.reviews.len());
    for one in &asked.reviews {
        let number = one.line_number;
        let line = as_it_stands
            .lines
            .iter()
            .find(|line| line.line_number == number);
        let line =
            line.ok_or_else(|| Refused::because(Refusal::LineMissing).with("line_number", number))?;
        reviews.push((number, may_review(one, line, objected)?));
    }
    let (id, reviewer) = (bill.row.encounter_id, unit.actor().id.clone());
    store::review(unit.db(), &area, (id, &reviewer, &objections), &reviews).await?;
    bill.objection = objections.last().copied();
    let cause = SettlementCause::Review;
    let mut row = bill.row.clone();
    let now = assess(unit, bill, &registered, (cause, sequence)).await?;
    // What was signed changes with a signature: on a bill that is claimed already, by an objection.
    if sequence > 0 && !objected {
        settle(unit, &mut row, &now).await?;
    }
    Ok(now)
}

fn may_review(one: &LineReview, line: &DecidedLine, objected: bool) -> Result<Review> {
    if line.outcome() != LineOutcome::Review && !objected {
        let refused = Refused::because(Refusal::ReviewNotOpen);
        return Err(refused.with("line_number", one.line_number).into());
    }
    let (recognised, amount): (Decimal, Decimal) =
        (yuan(one.recognised.as_ref())?, yuan(line.amount.as_ref())?);
    if recognised > amount {
        return Err(Refused::because(Refusal::ReviewAboveAmount)
            .with("line_number", one.line_number)
            .with("recognised", recognised)
            .with("amount", amount)
            .into());
    }
    Ok(Review {
        recognised,
        finding: one.finding.clone(),
    })
}
