//! Employers as they are registered: what every section of the chapter looks up and the rules on an
//! employer's codes and industry.

pub mod rules;
pub mod store;

use chassis::{Result, Unit};
use contracts::Refused;
use contracts::registration::v1::{Employer, EmployerFacts, EmployerState, Refusal};

/// The employer as it stands on the day of the decision at hand, deregistered ones too.
///
/// # Errors
/// The refusal that tells the applicant there is none.
pub async fn known(unit: &mut Unit, employer_id: &str) -> Result<Employer> {
    let (area, on) = (unit.area().to_owned(), unit.decided_on());
    store::employer(unit.db(), &area, employer_id, on)
        .await?
        .ok_or_else(|| {
            Refused::because(Refusal::EmployerUnknown)
                .with("employer_id", employer_id)
                .into()
        })
}

/// The employer as it stands on the day of the decision at hand, as long as it takes part. A form names
/// it by its number, as what is locked and turned by it does; another code of it is told the number.
///
/// # Errors
/// The refusal that tells the applicant that there is none, that it was deregistered, or its number.
pub async fn taking_part(unit: &mut Unit, employer_id: &str) -> Result<Employer> {
    let employer = known(unit, employer_id).await?;
    if employer.state() == EmployerState::Deregistered {
        return Err(Refused::because(Refusal::EmployerDeregistered)
            .with("employer_id", employer_id)
            .into());
    }
    if employer.employer_id != employer_id {
        return Err(Refused::because(Refusal::EmployerByCode)
            .with("code", employer_id)
            .with("employer_id", employer.employer_id)
            .into());
    }
    Ok(employer)
}

/// Art. 7. The employer that has or had one of these codes, deregistered or not.
///
/// # Errors
/// When the database cannot be reached.
pub async fn with_codes(unit: &mut Unit, facts: &EmployerFacts) -> Result<Option<Employer>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    for code in rules::codes(facts) {
        let found = store::employer(unit.db(), &area, code, today).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The name under which an employer is registered.
#[must_use]
pub fn name_of(employer: &Employer) -> String {
    let facts = employer.facts.as_ref();
    facts.map(|facts| facts.name.clone()).unwrap_or_default()
}
