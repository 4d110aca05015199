//! The injured employee whom an approval is for: known to registration, with an injury that is registered.

use chassis::wire::{maybe_day, uuid};
use chassis::{Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{Injury, RelationState};
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::Refusal;
use time::Date;
use uuid::Uuid;

use crate::peers;

/// What a form states of an injured employee.
#[derive(Clone, Copy, Debug)]
pub struct Stated<'a> {
    /// The person's number.
    pub person_id: &'a str,
    /// The name, which guards against a wrong number.
    pub name: &'a str,
    /// Number of the decision that recognised the injury.
    pub recognition_number: &'a str,
}

/// An injured employee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patient {
    /// The person's number.
    pub person_id: Uuid,
    /// As registered.
    pub name: String,
    /// Number of the decision that recognised the injury.
    pub recognition_number: String,
    /// ICD-10 codes that were recognised; none where no service of injuries is asked.
    pub diagnoses: Vec<String>,
    /// Who employed the person on the day of the injury, and who bears the duties of the employer since, insured or not.
    pub employers: Vec<String>,
}

/// Art. 54, Art. 56. The injured employee whom a form names, alive on `on`. One whose injury is not
/// recognised yet has no number of a decision; the contract of the form says whether it may be missing.
///
/// # Errors
/// When registration knows nobody of that number and name, the person died before `on`, or no such injury
/// is registered, is one no longer, or was settled once for all (Art. 59).
pub async fn injured(unit: &mut Unit, stated: Stated<'_>, on: Date) -> Result<Patient> {
    let person_id = uuid(stated.person_id)?;
    let known = peers::person(unit, person_id).await?;
    let person = known
        .and_then(|known| known.person)
        .filter(|person| person.name == stated.name)
        .ok_or_else(|| {
            Refused::because(Refusal::PersonUnknown)
                .with("person_id", stated.person_id)
                .with("name", stated.name)
        })?;
    if let Some(died_on) = maybe_day(person.died_on).filter(|died_on| *died_on < on) {
        let refused = Refused::because(Refusal::PersonDied);
        return Err(refused.with("died_on", died_on).into());
    }
    let (mut diagnoses, mut employers) = (Vec::new(), Vec::new());
    let is_recognised = !stated.recognition_number.is_empty();
    if is_recognised && unit.platform().has_peer("benefit-review") {
        let injury = peers::injury(unit, person_id, stated.recognition_number).await?;
        let injury = injury.filter(is_treated).ok_or_else(|| {
            Refused::because(Refusal::InjuryUnknown)
                .with("recognition_number", stated.recognition_number)
        })?;
        diagnoses = injury.diagnoses;
        employers = vec![
            injury.employer_id,
            injury.present_employer_id,
            injury.last_employer_id,
        ];
    }
    Ok(Patient {
        person_id,
        name: person.name,
        recognition_number: stated.recognition_number.to_owned(),
        diagnoses,
        employers,
    })
}

/// Art. 53. The injured employee of an accident that was filed and is not recognised yet: whoever filed it is an employer.
///
/// # Errors
/// When the person has a recognised injury on the form, or no accident of that day was filed.
pub async fn filed(unit: &mut Unit, patient: Patient, on: Option<Date>) -> Result<Patient> {
    let not_filed = || {
        let said = on.map_or_else(|| "（未填写日期）".to_owned(), |on| on.to_string());
        Refused::because(Refusal::AccidentNotFiled).with("happened_on", said)
    };
    let happened_on = on.filter(|_| patient.recognition_number.is_empty());
    let happened_on = happened_on.ok_or_else(not_filed)?;
    if !unit.platform().has_peer("benefit-review") {
        return Ok(patient);
    }
    let employers = peers::accident_filed_by(unit, patient.person_id, happened_on).await?;
    if employers.is_empty() {
        return Err(not_filed().into());
    }
    Ok(Patient {
        employers,
        ..patient
    })
}

/// Art. 54, Art. 59. Whether the fund still pays for the treatment of a registered injury.
#[must_use]
pub fn is_treated(injury: &Injury) -> bool {
    !injury.revoked && injury.relation() != RelationState::Settled
}

/// Art. 54, Art. 57. An application comes through an employer by whom the person is insured or was, or whom the injury is
/// registered with, insured or not. Nothing is asked where it names no employer.
///
/// # Errors
/// When it names another employer.
pub async fn employed(unit: &mut Unit, patient: &Patient, employer_id: &str) -> Result<()> {
    let is_registered = || patient.employers.iter().any(|own| own == employer_id);
    if employer_id.is_empty()
        || is_registered()
        || insures(unit, patient.person_id, employer_id, None).await?
    {
        return Ok(());
    }
    let refused = Refused::because(Refusal::EmployerOfPerson);
    Err(refused.with("employer_id", employer_id).into())
}

/// Art. 53, Art. 56. Whether the employer insures the person or did, and, where it is about a day, did so then.
///
/// # Errors
/// When registration does not answer.
pub async fn insures(
    unit: &mut Unit,
    person_id: Uuid,
    employer_id: &str,
    on: Option<Date>,
) -> Result<bool> {
    let known = peers::person(unit, person_id).await?.unwrap_or_default();
    Ok(known.enrolments.iter().any(|enrolment| {
        let starts_on = maybe_day(enrolment.starts_on);
        let ends_on = maybe_day(enrolment.ends_on);
        enrolment.employer_id == employer_id
            && on.is_none_or(|on| {
                starts_on.is_some_and(|starts_on| starts_on <= on)
                    && ends_on.is_none_or(|ends_on| on <= ends_on)
            })
    }))
}

/// The papers of an application about an injured employee, with `own` beside the decision that recognised
/// the injury.
#[must_use]
pub fn papers(own: &[EvidenceKind]) -> Vec<Needed> {
    let own = own.iter().copied();
    std::iter::once(EvidenceKind::RecognitionDecision)
        .chain(own)
        .map(Needed::paper)
        .collect()
}
