//! The circle of relatives: who is on the form, and who has a right when somebody dies (Art. 70, Art. 72;
//! 因工死亡职工供养亲属范围规定).

use std::collections::BTreeSet;

use contracts::Refused;
use contracts::benefit_review::v1::{Dependant, Refusal, SurvivorRelation};
use contracts::maybe_day;
use contracts::registration::v1::Sex;
use law::Month;
use law::calendar::reaches_age_on;
use law::identity::{self, CitizenNumber, ResidentCardNumber};
use time::Date;

use super::{Ages, Claimant, Standing, standing};

/// A relative as the rules take her or him.
#[must_use]
pub fn claimant(dependant: &Dependant) -> Claimant {
    Claimant {
        relation: dependant.relation(),
        lone_or_orphan: dependant.lone_or_orphan,
        born_on: maybe_day(dependant.born_on),
        unable_to_work: dependant.unable_to_work,
        sex: dependant.sex(),
    }
}

/// The one way in which the number of an identity paper is written, so that the same person is the same payee.
#[must_use]
pub fn written(identity_number: &str) -> String {
    let citizen = identity_number.parse::<CitizenNumber>();
    citizen.map_or_else(
        |_| identity_number.trim().to_uppercase(),
        |number| number.to_string(),
    )
}

/// The number of a relative's identity paper, in that one way.
#[must_use]
pub fn number_of(dependant: &Dependant) -> String {
    written(&dependant.identity_number)
}

/// Art. 70. Every relative is on the form once, as her or his identity paper says, was born when the conditions had to
/// be met, and has an appraisal where she or he is unable to work.
///
/// # Errors
/// The first who is not.
pub fn whole(dependants: &[Dependant], on: Date) -> Result<(), Refused> {
    let mut numbers = BTreeSet::new();
    let second = second_spouse(dependants.iter().map(Dependant::relation));
    for (at, one) in dependants.iter().enumerate() {
        let wrong = |refusal| Err(Refused::because(refusal).with("name", &one.name));
        if !numbers.insert(written(&one.identity_number)) || second == Some(at) {
            return wrong(Refusal::SurvivorTwice);
        }
        if !agrees(one) {
            return wrong(Refusal::SurvivorIdentity);
        }
        if one.unable_to_work && one.conclusion_number.is_empty() {
            return wrong(Refusal::SurvivorAppraisal);
        }
        if maybe_day(one.born_on).is_none_or(|born_on| born_on > on) {
            return wrong(Refusal::SurvivorUnborn);
        }
    }
    Ok(())
}

/// Art. 70. Nobody leaves two spouses: the place of the second one, from 0.
pub fn second_spouse(relations: impl Iterator<Item = SurvivorRelation>) -> Option<usize> {
    let mut spouses = relations
        .enumerate()
        .filter(|(_, relation)| *relation == SurvivorRelation::Spouse);
    spouses.nth(1).map(|(at, _)| at)
}

/// Whether the day of birth and the sex are those that the number says; a passport says neither.
fn agrees(one: &Dependant) -> bool {
    let born_on = maybe_day(one.born_on);
    if let Ok(number) = one.identity_number.parse::<CitizenNumber>() {
        let sex = match number.sex() {
            identity::Sex::Male => Sex::Male,
            identity::Sex::Female => Sex::Female,
        };
        return born_on == Some(number.born_on()) && one.sex() == sex;
    }
    let card = one.identity_number.parse::<ResidentCardNumber>();
    let stated = card.ok().and_then(|number| number.born_on());
    stated.is_none_or(|stated| born_on == Some(stated))
}

/// 因工死亡职工供养亲属范围规定第二条、第三条. The condition that a relative meets on the day of a death: of grandparents,
/// grandchildren and siblings only where those who would have to support them are dead or unable to work.
///
/// # Errors
/// Why she or he has no right.
pub fn right(dependant: &Dependant, on: Date, ages: &Ages) -> Result<Standing, Refused> {
    use SurvivorRelation::{Grandchild, Grandparent, Parent, Sibling, Spouse};
    let relation = dependant.relation();
    let name = dependant.name.as_str();
    let distant = matches!(relation, Grandparent | Grandchild | Sibling);
    if distant && !dependant.supporters_gone {
        return Err(Refused::because(Refusal::SurvivorSupported).with("name", name));
    }
    match standing(&claimant(dependant), on, ages) {
        Standing::None => {
            let elder = matches!(relation, Spouse | Parent | Grandparent);
            let refusal = match elder {
                true => Refusal::SurvivorAge,
                false => Refusal::SurvivorGrown,
            };
            Err(Refused::because(refusal).with("name", name).with("on", on))
        }
        met => Ok(met),
    }
}

/// Art. 72. The last month of who has a right as a minor: that of growing up.
#[must_use]
pub fn until(claimant: &Claimant, standing: Standing, ages: &Ages) -> Option<Month> {
    let years = i32::try_from(ages.minor.value).unwrap_or(i32::MAX);
    let born_on = claimant.born_on.filter(|_| standing == Standing::Minor)?;
    Some(Month::of(reaches_age_on(born_on, years)))
}
