//! Rules on what changes and when.

mod death;
mod facts;

pub use death::{Cover, Ends, corrected_death, cover};
pub use facts::{changed, differing};

use contracts::common::v1::EvidenceKind;
use contracts::registration::v1::{IdentityKind, PersonChangeForm, Refusal, Sex};
use contracts::{Refused, maybe_day};
use time::Date;

use crate::person::rules::{self as papers, Stated};
use crate::person::store::PersonRow;

/// Art. 11. A change holds from the day on which the present facts began to hold at the earliest, and is
/// not reported ahead.
///
/// # Errors
/// When it is not.
pub fn may_change(effective_on: Date, last_from_on: Date, today: Date) -> Result<(), Refused> {
    if last_from_on <= effective_on && effective_on <= today {
        return Ok(());
    }
    Err(Refused::because(Refusal::ChangeBeforeLast)
        .with("effective_on", effective_on)
        .with("last_from_on", last_from_on))
}

/// Art. 8, Art. 11. Insurance may turn out to have begun earlier than was registered, so that who was hired
/// before is insured from then on; whose insurance ended before, on `ended_on`, begins after that.
///
/// # Errors
/// When it would begin later, or before it ended.
pub fn may_begin_earlier(
    (starts_on, registered_on): (Date, Date),
    ended_on: Option<Date>,
    today: Date,
) -> Result<(), Refused> {
    if starts_on >= registered_on {
        return Err(Refused::because(Refusal::StartNotEarlier)
            .with("starts_on", starts_on)
            .with("registered_on", registered_on));
    }
    match ended_on.map(|day| day.next_day().unwrap_or(day)) {
        Some(first_on) if starts_on < first_on => Err(Refused::because(Refusal::StartNotAllowed)
            .with("starts_on", starts_on)
            .with("first_on", first_on)
            .with("last_on", today)),
        _ => Ok(()),
    }
}

/// Art. 8, Art. 13, Art. 150. The papers that show the new name or number; one of them is needed, and of a
/// new number that of its kind.
#[must_use]
pub fn person_papers(kind: IdentityKind) -> &'static [EvidenceKind] {
    match kind {
        IdentityKind::CitizenId => &[EvidenceKind::IdentityCard],
        IdentityKind::PermanentResidenceCard => &[EvidenceKind::PermanentResidenceCard],
        IdentityKind::Passport => &[EvidenceKind::Passport],
        IdentityKind::Unspecified => &[
            EvidenceKind::IdentityCard,
            EvidenceKind::PermanentResidenceCard,
            EvidenceKind::Passport,
        ],
    }
}

/// Art. 13, Art. 150. The person as the form asks for it. What the new paper's number does not say and the
/// form leaves empty stays as it was, but for the nationality of who was a citizen.
///
/// # Errors
/// When nothing changes, the number is none of its kind or what is stated does not go with it.
pub fn changed_person(before: &PersonRow, form: &PersonChangeForm) -> Result<PersonRow, Refused> {
    let kind_before: IdentityKind = before.identity_kind.try_into().unwrap_or_default();
    let kind = match form.identity_kind() {
        IdentityKind::Unspecified => kind_before,
        stated => stated,
    };
    let number = stated_or(&form.identity_number, &before.identity_number);
    let paper = papers::paper(kind, number)?;
    let mut stated = Stated {
        sex: form.sex(),
        born_on: maybe_day(form.born_on),
        nationality: &form.nationality,
    };
    if kind != IdentityKind::CitizenId {
        if stated.sex == Sex::Unspecified {
            stated.sex = before.sex.try_into().unwrap_or_default();
        }
        if stated.born_on.is_none() && papers::born_on_card(&paper).is_none() {
            stated.born_on = Some(before.born_on);
        }
        if kind_before != IdentityKind::CitizenId {
            stated.nationality = stated_or(&form.nationality, &before.nationality);
        }
    }
    let holder = papers::holder(paper, &stated)?;
    let after = PersonRow {
        identity_kind: holder.paper.kind as i32,
        identity_number: holder.paper.number,
        name: stated_or(&form.name, &before.name).to_owned(),
        sex: holder.sex as i32,
        born_on: holder.born_on,
        nationality: holder.nationality,
        ..before.clone()
    };
    if after == *before {
        Err(Refused::because(Refusal::NothingChanges))
    } else {
        Ok(after)
    }
}

fn stated_or<'a>(stated: &'a str, otherwise: &'a str) -> &'a str {
    if stated.is_empty() { otherwise } else { stated }
}
