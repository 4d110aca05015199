//! Whether the fund pays for what arises on a day (Art. 56).

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{Eligibility, Injury};
use contracts::collection::v1::GetPaymentStateResponse;
use time::Date;

use crate::injury::rules::{eligibility, insured_on};
use crate::injury::store::employer_on;
use crate::peers;

/// Art. 56. Does the fund bear costs of an injury that arise on a day? Where the employer had not insured or was
/// in arrears when it happened, it does from the day on which the employer insures the person and nothing is
/// late (工伤保险条例第六十二条, 新发生的费用).
///
/// # Errors
/// When registration or collection does not answer.
pub async fn fund_pays_on(unit: &mut Unit, injury: &Injury, on: Date) -> Result<bool> {
    if injury.eligibility() == Eligibility::Eligible {
        return Ok(true);
    }
    let (area, person_id) = (unit.area().to_owned(), uuid(&injury.person_id)?);
    let of = (uuid(&injury.injury_id)?, on);
    // Whoever the person was with on the day, after the relation whoever it ended with.
    let stood_beside = employer_on(unit.db(), &area, of).await?;
    let id = stood_beside.as_deref().unwrap_or(&injury.employer_id);
    let known = peers::person(unit, person_id).await?.unwrap_or_default();
    let (_, insured) = insured_on(&known.enrolments, id, on, false);
    if !insured {
        return Ok(false);
    }
    let paid = peers::payment_state(unit, (id, person_id), on).await?;
    Ok(paid.paid_up)
}

/// Art. 56. What registration and collection say now of the day of an injury: a paid list may have arrived, or been corrected, after
/// the injury was registered.
///
/// # Errors
/// When one of them does not answer.
pub async fn now(
    unit: &mut Unit,
    injury: &Injury,
) -> Result<(Eligibility, GetPaymentStateResponse)> {
    let person_id = uuid(&injury.person_id)?;
    let Some(known) = peers::person(unit, person_id).await? else {
        return Ok((injury.eligibility(), GetPaymentStateResponse::default()));
    };
    let on = match maybe_day(injury.insured_on) {
        Some(on) => on,
        None => day(injury.happened_on)?,
    };
    let id = injury.employer_id.as_str();
    let (_, insured) = insured_on(&known.enrolments, id, on, false);
    let paid = match insured {
        true => peers::payment_state(unit, (id, person_id), on).await?,
        false => GetPaymentStateResponse::default(),
    };
    Ok((eligibility(insured, &paid), paid))
}

/// Art. 56. The injury with what is said now: what is paid in cash is decided by that.
///
/// # Errors
/// When registration or collection does not answer.
pub async fn as_of_now(unit: &mut Unit, injury: Injury) -> Result<Injury> {
    let (now, _) = now(unit, &injury).await?;
    Ok(Injury {
        eligibility: now as i32,
        ..injury
    })
}
