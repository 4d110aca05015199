//! The decisions of a claim made anew (Art. 90).

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Error, Result, Unit};
use contracts::benefit_review::v1::{
    Award, CashClaimKind, DisabilityDecision, DisabilityForm, DisabilityOccasion, Injury, Refusal,
};
use law::calendar::add_days;
use prost::Message;
use time::Date;

use super::super::{Known, Last, of_person};
use super::{decide, nursing, person};
use crate::benefit::cases::Again;
use crate::benefit::cash;
use crate::benefit::store::claims::ClaimRow;
use crate::benefit::wage::Reckoned;
use crate::injury::cases::settle_again;
use crate::injury::found_after_end;
use crate::injury::store::{self as injury_store, appraisal};

/// Art. 68, Art. 90. All decisions of a claim made anew in their order, by what is known now: each on its form, by the
/// conclusion, the end of the relation, the retirement or the settlement that it rested on, as of the day on which it was
/// applied for.
///
/// # Errors
/// A refusal where one could not be decided any more.
pub async fn again(
    unit: &mut Unit,
    injury: &Injury,
    rows: &[ClaimRow],
    found_wage: Option<Reckoned>,
) -> Result<Again> {
    let mut known = Known {
        retired_later: retired_on(rows)?,
        found_wage,
        ..of_person(unit, injury.clone()).await?
    };
    let mut again = Again::of(CashClaimKind::Disability);
    let mut before: Option<DisabilityDecision> = None;
    let ended = ended(unit, injury, rows).await?;
    for row in rows {
        let then = DisabilityDecision::decode(&*row.decision)?;
        if row.objection.is_some() {
            before = Some(then);
            continue;
        }
        known.injury = by_conclusion(unit, injury, &then.conclusion_number).await?;
        let decided_in = uuid(&row.claim()?.case_id)?;
        let decision = match (&before, &known.last) {
            (Some(before), Some(last)) if is_beside(before, &then) => {
                let of = (injury, &last.decision);
                nursing::beside_as_then(unit, of, (before, &then)).await?
            }
            _ => {
                let form = DisabilityForm::decode(&*row.form)?;
                known.corrected = row.corrected.is_some();
                let then = match &ended {
                    Some(ended) => ended.as_registered(row, &form, then.clone()),
                    None => then.clone(),
                };
                let work = async |unit: &mut Unit| match has_ended(&form, &then) {
                    true => anew(unit, &known, &form, &then).await,
                    false => Ok(never_ended(known.last.as_ref(), &then)),
                };
                match unit.as_applied_in(decided_in, work).await {
                    Err(error) if was_none(&error) => not_due(&known, then.clone()),
                    decision => decision?,
                }
            }
        };
        let last = known
            .last
            .as_ref()
            .map(|last| last.decision.awards.as_slice());
        let payee = |_: &Award| person(injury, &decision);
        let between = (last, decision.awards.as_slice());
        again
            .benefits
            .extend(cash::benefits(injury, row.claim_id, between, payee)?);
        known.last = Some(Last {
            claim_id: row.claim_id,
            sequence: row.sequence,
            decision,
        });
        before = Some(then);
    }
    if let Some(last) = known.last {
        again.awards = last.decision.awards.clone();
        again.own_wage = last.decision.own_wage.clone();
        again.decision = last.decision.encode_to_vec();
    }
    Ok(again)
}

/// The end of the labour relation as it is registered by now, and the decision that it is the end of.
struct Ended {
    on: Option<Date>,
    sequence: i32,
}

impl Ended {
    /// A decision on the end of the relation with its last day as that is registered by now; without one where it was undone.
    fn as_registered(
        &self,
        row: &ClaimRow,
        form: &DisabilityForm,
        then: DisabilityDecision,
    ) -> DisabilityDecision {
        if form.occasion() != DisabilityOccasion::RelationEnd {
            return then;
        }
        let on = self.on.filter(|_| row.sequence == self.sequence);
        DisabilityDecision {
            relation_ended_on: on.map(Into::into),
            ..then
        }
    }
}

/// Whether what a decision on the end of the relation rests on has come about.
fn has_ended(form: &DisabilityForm, then: &DisabilityDecision) -> bool {
    form.occasion() != DisabilityOccasion::RelationEnd || then.relation_ended_on.is_some()
}

/// Art. 60, Art. 90. What was decided of an end that never was: it added nothing, and what stood before it stands.
fn never_ended(last: Option<&Last>, then: &DisabilityDecision) -> DisabilityDecision {
    let mut decision = DisabilityDecision {
        sequence: then.sequence,
        beside: Vec::new(),
        ..last.map(|last| last.decision.clone()).unwrap_or_default()
    };
    super::sum_up(&decision.awards.clone(), &mut decision);
    decision
}

/// Art. 60, Art. 90. What became of the end of the relation since it was decided on: it may have been undone, or re-dated. None
/// of a disease that was found after it, whose registration has the day.
async fn ended(unit: &mut Unit, injury: &Injury, rows: &[ClaimRow]) -> Result<Option<Ended>> {
    if found_after_end(injury).is_some() {
        return Ok(None);
    }
    let (mut last, mut before) = (None, None);
    for row in rows {
        let then = DisabilityDecision::decode(&*row.decision)?;
        let beside = before
            .as_ref()
            .is_some_and(|before| is_beside(before, &then));
        let ends = then.occasion() == DisabilityOccasion::RelationEnd;
        if ends && !beside && row.objection.is_none() {
            last = Some(row.sequence);
        }
        before = Some(then);
    }
    let Some(sequence) = last else {
        return Ok(None);
    };
    let area = unit.area().to_owned();
    let from_on = injury_store::ended(unit.db(), &area, uuid(&injury.injury_id)?).await?;
    Ok(Some(Ended {
        on: from_on.map(|from_on| add_days(from_on, -1)),
        sequence,
    }))
}

/// The day of a retirement that was decided of the claim, as a review may have corrected it.
fn retired_on(rows: &[ClaimRow]) -> Result<Option<Date>> {
    for row in rows.iter().filter(|row| row.corrected.is_some()) {
        let form = DisabilityForm::decode(&*row.form)?;
        if form.retired_on.is_some() {
            return Ok(maybe_day(form.retired_on));
        }
    }
    let last = rows.last().map(|row| row.decision.as_slice());
    let last = DisabilityDecision::decode(last.unwrap_or_default())?;
    Ok(maybe_day(last.retired_on))
}

/// One decision anew, by what it rested on.
async fn anew(
    unit: &mut Unit,
    known: &Known,
    form: &DisabilityForm,
    then: &DisabilityDecision,
) -> Result<DisabilityDecision> {
    match form.occasion() {
        DisabilityOccasion::Settlement => {
            settle_again(unit, known, day(then.relation_ended_on)?).await
        }
        _ => decide(unit, known, form, Some(then)).await,
    }
}

/// Refusals by which a decision would not have been made had it been known: the person had died, or the conclusion that stands
/// now found no grade, or one of which the occasion gives nothing.
const NOT_DUE: &[Refusal] = &[
    Refusal::DisabilityAfterDeath,
    Refusal::DisabilityNoGrade,
    Refusal::DisabilityGrade,
    Refusal::NoLongTermBenefit,
];

fn was_none(error: &Error) -> bool {
    NOT_DUE.iter().any(|refusal| error.is(*refusal))
}

/// Art. 68, Art. 90. What was decided and would not be by what is known now: it added nothing, and what stood before it stands.
fn not_due(known: &Known, then: DisabilityDecision) -> DisabilityDecision {
    let (last, injury) = (known.last.as_ref(), &known.injury);
    let mut decision = DisabilityDecision {
        own_wage: last.and_then(|last| last.decision.own_wage.clone()),
        awards: last.map_or_else(Vec::new, |last| last.decision.awards.clone()),
        beside: Vec::new(),
        conclusion_number: injury.conclusion_number.clone(),
        disability_grade: injury.disability_grade,
        nursing_grade: injury.nursing_grade,
        ..then
    };
    super::sum_up(&decision.awards.clone(), &mut decision);
    decision
}

/// Each conclusion is decided once, and so is each end: what is not another was decided in the case of another injury.
#[must_use]
pub fn is_beside(before: &DisabilityDecision, then: &DisabilityDecision) -> bool {
    let of = |one: &DisabilityDecision| (one.occasion, one.conclusion_number.clone());
    of(before) == of(then)
}

/// The injury as it was when a conclusion was the last, or the one that stands in its place.
async fn by_conclusion(unit: &mut Unit, injury: &Injury, number: &str) -> Result<Injury> {
    let area = unit.area().to_owned();
    let of = (uuid(&injury.injury_id)?, number);
    let Some(concluded) = appraisal(unit.db(), &area, of).await? else {
        return Err(Error::internal(
            "a decision rests on a conclusion that is registered",
        ));
    };
    Ok(Injury {
        nursing_grade: concluded.nursing() as i32,
        disability_grade: concluded.disability_grade,
        conclusion_number: concluded.conclusion_number,
        ..injury.clone()
    })
}
