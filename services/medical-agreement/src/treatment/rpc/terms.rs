//! What bills rest on.

use std::collections::{BTreeSet, HashMap, HashSet};

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Result, Unit};
use contracts::medical_agreement::v1::{
    Approval, BatchGetBillTermsRequest, BatchGetBillTermsResponse, BillQuestion, BillTerms,
    CaseRate, Standing,
};
use time::Date;
use uuid::Uuid;

use crate::agreement::store::{self, Cared, Stay, standings};
use crate::approval::store::{OfInjury, of_injuries};
use crate::catalogue;

/// Art. 40, Art. 42, Art. 43, Art. 45, Art. 47. What bills rest on, and what the catalogues say of their items:
/// one statement for all standings and one for all approvals, since every bill of a hospital asks.
pub async fn of_bills(
    unit: &mut Unit,
    asked: BatchGetBillTermsRequest,
) -> Result<BatchGetBillTermsResponse> {
    let bills: Vec<Bill<'_>> = asked.bills.iter().map(Bill::of).collect::<Result<_>>()?;
    let standings = standings_of(unit, &bills).await?;
    let cared = cared_for(unit, &bills, &standings).await?;
    let approvals = approvals_of(unit, &bills).await?;
    let rates = rates_of(unit, &bills).await?;
    let terms = |((bill, approvals), case_rate): ((&Bill<'_>, Vec<Approval>), _)| {
        let own = bill.places().filter_map(|place| standings.get(&place));
        let own = own.map(|standing| bill.own(standing.clone(), &cared));
        BillTerms {
            standings: own.collect(),
            approvals,
            case_rate,
        }
    };
    Ok(BatchGetBillTermsResponse {
        bills: bills.iter().zip(approvals).zip(rates).map(terms).collect(),
        answers: catalogue::answers(unit, asked.items).await?,
    })
}

/// A bill with its days read.
struct Bill<'a> {
    asked: &'a BillQuestion,
    days: Vec<Date>,
}

impl<'a> Bill<'a> {
    fn of(asked: &'a BillQuestion) -> Result<Self> {
        let days = asked.days.iter().map(|on| day(Some(*on)));
        let days = days.collect::<Result<_>>()?;
        Ok(Self { asked, days })
    }

    /// Where it was treated, day by day; nowhere where the institution has no number here.
    fn places(&self) -> impl Iterator<Item = (&'a str, Date)> {
        let institution_id = self.asked.institution_id.as_str();
        let days = self.days.iter().filter(|_| !institution_id.is_empty());
        days.map(move |on| (institution_id, *on))
    }

    /// How the institution stands to the person of the bill: whether she or he is listed for what it still does for patients
    /// in hand.
    fn own(&self, mut standing: Standing, cared: &HashSet<Cared>) -> Standing {
        for hand in &mut standing.in_hand {
            let person_id = self.asked.person_id.parse();
            let of = person_id.ok().zip(maybe_day(hand.admitted_by_on));
            hand.listed = of.is_some_and(|(person_id, admitted_by_on)| {
                cared.contains(&Cared {
                    person_id,
                    institution_id: self.asked.institution_id.clone(),
                    kind: hand.kind,
                    admitted_by_on,
                })
            });
        }
        standing
    }
}

/// Art. 40. Under which agreements that ended the persons are in hand still; asked for where some institution has anybody
/// in hand.
async fn cared_for(
    unit: &mut Unit,
    bills: &[Bill<'_>],
    standings: &HashMap<(&str, Date), Standing>,
) -> Result<HashSet<Cared>> {
    if standings.values().all(|one| one.in_hand.is_empty()) {
        return Ok(HashSet::new());
    }
    let area = unit.area().to_owned();
    let persons = bills.iter().map(|bill| uuid(&bill.asked.person_id));
    let persons: Vec<Uuid> = persons.collect::<Result<_>>()?;
    let institutions = bills.iter().map(|bill| bill.asked.institution_id.as_str());
    let institutions: Vec<&str> = institutions.collect();
    let of = (persons.as_slice(), institutions.as_slice());
    let cared = store::cared_for(unit.db(), &area, of).await?;
    Ok(cared.into_iter().collect())
}

/// Art. 38. What was agreed for the stays, bill by bill; nothing of what is no stay.
async fn rates_of(unit: &mut Unit, bills: &[Bill<'_>]) -> Result<Vec<Option<CaseRate>>> {
    let area = unit.area().to_owned();
    let mut places = Vec::new();
    let mut stays = Vec::new();
    for (place, bill) in bills.iter().enumerate() {
        if let Some(over_on) = maybe_day(bill.asked.over_on) {
            places.push(place);
            stays.push(Stay {
                institution_id: &bill.asked.institution_id,
                kind: bill.asked.stay_under(),
                diagnosis: &bill.asked.principal_diagnosis,
                over_on,
            });
        }
    }
    let mut rates = vec![None; bills.len()];
    if !stays.is_empty() {
        let found = store::rates(unit.db(), &area, &stays).await?;
        for (place, rate) in places.into_iter().zip(found) {
            rates[place] = rate;
        }
    }
    Ok(rates)
}

/// How the institutions stand on the days. Bills of one institution are of the same days, mostly: each is asked
/// for once.
async fn standings_of<'a>(
    unit: &mut Unit,
    bills: &[Bill<'a>],
) -> Result<HashMap<(&'a str, Date), Standing>> {
    let area = unit.area().to_owned();
    let places: BTreeSet<(&str, Date)> = bills.iter().flat_map(Bill::places).collect();
    let places: Vec<(&str, Date)> = places.into_iter().collect();
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let found = standings(unit.db(), &area, &places).await?;
    Ok(places.into_iter().zip(found).collect())
}

/// What was approved for the injury of each bill at some time between its first and its last day.
async fn approvals_of<'b>(unit: &mut Unit, bills: &'b [Bill<'_>]) -> Result<Vec<Vec<Approval>>> {
    let area = unit.area().to_owned();
    let injury = |bill: &'b Bill<'_>| {
        let ends = (bill.days.iter().min(), bill.days.iter().max());
        Ok(OfInjury {
            person_id: uuid(&bill.asked.person_id)?,
            recognition_number: &bill.asked.recognition_number,
            from_on: ends.0.copied(),
            until_on: ends.1.copied(),
        })
    };
    let injuries: Vec<OfInjury<'_>> = bills.iter().map(injury).collect::<Result<_>>()?;
    of_injuries(unit.db(), &area, &injuries).await
}
