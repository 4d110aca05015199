//! What is made up to a relative who was not on form 70-A.

use chassis::wire::maybe_day;
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{
    Award, Benefit, BenefitKind, SurvivorChange, SurvivorChangeKind, SurvivorDecision,
};
use law::{Month, Sheet};

use super::super::super::{bears_monthly, rules};
use super::shared::Ground;
use crate::benefit::rules::Due;
use crate::injury::overdue;

/// Art. 72, Art. 80. Enters what is due to a forgotten relative for the months before `from`, in which the others had what was
/// told of them, and says on the worksheet of what is due from then on how that came about. Who has grown up since has the
/// months until then, and nothing after.
pub async fn make_up(
    unit: &mut Unit,
    ground: &Ground<'_>,
    (after, at): (&mut SurvivorDecision, usize),
    (from, paid): (Month, &[Benefit]),
) -> Result<()> {
    let of = after
        .dependants
        .get(at)
        .and_then(|one| one.dependant.clone());
    let (dependant, first) = (of.unwrap_or_default(), ground.first);
    let days = (ground.met_on, first);
    let standing = rules::still((&dependant, &[]), days, &ground.figures.ages)?;
    let alone = [(at, rules::claimant(&dependant), standing)];
    let of = (alone.as_slice(), first.first_day());
    let Some(own) = rules::shared::<Sheet>(ground.wage, of, &ground.figures).pop() else {
        return Ok(());
    };
    let (due, number) = (Due::of(paid)?, rules::number_of(&dependant));
    let kind = BenefitKind::SurvivorPension as i32;
    let months = std::iter::successors(Some(first), |month| Some(month.next()));
    let last = own.until.filter(|until| *until < from);
    let months = months.take_while(|month| *month < from && last.is_none_or(|last| *month <= last));
    let others = months.map(|month| (month, due.of_others(kind, &number, month)));
    let stretches = rules::stretches(own.worksheet.value, ground.wage, others);
    let mut made_up: Vec<Award> = Vec::new();
    for award in stretches
        .iter()
        .filter_map(|one| rules::made_up(&own, *one))
    {
        let of = (maybe_day(after.died_on), award.from.unwrap_or(first));
        let bears = bears_monthly(unit, ground.injury, of).await?;
        let borne = rules::borne(award, bears, overdue(ground.injury));
        made_up.extend(borne.into_iter().map(Award::from));
    }
    let person = i32::try_from(at).ok();
    let own_at = after.awards.iter().position(|award| award.person == person);
    let own_at = own_at.unwrap_or(after.awards.len());
    if let Some(award) = after.awards.get_mut(own_at)
        && !stretches.is_empty()
    {
        let worksheet = award.worksheet.get_or_insert_default();
        // Who bears it stays the last line.
        let last = worksheet.lines.len().saturating_sub(1);
        let note = rules::note(own.worksheet.value, first, &stretches);
        worksheet.lines.insert(last, note);
    }
    if let Some(entry) = after.dependants.get_mut(at) {
        if let Some(award) = made_up.first() {
            entry.from_month = award.from_month;
            entry.until_month = last.map_or(entry.until_month, |last| Some(last.into()));
        }
        let grown_on = rules::grown_on(&dependant, &ground.figures.ages);
        entry
            .changes
            .extend(last.and(grown_on).map(|grown_on| SurvivorChange {
                kind: SurvivorChangeKind::GrownUp as i32,
                changed_on: Some(grown_on.into()),
                conclusion_number: String::new(),
            }));
    }
    after.awards.splice(own_at..own_at, made_up);
    Ok(())
}
