//! Own wages that would be others by what collection has now (Art. 68), and the claims that rest on the ones before.

use chassis::wire::uuid;
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{Injury, OwnWageDifference};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::rules::{OwnWage, is_proven};
use super::super::store::{differences, wages};
use super::{Bases, read, reckon, wire};

/// Art. 68. Late bases reopen nothing by themselves: where the kept own wage would be another by the bases that
/// collection has now, or rests on bases of which it has none any more, a difference is raised, once for the same figure.
/// Answers it where it was.
///
/// # Errors
/// When something cannot be read.
pub async fn compare(
    unit: &mut Unit,
    (injury, bases): (&Injury, &Bases),
) -> Result<Option<OwnWageDifference>> {
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    let Some((kept, worksheet)) = wages::kept(unit.db(), &area, injury_id).await? else {
        return Ok(None);
    };
    let (now, of_now) = match bases.is_empty() {
        false => {
            let (now, of_now) = reckon(unit, injury, bases).await?;
            (now, Some(of_now))
        }
        // What was stated stands while collection has nothing.
        true if is_proven(&worksheet) => return Ok(None),
        true => (OwnWage::of(Decimal::ZERO), None),
    };
    let last = differences::last(unit.db(), &area, injury_id).await?;
    let of = (
        injury.person_id.as_str(),
        injury.recognition_number.as_str(),
    );
    let claims = claims_of(unit, of, now).await?;
    // One that is as it was kept again is raised too where it was not: it ends the difference before. Where a review has kept it
    // already, the other claims of the injury rest on the one before.
    let is_known = match &last {
        Some((_, raised)) => now.equals(*raised),
        None => now.equals(kept) && claims.is_empty(),
    };
    if is_known {
        return Ok(None);
    }
    let is_another = !now.equals(kept) || !claims.is_empty();
    let difference = OwnWageDifference {
        injury_id: injury.injury_id.clone(),
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: injury.recognition_number.clone(),
        raised_on: Some(unit.today().into()),
        kept: Some(wire(kept, worksheet)),
        now: of_now,
        claim_ids: Vec::new(),
    };
    let sequence = last.map_or(0, |(sequence, _)| sequence + 1);
    let of = (injury_id, sequence, injury.employer_id.as_str());
    // Who compares at the same time raises it once.
    let raised = differences::insert(unit.db(), &area, of, (now, &difference)).await?;
    let difference = OwnWageDifference {
        claim_ids: claims,
        ..difference
    };
    Ok(Some(difference).filter(|_| raised && is_another))
}

/// Art. 68, Art. 90. A difference that was raised, with the claims that rest on another own wage by now.
///
/// # Errors
/// When they cannot be read.
pub async fn with_claims(
    unit: &mut Unit,
    difference: OwnWageDifference,
) -> Result<OwnWageDifference> {
    let now = match &difference.now {
        Some(now) => read(now)?,
        None => OwnWage::of(Decimal::ZERO),
    };
    let number = difference.recognition_number.as_str();
    let of = (difference.person_id.as_str(), number);
    let claim_ids = claims_of(unit, of, now).await?;
    Ok(OwnWageDifference {
        claim_ids,
        ..difference
    })
}

/// The claims of an injury whose last decision rests on another own wage.
async fn claims_of(
    unit: &mut Unit,
    (person_id, recognition_number): (&str, &str),
    now: OwnWage,
) -> Result<Vec<String>> {
    let area = unit.area().to_owned();
    let of = (uuid(person_id)?, recognition_number);
    let claims = differences::resting_on_another(unit.db(), &area, of, now).await?;
    Ok(claims.iter().map(Uuid::to_string).collect())
}
