//! Rules on notices, and on where they and the register disagree.

pub mod facts;
pub mod list;

use contracts::options::v1::Caller;
use contracts::registration::v1::{
    AuthorityNotice, AuthorityNoticeKind, DifferenceKind, EmployerFacts, Refusal, ResidentNotice,
    ResidentNoticeKind,
};
use contracts::{Refused, reflect};
use law::identity::{CitizenNumber, Sex as SexInNumber};
use time::Date;

use crate::person::store::PersonRow;
use contracts::maybe_day;

/// What of the register a notice is held against.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The employer's number.
    pub employer_id: String,
    /// As registered today.
    pub facts: EmployerFacts,
}

/// One point on which a notice and the register disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// On what.
    pub kind: DifferenceKind,
    /// As the register has it; empty where it has nothing.
    pub registered: String,
    /// As the notice has it.
    pub told: String,
}

impl Disagreement {
    fn on(kind: DifferenceKind, registered: impl Into<String>, told: impl Into<String>) -> Self {
        Self {
            kind,
            registered: registered.into(),
            told: told.into(),
        }
    }
}

/// Art. 5, Art. 6. An authority sends what is its own to tell; a clerk enters what any has told.
///
/// # Errors
/// When another authority sends it.
pub fn may_send(
    (caller, sender): (Caller, &str),
    (party, label): (&str, &str),
) -> Result<(), Refused> {
    if caller != Caller::Authority || sender == party {
        return Ok(());
    }
    Err(Refused::because(Refusal::NoticeOfOtherAuthority).with("authority", label))
}

/// Art. 5. A notice of a registration authority says when an employer was founded, and tells nothing
/// of the future.
///
/// # Errors
/// When it does not, or does.
pub fn authority_notice(notice: &AuthorityNotice, today: Date) -> Result<(), Refused> {
    not_in_future("生效日期", maybe_day(notice.effective_on), today)?;
    if notice.kind() == AuthorityNoticeKind::Founded && notice.founded_on.is_none() {
        return Err(Refused::because(Refusal::NoticeFoundingDate).about("成立日期"));
    }
    Ok(())
}

/// Art. 6. A notice of public security says what something changed to, and tells nothing of the
/// future.
///
/// # Errors
/// When it does not, or does.
pub fn resident_notice(notice: &ResidentNotice, today: Date) -> Result<(), Refused> {
    not_in_future("发生日期", maybe_day(notice.happened_on), today)?;
    let (label, stated) = match notice.kind() {
        ResidentNoticeKind::NumberChanged => ("变更后公民身份号码", &notice.new_citizen_id),
        ResidentNoticeKind::NameChanged => ("变更后姓名", &notice.new_name),
        ResidentNoticeKind::HouseholdMoved => ("户籍地址", &notice.address),
        _ => return Ok(()),
    };
    if stated.is_empty() {
        return Err(Refused::because(Refusal::NoticeNewValueMissing)
            .about(label)
            .with("kind", kind_label(notice.kind())));
    }
    Ok(())
}

fn not_in_future(label: &'static str, day: Option<Date>, today: Date) -> Result<(), Refused> {
    match day {
        Some(day) if day > today => Err(Refused::because(Refusal::NoticeInFuture)
            .about(label)
            .with("happened_on", day)),
        _ => Ok(()),
    }
}

fn kind_label(kind: ResidentNoticeKind) -> String {
    reflect::label_of("workinjury.registration.v1.ResidentNoticeKind", kind as i32)
}

/// Art. 5, Art. 125. On what a notice disagrees with the employer that takes part, if one does: a
/// founded employer that is not registered, one that ended and still takes part, and registered facts
/// that are not as told.
#[must_use]
pub fn compare(notice: &AuthorityNotice, registered: Option<&Registered>) -> Vec<Disagreement> {
    match (notice.kind(), registered) {
        (AuthorityNoticeKind::Founded, None) => {
            vec![Disagreement::on(
                DifferenceKind::NotRegistered,
                "",
                &notice.name,
            )]
        }
        (AuthorityNoticeKind::Founded | AuthorityNoticeKind::Changed, Some(registered)) => {
            facts::of_notice(&registered.facts, notice)
        }
        (AuthorityNoticeKind::Cancelled | AuthorityNoticeKind::Revoked, Some(_)) => {
            let kind = reflect::label_of(
                "workinjury.registration.v1.AuthorityNoticeKind",
                notice.kind,
            );
            let on = maybe_day(notice.effective_on)
                .map(|day| day.to_string())
                .unwrap_or_default();
            vec![Disagreement::on(
                DifferenceKind::Ended,
                "参保",
                format!("{on}{kind}"),
            )]
        }
        _ => Vec::new(),
    }
}

/// What a notice of public security does.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Nothing: it tells what is registered, or contradicts it.
    Nothing(Vec<Disagreement>),
    /// The person died.
    Death(Date),
    /// The person is from now on as stated here.
    Change(Box<PersonRow>),
    /// Told on to others; the register keeps no households.
    Household,
}

/// Art. 6, Art. 125. What a notice does to the person whom it is about, `person`, when the number that
/// it brings belongs to `holder_of_new`. A notice whose name is not the registered one may be about
/// somebody else and waits for a clerk.
#[must_use]
pub fn effect(
    notice: &ResidentNotice,
    person: Option<&PersonRow>,
    holder_of_new: Option<&PersonRow>,
) -> Effect {
    let Some(person) = person else {
        return match (notice.kind(), holder_of_new) {
            // A birth is about a parent only where the parent is insured; a changed number may have
            // been registered on the person's own application before.
            (ResidentNoticeKind::Birth, _) | (ResidentNoticeKind::NumberChanged, Some(_)) => {
                Effect::Nothing(Vec::new())
            }
            _ => differ(DifferenceKind::PersonUnknown, "", &notice.name),
        };
    };
    let happened_on = maybe_day(notice.happened_on).unwrap_or(Date::MIN);
    if notice.kind() == ResidentNoticeKind::Birth {
        return Effect::Household;
    }
    if notice.kind() == ResidentNoticeKind::NameChanged && person.name == notice.new_name {
        return Effect::Nothing(Vec::new());
    }
    if person.name != notice.name {
        return differ(DifferenceKind::PersonName, &person.name, &notice.name);
    }
    match notice.kind() {
        ResidentNoticeKind::Death => death(person, happened_on),
        ResidentNoticeKind::NameChanged => {
            let name = notice.new_name.clone();
            Effect::Change(Box::new(PersonRow {
                name,
                ..person.clone()
            }))
        }
        ResidentNoticeKind::NumberChanged => match holder_of_new {
            Some(holder) if holder.person_id != person.person_id => {
                differ(DifferenceKind::NumberTaken, &person.name, &holder.name)
            }
            _ => new_number(person, &notice.new_citizen_id),
        },
        _ => Effect::Household,
    }
}

/// Art. 6, Art. 13. What a notice does that a clerk enters: a name or a number is not changed by one hand,
/// but on form 13-B, which is signed; that somebody died is nobody's decision.
#[must_use]
pub fn by_one_hand(effect: Effect, person: Option<&PersonRow>) -> Effect {
    let last = |number: &str| {
        let from = number.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
        format!("末四位{}", &number[from..])
    };
    match (effect, person) {
        (Effect::Change(after), Some(person)) if after.name != person.name => {
            differ(DifferenceKind::NameChanged, &person.name, &after.name)
        }
        (Effect::Change(after), Some(person)) => differ(
            DifferenceKind::NumberChanged,
            &last(&person.identity_number),
            &last(&after.identity_number),
        ),
        (effect, _) => effect,
    }
}

fn differ(kind: DifferenceKind, registered: &str, told: &str) -> Effect {
    Effect::Nothing(vec![Disagreement::on(kind, registered, told)])
}

fn death(person: &PersonRow, died_on: Date) -> Effect {
    match person.died_on {
        Some(known) if known == died_on => Effect::Nothing(Vec::new()),
        Some(known) => differ(
            DifferenceKind::DeathDate,
            &known.to_string(),
            &died_on.to_string(),
        ),
        None if died_on < person.born_on => {
            let born = format!("{}出生", person.born_on);
            differ(DifferenceKind::DeathDate, &born, &died_on.to_string())
        }
        None => Effect::Death(died_on),
    }
}

/// A citizen's number says birth date and sex, so that they change with it.
fn new_number(person: &PersonRow, number: &str) -> Effect {
    let Ok(number) = number.parse::<CitizenNumber>() else {
        return Effect::Nothing(Vec::new());
    };
    let sex = match number.sex() {
        SexInNumber::Male => contracts::registration::v1::Sex::Male,
        SexInNumber::Female => contracts::registration::v1::Sex::Female,
    };
    Effect::Change(Box::new(PersonRow {
        sex: sex as i32,
        born_on: number.born_on(),
        identity_number: number.into(),
        ..person.clone()
    }))
}
