//! Rules on a death that was recorded wrongly: what becomes of the person and of the enrolments that it ended.

use contracts::Refused;
use contracts::registration::v1::{EnrolmentEnd, Refusal};
use law::Month;
use time::Date;

use crate::person::store::PersonRow;

/// Art. 6, Art. 12. The person with the day of death as it was, or none.
///
/// # Errors
/// When no death is recorded, nothing changes, or the day is before birth or in the future.
pub fn corrected_death(
    before: &PersonRow,
    died_on: Option<Date>,
    today: Date,
) -> Result<PersonRow, Refused> {
    if before.died_on.is_none() {
        return Err(Refused::because(Refusal::DeathNotRecorded));
    }
    if before.died_on == died_on {
        return Err(Refused::because(Refusal::NothingChanges));
    }
    match died_on {
        Some(day) if day < before.born_on => Err(Refused::because(Refusal::DeathBeforeBirth)
            .with("died_on", day)
            .with("born_on", before.born_on)),
        Some(day) if day > today => {
            Err(Refused::because(Refusal::DeathInFuture).with("died_on", day))
        }
        _ => Ok(PersonRow {
            died_on,
            ..before.clone()
        }),
    }
}

/// What becomes of an enrolment that a wrongly recorded death ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// It has this last day.
    Until((Date, EnrolmentEnd)),
    /// It goes on from the day after it ended, or its first where nothing of it was, to this last day where
    /// there is one.
    GoesOn(Option<(Date, EnrolmentEnd)>),
}

/// What may end an enrolment, on which days.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends {
    /// The person died.
    pub died_on: Option<Date>,
    /// The person left, before a death was told.
    pub left: Option<(Date, EnrolmentEnd)>,
    /// The employer ended.
    pub employer_ended_on: Option<Date>,
    /// The next enrolment with the employer begins.
    pub next_on: Option<Date>,
}

/// Art. 12. What becomes of an enrolment, with its first and last day and why it ended; none where nothing does.
/// Nobody is insured after the death, whatever else ended the enrolment.
/// Within a month only the last day is another one: the month is due all the same. Of one that was told to
/// have ended before it began nothing was, and others have forgotten it: it stays so, or is told anew.
#[must_use]
pub fn cover(
    (starts_on, ended_on, reason): (Date, Date, EnrolmentEnd),
    Ends {
        died_on,
        left,
        employer_ended_on,
        next_on,
    }: Ends,
) -> Option<Cover> {
    let by_death = reason == EnrolmentEnd::Death;
    let was = starts_on <= ended_on;
    if !by_death && reason != EnrolmentEnd::DeathCorrected {
        let death = died_on.filter(|day| was && *day < ended_on);
        return death.map(|day| Cover::Until((day, EnrolmentEnd::Death)));
    }
    let before_next = next_on.and_then(Date::previous_day);
    let ends = [
        died_on.map(|day| (day, EnrolmentEnd::Death)),
        left,
        employer_ended_on.map(|day| (day, EnrolmentEnd::EmployerDeregistered)),
        before_next.map(|day| (day, EnrolmentEnd::DeathCorrected)),
    ];
    let until = ends.into_iter().flatten().min_by_key(|(day, _)| *day);
    match until {
        Some((last, why)) if last < starts_on => {
            (last < ended_on).then_some(Cover::Until((last, why)))
        }
        Some((last, why))
            if last <= ended_on || (by_death && was && Month::of(last) == Month::of(ended_on)) =>
        {
            ((last, why) != (ended_on, reason)).then_some(Cover::Until((last, why)))
        }
        until => by_death.then_some(Cover::GoesOn(until)),
    }
}
