//! The pensions of relatives as far as their days of birth tell what becomes of the circle (Art. 72, Art. 80).

use std::collections::BTreeSet;

use contracts::Refused;
use contracts::benefit_review::v1::{Dependant, Refusal, SurvivorRelation};
use law::calendar::add_days;
use law::{Month, Steps};
use time::Date;

use super::change::POSTHUMOUS_DAYS;
use super::{Ages, Claimant, Pensions, Standing, counts_from, grown_on, shared, still};
use crate::benefit::rules::{Award, OwnWage};

/// Art. 72, Art. 80. All pensions from the first month on, by the rules by which they are decided: a child that is born after the
/// death has its own from the month after its birth, and only from then on do the others share with it; who comes of age
/// leaves hers or his to them from the month after. `met_on` is the day on which the conditions must be met.
pub fn foreseen<S: Steps + Default>(
    wage: OwnWage,
    claimants: &[Claimant],
    (met_on, first): (Date, Month),
    figures: &Pensions,
) -> Vec<Award> {
    let mut all: Vec<Award> = Vec::with_capacity(claimants.len());
    for month in months(claimants, (met_on, first), &figures.ages) {
        let claimants = claimants.iter().enumerate();
        let standing = |one: &Claimant| match has_begun(one, (met_on, first), month) {
            true => in_month(one, (met_on, month), &figures.ages),
            false => Standing::None,
        };
        let entitled: Vec<_> = claimants
            .map(|(at, one)| (at, *one, standing(one)))
            .filter(|(_, _, standing)| *standing != Standing::None)
            .collect();
        let on = match month == first {
            true => met_on,
            false => month.first_day(),
        };
        for pension in shared::<S>(wage, (&entitled, on), figures) {
            let own = |award: &&mut Award| award.survivor == Some(pension.survivor);
            match all.iter_mut().rfind(own) {
                // Whose pension stays the same keeps it as it is.
                Some(former) if former.worksheet.value == pension.worksheet.value => {}
                Some(former) => {
                    former.until = Some(month.previous());
                    all.push(pension.award(month));
                }
                None => all.push(pension.award(month)),
            }
        }
    }
    all.sort_by_key(|award| (award.survivor, award.from));
    all
}

/// The months from which the own wage is shared anew: the first, those after births, and those after comings of age.
fn months(claimants: &[Claimant], (met_on, first): (Date, Month), ages: &Ages) -> BTreeSet<Month> {
    let children = claimants.iter().filter(|one| is_posthumous(one, met_on));
    let births = children.filter_map(|one| one.born_on);
    let grown = claimants
        .iter()
        .filter_map(|one| grown_on(&dependant(one), ages));
    let later = births.chain(grown).map(|on| counts_from(first, on));
    [first].into_iter().chain(later).collect()
}

/// 因工死亡职工供养亲属范围规定第二条. A child of the deceased that was born after the death, within the days in which one is.
fn is_posthumous(claimant: &Claimant, met_on: Date) -> bool {
    let last = add_days(met_on, POSTHUMOUS_DAYS);
    claimant.relation == SurvivorRelation::Child
        && claimant.born_on.is_some_and(|on| met_on < on && on <= last)
}

/// Whether a right may have begun: on the day of the death, of a child of the deceased that was born later with its birth, and
/// of nobody else who was not born then.
fn has_begun(claimant: &Claimant, (met_on, first): (Date, Month), month: Month) -> bool {
    match claimant.born_on.filter(|on| *on > met_on) {
        Some(born_on) => is_posthumous(claimant, met_on) && counts_from(first, born_on) <= month,
        None => true,
    }
}

/// 因工死亡职工供养亲属范围规定第三条、第四条. The condition that a relative meets in a month of whom nothing is known to change but
/// the age.
fn in_month(claimant: &Claimant, of: (Date, Month), ages: &Ages) -> Standing {
    still((&dependant(claimant), &[]), of, ages).unwrap_or(Standing::None)
}

/// Art. 70. Whether a relative, called by a name, has a pension from the first month or from a birth on.
///
/// # Errors
/// Why she or he has none, as form 70-A is told.
pub fn entitled(
    (claimant, name): (&Claimant, &str),
    (met_on, first): (Date, Month),
    ages: &Ages,
) -> Result<(), Refused> {
    let unborn = claimant.born_on.is_some_and(|on| met_on < on);
    if unborn && !is_posthumous(claimant, met_on) {
        return Err(Refused::because(Refusal::SurvivorUnborn).with("name", name));
    }
    let named = Dependant {
        name: name.to_owned(),
        ..dependant(claimant)
    };
    still((&named, &[]), (met_on, first), ages).map(drop)
}

/// A claimant as forms name one. That nobody nearer supports a distant relative is taken for granted.
fn dependant(claimant: &Claimant) -> Dependant {
    Dependant {
        relation: claimant.relation as i32,
        lone_or_orphan: claimant.lone_or_orphan,
        born_on: claimant.born_on.map(Into::into),
        unable_to_work: claimant.unable_to_work,
        sex: claimant.sex as i32,
        supporters_gone: true,
        ..Dependant::default()
    }
}
