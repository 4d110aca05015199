//! What is known of a person's other bills beside one.

use std::collections::{BTreeSet, HashMap};

use chassis::wire::{maybe_day, uuid, yuan};
use chassis::{Error, Result, Unit};
use contracts::benefit_review::v1::{DecidedLine, EncounterKind, Injury, LineOutcome, Settlement};
use contracts::medical_agreement::v1::{ApprovalKind, CatalogueKind};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{Bill, Terms};
use crate::medical::rules::{Elsewhere, Service};
use crate::medical::store;

/// What other bills have of the services of bills, by bill: of the same days, and of treatments that a plan names; and what
/// became of the bills' own lines when they were settled last.
#[derive(Debug, Default)]
pub(super) struct Others {
    pub(super) elsewhere: HashMap<Uuid, HashMap<Service, Vec<Elsewhere>>>,
    pub(super) in_plan: HashMap<Uuid, HashMap<String, Vec<Elsewhere>>>,
    pub(super) had: HashMap<Uuid, HashMap<i32, LineOutcome>>,
}

/// What other bills have of the services of bills, and what became of the bills' own lines.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn found(
    unit: &mut Unit,
    bills: &[(Bill, Injury)],
    terms: &Terms,
) -> Result<Others> {
    let area = unit.area().to_owned();
    let mut services = BTreeSet::new();
    for (bill, _) in bills {
        let of = (bill.row.encounter_id, bill.row.person_id);
        let lines = bill.lines.iter();
        services.extend(lines.map(|line| (of, line.service_on, line.code.as_str())));
    }
    let services: Vec<store::Service<'_>> = services.into_iter().collect();
    let mut settled: HashMap<Uuid, Settlement> = HashMap::new();
    for one in bills.iter().flat_map(|(bill, _)| &bill.beside) {
        settled.insert(uuid(&one.encounter_id)?, one.clone());
    }
    let beside: Vec<Uuid> = settled.keys().copied().collect();
    let of_days = store::elsewhere(unit.db(), &area, &services, &beside).await?;
    let planned = planned(bills, terms);
    let of_plans = match planned.is_empty() {
        true => Vec::new(),
        false => store::in_plan(unit.db(), &area, &planned, &beside).await?,
    };
    let own: HashMap<Uuid, OffsetDateTime> = bills
        .iter()
        .filter_map(|(bill, _)| Some((bill.row.encounter_id, bill.row.settled_at?)))
        .collect();
    let rows = of_days.iter().chain(&of_plans);
    let ids: BTreeSet<Uuid> = rows.map(|row| row.encounter_id).collect();
    let ids = ids.into_iter().filter(|id| !beside.contains(id));
    let ids: BTreeSet<Uuid> = ids.chain(own.keys().copied()).collect();
    if !ids.is_empty() {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        settled.extend(store::last_settlements(unit.db(), &area, &ids).await?);
    }
    let lines: HashMap<(Uuid, i32), &DecidedLine> = settled
        .iter()
        .flat_map(|(id, one)| one.lines.iter().map(|line| ((*id, line.line_number), line)))
        .collect();
    let other = |row: &store::ElsewhereRow| {
        let Some(line) = lines.get(&(row.encounter_id, row.line_number)) else {
            return Ok(None);
        };
        let of = own.get(&row.of_id).map(|at| (*at, row.of_id));
        let settled_before = |at| of.is_none_or(|own| (at, row.encounter_id) < own);
        Ok::<_, Error>(Some(Elsewhere {
            encounter_id: row.encounter_id,
            line_number: row.line_number,
            place: row.place.clone(),
            service_on: row.service_on,
            quantity: row.quantity,
            unit_price: row.unit_price,
            outcome: line.outcome(),
            recognised: yuan(line.recognised.as_ref())?,
            before: beside.contains(&row.encounter_id)
                || row.settled_at.is_some_and(settled_before),
        }))
    };
    let mut found = Others::default();
    for row in &of_days {
        let of = found.elsewhere.entry(row.of_id).or_default();
        let service = (row.kind()?, row.code.clone(), row.service_on);
        of.entry(service).or_default().extend(other(row)?);
    }
    for row in &of_plans {
        if row.kind()? == CatalogueKind::TreatmentItem {
            let of = found.in_plan.entry(row.of_id).or_default();
            of.entry(row.code.clone()).or_default().extend(other(row)?);
        }
    }
    for id in own.keys() {
        let lines = settled.get(id).into_iter().flat_map(|one| &one.lines);
        let had = lines.map(|line| (line.line_number, line.outcome()));
        found.had.insert(*id, had.collect());
    }
    Ok(found)
}

/// Art. 47. The treatments of stays for rehabilitation that a plan names, with the days from the first plan on through the
/// last one.
fn planned<'a>(bills: &'a [(Bill, Injury)], terms: &Terms) -> Vec<store::Planned<'a>> {
    let mut planned = Vec::new();
    let stays = bills.iter().zip(&terms.bills);
    let stays = stays.filter(|((bill, _), _)| bill.row.kind() == EncounterKind::Rehabilitation);
    for ((bill, _), terms) in stays {
        let plans = || {
            let plans = terms.approvals.iter();
            plans.filter(|one| one.kind() == ApprovalKind::Rehabilitation)
        };
        let from_on = plans().filter_map(|one| maybe_day(one.from_on)).min();
        let until_on = plans().filter_map(|one| maybe_day(one.until_on)).max();
        let codes: BTreeSet<&str> = bill
            .lines
            .iter()
            .filter(|line| line.kind == CatalogueKind::TreatmentItem)
            .map(|line| line.code.as_str())
            .filter(|code| plans().any(|plan| plan.items.iter().any(|item| item.code == *code)))
            .collect();
        if let Some(days) = from_on.zip(until_on) {
            let row = &bill.row;
            planned.extend(
                codes
                    .into_iter()
                    .map(|code| store::Planned { row, days, code }),
            );
        }
    }
    planned
}

/// Art. 41. Other bills of an emergency that no agreement institution sent, of the same injuries, by bill: first and last
/// days. Asked for bills of an emergency alone.
///
/// # Errors
/// When they cannot be read.
pub(super) async fn emergencies(
    unit: &mut Unit,
    bills: &[(Bill, Injury)],
) -> Result<HashMap<Uuid, Vec<(Date, Date)>>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let mut asked = Vec::new();
    for (bill, _) in bills {
        if bill.row.admission()?.emergency {
            asked.push(&bill.row);
        }
    }
    let mut found: HashMap<Uuid, Vec<(Date, Date)>> = HashMap::new();
    if asked.is_empty() {
        return Ok(found);
    }
    for (of_id, row) in store::on_paper_before(unit.db(), &area, &asked).await? {
        if row.admission()?.emergency {
            let until_on = row.discharged_on.unwrap_or(today);
            let of = found.entry(of_id).or_default();
            of.push((row.admitted_on, until_on));
        }
    }
    Ok(found)
}
