//! What arrives of bills in a stream: their lines, and records of the course of the treatment.

mod lines;
mod records;

use std::collections::{BTreeSet, HashMap};

use chassis::{Finding, Numbered, Result, Unit};
use contracts::benefit_review::v1::{EncounterState, Refusal};
use contracts::{Refused, reflect::label_of};
use prost::Message;
use time::Date;
use uuid::Uuid;

use super::store::{self, EncounterRow, Kept};

pub use lines::{BillLines, enter, fits};
pub use records::CourseRecords;

/// A row that is of a bill, once by its number in it.
trait Entry: Message + Default + Clone + PartialEq {
    /// Who sends it.
    fn filed_by(&self) -> &str;

    /// Of which bill.
    fn encounter_id(&self) -> &str;

    /// The sender's number.
    fn number(&self) -> i32;

    /// Another one was received under its number, or was voided.
    fn known(&self) -> Refused;
}

/// What became of rows.
struct Taken<'a, R, T> {
    findings: Vec<Finding>,
    /// Those that are new, by bill, each with what was read of it.
    new: Vec<(&'a EncounterRow, Vec<(T, &'a R)>)>,
}

/// The bills that rows name, one by one and as they are kept: held, so that two streams for one of them take turns.
async fn bills_of<R: Entry>(
    unit: &mut Unit,
    rows: &[Numbered<R>],
) -> Result<(Vec<Uuid>, HashMap<Uuid, EncounterRow>)> {
    let area = unit.area().to_owned();
    // Nobody has a bill without a number.
    let ids = rows
        .iter()
        .map(|one| one.row.encounter_id().parse().unwrap_or_default());
    let ids: Vec<Uuid> = ids.collect();
    let bills: BTreeSet<Uuid> = ids.iter().copied().collect();
    let bills: Vec<Uuid> = bills.into_iter().collect();
    let bills = store::hold(unit.db(), &area, &bills).await?.into_iter();
    Ok((ids, bills.map(|row| (row.encounter_id, row)).collect()))
}

/// Art. 63. Which rows, each with the number of its bill and with what was read of it, are new: what was received
/// before is the same, or is refused.
fn arriving<'a, R: Entry, T>(
    bills: &'a HashMap<Uuid, EncounterRow>,
    (rows, read): (&'a [Numbered<R>], Vec<(Uuid, T)>),
    kept: Vec<Kept>,
    fits: impl Fn(&EncounterRow, &T) -> Result<(), Refused>,
) -> Result<Taken<'a, R, T>> {
    let mut before: HashMap<(Uuid, i32), Option<R>> = HashMap::with_capacity(kept.len());
    for one in kept {
        let told = (!one.voided).then(|| one.told()).transpose()?;
        before.insert((one.encounter_id, one.number), told);
    }
    let (mut findings, mut new) = (Vec::new(), HashMap::<Uuid, Vec<(T, &R)>>::new());
    for (Numbered { number, row }, (id, read)) in rows.iter().zip(read) {
        let key = (id, row.number());
        let checked = match before.get(&key) {
            Some(before) if before.as_ref() == Some(row) => continue,
            Some(_) => Err(row.known()),
            None => open(bills.get(&id), row).and_then(|bill| fits(bill, &read)),
        };
        match checked {
            Ok(()) => {
                before.insert(key, Some(row.clone()));
                new.entry(id).or_default().push((read, row));
            }
            Err(refused) => findings.push(Finding::refused(*number, refused)),
        }
    }
    let new = new.into_iter();
    let new = new.filter_map(|(id, rows)| Some((bills.get(&id)?, rows)));
    Ok(Taken {
        findings,
        new: new.collect(),
    })
}

/// Art. 63. The bill of a row: one of who sends it, that is not settled.
fn open<'a>(bill: Option<&'a EncounterRow>, row: &impl Entry) -> Result<&'a EncounterRow, Refused> {
    let bill = bill
        .filter(|bill| bill.filed_by == row.filed_by())
        .ok_or_else(|| {
            Refused::because(Refusal::EncounterUnknown)
                .with("filed_by", row.filed_by())
                .with("encounter_id", row.encounter_id())
                .about("就诊编号")
        })?;
    if matches!(
        bill.state(),
        EncounterState::Open | EncounterState::Discharged
    ) {
        return Ok(bill);
    }
    Err(Refused::because(Refusal::EncounterState).with(
        "state",
        label_of("workinjury.benefit_review.v1.EncounterState", bill.state),
    ))
}

/// Whether a day is one of a bill: not before the admission, not after the patient left, and not to come.
fn is_within(on: Date, (admitted_on, discharged_on): (Date, Option<Date>), today: Date) -> bool {
    let last_on = discharged_on.unwrap_or(today).min(today);
    admitted_on <= on && on <= last_on
}
