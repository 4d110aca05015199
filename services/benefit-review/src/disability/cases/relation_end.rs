//! What the end of the labour relation makes due.

use chassis::wire::{day, uuid};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    BenefitKind, DisabilityDecision, DisabilityOccasion, Refusal, RelationState, RetirementCategory,
};
use contracts::reflect::label_of;
use law::worksheet::Line;
use law::{Month, Sheet};
use time::Date;

use super::super::rules::standing::{End, has, restated};
use super::super::rules::{self, Disabled, Subsidies};
use super::super::{Known, Last, borne};
use super::appraisal::disabled;
use super::{Found, form, laws};
use crate::benefit::rules::{Laws, rounding};
use crate::injury::store::in_force_on;

const OCCASION: DisabilityOccasion = DisabilityOccasion::RelationEnd;

/// Art. 68. Once for an injury of grades 5 to 10: both lump sums by the standard of the province on the last day of the
/// relation. The employer's allowance ends with the month of that day. What is decided anew is so of the day by which it was
/// decided: the person may have been with others since.
pub async fn decide(
    unit: &mut Unit,
    known: &Known,
    (stated, ended_then): (RetirementCategory, Option<Date>),
) -> Result<DisabilityDecision> {
    let last = known.decided()?;
    let of = (
        last.decision.disability_grade,
        last.decision.nursing_grade(),
    );
    let disabled = disabled(unit, known, of).await?;
    let disabled = Disabled {
        relation_ended_on: ended_then.or(disabled.relation_ended_on),
        ..disabled
    };
    if disabled.relation_ended_on.is_none() {
        rules::grade_of(OCCASION, disabled.grade)?;
    }
    let ended_on = ended(known, last, &disabled)?;
    let disabled = in_force(unit, known, disabled, ended_on).await?;
    rules::grade_of(OCCASION, disabled.grade)?;
    known.alive(ended_on, OCCASION)?;
    let (wage, own_wage) = known.wage(&[]).own_wage(unit, &known.injury).await?;
    let laws = laws(unit, [ended_on]).await?;
    let law = laws.on(ended_on)?;
    let disabled = Disabled {
        wage: Some(wage),
        ..disabled
    };
    let of_category = by_category(known, stated, (&disabled, &laws))?;
    let mut due = match of_category {
        (disabled, Some(subsidies)) => {
            let of = (&subsidies, wage);
            rules::of_relation_end::<Sheet>(&disabled, of, rounding(law)?).to_vec()
        }
        (_, None) => Vec::new(),
    };
    if disabled.concluded_on != day(last.decision.concluded_on)? {
        for award in &mut due {
            award.worksheet.lines.insert(0, in_force_line(&disabled));
        }
    }
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

/// With the grade of the conclusion that was in force on the last day of the relation; where none was, of the first after it.
async fn in_force(
    unit: &mut Unit,
    known: &Known,
    disabled: Disabled,
    ended_on: Date,
) -> Result<Disabled> {
    let area = unit.area().to_owned();
    let of = (uuid(&known.injury.injury_id)?, ended_on);
    let appraised = in_force_on(unit.db(), &area, of).await?;
    let appraised = appraised.ok_or_else(|| Refused::because(Refusal::DisabilityNotAppraised))?;
    Ok(Disabled {
        grade: appraised.disability_grade,
        nursing: appraised.nursing(),
        concluded_on: appraised.holds_from,
        ..disabled
    })
}

fn in_force_line(disabled: &Disabled) -> Line {
    Line {
        label: "终止之日有效的鉴定结论日期".into(),
        value: disabled.concluded_on.to_string().into(),
        source: "按劳动关系解除或者终止之日的伤残等级核定，其后的复查鉴定结论不影响补助金".into(),
    }
}

/// The standard by whose age of retirement it is. Women say which is theirs where it makes a difference.
fn by_category(
    known: &Known,
    stated: RetirementCategory,
    (disabled, laws): (&Disabled, &Laws),
) -> Result<(Disabled, Option<Subsidies>)> {
    let born_on = day(known.person.born_on)?;
    let law = match disabled.relation_ended_on {
        Some(ended_on) => laws.on(ended_on)?,
        None => return Ok((disabled.clone(), None)),
    };
    let mut found: Vec<(Disabled, Option<Subsidies>)> = Vec::new();
    for category in rules::categories(stated, known.person.sex())? {
        let disabled = Disabled {
            retirement: Some(rules::retirement(born_on, category, law)?),
            ..disabled.clone()
        };
        let subsidies = Subsidies::of(&disabled, laws)?;
        found.push((disabled, subsidies));
    }
    let share = |(_, subsidies): &(Disabled, Option<Subsidies>)| {
        subsidies.as_ref().and_then(Subsidies::share)
    };
    let differs = found.iter().any(|one| share(one) != share(&found[0]));
    if differs {
        let mut refused = Refused::because(Refusal::DisabilityCategoryNeeded);
        for (gap, (disabled, _)) in ["worker_on", "cadre_on"].into_iter().zip(&found) {
            let on = disabled.retirement.as_ref().map(|retirement| retirement.on);
            refused = refused.with(gap, on.unwrap_or(born_on));
        }
        return Err(refused.into());
    }
    let first = found.into_iter().next();
    Ok(first.unwrap_or_else(|| (disabled.clone(), None)))
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
