//! A cash claim decided anew, whatever its kind (Art. 90).

use chassis::{Error, Result, Unit};
use contracts::benefit_review::v1::{
    Award, Benefit, CashClaimKind, CashReviewForm, DeathDecision, DisabilityDecision, Injury,
    OwnWage, Refusal, SurvivorDecision,
};
use prost::Message;

use super::super::adjustments;
use super::super::store::claims::ClaimRow;
use super::super::wage::{anew, not_needed};
use crate::death::cases::{again_monthly, again_once};
use crate::disability::cases::again as again_disabled;

/// What a claim comes to when all its decisions are made anew, in their order.
#[derive(Clone, Debug)]
pub struct Again {
    /// What the claim is about.
    pub kind: CashClaimKind,
    /// What the decisions would have told, with what adjustments make of it.
    pub benefits: Vec<Benefit>,
    /// What stands after the last.
    pub awards: Vec<Award>,
    /// The own wage that it rests on, if it does.
    pub own_wage: Option<OwnWage>,
    /// The own wage that was found anew, also where the last decision does not rest on one.
    pub found_wage: Option<OwnWage>,
    /// The last decision: the message of the kind.
    pub decision: Vec<u8>,
    /// Names of the relatives whose numbers the awards have.
    pub relatives: Vec<String>,
}

impl Again {
    /// Nothing yet.
    #[must_use]
    pub fn of(kind: CashClaimKind) -> Self {
        Self {
            kind,
            benefits: Vec::new(),
            awards: Vec::new(),
            own_wage: None,
            found_wage: None,
            decision: Vec::new(),
            relatives: Vec::new(),
        }
    }

    /// Art. 54, Art. 90. Nothing is due any more: the recognition was revoked, or what the claim rested on never was.
    fn of_nothing(kind: CashClaimKind, last: &ClaimRow) -> Result<Self> {
        let decision = last.decision.as_slice();
        let decision = match kind {
            CashClaimKind::Death => DeathDecision {
                awards: Vec::new(),
                ..DeathDecision::decode(decision)?
            }
            .encode_to_vec(),
            CashClaimKind::Survivors => SurvivorDecision {
                awards: Vec::new(),
                ..SurvivorDecision::decode(decision)?
            }
            .encode_to_vec(),
            _ => DisabilityDecision {
                awards: Vec::new(),
                ..DisabilityDecision::decode(decision)?
            }
            .encode_to_vec(),
        };
        Ok(Self {
            own_wage: last.claim()?.own_wage,
            decision,
            ..Self::of(kind)
        })
    }
}

/// Art. 90. All decisions of a claim made anew by what is known now: with the own wage by the bases that collection has, by
/// the injury as it stands, and by the law of the days that they turn on.
///
/// # Errors
/// A refusal where one could not be decided any more.
pub async fn again(
    unit: &mut Unit,
    injury: &Injury,
    rows: &[ClaimRow],
    review: &CashReviewForm,
) -> Result<Again> {
    let mut own_wage = None;
    for row in rows {
        own_wage = row.claim()?.own_wage.or(own_wage);
    }
    let Some(last) = rows.last() else {
        return Ok(Again::of(CashClaimKind::Unspecified));
    };
    let kind = last.claim()?.kind();
    if own_wage.is_none() && !review.wages.is_empty() {
        return Err(not_needed(injury)?.into());
    }
    if injury.revoked {
        return Again::of_nothing(kind, last);
    }
    let found = match own_wage {
        Some(_) => Some(anew(unit, injury, &review.wages).await?),
        None => None,
    };
    let found_wage = found.as_ref().map(|(_, own_wage)| own_wage.clone());
    let again = match (kind, found) {
        (CashClaimKind::Disability, found) => again_disabled(unit, injury, rows, found).await,
        (CashClaimKind::Survivors, Some(found)) => {
            again_monthly(unit, injury, rows, (review, &found)).await
        }
        _ => again_once(unit, injury, rows).await,
    };
    let again = match again {
        Err(error) if was_none(&error) => Again::of_nothing(kind, last)?,
        again => again?,
    };
    let adjustments = adjustments::standing(unit).await?;
    Ok(Again {
        found_wage,
        benefits: adjustments.told(&[], again.benefits)?,
        ..again
    })
}

/// Refusals by which nothing would have been due had it been known: nobody died, or of a grade that has no benefits of a death.
const NOTHING_DUE: &[Refusal] = &[Refusal::DeathUnknown, Refusal::DeathAfterStoppage];

/// Art. 90. A fact that turned out to be none is no reason to keep what was decided on it: all of it is given back.
fn was_none(error: &Error) -> bool {
    NOTHING_DUE.iter().any(|refusal| error.is(*refusal))
}
