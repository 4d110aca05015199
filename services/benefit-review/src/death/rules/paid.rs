//! Which of the pensions that were decided are paid from a month on, and which are over by themselves (Art. 72).

use contracts::Money;
use contracts::benefit_review::v1::{
    Award, DecidedDependant, SurvivorChangeKind, SurvivorDecision,
};
use law::Month;

/// The pensions of a relative that are paid from a month on, in their order: what the employer bears until a late
/// application was accepted stands before what the fund bears from then.
#[must_use]
pub fn paid(before: &SurvivorDecision, at: usize, from: Month) -> Vec<&Award> {
    let person = i32::try_from(at).ok();
    let own = before.awards.iter().filter(|award| award.person == person);
    own.filter(|award| is_paid(award) && !is_over(before, award, from))
        .collect()
}

/// What was paid for some months only and is over before a month, whatever becomes of the right after it.
pub fn over(before: &SurvivorDecision, from: Month) -> impl Iterator<Item = &Award> {
    let awards = before.awards.iter();
    awards.filter(move |award| is_paid(award) && is_over(before, award, from))
}

fn is_paid(award: &Award) -> bool {
    let amount = award.amount.as_ref().map(Money::decimal);
    amount.is_some_and(|amount| amount.is_ok_and(|yuan| !yuan.is_zero()))
}

/// Whether the coming of age of a relative was decided already.
#[must_use]
pub fn grown_up(one: &DecidedDependant) -> bool {
    let mut changes = one.changes.iter();
    changes.any(|change| change.kind() == SurvivorChangeKind::GrownUp)
}

/// What lasts as long as the right itself, such as that of a minor, ends by a decision and not by itself, unless that was
/// decided with it.
fn is_over(before: &SurvivorDecision, award: &Award, from: Month) -> bool {
    let at = award.person.and_then(|at| usize::try_from(at).ok());
    let of = at.and_then(|at| before.dependants.get(at));
    let lasts = of.is_some_and(|one| one.until_month == award.until_month && !grown_up(one));
    let until: Option<Month> = award.until_month.and_then(|until| until.try_into().ok());
    !lasts && until.is_some_and(|until| until < from)
}
