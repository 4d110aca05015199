//! What the end of the labour relation makes due.

use chassis::wire::day;
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    BenefitKind, DisabilityDecision, DisabilityOccasion, Refusal, RelationState, RetirementCategory,
};
use contracts::reflect::label_of;
use law::{Month, Sheet};
use time::Date;

use super::super::rules::standing::{End, has, restated};
use super::super::rules::{self, Disabled, Subsidies};
use super::super::{Known, Last, borne};
use super::appraisal::disabled;
use super::{Found, form, laws};
use crate::benefit::rules::rounding;
use crate::benefit::wage;

const OCCASION: DisabilityOccasion = DisabilityOccasion::RelationEnd;

/// Art. 68. Once for an injury of grades 5 to 10: both lump sums by the standard of the province on the last day of the
/// relation. The employer's allowance ends with the month of that day.
pub async fn decide(
    unit: &mut Unit,
    known: &Known,
    stated: RetirementCategory,
) -> Result<DisabilityDecision> {
    let last = known.decided()?;
    let grade = last.decision.disability_grade;
    rules::grade_of(OCCASION, grade)?;
    let of = (grade, last.decision.nursing_grade());
    let disabled = disabled(unit, known, of).await?;
    let ended_on = ended(known, last, &disabled)?;
    known.alive(ended_on, OCCASION)?;
    let (wage, own_wage) = wage::of_injury(unit, &known.injury).await?;
    let laws = laws(unit, [ended_on]).await?;
    let law = laws.on(ended_on)?;
    let category = rules::category(stated, known.person.sex())?;
    let born_on = day(known.person.born_on)?;
    let disabled = Disabled {
        wage: Some(wage),
        concluded_on: day(last.decision.concluded_on)?,
        retires_on: Some(rules::retires_on(born_on, category, law)?),
        ..disabled
    };
    let due = match Subsidies::of(&disabled, &laws)? {
        Some(subsidies) => {
            let of = (&subsidies, wage);
            rules::of_relation_end::<Sheet>(&disabled, of, rounding(law)?).to_vec()
        }
        None => Vec::new(),
    };
    let new = borne(unit, &known.injury, due, |_| ended_on).await?;
    let end = End {
        kinds: &[BenefitKind::DisabilityAllowance],
        from: Month::of(ended_on).next(),
        why: "自劳动关系解除或者终止的次月起停发",
    };
    let found = Found {
        own_wage: Some(own_wage),
        awards: restated(&last.decision.awards, new, end),
    };
    Ok(DisabilityDecision {
        relation_ended_on: Some(ended_on.into()),
        ..form(known, OCCASION, found)
    })
}

/// The last day of the relation, of which nothing was decided yet.
fn ended(known: &Known, last: &Last, disabled: &Disabled) -> Result<Date, Refused> {
    let ended_on = disabled.relation_ended_on.ok_or_else(|| {
        let name = "workinjury.benefit_review.v1.RelationState";
        let relation: RelationState = known.injury.relation();
        Refused::because(Refusal::DisabilityRelationGoesOn)
            .with("relation", label_of(name, relation as i32))
    })?;
    if has(&last.decision.awards, BenefitKind::LumpSumMedicalSubsidy) {
        let refused = Refused::because(Refusal::DisabilitySubsidiesDecided);
        return Err(refused.with("claim_id", last.claim_id));
    }
    Ok(ended_on)
}
