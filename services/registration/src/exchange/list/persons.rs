//! The rows of a list of persons.

use std::collections::HashMap;

use chassis::{Finding, Numbered, Result, Unit};
use contracts::collection::v1::ListedWage;
use contracts::registration::v1::{DifferenceKind, OutsidePerson, OutsidePersonState};
use law::Month;
use uuid::Uuid;

use super::store::{self, Matched};
use super::{find, remark};
use crate::enrolment::store as enrolments;
use crate::exchange::rules::list::{self as rules, Person};
use crate::exchange::store::{Found, Source};
use crate::peers;
use crate::person::rules::Paper;
use crate::person::store as persons;
use chassis::wire::{day, maybe_day};

/// A good row with what the register knows.
struct Held<'a> {
    row: &'a Numbered<OutsidePerson>,
    person: Option<(Uuid, Person)>,
    employer_id: Option<&'a str>,
}

/// Art. 125. Holds rows against the register and collection; answers those that are refused or disagree.
///
/// # Errors
/// When the database cannot be reached or collection does not answer.
pub async fn take(
    unit: &mut Unit,
    batch_id: Uuid,
    rows: &[Numbered<OutsidePerson>],
) -> Result<Vec<Finding>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let mut findings = Vec::new();
    let mut good = Vec::new();
    for row in rows {
        match rules::person(&row.row, today) {
            Ok(paper) => good.push((row, paper)),
            Err(refused) => findings.push(Finding::refused(row.number, refused)),
        }
    }
    let codes: Vec<&str> = good
        .iter()
        .map(|(row, _)| row.row.employer_code.as_str())
        .filter(|code| !code.is_empty())
        .collect();
    let employers = store::employers_with(unit.db(), &area, &codes).await?;
    let held = hold(unit, good, &employers).await?;

    let mut found = Vec::new();
    let mut matched = Vec::new();
    for held in &held {
        let (row, employer_id) = (held.row, held.employer_id.unwrap_or_default());
        let person_id = held.person.as_ref().map(|(id, _)| *id);
        matched.push(Matched::of(
            row.number,
            row.row.as_of,
            employer_id,
            person_id,
        )?);
        let person = held.person.as_ref().map(|(_, person)| person);
        for point in rules::compare_person(&row.row, held.employer_id, person) {
            findings.push(remark_on(row, point.kind));
            found.push(difference(
                batch_id,
                held,
                point.kind,
                (point.registered, point.told),
            ));
        }
        let unknown = !row.row.employer_code.is_empty() && held.employer_id.is_none();
        if unknown && row.row.state() == OutsidePersonState::Working {
            findings.push(remark_on(row, DifferenceKind::NotRegistered));
            found.push(Found {
                kind: DifferenceKind::NotRegistered,
                employer_id: String::new(),
                person_id: None,
                source: Source::List(batch_id, row.number),
                code: row.row.employer_code.clone(),
                registered: String::new(),
                told: row.row.employer_code.clone(),
            });
        }
    }
    for (at, base, listed) in wages(unit, &held).await? {
        findings.push(remark_on(held[at].row, DifferenceKind::Wage));
        found.push(difference(
            batch_id,
            &held[at],
            DifferenceKind::Wage,
            (base, listed),
        ));
    }
    store::keep(unit.db(), &area, batch_id, &matched).await?;
    find(unit, &found).await?;
    Ok(findings)
}

fn remark_on(row: &Numbered<OutsidePerson>, kind: DifferenceKind) -> Finding {
    remark(row.number, kind, rules::person_column(&row.row, kind))
}

async fn hold<'a>(
    unit: &mut Unit,
    good: Vec<(&'a Numbered<OutsidePerson>, Paper)>,
    employers: &'a HashMap<String, String>,
) -> Result<Vec<Held<'a>>> {
    let area = unit.area().to_owned();
    let papers: Vec<&Paper> = good.iter().map(|(_, paper)| paper).collect();
    let holders = persons::holders(unit.db(), &area, &papers).await?;
    let ids: Vec<Uuid> = holders.iter().map(|holder| holder.person_id).collect();
    let mut spells: HashMap<Uuid, Vec<enrolments::EnrolmentRow>> = HashMap::new();
    for spell in enrolments::of_persons(unit.db(), &area, &ids).await? {
        spells
            .entry(spell.person.person_id)
            .or_default()
            .push(spell);
    }
    let holders: HashMap<(i32, &str), &persons::PersonRow> = holders
        .iter()
        .map(|holder| {
            (
                (holder.identity_kind, holder.identity_number.as_str()),
                holder,
            )
        })
        .collect();
    let mut held = Vec::with_capacity(good.len());
    for (row, paper) in good {
        let as_of = day(row.row.as_of)?;
        let person = holders
            .get(&(paper.kind as i32, paper.number.as_str()))
            .map(|holder| {
                let own = spells.get(&holder.person_id).map_or(&[][..], Vec::as_slice);
                let covers = |spell: &&enrolments::EnrolmentRow| {
                    spell.starts_on <= as_of && spell.ends_on.is_none_or(|last| as_of <= last)
                };
                let person = Person {
                    name: holder.name.clone(),
                    died_on: holder.died_on,
                    employers: own
                        .iter()
                        .filter(covers)
                        .map(|spell| spell.employer_id.clone())
                        .collect(),
                };
                (holder.person_id, person)
            });
        let employer_id = employers.get(&row.row.employer_code).map(String::as_str);
        held.push(Held {
            row,
            person,
            employer_id,
        });
    }
    Ok(held)
}

/// The rows whose wages would make another base than the one in force, with both.
async fn wages(unit: &mut Unit, held: &[Held<'_>]) -> Result<Vec<(usize, String, String)>> {
    let (mut places, mut wages) = (Vec::new(), Vec::new());
    for (place, held) in held.iter().enumerate() {
        let (Some(employer_id), Some((person_id, person)), Some(monthly_wage), Some(as_of)) = (
            held.employer_id,
            &held.person,
            &held.row.row.monthly_wage,
            maybe_day(held.row.row.as_of),
        ) else {
            continue;
        };
        // Of one with another name nothing more is said.
        if person.name == held.row.row.name {
            places.push(place);
            wages.push(ListedWage {
                employer_id: employer_id.to_owned(),
                person_id: person_id.to_string(),
                month: Some(Month::of(as_of).into()),
                monthly_wage: Some(monthly_wage.clone()),
            });
        }
    }
    if wages.is_empty() {
        return Ok(Vec::new());
    }
    let differences = peers::compare_wages(unit, wages).await?;
    Ok(differences
        .into_iter()
        .filter_map(|difference| {
            let at = usize::try_from(difference.place).ok()?;
            let text = |money: Option<contracts::Money>| money.unwrap_or_default().to_string();
            Some((
                *places.get(at)?,
                text(difference.base),
                text(difference.listed_base),
            ))
        })
        .collect())
}

fn difference(
    batch_id: Uuid,
    held: &Held<'_>,
    kind: DifferenceKind,
    (registered, told): (String, String),
) -> Found {
    Found {
        kind,
        employer_id: held.employer_id.unwrap_or_default().to_owned(),
        person_id: held.person.as_ref().map(|(id, _)| *id),
        source: Source::List(batch_id, held.row.number),
        code: String::new(),
        registered,
        told,
    }
}
