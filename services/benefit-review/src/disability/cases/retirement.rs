//! What the fund adds to a pension.

use chassis::wire::{day, maybe_day, month, yuan};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    BenefitKind, DisabilityDecision, DisabilityForm, DisabilityOccasion, Payer, Refusal,
};
use law::{Month, Sheet};
use rust_decimal::Decimal;

use super::super::rules::standing::{End, amount, by_the_month, restated};
use super::super::rules::{self, pension_difference};
use super::super::{Known, borne};
use super::appraisal::stays_with;
use super::{Found, degrees, form, laws};
use crate::benefit::adjustments::Had;
use crate::benefit::rules::rounding;
use crate::injury::found_after_end;

const OCCASION: DisabilityOccasion = DisabilityOccasion::Retirement;

/// What the allowance stands on that a pension is held against.
const FORM: &str = "伤残待遇核定表（表5-7）";
const ADJUSTED: &str = "伤残待遇核定表（表5-7）及历次待遇调整";

/// Art. 68. Once for grades 1 to 4: the allowance ends with the month of the retirement, and from the next the fund makes up
/// what the pension is lower by.
pub async fn decide(
    unit: &mut Unit,
    known: &Known,
    stated: &DisabilityForm,
) -> Result<DisabilityDecision> {
    let last = known.decided()?;
    rules::grade_of(OCCASION, last.decision.disability_grade)?;
    if let Some(before_on) = maybe_day(last.decision.retired_on) {
        let refused = Refused::because(Refusal::DisabilityRetired);
        let refused = refused.with("retired_on", before_on);
        return Err(refused.with("claim_id", last.claim_id).into());
    }
    let (retired_on, pension) = (
        day(stated.retired_on)?,
        yuan(stated.basic_pension.as_ref())?,
    );
    let is_future = !known.corrected && retired_on > unit.applied_on();
    // Who had retired before a disease was found may not have said so with the appraisal.
    let happened_on = day(known.injury.happened_on)?;
    let is_early = retired_on < happened_on && found_after_end(&known.injury).is_none();
    if is_early || is_future {
        let refused = Refused::because(Refusal::DisabilityRetirementDate);
        return Err(refused.with("retired_on", retired_on).into());
    }
    known.alive(retired_on, OCCASION)?;
    let before = &last.decision.awards;
    let allowance = by_the_month(before, BenefitKind::DisabilityAllowance);
    let mut from = Month::of(retired_on).next();
    if let Some(allowance) = allowance {
        from = from.max(month(allowance.from_month)?);
    }
    let law_on = retired_on.max(happened_on);
    let laws = laws(unit, [law_on]).await?;
    let rounding = rounding(laws.on(law_on)?)?;
    let figure = match allowance {
        Some(allowance) => {
            let (decided, first) = (amount(allowance), month(allowance.from_month)?);
            let last_month = Month::of(retired_on).max(first);
            let had = Had::of(unit, last.claim_id).await?;
            match had.amount(allowance, &degrees(&last.decision), last_month) {
                adjusted if adjusted == decided => (decided, FORM),
                adjusted => (adjusted, ADJUSTED),
            }
        }
        None => (Decimal::ZERO, FORM),
    };
    let worksheet = pension_difference::<Sheet>(figure, (retired_on, pension), rounding);
    let (kind, due) = (BenefitKind::PensionDifference, worksheet.value);
    let steps = contracts::common::v1::Worksheet::from(worksheet.clone());
    let awards = match due > Decimal::ZERO {
        true => vec![rules::award(kind, Payer::Fund, Some(from), worksheet)],
        false => Vec::new(),
    };
    let nothing = awards.is_empty();
    // Nobody is enrolled after the retirement: who bore the allowance bears what takes its place.
    let mut new = borne(unit, &known.injury, awards, |_| retired_on).await?;
    if let Some(allowance) = allowance {
        for award in &mut new {
            stays_with(award, allowance);
        }
    }
    let (_, own_wage) = known.wage(&[]).own_wage(unit, &known.injury).await?;
    let end = End {
        kinds: &[BenefitKind::DisabilityAllowance],
        from,
        why: "自退休的次月起停发，享受基本养老保险待遇（工伤保险条例第三十五条第一款第三项）",
    };
    let mut awards = restated(before, new, end);
    if nothing {
        // Why nothing is added is told where the allowance ends.
        let mut all = awards.iter_mut();
        let ended = all.find(|award| award.benefit() == BenefitKind::DisabilityAllowance);
        if let Some(worksheet) = ended.and_then(|award| award.worksheet.as_mut()) {
            worksheet.lines.extend(steps.lines);
        }
    }
    let found = Found {
        own_wage: Some(own_wage),
        awards,
    };
    Ok(DisabilityDecision {
        retired_on: Some(retired_on.into()),
        basic_pension: stated.basic_pension.clone(),
        ..form(known, OCCASION, found)
    })
}
