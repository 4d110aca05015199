//! Bills of many persons that are decided anew, since a catalogue or a standard was put in force for days that are past, or
//! what they rest on was told late (Art. 43, Art. 62).

use std::collections::{BTreeMap, HashMap};

use chassis::wire::{day, uuid};
use chassis::{Error, Result, Run, RunSlice, Unit, async_trait};
use contracts::benefit_review::v1::{
    Benefit, EncounterState, Injury, ReadjudicationItem, ReadjudicationOrder,
    ReadjudicationSummary, Settlement,
};
use law::Law;
use law::calendar::Term;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::cases::{benefits, difference};
use super::{
    injuries_of, left_for_review, parts, rules, same_worth, settle, store, third_party_anew, turns,
    worth_beside,
};
use crate::advance;
use crate::benefit;
use crate::facts::{self, Bill};
use crate::third_party;
use crate::third_party::rules::{Back, Foreseen};

/// Art. 43, Art. 62. Settled bills are decided anew by what is known now; what comes out otherwise is a further settlement,
/// booked with the cause of the order, and the difference a benefit of its own where the bill was claimed already.
pub struct Readjudication;

#[async_trait]
impl Run for Readjudication {
    type Order = ReadjudicationOrder;
    type Item = ReadjudicationItem;
    type Summary = ReadjudicationSummary;

    /// What medical-agreement is asked about at once; a bill is kept with all of its lines.
    const SLICE: i64 = 500;

    fn subject(&self, order: &ReadjudicationOrder) -> String {
        order.document_number.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// A slice ends with all bills of its last person: what becomes of one is seen by the person's others.
    async fn preview(
        &self,
        unit: &mut Unit,
        order: &ReadjudicationOrder,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<ReadjudicationItem>>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let after = after.map(uuid).transpose()?.unwrap_or(Uuid::nil());
        let (from_on, cause) = (day(order.from_on)?, rules::cause(order.cause()));
        let slice = (after, Self::SLICE - 1);
        let last = store::last_of_slice(unit.db(), &area, from_on, slice).await?;
        let through = (after, last.unwrap_or(Uuid::max()));
        let rows = store::settled_between(unit.db(), &area, from_on, through).await?;
        let Some(last) = rows.last().map(|row| row.person_id.to_string()) else {
            return Ok(None);
        };
        let ids: Vec<Uuid> = rows.iter().map(|row| row.encounter_id).collect();
        let settled = store::last_settlements(unit.db(), &area, &ids).await?;
        let mut settled: HashMap<Uuid, Settlement> = settled.into_iter().collect();
        let bills = bills(unit, rows).await?;
        let terms = facts::terms(unit, &bills).await?;
        let known = facts::gather(unit, &bills, terms).await?;
        let mut beside = third_party::beside_each(unit, &bills).await?;
        Ok(Some(RunSlice::through(last, move || {
            let mut items: Vec<(String, ReadjudicationItem)> = Vec::new();
            let (mut foreseen, mut of_person) = (Foreseen::default(), (None, 0));
            for ((bill, injury), mut known) in bills.iter().zip(known) {
                let id = bill.row.encounter_id;
                // Each sees what becomes of the person's bills that were settled before it.
                if of_person.0 != Some(bill.row.person_id) {
                    of_person = (Some(bill.row.person_id), items.len());
                }
                let before = items.iter().skip(of_person.1);
                for after in before.filter_map(|(_, item)| item.after.as_ref()) {
                    // What a person has to look at first stays as it was.
                    if left_for_review(after) == 0 {
                        known.learn(after)?;
                    }
                }
                let Some(before) = settled.remove(&id) else {
                    continue;
                };
                let why = (cause, before.sequence + 1);
                let beside = beside.remove(&id);
                let after = worth_beside(bill, &known, (why, beside), today)?;
                if same_worth(&before, &after) {
                    continue;
                }
                let mut back = Back::default();
                if let Some(beside) = beside.filter(|_| left_for_review(&after) == 0) {
                    let of_bill = (parts(&before)?, parts(&after)?);
                    back = foreseen.back(&injury.injury_id, beside, of_bill);
                }
                let shown = |yuan: Decimal| (!back.is_none()).then(|| yuan.into());
                let item = ReadjudicationItem {
                    before: Some(before),
                    after: Some(after),
                    third_party_fund: shown(back.fund),
                    third_party_employer: shown(back.employer),
                };
                items.push((id.to_string(), item));
            }
            Ok(items)
        })))
    }

    fn add(
        &self,
        summary: &mut ReadjudicationSummary,
        order: &ReadjudicationOrder,
        item: &ReadjudicationItem,
    ) {
        (summary.from_on, summary.cause) = (order.from_on, order.cause);
        summary.document_number.clone_from(&order.document_number);
        let (before, after) = (item.before.as_ref(), item.after.as_ref());
        if after.is_some_and(|after| left_for_review(after) > 0) {
            summary.left += 1;
            return;
        }
        summary.encounters += 1;
        let fund = |one: Option<&Settlement>| one.and_then(|one| one.fund.clone());
        let employer = |one: Option<&Settlement>| one.and_then(|one| one.employer.clone());
        chassis::wire::add(&mut summary.fund_before, fund(before).as_ref());
        chassis::wire::add(&mut summary.fund_after, fund(after).as_ref());
        chassis::wire::add(&mut summary.employer_before, employer(before).as_ref());
        chassis::wire::add(&mut summary.employer_after, employer(after).as_ref());
        let meals = |one: Option<&Settlement>| one.and_then(|one| one.meals.clone());
        chassis::wire::add(&mut summary.meals_before, meals(before).as_ref());
        chassis::wire::add(&mut summary.meals_after, meals(after).as_ref());
        let meals = |one: Option<&Settlement>| one.and_then(|one| one.meals_of_employer.clone());
        chassis::wire::add(&mut summary.employer_meals_before, meals(before).as_ref());
        chassis::wire::add(&mut summary.employer_meals_after, meals(after).as_ref());
        if item.third_party_fund.is_some() {
            let back = (&item.third_party_fund, &item.third_party_employer);
            chassis::wire::add(&mut summary.third_party_fund, back.0.as_ref());
            chassis::wire::add(&mut summary.third_party_employer, back.1.as_ref());
        }
    }

    /// A bill that comes out otherwise than in the preview by now, since it or another one of the person was settled
    /// meanwhile, is left as it is: the next run looks at it. So is one that a
    /// person would have to look at: what was decided of it is not taken back meanwhile.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        _order: &ReadjudicationOrder,
        items: &[(String, ReadjudicationItem)],
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let ids: Vec<String> = items.iter().map(|(id, _)| id.clone()).collect();
        let ids = chassis::wire::uuids(&ids)?;
        let mut persons: Vec<Uuid> = store::encounters(unit.db(), &area, &ids)
            .await?
            .into_iter()
            .map(|row| row.person_id)
            .collect();
        persons.sort_unstable();
        persons.dedup();
        for person_id in persons {
            store::hold_person(unit.db(), person_id).await?;
        }
        let mut rows = store::hold(unit.db(), &area, &ids).await?;
        // In the order in which they were settled first: each sees what became of those before it.
        rows.sort_by_key(|row| (row.settled_at, row.encounter_id));
        let last = store::last_settlements(unit.db(), &area, &ids).await?;
        let last: HashMap<Uuid, i32> = last
            .into_iter()
            .map(|(id, one)| (id, one.sequence))
            .collect();
        let items: HashMap<&str, &ReadjudicationItem> =
            items.iter().map(|(id, item)| (id.as_str(), item)).collect();
        let mut differences: Vec<Benefit> = Vec::new();
        let bills = bills(unit, rows).await?;
        let advances = open(unit, &bills).await?;
        for turn in turns(bills, |(bill, _)| bill.row.person_id) {
            let terms = facts::terms(unit, &turn).await?;
            let known = facts::gather(unit, &turn, terms).await?;
            let mut compensated = third_party::beside_each(unit, &turn).await?;
            for ((bill, registered), known) in turn.iter().zip(&known) {
                let id = bill.row.encounter_id;
                let item = items.get(id.to_string().as_str());
                let Some((before, after)) =
                    item.and_then(|item| item.before.as_ref().zip(item.after.as_ref()))
                else {
                    continue;
                };
                if left_for_review(after) > 0 || last.get(&id) != Some(&before.sequence) {
                    continue;
                }
                let beside = compensated.remove(&id);
                let why = (after.cause(), after.sequence);
                let again = worth_beside(bill, known, (why, beside), unit.today())?;
                if !same_worth(&again, after) {
                    continue;
                }
                let mut row = bill.row.clone();
                settle(unit, &mut row, after).await?;
                if beside.is_some()
                    && let Some(anew) = third_party_anew(unit, (&row, registered), after).await?
                {
                    third_party::enter(unit, run_id, registered, &anew).await?;
                }
                if row.state() == EncounterState::Decided {
                    let claim = difference(&row, registered);
                    differences.extend(benefits(claim, &row, after, Some(before))?);
                }
            }
        }
        benefit::decide(unit, run_id, differences).await?;
        for open in advances {
            advance::cases::book_changed(unit, run_id, open).await?;
        }
        Ok(())
    }

    async fn finish(
        &self,
        _unit: &mut Unit,
        _run_id: Uuid,
        _order: &ReadjudicationOrder,
        _summary: &ReadjudicationSummary,
    ) -> Result<()> {
        Ok(())
    }
}

/// Art. 77. What is open of the advances of the injuries that bills treat, each once.
async fn open(unit: &mut Unit, bills: &[(Bill, Injury)]) -> Result<Vec<advance::cases::Open>> {
    let area = unit.area().to_owned();
    let persons: Vec<Uuid> = bills.iter().map(|(bill, _)| bill.row.person_id).collect();
    let with = advance::store::persons_with(unit.db(), &area, &persons).await?;
    let injuries: BTreeMap<&str, &Injury> = bills
        .iter()
        .filter(|(bill, _)| with.contains(&bill.row.person_id))
        .map(|(_, injury)| (injury.injury_id.as_str(), injury))
        .collect();
    let mut found = Vec::with_capacity(injuries.len());
    for injury in injuries.into_values() {
        found.push(advance::cases::open(unit, injury).await?);
    }
    Ok(found)
}

/// The bills with their lines and the injuries that they treat.
async fn bills(unit: &mut Unit, rows: Vec<store::EncounterRow>) -> Result<Vec<(Bill, Injury)>> {
    let area = unit.area().to_owned();
    let injuries = injuries_of(unit, &rows).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.encounter_id).collect();
    let kept = store::lines(unit.db(), &area, &ids, (0, i64::MAX)).await?;
    let mut lines: HashMap<Uuid, Vec<store::Kept>> = HashMap::with_capacity(rows.len());
    for line in kept {
        lines.entry(line.encounter_id).or_default().push(line);
    }
    let mut bills = Vec::with_capacity(rows.len());
    for row in rows {
        let principal = row.diagnoses.first().cloned().unwrap_or_default();
        let own = lines.remove(&row.encounter_id).unwrap_or_default();
        let read = own
            .iter()
            .map(|line| store::line(&line.told()?, &principal));
        let lines = read.collect::<Result<_>>()?;
        let registered = registered(&injuries, &row)?.clone();
        let bill = Bill {
            row,
            lines,
            beside: Vec::new(),
            objection: None,
        };
        bills.push((bill, registered));
    }
    Ok(bills)
}

fn registered<'a>(
    injuries: &'a HashMap<String, Injury>,
    row: &store::EncounterRow,
) -> Result<&'a Injury> {
    let number = row.recognition_number.as_str();
    injuries
        .get(number)
        .ok_or_else(|| Error::not_found("工伤登记", number))
}
