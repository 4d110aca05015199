//! Section 1, injuries (工伤登记): accidents are filed (Art. 53), injured employees registered (Art. 54, 56, 57,
//! 58) with their appraisals (Art. 55), long-term benefits settled once for all (Art. 59), and changes of
//! the labour relation told (Art. 60). What was decided outside arrives in lists.

pub mod batches;
pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;

use chassis::wire::{maybe_day, uuid};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{BenefitReviewEvent, Injury, Refusal, RelationState};
use contracts::registration::v1::GetPersonResponse;
use time::Date;

use crate::peers;

/// Tells what happened to an injured employee.
///
/// # Errors
/// When it cannot be written.
pub async fn tell(unit: &mut Unit, person_id: &str, what: What) -> Result<()> {
    let event = BenefitReviewEvent { what: Some(what) };
    unit.tell(person_id, &event).await
}

/// Art. 58. The time whose costs the employer bears, since it applied for the recognition too late: first and last day.
#[must_use]
pub fn overdue(injury: &Injury) -> Option<(Date, Date)> {
    maybe_day(injury.overdue_from_on).zip(maybe_day(injury.overdue_until_on))
}

/// Art. 59. From when on nothing is paid of an injury, since its long-term benefits were settled once for all.
#[must_use]
pub fn settled_from(injury: &Injury) -> Option<Date> {
    let settled = injury.relation() == RelationState::Settled;
    maybe_day(injury.relation_from_on).filter(|_| settled)
}

/// Art. 54, Art. 59. Whether an injury gives a claim to nothing that is of a day: the recognition was revoked, the person
/// was dead, or long-term benefits were settled once for all by then.
#[must_use]
pub fn is_over(injury: &Injury, on: Date) -> bool {
    injury.revoked
        || settled_from(injury).is_some_and(|from_on| from_on <= on)
        || maybe_day(injury.died_on).is_some_and(|died_on| died_on < on)
}

/// Art. 57. The last day of the labour relation, of a disease that was found after it.
#[must_use]
pub fn found_after_end(injury: &Injury) -> Option<Date> {
    let insured_on = maybe_day(injury.insured_on)?;
    maybe_day(injury.happened_on)
        .is_some_and(|happened_on| insured_on < happened_on)
        .then_some(insured_on)
}

/// Art. 54. The registered injury of a person of that name, as it stands.
///
/// # Errors
/// When there is no such, or the decision that recognised it was revoked.
pub async fn registered(
    unit: &mut Unit,
    (person_id, name): (&str, &str),
    recognition_number: &str,
) -> Result<Injury> {
    let (area, person_id) = (unit.area().to_owned(), uuid(person_id)?);
    let found = store::injury(unit.db(), &area, (person_id, recognition_number)).await?;
    let in_force = found.filter(|injury| !injury.revoked && injury.name == name);
    in_force.ok_or_else(|| {
        let refused = Refused::because(Refusal::InjuryUnknown);
        refused
            .with("recognition_number", recognition_number)
            .into()
    })
}

/// Art. 55, Art. 59, Art. 60. An application comes through the employer of the day of the injury, through the
/// present one or the one with which the relation ended; nothing is asked where it names none.
///
/// # Errors
/// When it names another employer.
pub fn concerns(injury: &Injury, employer_id: &str, on: Date) -> Result<(), Refused> {
    let own = [
        injury.employer_id.as_str(),
        &injury.present_employer_id,
        &injury.last_employer_id,
    ];
    if employer_id.is_empty() || own.contains(&employer_id) {
        return Ok(());
    }
    Err(Refused::because(Refusal::NotOfEmployer)
        .with("on", on)
        .with("employer_id", employer_id))
}

/// Art. 56. The person whom a form names, as registration knows her or him.
///
/// # Errors
/// When registration knows nobody of that number and name.
pub async fn person(unit: &mut Unit, person_id: &str, name: &str) -> Result<GetPersonResponse> {
    let known = peers::person(unit, uuid(person_id)?).await?;
    let is_meant = |known: &GetPersonResponse| {
        let person = known.person.as_ref();
        person.is_some_and(|person| person.name == name)
    };
    known.filter(is_meant).ok_or_else(|| {
        Refused::because(Refusal::PersonUnknown)
            .with("person_id", person_id)
            .with("name", name)
            .into()
    })
}
