//! Comings of age that nobody had told when another change came.

use chassis::{Result, Unit};
use contracts::benefit_review::v1::{
    DecidedDependant, SurvivorChange, SurvivorChangeForm, SurvivorChangeKind as Kind,
    SurvivorDecision, SurvivorStep,
};
use time::Date;

use super::super::super::rules;
use super::shared::Ground;

/// Art. 72. What the comings of age until a day make of the pensions, one after the other; but for those of relatives, by their
/// numbers, whose own is told.
pub async fn grown_up(
    unit: &mut Unit,
    ground: &Ground<'_>,
    before: &SurvivorDecision,
    (until_on, told_of): (Date, &[String]),
) -> Result<Vec<SurvivorStep>> {
    let mut steps = Vec::new();
    let mut then = before.clone();
    let days = (ground.met_on, until_on);
    for (at, grown_on) in rules::comings_of_age(before, days, &ground.figures.ages) {
        let number = |one: &DecidedDependant| one.dependant.as_ref().map(rules::number_of);
        let own = then.dependants.get(at).and_then(number);
        if own.is_some_and(|own| told_of.contains(&own)) {
            continue;
        }
        let change = SurvivorChange {
            kind: Kind::GrownUp as i32,
            changed_on: Some(grown_on.into()),
            conclusion_number: String::new(),
        };
        let mut circle = then.dependants.clone();
        let mut of = None;
        if let Some(one) = circle.get_mut(at) {
            one.changes.push(change.clone());
            of.clone_from(&one.dependant);
        }
        let of = of.unwrap_or_default();
        let from = rules::counts_from(ground.first, grown_on);
        then = ground.shared(unit, (&then, &circle), from).await?;
        steps.push(SurvivorStep {
            relative: of.name,
            identity_number: of.identity_number,
            change: Some(change),
            from_month: Some(from.into()),
            after: Some(then.clone()),
        });
    }
    Ok(steps)
}

/// The form on which somebody would have told it.
pub fn told_of_age(form: &SurvivorChangeForm, step: &SurvivorStep) -> SurvivorChangeForm {
    SurvivorChangeForm {
        identity_number: step.identity_number.clone(),
        change: step.change.clone(),
        born: None,
        forgotten: None,
        ..form.clone()
    }
}
