//! Section 2, medical and rehabilitation costs (医疗（康复）待遇审核): bills that hospitals send online (Art. 63) or
//! employers claim on paper (Art. 61), decided line by line (Art. 62), with meals, travel and lodging (Art. 64),
//! signed on form 5-5 (Art. 65) and reviewed where somebody objects (Art. 90).

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod runs;
pub mod store;

use std::collections::{BTreeSet, HashMap};

use chassis::wire::{day, yuan};
use chassis::{Error, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    DecidedLine, EncounterState, Flag, Injury, LineOutcome, Refusal, Settlement, SettlementCause,
    ThirdPartyDecision,
};
use contracts::reflect::label_of;
use law::Sheet;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::facts::{self, Bill, Known};
use crate::injury;
use crate::third_party;
use crate::third_party::rules::{Beside, Settled};
use rules::{Cap, Line, Verdict};
use store::EncounterRow;

/// The lines of a bill that count, as the rules take them.
///
/// # Errors
/// When they cannot be read.
pub async fn bill(unit: &mut Unit, row: EncounterRow) -> Result<Bill> {
    let area = unit.area().to_owned();
    let kept = store::lines(unit.db(), &area, &[row.encounter_id], (0, i64::MAX)).await?;
    let principal = row.diagnoses.first().cloned().unwrap_or_default();
    let lines = kept.iter().map(|one| store::line(&one.told()?, &principal));
    let lines = lines.collect::<Result<_>>()?;
    Ok(Bill {
        row,
        lines,
        beside: Vec::new(),
        objection: None,
    })
}

/// The injury that a bill treats, as it is registered.
///
/// # Errors
/// When it is registered no longer.
pub async fn injury_of(unit: &mut Unit, row: &EncounterRow) -> Result<Injury> {
    let area = unit.area().to_owned();
    let number = row.recognition_number.as_str();
    let found = injury::store::injury(unit.db(), &area, (row.person_id, number)).await?;
    found.ok_or_else(|| Error::not_found("工伤登记", number))
}

/// The injuries that bills treat, by the number of the decision that recognised them.
///
/// # Errors
/// When they cannot be read.
pub async fn injuries_of(
    unit: &mut Unit,
    rows: &[EncounterRow],
) -> Result<HashMap<String, Injury>> {
    let area = unit.area().to_owned();
    let numbers: BTreeSet<&str> = rows
        .iter()
        .map(|row| row.recognition_number.as_str())
        .collect();
    let numbers: Vec<&str> = numbers.into_iter().collect();
    let filter = injury::store::Filter {
        recognition_numbers: &numbers,
        ..injury::store::Filter::default()
    };
    let mut injuries = HashMap::with_capacity(numbers.len());
    for row in injury::store::injuries(unit.db(), &area, filter, (None, i64::MAX)).await? {
        let injury = Injury::try_from(row)?;
        injuries.insert(injury.recognition_number.clone(), injury);
    }
    Ok(injuries)
}

/// Art. 62, Art. 64. What a bill is worth by what is known now, as a settlement of this number and for this cause. Writes
/// nothing.
///
/// # Errors
/// When something cannot be read or asked.
pub async fn assess(
    unit: &mut Unit,
    bill: Bill,
    registered: &Injury,
    why: (SettlementCause, i32),
) -> Result<Settlement> {
    let bills = [(bill, registered.clone())];
    let terms = facts::terms(unit, &bills).await?;
    let known = facts::gather(unit, &bills, terms).await?.pop();
    let known = known.ok_or_else(|| Error::internal("a bill of which nothing is known"))?;
    let [(bill, registered)] = &bills;
    let beside = third_party::beside(unit, registered, bill.row.encounter_id).await?;
    worth_beside(bill, &known, (why, beside), unit.today())
}

/// Art. 74. What a bill is worth beside what a third party compensates of the injury.
///
/// # Errors
/// When the table of diagnoses does not reach back to the day of a line.
pub fn worth_beside(
    bill: &Bill,
    known: &Known,
    (why, beside): ((SettlementCause, i32), Option<Beside>),
    today: Date,
) -> Result<Settlement> {
    let settlement = worth(bill, known, why, today)?;
    let Some(beside) = beside else {
        return Ok(settlement);
    };
    let (recognised, stated) = (recognised(&settlement)?, bill.row.compensated);
    let compensated = match why.1 {
        0 => beside.first(recognised).max(stated),
        _ => beside.further(recognised),
    };
    if compensated == stated {
        return Ok(settlement);
    }
    let mut bill = bill.clone();
    bill.row.compensated = compensated;
    worth(&bill, known, why, today)
}

/// Art. 74, Art. 90. Form 73-B as it is once a bill comes to what it is settled at now: none where it stays.
///
/// # Errors
/// When it cannot be read.
pub async fn third_party_anew(
    unit: &mut Unit,
    (row, injury): (&EncounterRow, &Injury),
    settled: &Settlement,
) -> Result<Option<ThirdPartyDecision>> {
    let Some(beside) = third_party::beside(unit, injury, row.encounter_id).await? else {
        return Ok(None);
    };
    let settled = beside.others.with(parts(settled)?);
    third_party::anew(unit, injury, settled).await
}

/// Art. 74. What fund, employer and a third party bear of a bill.
///
/// # Errors
/// When the settlement lacks an amount.
pub fn parts(settled: &Settlement) -> Result<Settled> {
    Ok(Settled {
        fund: yuan(settled.fund.as_ref())?,
        employer: yuan(settled.employer.as_ref())?,
        compensated: yuan(settled.compensated.as_ref())?,
    })
}

/// Yuan that fund and employer would bear of a bill if nobody else had compensated any.
///
/// # Errors
/// When the settlement lacks an amount.
pub fn recognised(settlement: &Settlement) -> Result<Decimal> {
    let borne = [
        &settlement.fund,
        &settlement.employer,
        &settlement.compensated,
    ];
    let borne = borne.into_iter().map(|part| yuan(part.as_ref()));
    borne.sum()
}

/// Art. 54, Art. 59. Whether a settlement gives something for a day on which the injury gives no claim, as is known by now.
///
/// # Errors
/// When the settlement lacks an amount.
pub fn groundless(injury: &Injury, settled: &Settlement) -> Result<bool> {
    for line in &settled.lines {
        let gives = !yuan(line.recognised.as_ref())?.is_zero();
        if gives && injury::is_over(injury, day(line.service_on)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Art. 62, Art. 64. What a bill is worth by what is known of it, as a settlement of `today`: up to what its agreement sets for
/// such a stay, whatever the institution states.
///
/// # Errors
/// When the table of diagnoses does not reach back to the day of a line.
pub fn worth(
    bill: &Bill,
    known: &Known,
    (cause, sequence): (SettlementCause, i32),
    today: Date,
) -> Result<Settlement> {
    let facts = &known.facts;
    let verdicts = rules::decide(&bill.lines, facts).map_err(Error::internal)?;
    let mut sheet = Sheet::new();
    let agreed = known.case_rate.as_ref();
    let agreed = agreed.map(|rate| yuan(rate.amount.as_ref())).transpose()?;
    let cap = Cap {
        compensated: bill.row.compensated,
        case_rate: agreed.or(bill.row.case_rate),
    };
    let sums = rules::sums(&bill.lines, &verdicts, cap, &mut sheet);
    let mut meals = (Decimal::ZERO, Decimal::ZERO);
    if rules::is_stay(facts.kind) {
        let standards = (known.meals.as_slice(), &mut sheet);
        meals = rules::meals(&bill.lines, &verdicts, facts, standards);
    }
    let mut flags = rules::flags(&bill.lines, facts);
    for flag in &mut flags {
        flag.encounter_id = bill.row.encounter_id.to_string();
    }
    Ok(Settlement {
        encounter_id: bill.row.encounter_id.to_string(),
        sequence,
        cause: cause as i32,
        settled_on: Some(today.into()),
        total: Some(sums.total.into()),
        fund: Some(sums.fund.into()),
        employer: Some(sums.employer.into()),
        compensated: Some(sums.compensated.into()),
        nobody: Some(sums.nobody.into()),
        in_review: Some(sums.in_review.into()),
        meals: Some(meals.0.into()),
        meals_of_employer: Some(meals.1.into()),
        lines: bill.lines.iter().zip(&verdicts).map(decided).collect(),
        flags,
        worksheet: Some(sheet.result(sums.fund).into()),
    })
}

fn decided((line, verdict): (&Line, &Verdict)) -> DecidedLine {
    DecidedLine {
        line_number: line.number,
        code: line.code.clone(),
        name: line.name.clone(),
        service_on: Some(line.service_on.into()),
        amount: Some(line.amount.into()),
        outcome: verdict.outcome as i32,
        recognised: Some(verdict.recognised.into()),
        payer: verdict.payer as i32,
        reasons: verdict.reasons.iter().map(Refused::reason).collect(),
    }
}

/// Art. 62, Art. 90. Settles a bill further: what was settled before stays as it was, and this stands for it now.
///
/// # Errors
/// When it cannot be written.
pub async fn settle(
    unit: &mut Unit,
    row: &mut EncounterRow,
    settlement: &Settlement,
) -> Result<()> {
    let area = unit.area().to_owned();
    store::settle(unit.db(), &area, row, settlement).await?;
    if !settlement.flags.is_empty() {
        store::flag(unit.db(), &area, row, &settlement.flags).await?;
    }
    if settlement.sequence > 0 {
        return Ok(());
    }
    settled_now(unit, row).await?;
    take_compensated(row, settlement)
}

/// Art. 54, Art. 62. Persons died on days that are told by now: what was settled of later days is flagged, for a person to
/// look at and, where it was paid, to have decided anew.
///
/// # Errors
/// When it cannot be read or written.
pub async fn flag_deaths(unit: &mut Unit, deaths: &[(Uuid, Date)]) -> Result<()> {
    let area = unit.area().to_owned();
    let (persons, days): (Vec<Uuid>, Vec<Date>) = deaths.iter().copied().unzip();
    let lines = store::after_deaths(unit.db(), &area, (&persons, &days)).await?;
    let mut flags: HashMap<Uuid, Vec<Flag>> = HashMap::new();
    for line in lines {
        let of = flags.entry(line.encounter_id).or_default();
        of.push(Flag {
            encounter_id: line.encounter_id.to_string(),
            ..rules::after_death((line.line_number, line.service_on), line.died_on)
        });
    }
    let ids: Vec<Uuid> = flags.keys().copied().collect();
    for row in store::encounters(unit.db(), &area, &ids).await? {
        let of_bill = flags.remove(&row.encounter_id).unwrap_or_default();
        store::flag(unit.db(), &area, &row, &of_bill).await?;
    }
    Ok(())
}

/// Art. 54, Art. 62. The stoppage period of an injury ends on another day: lines of settled bills that are on its other side by
/// that are flagged, for a person to look at and to have decided anew.
///
/// # Errors
/// When it cannot be read or written.
pub async fn flag_stoppage(
    unit: &mut Unit,
    of_injury: (Uuid, &str),
    (before, after): (Option<Date>, Date),
) -> Result<()> {
    let area = unit.area().to_owned();
    let first = before.map_or(after, |before| before.min(after));
    let rows = store::settled_of(unit.db(), &area, of_injury, Some(first)).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.encounter_id).collect();
    let settled = store::last_settlements(unit.db(), &area, &ids).await?;
    let settled: HashMap<Uuid, Settlement> = settled.into_iter().collect();
    for row in &rows {
        let last = settled.get(&row.encounter_id);
        let flags = last.map(|last| rules::stoppage_changed(last, (before, after)));
        if let Some(flags) = flags.filter(|flags| !flags.is_empty()) {
            store::flag(unit.db(), &area, row, &flags).await?;
        }
    }
    Ok(())
}

/// Art. 54, Art. 62. What was registered of an injury was corrected: its settled bills are flagged, for a person to look at and to
/// have decided anew.
///
/// # Errors
/// When it cannot be read or written.
pub async fn flag_correction(
    unit: &mut Unit,
    of_injury: (Uuid, &str),
    grounds: &str,
) -> Result<()> {
    let area = unit.area().to_owned();
    for row in store::settled_of(unit.db(), &area, of_injury, None).await? {
        let flag = Flag {
            encounter_id: row.encounter_id.to_string(),
            ..rules::injury_corrected(grounds)
        };
        store::flag(unit.db(), &area, &row, &[flag]).await?;
    }
    Ok(())
}

/// Art. 74. What a bill took of a third party's compensation when it was first settled stays its own.
///
/// # Errors
/// When the settlement lacks the amount.
pub fn take_compensated(row: &mut EncounterRow, settlement: &Settlement) -> Result<()> {
    let taken = yuan(settlement.compensated.as_ref())?;
    row.compensated = row.compensated.max(taken);
    Ok(())
}

/// A bill is settled from now on: later than every other one of the person, however long this waited for its turn.
async fn settled_now(unit: &mut Unit, row: &mut EncounterRow) -> Result<()> {
    let (area, id) = (unit.area().to_owned(), row.encounter_id);
    let last = store::last_settled_at(unit.db(), &area, (row.person_id, id)).await?;
    let after = last.map(|last| last + time::Duration::microseconds(1));
    row.state = EncounterState::Settled as i32;
    row.settled_at = after.max(Some(unit.now()));
    row.settled_on = Some(unit.today());
    Ok(())
}

/// Whether two settlements of a bill come to the same.
#[must_use]
pub fn same_worth(one: &Settlement, other: &Settlement) -> bool {
    one.lines == other.lines
        && one.fund == other.fund
        && one.employer == other.employer
        && one.meals == other.meals
        && one.meals_of_employer == other.meals_of_employer
}

/// A settlement as others than the agency see it: what looks odd is for a person of the agency to look at.
#[must_use]
pub fn without_flags(settlement: Settlement) -> Settlement {
    Settlement {
        flags: Vec::new(),
        ..settlement
    }
}

/// Lines of a settlement that a person has to look at.
#[must_use]
pub fn left_for_review(settlement: &Settlement) -> usize {
    let lines = settlement.lines.iter();
    lines
        .filter(|line| line.outcome() == LineOutcome::Review)
        .count()
}

/// Bills in their order, a person's each in another turn: what becomes of one is known to the person's next, and all of a
/// turn are asked about at once.
pub fn turns<B>(bills: impl IntoIterator<Item = B>, person_id: impl Fn(&B) -> Uuid) -> Vec<Vec<B>> {
    let mut turns: Vec<Vec<B>> = Vec::new();
    let mut had: HashMap<Uuid, usize> = HashMap::new();
    for bill in bills {
        let turn = had.entry(person_id(&bill)).or_default();
        match turns.get_mut(*turn) {
            Some(others) => others.push(bill),
            None => turns.push(vec![bill]),
        }
        *turn += 1;
    }
    turns
}

/// Art. 63. The bill is in one of these states.
///
/// # Errors
/// When it is not: what was settled or withdrawn changes no more.
pub fn expect_state(row: &EncounterRow, states: &[EncounterState]) -> Result<(), Refused> {
    if states.contains(&row.state()) {
        return Ok(());
    }
    let state = row.state();
    let refused = if matches!(state, EncounterState::Open) {
        Refused::because(Refusal::EncounterNotOver)
    } else {
        Refused::because(Refusal::EncounterState).with(
            "state",
            label_of("workinjury.benefit_review.v1.EncounterState", row.state),
        )
    };
    Err(refused)
}

/// A bill of the caller by its number, to be settled: the person's bills are held first, since two of them that are
/// settled at once would not see each other.
///
/// # Errors
/// When there is no such bill for the caller.
pub async fn own_to_settle(unit: &mut Unit, encounter_id: Uuid) -> Result<EncounterRow> {
    let area = unit.area().to_owned();
    let seen = store::encounters(unit.db(), &area, &[encounter_id])
        .await?
        .pop();
    let seen = seen.ok_or_else(|| Error::not_found("就诊", encounter_id))?;
    store::hold_person(unit.db(), seen.person_id).await?;
    own(unit, encounter_id).await
}

/// A bill by its number, as the caller may see it, held until the end of the unit; the unit looks at the whole area
/// from then on.
///
/// # Errors
/// When there is no such bill for the caller.
pub async fn own(unit: &mut Unit, encounter_id: Uuid) -> Result<EncounterRow> {
    let area = unit.area().to_owned();
    let row = store::held(unit.db(), &area, encounter_id).await?;
    unit.look_as_the_agency().await?;
    Ok(row)
}
