//! Visits of one day, settled as they come (Art. 62, Art. 63). Hospitals send them at the same time, so all that come
//! while others are settled are settled with one transaction.

use std::collections::{BTreeSet, HashMap};

use chassis::wire::uuid;
use chassis::{Actor, Change, Error, Platform, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    BillLine, EncounterState, Injury, Refusal, SettleVisitRequest, SettleVisitResponse, Settlement,
};
use time::Date;
use uuid::Uuid;

use super::super::batches::fits;
use super::super::rules::kind_for;
use super::super::store::{self, EncounterRow};
use super::super::{take_compensated, turns, without_flags, worth_beside};
use super::admission::{self, not_under_agreement, opened};
use super::arrival::{self, Arrived};
use super::settlement::{FIRST, expect_no_more, expect_online, optional};
use crate::facts::{self, Bill, Terms};
use crate::third_party;

/// Art. 63. A visit that a hospital sends, and who came.
pub struct Visit {
    asked: SettleVisitRequest,
    arrived: Arrived,
}

/// A visit that was let in: its bill of an injury, with the lines as they are kept.
struct Admitted {
    bill: (Bill, Injury),
    told: Vec<BillLine>,
    terms: Terms,
}

/// A visit, as it is settled.
struct Settled {
    bill: Bill,
    told: Vec<BillLine>,
    settlement: Settlement,
}

impl Visit {
    /// Asks who came, and what the bill rests on.
    ///
    /// # Errors
    /// When the admission is wrong, or the card is of nobody.
    pub async fn of(platform: &Platform, actor: &Actor, asked: SettleVisitRequest) -> Result<Self> {
        let of = (asked.pooling_area.as_str(), asked.admission.as_ref());
        let arrived = admission::arrived(platform, actor, of, &asked.lines).await?;
        Ok(Self { asked, arrived })
    }

    /// Art. 63. What it would be worth.
    ///
    /// # Errors
    /// When it could not be admitted, or a line does not fit it.
    pub async fn foreseen(&self, unit: &mut Unit) -> Result<SettleVisitResponse> {
        unit.look_as_the_agency().await?;
        let admitted = vec![self.admitted(unit.today())?];
        let settled = settled(unit, admitted).await?.pop();
        Ok(settled.ok_or_else(unanswered)??.answer())
    }

    fn person_id(&self) -> Result<Uuid> {
        uuid(&self.arrived.injury.person_id)
    }

    /// Who came, asked again once the person's bills are held.
    async fn come_again(&self, unit: &Unit) -> Result<Self> {
        let told = self.asked.admission.as_ref();
        let told = told.ok_or_else(|| Error::internal("an admission that says nothing"))?;
        let area = unit.area();
        let arrived = arrival::arrived(unit.platform(), area, told, &self.asked.lines).await?;
        if arrived.injury.person_id == self.arrived.injury.person_id {
            return Ok(Self {
                asked: self.asked.clone(),
                arrived,
            });
        }
        Err(Error::Conflict(
            "the card was given to somebody else meanwhile".to_owned(),
        ))
    }

    /// The bill that it is.
    fn admitted(&self, today: Date) -> Result<Admitted> {
        let (asked, Arrived { injury, terms }) = (&self.asked, &self.arrived);
        let row = opened(asked.admission.clone().unwrap_or_default(), injury)?;
        expect_online(&row)?;
        if !terms.serves(0, row.admitted_on, kind_for(row.kind())) {
            return Err(not_under_agreement(&row).into());
        }
        let principal = row.diagnoses.first().cloned().unwrap_or_default();
        let (mut lines, mut told, mut numbers) = (Vec::new(), Vec::new(), BTreeSet::new());
        for line in &asked.lines {
            if !numbers.insert(line.line_number) {
                let refused = Refused::because(Refusal::VisitLineOnce);
                return Err(refused.with("line_number", line.line_number).into());
            }
            let read = store::line(line, &principal)?;
            fits(&read, (row.admitted_on, Some(row.admitted_on)), today)?;
            lines.push(read);
            told.push(BillLine {
                filed_by: row.filed_by.clone(),
                encounter_id: row.encounter_id.to_string(),
                ..line.clone()
            });
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
            objection: None,
        };
        Ok(Admitted {
            bill: (bill, injury.clone()),
            told,
            terms: terms.clone(),
        })
    }
}

#[chassis::async_trait]
impl Change for Visit {
    type Answer = SettleVisitResponse;

    const MOST: usize = 64;

    /// Art. 62, Art. 63. Admits, discharges and settles visits.
    async fn make(unit: &mut Unit, visits: &[&Self]) -> Result<Vec<Result<SettleVisitResponse>>> {
        let again = come_again(unit, visits).await?;
        let mut answers = HashMap::with_capacity(visits.len());
        let persons = visits.iter().map(|visit| visit.person_id());
        let persons = persons.collect::<Result<Vec<_>>>()?;
        for turn in turns(persons.into_iter().enumerate(), |(_, person_id)| *person_id) {
            let (mut places, mut admitted) = (Vec::new(), Vec::new());
            for (place, _) in turn {
                let let_in = match again.get(&place) {
                    Some(again) => again.admitted(unit.today()),
                    None => visits[place].admitted(unit.today()),
                };
                match let_in {
                    Ok(one) => {
                        places.push(place);
                        admitted.push(one);
                    }
                    Err(error) => {
                        answers.insert(place, Err(error));
                    }
                }
            }
            let settled = settled(unit, admitted).await?;
            let (area, entered) = (unit.area().to_owned(), settled.iter().flatten());
            let entered: Vec<_> = entered.map(Settled::entered).collect();
            store::settle_visits(unit.db(), &area, &entered).await?;
            for (place, settled) in places.into_iter().zip(settled) {
                answers.insert(place, settled.map(Settled::answer));
            }
        }
        let each = 0..visits.len();
        let each = each.map(|place| answers.remove(&place));
        Ok(each
            .map(|answer| answer.unwrap_or_else(|| Err(unanswered())))
            .collect())
    }
}

/// Holds the bills of the persons, and asks again who came of those whose bills somebody held: whoever did settled bills by
/// what was in force then, which is perhaps more than was told before. A catalogue for days that are past would be
/// missed, since the run that it led to has been.
async fn come_again(unit: &mut Unit, visits: &[&Visit]) -> Result<HashMap<usize, Visit>> {
    let persons = visits.iter().map(|visit| visit.person_id());
    let persons: BTreeSet<Uuid> = persons.collect::<Result<_>>()?;
    let names: Vec<String> = persons.iter().map(|id| store::bills_of(*id)).collect();
    let free = unit.hold(&names).await?;
    let waited = persons.into_iter().zip(free).filter(|(_, free)| !free);
    let waited: BTreeSet<Uuid> = waited.map(|(person_id, _)| person_id).collect();
    let mut again = HashMap::new();
    for (place, visit) in visits.iter().enumerate() {
        if waited.contains(&visit.person_id()?) {
            again.insert(place, visit.come_again(unit).await?);
        }
    }
    Ok(again)
}

/// Art. 62. What visits of different persons are worth.
async fn settled(unit: &mut Unit, admitted: Vec<Admitted>) -> Result<Vec<Result<Settled>>> {
    let (now, today) = (unit.now(), unit.today());
    let (mut bills, mut lines, mut terms) = (Vec::new(), Vec::new(), Terms::default());
    for one in admitted {
        bills.push(one.bill);
        lines.push(one.told);
        terms.extend(one.terms);
    }
    let known = facts::gather(unit, &bills, terms).await?;
    let mut beside = third_party::beside_each(unit, &bills).await?;
    let each = bills.into_iter().zip(lines).zip(known);
    let each = each.map(|(((mut bill, _), told), known)| {
        let beside = beside.remove(&bill.row.encounter_id);
        let settlement = worth_beside(&bill, &known, (FIRST, beside), today)?;
        bill.row.state = EncounterState::Settled as i32;
        bill.row.settled_at = Some(now);
        bill.row.settled_on = Some(today);
        take_compensated(&mut bill.row, &settlement)?;
        Ok(Settled {
            bill,
            told,
            settlement,
        })
    });
    Ok(each.collect())
}

impl Settled {
    fn entered(&self) -> store::Visit<'_> {
        store::Visit {
            row: &self.bill.row,
            lines: self.bill.lines.iter().zip(&self.told).collect(),
            settlement: &self.settlement,
        }
    }

    fn answer(self) -> SettleVisitResponse {
        SettleVisitResponse {
            settlement: Some(without_flags(self.settlement)),
        }
    }
}

fn unanswered() -> Error {
    Error::internal("a visit was not settled")
}
