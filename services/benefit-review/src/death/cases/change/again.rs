//! The pensions of a death decided anew (Art. 90).

use chassis::wire::{maybe_day, uuid};
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{
    Award, CashClaimKind, CashReviewForm, Injury, LateChange, SurvivorChange, SurvivorChangeForm,
    SurvivorChangeKind as Kind, SurvivorDecision, SurvivorForm,
};
use prost::Message;
use time::Date;
use uuid::Uuid;

use super::super::super::rules::written;
use super::super::survivors::{decide, relative};
use super::shared::Ground;
use super::told::Told;
use crate::benefit::cases::Again;
use crate::benefit::cash;
use crate::benefit::store::claims::{ClaimRow, Corrected};
use crate::benefit::wage::{Reckoned, Source};

/// A change that was told, and in which case; none of one that the review at hand is told.
struct Change {
    form: SurvivorChangeForm,
    told_in: Option<Uuid>,
    /// The review at hand is told it, or told otherwise of it.
    told_now: bool,
}

/// Art. 72, Art. 90. The pensions of a claim decided anew by what is known now: those of the first form, and then all changes
/// that were told of it, here and in reviews, in the order in which they happened.
///
/// # Errors
/// A refusal where one could not be decided any more, or a change that is told now does not fit.
pub async fn again_monthly(
    unit: &mut Unit,
    injury: &Injury,
    rows: &[ClaimRow],
    (review, found): (&CashReviewForm, &Reckoned),
) -> Result<Again> {
    let mut again = Again::of(CashClaimKind::Survivors);
    let Some(first) = rows.first() else {
        return Ok(again);
    };
    let form = SurvivorForm::decode(&*first.form)?;
    let then = SurvivorDecision::decode(&*first.decision)?;
    let wage = Source::Found(found);
    let work = async |unit: &mut Unit| decide(unit, injury, &form, (wage, Some(&then))).await;
    let decided_in = uuid(&first.claim()?.case_id)?;
    let mut last = unit.as_applied_in(decided_in, work).await?;
    let of_first = last.dependants.clone();
    let payee = |award: &Award| relative(&of_first, award);
    let told = cash::benefits(injury, first.claim_id, (None, &last.awards), payee)?;
    again.benefits.extend(told);

    let ground = Ground::of(unit, injury, (first.claim_id, &last, wage)).await?;
    let changes = changes(rows, review)?;
    let of_age = changes
        .iter()
        .filter(|one| kind(&one.form) == Kind::GrownUp);
    let of_age: Vec<String> = of_age
        .map(|one| written(&one.form.identity_number))
        .collect();
    for change in &changes {
        let told = Told::of(&change.form, &last, ground.met_on)?;
        let known = (&last, of_age.as_slice(), again.benefits.clone());
        let work = async |unit: &mut Unit| told.decide(unit, &ground, known).await;
        if change.told_now {
            told.fits(&ground, unit.applied_on())?;
        }
        let (earlier, after) = match change.told_in {
            Some(case_id) => unit.as_applied_in(case_id, work).await?,
            None => work(unit).await?,
        };
        for after in earlier
            .into_iter()
            .filter_map(|step| step.after)
            .chain([after])
        {
            again.benefits.extend(ground.told((&last, &after))?);
            last = after;
        }
    }
    let names = last
        .dependants
        .iter()
        .filter_map(|one| one.dependant.as_ref());
    again.relatives = names.map(|one| one.name.clone()).collect();
    again.awards.clone_from(&last.awards);
    again.own_wage.clone_from(&last.own_wage);
    again.decision = last.encode_to_vec();
    Ok(again)
}

/// All changes that were told, in the order of their days, and on one day in that in which they were told.
fn changes(rows: &[ClaimRow], review: &CashReviewForm) -> Result<Vec<Change>> {
    let mut all = Vec::new();
    for row in rows.iter().skip(1) {
        let told_in = Some(uuid(&row.claim()?.case_id)?);
        let told_now = row.corrected == Some(Corrected::Now);
        match &row.objection {
            Some(objection) => {
                let review = CashReviewForm::decode(&**objection)?;
                all.extend(told_late(&review).map(|form| Change {
                    form,
                    told_in,
                    told_now,
                }));
            }
            None => {
                let form = SurvivorChangeForm::decode(&*row.form)?;
                all.push(Change {
                    form,
                    told_in,
                    told_now,
                });
            }
        }
    }
    all.extend(told_late(review).map(|form| Change {
        form,
        told_in: None,
        told_now: true,
    }));
    all.sort_by_key(|one| changed_on(&one.form));
    Ok(all)
}

/// Changes that a review is told, as form 72-A would have told them.
pub fn told_late(review: &CashReviewForm) -> impl Iterator<Item = SurvivorChangeForm> {
    let form = |late: &LateChange| SurvivorChangeForm {
        employer_id: review.employer_id.clone(),
        person_id: review.person_id.clone(),
        name: review.name.clone(),
        recognition_number: review.recognition_number.clone(),
        identity_number: late.identity_number.clone(),
        change: late.change.clone(),
        born: late.born.clone(),
        forgotten: late.forgotten.clone(),
    };
    review.told_late.iter().map(form)
}

fn kind(form: &SurvivorChangeForm) -> Kind {
    let change = form.change.as_ref();
    change.map(SurvivorChange::kind).unwrap_or_default()
}

fn changed_on(form: &SurvivorChangeForm) -> Option<Date> {
    form.change
        .as_ref()
        .and_then(|one| maybe_day(one.changed_on))
}
