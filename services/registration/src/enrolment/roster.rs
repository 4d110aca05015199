//! A roster (form 2-2) on its way into the register: its rows are read, held against the register and
//! each other, and entered set-based.

use std::collections::HashMap;

use chassis::{Numbered, Result, Unit, conflict_on};
use contracts::Refused;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    DifferenceKind, Enrolment, EnrolmentEnd, EnrolmentEnded, EnrolmentState, PersonDied,
    PersonEnrolled, PersonPreEnrolled, RegistrationEvent, StaffChangeForm, StaffChangeRow,
};
use law::Month;
use prost::Message;
use time::Date;
use uuid::Uuid;

use super::roll::{Member, Roll, Spell};
use super::rules::{self, Report};
use super::store::{self, EndedRow, EnrolmentRow};
use crate::exchange;
use crate::exchange::store::{Found, Source};
use crate::person::rules::Paper;
use crate::person::store::{self as persons, PersonRow};

/// What the register knows of the holders of papers.
pub type Known = HashMap<Paper, (PersonRow, Vec<EnrolmentRow>)>;

/// A row with its report, or why it cannot be taken.
pub type Read<'a> = (&'a Numbered<StaffChangeRow>, Result<Report, Refused>);

/// The rows that a form applies for: its own, or those of its batch that are the employer's.
///
/// # Errors
/// When there is no such batch or it is not done.
pub async fn rows(
    unit: &mut Unit,
    form: &StaffChangeForm,
) -> Result<Vec<Numbered<StaffChangeRow>>> {
    if form.batch_id.is_empty() {
        let numbered = (0..).zip(&form.rows).map(|(number, row)| Numbered {
            number,
            row: row.clone(),
        });
        return Ok(numbered.collect());
    }
    let batch_id = chassis::batch::expect_done::<StaffChangeRow>(unit, &form.batch_id).await?;
    let area = unit.area().to_owned();
    let kept = store::kept_rows(unit.db(), &area, batch_id, &form.employer_id).await?;
    kept.into_iter()
        .map(|(number, content)| {
            Ok(Numbered {
                number,
                row: StaffChangeRow::decode(&*content)?,
            })
        })
        .collect()
}

/// Reads rows: each by itself, without the register.
#[must_use]
pub fn read(rows: &[Numbered<StaffChangeRow>], today: Date) -> Vec<Read<'_>> {
    rows.iter()
        .map(|numbered| (numbered, rules::report(&numbered.row, today)))
        .collect()
}

/// What the register knows of the persons in the rows.
///
/// # Errors
/// When the database cannot be reached.
pub async fn known(unit: &mut Unit, rows: &[Read<'_>]) -> Result<Known> {
    let area = unit.area().to_owned();
    let papers: Vec<&Paper> = rows
        .iter()
        .filter_map(|(_, read)| Some(&read.as_ref().ok()?.holder.paper))
        .collect();
    let found = persons::holders(unit.db(), &area, &papers).await?;
    let ids: Vec<Uuid> = found.iter().map(|person| person.person_id).collect();
    let mut enrolments: HashMap<Uuid, Vec<EnrolmentRow>> = HashMap::new();
    for row in store::of_persons(unit.db(), &area, &ids).await? {
        enrolments
            .entry(row.person.person_id)
            .or_default()
            .push(row);
    }
    Ok(found
        .into_iter()
        .map(|person| {
            let own = enrolments.remove(&person.person_id).unwrap_or_default();
            let paper = Paper {
                kind: person.identity_kind.try_into().unwrap_or_default(),
                number: person.identity_number.clone(),
            };
            (paper, (person, own))
        })
        .collect())
}

/// Art. 10. The day on which a roster counts as reported: that on which it was handed in, or that of
/// the last change that a supplement added since.
#[must_use]
pub fn reported_on(handed_in_on: Date, rows: &[Read<'_>]) -> Date {
    let changes = rows.iter().filter_map(|(_, read)| read.as_ref().ok());
    let last = changes.map(|report| report.effective_on).max();
    last.map_or(handed_in_on, |last| last.max(handed_in_on))
}

/// The roll of an employer with all rows applied that can be, and why the others cannot.
#[must_use]
pub fn call_roll(
    (employer_id, starts_on): (&str, Date),
    months: (Month, Month),
    known: &Known,
    rows: &[Read<'_>],
) -> (Roll, Vec<(i64, Refused)>) {
    let members = rows
        .iter()
        .filter_map(|(_, read)| known.get_key_value(&read.as_ref().ok()?.holder.paper))
        .map(|(paper, (person, enrolments))| {
            let retired_on = enrolments.iter().filter_map(EnrolmentRow::retired_on).max();
            let enrolments = enrolments
                .iter()
                .map(|row| row.spell(employer_id))
                .collect();
            (
                paper.clone(),
                Member {
                    person: person.clone(),
                    is_new: false,
                    retired_on,
                    enrolments,
                },
            )
        })
        .collect();
    let mut roll = Roll::new(employer_id, starts_on, months, members);
    let refused = rows
        .iter()
        .filter_map(|(numbered, read)| {
            let applied = match read {
                Ok(report) => roll.apply(numbered.number, &numbered.row.employer_id, report),
                Err(refused) => Err(refused.clone()),
            };
            applied.err().map(|refused| (numbered.number, refused))
        })
        .collect();
    (roll, refused)
}

/// Art. 9. Enters what the roster began and ended, opens records and issues cards for those who are
/// first enrolled, and tells it.
///
/// # Errors
/// A conflict when somebody else enrolled one of the persons meanwhile.
pub async fn enter(unit: &mut Unit, employer_id: &str, case_id: Uuid, roll: &Roll) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let mut members: Vec<Member> = roll.changed().into_iter().cloned().collect();
    for member in members.iter_mut().filter(|member| member.is_new) {
        member.person.person_id = Uuid::now_v7();
    }
    let new: Vec<PersonRow> = members
        .iter()
        .filter(|member| member.is_new)
        .map(|member| member.person.clone())
        .collect();
    persons::insert(unit.db(), &area, &new)
        .await
        .map_err(conflict_on(&["person_identity_key"]))?;
    let ids: Vec<Uuid> = new.iter().map(|person| person.person_id).collect();
    let issued = persons::issue_cards(unit.db(), &area, &ids, today).await?;
    let mut cards: HashMap<Uuid, String> = issued
        .into_iter()
        .map(|card| (card.person_id, card.card_number))
        .collect();
    for member in &mut members {
        if let Some(card) = cards.remove(&member.person.person_id) {
            member.person.card_number = Some(card);
        }
    }

    let begun: Vec<(Uuid, Uuid, &Spell)> = members
        .iter()
        .flat_map(|member| {
            member
                .changed()
                .map(|spell| (member.person.person_id, spell))
        })
        .filter(|(_, spell)| spell.enrolment_id.is_none())
        .map(|(person_id, spell)| (Uuid::now_v7(), person_id, spell))
        .collect();
    // Who leaves and returns has one enrolment at a time: the old one ends first.
    let ended: Vec<(Uuid, Date, EnrolmentEnd)> = members
        .iter()
        .flat_map(Member::changed)
        .filter_map(|spell| Some((spell.enrolment_id?, spell.ends_on?, spell.end?)))
        .collect();
    store::end(unit.db(), &area, &ended, case_id).await?;
    store::insert(
        unit.db(),
        &area,
        employer_id,
        roll.declared_month(),
        case_id,
        &begun,
    )
    .await
    .map_err(conflict_on(&["enrolment_no_overlap"]))?;
    let events = events(employer_id, roll, &members, &begun);
    unit.tell_all(events).await?;
    let left = members.iter().filter(|member| {
        let mut spells = member.changed();
        spells.any(|spell| spell.enrolment_id.is_some() && spell.ends_on.is_some())
    });
    let left: Vec<Uuid> = left.map(|member| member.person.person_id).collect();
    let not_ended = (DifferenceKind::NotEnded, &left[..]);
    exchange::settle_of_persons(unit, employer_id, not_ended, "已申报终止参保").await?;
    exchange::find(unit, &not_left(employer_id, case_id, &members)).await?;
    let dead: Vec<(Uuid, Date)> = members
        .iter()
        .filter_map(|member| Some((member.person.person_id, member.person.died_on?)))
        .collect();
    bury(unit, &dead, case_id).await?;
    Ok(())
}

/// Art. 12, Art. 125. The enrolments that go on with an employer before although the roster begins another:
/// a clerk looks into each.
fn not_left(employer_id: &str, case_id: Uuid, members: &[Member]) -> Vec<Found> {
    let mut found = Vec::new();
    for member in members {
        for begun in member.changed() {
            let going_on = member.not_left_for(begun).filter(|s| s.ends_on.is_none());
            found.extend(going_on.map(|spell| Found {
                kind: DifferenceKind::NotEnded,
                employer_id: spell.elsewhere.clone().unwrap_or_default(),
                person_id: Some(member.person.person_id),
                source: Source::Case(case_id),
                code: String::new(),
                registered: format!("自{}起参保", spell.starts_on),
                told: format!("{employer_id}自{}起用工", begun.starts_on),
            }));
        }
    }
    found
}

/// What is told of a roster: who began, then who ended, in the order of the persons.
fn events(
    employer_id: &str,
    roll: &Roll,
    members: &[Member],
    begun: &[(Uuid, Uuid, &Spell)],
) -> Vec<(String, RegistrationEvent)> {
    let mut told = Vec::new();
    let mut tell = |what| {
        told.push((
            employer_id.to_owned(),
            RegistrationEvent { what: Some(what) },
        ))
    };
    let mut new_ids = begun.iter().map(|(enrolment_id, ..)| *enrolment_id);
    for member in members {
        for spell in member.changed() {
            let Some(enrolment_id) = spell.enrolment_id.or_else(|| new_ids.next()) else {
                continue;
            };
            if spell.enrolment_id.is_none() {
                tell(begin(
                    employer_id,
                    enrolment_id,
                    roll.declared_month(),
                    member,
                    spell,
                ));
            }
            if let (Some(ends_on), Some(end)) = (spell.ends_on, spell.end) {
                tell(What::EnrolmentEnded(EnrolmentEnded {
                    enrolment_id: enrolment_id.to_string(),
                    employer_id: employer_id.to_owned(),
                    person_id: member.person.person_id.to_string(),
                    ends_on: Some(ends_on.into()),
                    end: end as i32,
                }));
            }
        }
    }
    told
}

fn begin(
    employer_id: &str,
    enrolment_id: Uuid,
    declared_month: Month,
    member: &Member,
    spell: &Spell,
) -> What {
    let hire = spell.hire.as_ref();
    let enrolment = Enrolment {
        enrolment_id: enrolment_id.to_string(),
        employer_id: employer_id.to_owned(),
        person_id: member.person.person_id.to_string(),
        state: spell.state as i32,
        starts_on: Some(spell.starts_on.into()),
        ends_on: None,
        end: 0,
        concurrent: hire.is_some_and(|hire| hire.concurrent),
        contract_type: hire.map_or(0, |hire| hire.contract_type as i32),
        wage: hire.map(|hire| hire.wage.into()),
        person: Some(member.person.clone().into()),
    };
    let from_month = Some(Month::of(spell.starts_on).into());
    if spell.state == EnrolmentState::PreEnrolled {
        What::PersonPreEnrolled(PersonPreEnrolled {
            enrolment: Some(enrolment),
            from_month,
            declared_month: Some(declared_month.into()),
            first_time: member.is_new,
            goes_on: false,
        })
    } else {
        What::PersonEnrolled(PersonEnrolled {
            enrolment: Some(enrolment),
            from_month,
            first_time: member.is_new,
            declared_month: Some(declared_month.into()),
        })
    }
}

/// Art. 6, Art. 12. Records deaths, ends what enrolments the dead still have with anybody, and tells
/// both; answers whose death was not known before.
///
/// # Errors
/// When the database cannot be reached.
pub async fn bury(unit: &mut Unit, dead: &[(Uuid, Date)], source: Uuid) -> Result<Vec<Uuid>> {
    if dead.is_empty() {
        return Ok(Vec::new());
    }
    let area = unit.area().to_owned();
    let (ids, dates): (Vec<Uuid>, Vec<Date>) = dead.iter().copied().unzip();
    let recorded = persons::record_deaths(unit.db(), &area, &ids, &dates).await?;
    let ended = store::end_of_dead(unit.db(), &area, &recorded, source).await?;
    unit.tell_all(ended.iter().map(|row| tell_end(row, EnrolmentEnd::Death)))
        .await?;
    let dates: HashMap<Uuid, Date> = dead.iter().copied().collect();
    let deaths = recorded.iter().map(|person_id| {
        let died_on = dates.get(person_id).copied().map(Into::into);
        let died = PersonDied {
            person_id: person_id.to_string(),
            died_on,
        };
        (
            person_id.to_string(),
            RegistrationEvent {
                what: Some(What::PersonDied(died)),
            },
        )
    });
    unit.tell_all(deaths).await?;
    Ok(recorded)
}

/// The end of an enrolment as it is told, with its key.
#[must_use]
pub fn tell_end(row: &EndedRow, end: EnrolmentEnd) -> (String, RegistrationEvent) {
    let ended = EnrolmentEnded {
        enrolment_id: row.enrolment_id.to_string(),
        employer_id: row.employer_id.clone(),
        person_id: row.person_id.to_string(),
        ends_on: Some(row.ends_on.into()),
        end: end as i32,
    };
    (
        row.employer_id.clone(),
        RegistrationEvent {
            what: Some(What::EnrolmentEnded(ended)),
        },
    )
}
