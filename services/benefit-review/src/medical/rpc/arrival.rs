//! Who comes with a card (Art. 61, Art. 63): what registration, medical-agreement and the registered injuries say of
//! them. Hospitals send bills at the same time, so all who come while others are asked for are asked for together.

use std::collections::{BTreeSet, HashMap};

use chassis::wire::{day, uuid};
use chassis::{Platform, Question, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{Admission, BillLine, Injury, Refusal};
use contracts::registration::v1::Person;
use time::Date;
use uuid::Uuid;

use crate::facts::{self, Terms};
use crate::injury;
use crate::peers::{self, BillDays};

/// A patient who comes, as it is told.
pub struct Arrival {
    card_number: String,
    name: String,
    /// The injury that is treated, where it is named.
    recognition_number: String,
    /// Empty where it does not send the bill itself: medical-agreement is not asked.
    institution_id: String,
    admitted_on: Date,
    items: BTreeSet<(i32, String, Date)>,
}

/// A patient who came: whose injury is treated, and what medical-agreement says of the bill.
#[derive(Clone)]
pub struct Arrived {
    /// The injury.
    pub injury: Injury,
    /// Agreements and approvals on the first day, and the items of the lines.
    pub terms: Terms,
}

/// Art. 61, Art. 63. Asks who comes.
///
/// What is answered is read before the bill has a connection, and before the person's other bills wait for it. That
/// it changes in between is the same as that it changes right after: neither lock keeps others from revoking an
/// injury or from suspending an institution. Only what the person's other bills say is read under the lock.
///
/// # Errors
/// When the card is of nobody, or the injury is none of the person's.
pub async fn arrived(
    platform: &Platform,
    area: &str,
    told: &Admission,
    lines: &[BillLine],
) -> Result<Arrived> {
    let item = |line: &BillLine| Ok((line.kind, line.code.clone(), day(line.service_on)?));
    let institution_id = match told.filed_by == told.institution_id {
        true => told.institution_id.clone(),
        false => String::new(),
    };
    let arrival = Arrival {
        card_number: told.card_number.clone(),
        name: told.name.clone(),
        recognition_number: told.recognition_number.clone(),
        institution_id,
        admitted_on: day(told.admitted_on)?,
        items: lines.iter().map(item).collect::<Result<_>>()?,
    };
    platform.ask_together(area, arrival).await
}

#[chassis::async_trait]
impl Question for Arrival {
    type Answer = Arrived;

    const MOST: usize = 64;

    async fn answer(unit: &mut Unit, arrivals: &[Self]) -> Result<Vec<Result<Arrived>>> {
        let injuries = treated(unit, arrivals).await?;
        let (mut asked, mut items) = (Vec::new(), BTreeSet::new());
        for (arrival, injury) in arrivals.iter().zip(&injuries) {
            if let (Ok(injury), false) = (injury, arrival.institution_id.is_empty()) {
                asked.push(BillDays {
                    institution_id: arrival.institution_id.clone(),
                    person_id: uuid(&injury.person_id)?,
                    recognition_number: injury.recognition_number.clone(),
                    span: (arrival.admitted_on, arrival.admitted_on),
                    days: vec![arrival.admitted_on],
                    stay: None,
                });
                items.extend(arrival.items.iter().cloned());
            }
        }
        let terms = facts::terms_of(unit, &asked, items).await?;
        let mut terms = terms.of_each().into_iter();
        let answer = |(arrival, injury): (&Self, Result<Injury>)| {
            let injury = injury?;
            let terms = match arrival.institution_id.as_str() {
                "" => Terms::default(),
                _ => terms.next().unwrap_or_default(),
            };
            Ok(Arrived { injury, terms })
        };
        Ok(arrivals.iter().zip(injuries).map(answer).collect())
    }
}

/// Art. 63. The injuries of those who hold the cards.
async fn treated(unit: &mut Unit, arrivals: &[Arrival]) -> Result<Vec<Result<Injury>>> {
    let area = unit.area().to_owned();
    let cards: BTreeSet<&str> = arrivals
        .iter()
        .map(|one| one.card_number.as_str())
        .collect();
    let holders = peers::card_holders(unit, cards).await?;
    let ids = holders.iter().map(|holder| uuid(&holder.person_id));
    let ids: Vec<Uuid> = ids.collect::<Result<_>>()?;
    let mut injuries: HashMap<String, Vec<Injury>> = HashMap::new();
    if !ids.is_empty() {
        let filter = injury::store::Filter {
            person_ids: &ids,
            ..injury::store::Filter::default()
        };
        for row in injury::store::injuries(unit.db(), &area, filter, (None, i64::MAX)).await? {
            let injury = Injury::try_from(row)?;
            let own = injuries.entry(injury.person_id.clone()).or_default();
            own.push(injury);
        }
    }
    let holders: HashMap<&str, &Person> = holders
        .iter()
        .map(|holder| (holder.card_number.as_str(), holder))
        .collect();
    let each = arrivals.iter().map(|arrival| {
        let holder = holders.get(arrival.card_number.as_str());
        let holder = holder.filter(|holder| holder.name == arrival.name);
        let own = holder.map(|holder| injuries.get(&holder.person_id));
        let own = own.map(|own| own.map_or(&[][..], Vec::as_slice));
        Ok(treated_of(arrival, own)?)
    });
    Ok(each.collect())
}

/// Art. 63. The injury that is treated: the one that is named, or the only one.
fn treated_of(arrival: &Arrival, own: Option<&[Injury]>) -> Result<Injury, Refused> {
    let unknown = || Refused::because(Refusal::CardUnknown).with("name", &arrival.name);
    let named = arrival.recognition_number.as_str();
    let fits = |injury: &&Injury| {
        !injury.revoked && (named.is_empty() || injury.recognition_number == named)
    };
    let fitting: Vec<&Injury> = own.ok_or_else(unknown)?.iter().filter(fits).collect();
    match (fitting.as_slice(), named) {
        ([injury], _) => Ok((*injury).clone()),
        ([], "") => Err(unknown()),
        ([], number) => {
            Err(Refused::because(Refusal::InjuryUnknown).with("recognition_number", number))
        }
        (several, _) => {
            let numbers = several.iter().map(|one| one.recognition_number.as_str());
            let numbers = numbers.collect::<Vec<_>>().join("、");
            Err(Refused::because(Refusal::InjuryNotStated).with("recognition_numbers", numbers))
        }
    }
}
