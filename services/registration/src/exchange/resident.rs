//! Notices of public security (Art. 6): deaths end what enrolments the dead still have, changed names
//! and numbers that it sends itself are entered and reach cards and other services, households are told on.
//! What contradicts the register waits for a clerk as a difference (Art. 125), and so does a changed name or
//! number that a clerk entered: for form 13-B.

pub mod store;

use std::collections::{HashMap, HashSet};

use chassis::batch::Sender;
use chassis::{Finding, Numbered, Result, Unit};
use contracts::authority;
use contracts::options::v1::Caller;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    HouseholdChanged, IdentityKind, RegistrationEvent, ResidentNotice, ResidentNoticeKind,
    ResidentNoticeRecord,
};
use time::Date;
use uuid::Uuid;

use super::rules::{self, Effect};
use super::store::{Found, Source};
use super::{find, repeat};
use crate::change::cases::change_persons;
use crate::enrolment::roster::bury;
use crate::person::rules::Paper;
use crate::person::store::{self as persons, PersonRow};
use chassis::wire::day;

/// Art. 6. Takes notices; answers those that are refused or came before.
///
/// # Errors
/// When the database cannot be reached.
pub async fn take(
    unit: &mut Unit,
    sender: &Sender,
    rows: &[Numbered<ResidentNotice>],
) -> Result<Vec<Finding>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let mut findings = Vec::new();
    let kept = store::of_numbers(unit.db(), &area, by_hand(sender), rows).await?;
    let mut earlier = by_number(kept);
    let entered = if by_hand(sender) {
        HashMap::new()
    } else {
        by_number(store::entered(unit.db(), &area, rows).await?)
    };
    let mut new: Vec<&ResidentNotice> = Vec::new();
    for Numbered { number, row } in rows {
        let admitted = rules::may_send((sender.caller, &sender.party), authority::PUBLIC_SECURITY)
            .and_then(|()| rules::resident_notice(row, today));
        if let Err(refused) = admitted {
            findings.push(Finding::refused(*number, refused));
        } else if let Some(before) = earlier.get(&row.notice_number) {
            findings.push(repeat(*number, &row.notice_number, before == row));
        } else {
            earlier.insert(row.notice_number.clone(), row.clone());
            new.push(row);
        }
    }
    while !new.is_empty() {
        let (wave, rest) = first_of_each(new);
        enter(unit, sender, &wave, &entered).await?;
        new = rest;
    }
    Ok(findings)
}

/// Notices by their numbers: the first of each.
fn by_number(records: Vec<ResidentNoticeRecord>) -> HashMap<String, ResidentNotice> {
    let mut found = HashMap::new();
    for notice in records.into_iter().filter_map(|record| record.notice) {
        found.entry(notice.notice_number.clone()).or_insert(notice);
    }
    found
}

/// Did a clerk enter what public security told?
pub fn by_hand(sender: &Sender) -> bool {
    sender.caller != Caller::Authority
}

/// The first notices about each person, and those that come after them: a number that changes twice
/// changes one time after the other.
fn first_of_each(notices: Vec<&ResidentNotice>) -> (Vec<&ResidentNotice>, Vec<&ResidentNotice>) {
    let mut touched: HashSet<&str> = HashSet::new();
    notices.into_iter().partition(|notice| {
        let numbers = numbers_of(notice);
        let first = numbers.iter().all(|number| !touched.contains(number));
        touched.extend(numbers);
        first
    })
}

fn numbers_of(notice: &ResidentNotice) -> Vec<&str> {
    [
        &notice.citizen_id,
        &notice.new_citizen_id,
        &notice.parent_citizen_id,
    ]
    .into_iter()
    .map(String::as_str)
    .filter(|number| !number.is_empty())
    .collect()
}

/// Enters notices that are about different persons. A household on which a clerk told what public security
/// itself sends now is not told on again.
async fn enter(
    unit: &mut Unit,
    sender: &Sender,
    notices: &[&ResidentNotice],
    entered: &HashMap<String, ResidentNotice>,
) -> Result<()> {
    let (area, now, source) = (unit.area().to_owned(), unit.now(), unit.request_id());
    let papers: Vec<Paper> = notices
        .iter()
        .flat_map(|notice| numbers_of(notice))
        .map(citizen_paper)
        .collect();
    let papers: Vec<&Paper> = papers.iter().collect();
    let holders: HashMap<String, PersonRow> = persons::holders(unit.db(), &area, &papers)
        .await?
        .into_iter()
        .map(|person| (person.identity_number.clone(), person))
        .collect();
    let holder = |number: &str| holders.get(&number.to_ascii_uppercase());

    let mut kept = Vec::new();
    let mut found = Vec::new();
    let mut dead: Vec<(Uuid, Date)> = Vec::new();
    let (mut changes, mut sources) = (Vec::new(), Vec::new());
    let mut households = Vec::new();
    for &notice in notices {
        let notice_id = Uuid::now_v7();
        let about = match notice.kind() {
            ResidentNoticeKind::Birth => &notice.parent_citizen_id,
            _ => &notice.citizen_id,
        };
        let (person, of_new) = (holder(about), holder(&notice.new_citizen_id));
        let person_id = person.or(of_new).map(|person| person.person_id);
        let mut effect = rules::effect(notice, person, of_new);
        if by_hand(sender) {
            effect = rules::by_one_hand(effect, person);
        }
        let took_effect = match (effect, person) {
            (Effect::Death(died_on), Some(person)) => {
                dead.push((person.person_id, died_on));
                true
            }
            (Effect::Change(after), Some(person)) => {
                changes.push((day(notice.happened_on)?, person.clone(), *after));
                sources.push(notice_id);
                true
            }
            (Effect::Household, Some(person)) => {
                if entered.get(&notice.notice_number) != Some(notice) {
                    households.push(household(person.person_id, notice));
                }
                false
            }
            (Effect::Nothing(points), _) => {
                found.extend(points.into_iter().map(|point| Found {
                    kind: point.kind,
                    employer_id: String::new(),
                    person_id,
                    source: Source::Notice(notice_id),
                    code: String::new(),
                    registered: point.registered,
                    told: point.told,
                }));
                false
            }
            (_, None) => false,
        };
        kept.push(store::New {
            notice_id,
            notice,
            person_id,
            took_effect,
        });
    }
    store::insert(unit.db(), &area, &kept, (by_hand(sender), now)).await?;
    bury(unit, &dead, source).await?;
    if !changes.is_empty() {
        change_persons(unit, changes, &sources).await?;
    }
    unit.tell_all(households).await?;
    find(unit, &found).await?;
    Ok(())
}

fn citizen_paper(number: &str) -> Paper {
    Paper {
        kind: IdentityKind::CitizenId,
        number: number.to_ascii_uppercase(),
    }
}

fn household(person_id: Uuid, notice: &ResidentNotice) -> (String, RegistrationEvent) {
    let changed = HouseholdChanged {
        person_id: person_id.to_string(),
        kind: notice.kind,
        happened_on: notice.happened_on,
        address: notice.address.clone(),
    };
    (
        person_id.to_string(),
        RegistrationEvent {
            what: Some(What::HouseholdChanged(changed)),
        },
    )
}
