//! Claims that rest on another eligibility than registration and collection answer now (Art. 56).

use chassis::wire::uuid;
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{Eligibility, EligibilityDifference, Injury};
use contracts::collection::v1::GetPaymentStateResponse;
use uuid::Uuid;

use super::store::eligibility as store;

/// Art. 56. Late news reopens nothing by itself: where a claim rests on another answer than is given now, a difference is raised,
/// once for the same answer. Answers it where it was.
///
/// # Errors
/// When something cannot be read.
pub async fn compare(
    unit: &mut Unit,
    injury: &Injury,
    (now, paid): &(Eligibility, GetPaymentStateResponse),
) -> Result<Option<EligibilityDifference>> {
    if injury.revoked {
        return Ok(None);
    }
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    let difference = EligibilityDifference {
        injury_id: injury.injury_id.clone(),
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: injury.recognition_number.clone(),
        raised_on: Some(unit.today().into()),
        registered: injury.eligibility,
        now: *now as i32,
        unpaid_months: paid.unpaid_months.clone(),
        unassessed_months: paid.unassessed_months.clone(),
        claim_ids: Vec::new(),
    };
    let found = with_claims(unit, difference.clone()).await?;
    let last = store::last(unit.db(), &area, injury_id).await?;
    // One that is as every claim rests on is raised where another was: it ends that one.
    let is_known = match last {
        Some((_, raised)) => raised == difference.now,
        None => found.claim_ids.is_empty(),
    };
    if is_known {
        return Ok(None);
    }
    let sequence = last.map_or(0, |(sequence, _)| sequence + 1);
    let of = (sequence, injury.employer_id.as_str());
    // Who compares at the same time raises it once.
    let raised = store::insert(unit.db(), &area, of, &difference).await?;
    Ok(Some(found).filter(|found| raised && !found.claim_ids.is_empty()))
}

/// Art. 56, Art. 90. A difference that was raised, with the claims that rest on another answer by now.
///
/// # Errors
/// When they cannot be read.
pub async fn with_claims(
    unit: &mut Unit,
    difference: EligibilityDifference,
) -> Result<EligibilityDifference> {
    let area = unit.area().to_owned();
    let number = difference.recognition_number.as_str();
    let of = (uuid(&difference.person_id)?, number);
    let answers = (difference.registered(), difference.now());
    let claims = store::resting_on_another(unit.db(), &area, of, answers).await?;
    Ok(EligibilityDifference {
        claim_ids: claims.iter().map(Uuid::to_string).collect(),
        ..difference
    })
}
