//! Changes of the circle of relatives (forms 72-A and 72-B).

mod again;
mod forgotten;
mod grown_up;
mod of_age;
mod shared;
mod told;

use chassis::wire::{uuid, yuan};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Award, Benefit, CashClaimKind, Injury, Refusal, SurvivorAdjustment, SurvivorChange,
    SurvivorChangeForm, SurvivorChangeKind as Kind, SurvivorDecision,
};
use contracts::common::v1::EvidenceKind;
use law::Month;
use prost::Message;
use uuid::Uuid;

use self::grown_up::told_of_age;
use self::shared::Ground;
use self::told::Told;
use super::super::injured;
use super::super::rules;
use super::survivors::{of_relatives, relative};
use crate::benefit::cash::{self, Effect};
use crate::benefit::of_injury::{InjuryCase, Named};
use crate::benefit::rules::decided;
use crate::benefit::store::claims::{self, ClaimRow};
use crate::benefit::store::{self, Filter};
use crate::benefit::wage::Source;

pub use again::{again_monthly, told_late};
pub use of_age::OfAge;

/// Art. 72. What became of a relative: the own wage is shared anew from the month after. Comings of age before it that
/// nobody told are decided first, each from its own month.
pub struct SurvivorChanged;

#[chassis::async_trait]
impl InjuryCase for SurvivorChanged {
    type Application = SurvivorChangeForm;
    type Decision = SurvivorAdjustment;

    fn named<'a>(&self, application: &'a Self::Application) -> Named<'a> {
        Named {
            employer_id: &application.employer_id,
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        }
    }

    /// What proves the change; that somebody has grown up is known.
    fn papers(&self, application: &Self::Application) -> Vec<EvidenceKind> {
        papers_of(application)
    }

    async fn injury(&self, unit: &mut Unit, named: Named<'_>) -> Result<Injury> {
        injured(unit, named).await
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        injury: Injury,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (row, before) = last(unit, &injury).await?;
        let ground = Ground::of(unit, &injury, (row.claim_id, &before, Source::Kept(&[]))).await?;
        let told = Told::of(application, &before, ground.met_on)?;
        let changed_on = told.fits(&ground, unit.applied_on())?;
        let from = rules::counts_from(ground.first, changed_on);
        in_order(&before, (ground.first, from))?;
        let paid = paid(unit, row.claim_id).await?;
        let known = told.numbers();
        let (earlier, mut after) = told.decide(unit, &ground, (&before, &known, paid)).await?;
        let payee = |award: &Award| relative(&after.dependants, award);
        let of = (&injury, Some(row.claim_id));
        let adjusted = cash::adjusted(unit, of, &after.awards, payee).await?;
        after.adjusted = adjusted;
        // What both say of themselves: each knows from which month it was decided.
        let fund = yuan(after.fund.as_ref())? - yuan(before.fund.as_ref())?;
        let employer = yuan(after.employer.as_ref())? - yuan(before.employer.as_ref())?;
        let steps = i32::try_from(earlier.len()).unwrap_or_default();
        Ok(SurvivorAdjustment {
            claim_id: row.claim_id.to_string(),
            sequence: row.sequence + 1 + steps,
            relative: told.dependant().name,
            change: application.change.clone(),
            from_month: Some(from.into()),
            before: Some(before),
            after: Some(after),
            fund_difference: Some(fund.into()),
            employer_difference: Some(employer.into()),
            earlier,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        (case_id, injury): (Uuid, Injury),
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let claim_id = uuid(&decision.claim_id)?;
        let before = decision.before.unwrap_or_default();
        let mut decided = Vec::with_capacity(decision.earlier.len() + 1);
        for step in decision.earlier {
            let form = told_of_age(&application, &step);
            decided.push((form, step.after.unwrap_or_default()));
        }
        decided.push((application, decision.after.unwrap_or_default()));
        let count = i32::try_from(decided.len()).unwrap_or_default();
        let of = (claim_id, case_id, decision.sequence + 1 - count);
        enter(unit, &injury, of, (before, decided)).await
    }
}

/// Enters what was decided of a claim in a case, from a sequence on: each is a decision of its own with its own month, in
/// the order in which they happened.
async fn enter(
    unit: &mut Unit,
    injury: &Injury,
    (claim_id, case_id, first): (Uuid, Uuid, i32),
    (mut before, decided): (
        SurvivorDecision,
        Vec<(SurvivorChangeForm, SurvivorDecision)>,
    ),
) -> Result<()> {
    for (sequence, (form, after)) in (first..).zip(decided) {
        let effect = Effect {
            kind: CashClaimKind::Survivors,
            claim_id,
            sequence,
            case_id,
            own_wage: after.own_wage.as_ref(),
            awards: &after.awards,
            before: Some(&before.awards),
        };
        let kept = (form.encode_to_vec(), after.encode_to_vec());
        let payee = |award: &Award| relative(&after.dependants, award);
        cash::enter(unit, injury, effect, (&kept.0, &kept.1), payee).await?;
        before = after;
    }
    Ok(())
}

/// What proves a change.
pub fn papers_of(form: &SurvivorChangeForm) -> Vec<EvidenceKind> {
    let kind = form.change.as_ref().map(SurvivorChange::kind);
    match kind.unwrap_or_default() {
        Kind::GrownUp => vec![],
        Kind::Forgotten => of_relatives(form.forgotten.as_slice()),
        Kind::Born => vec![EvidenceKind::IdentityCard, EvidenceKind::KinshipProof],
        Kind::AbleToWork | Kind::UnableToWork => vec![EvidenceKind::AppraisalConclusion],
        _ => vec![EvidenceKind::SurvivorChangeProof],
    }
}

/// Art. 72. What was decided of the pensions of a death last.
async fn last(unit: &mut Unit, injury: &Injury) -> Result<(ClaimRow, SurvivorDecision)> {
    let (area, person_id) = (unit.area().to_owned(), uuid(&injury.person_id)?);
    let of = (person_id, injury.recognition_number.as_str());
    let mut rows = claims::of_injury(unit.db(), &area, of, CashClaimKind::Survivors).await?;
    let row = rows
        .pop()
        .ok_or_else(|| Refused::because(Refusal::SurvivorsUndecided))?;
    let decision = SurvivorDecision::decode(&*row.decision)?;
    Ok((row, decision))
}

/// What was told of the pensions of a claim until now, as it was decided: what adjustments add to it is not of the own
/// wage that is shared.
async fn paid(unit: &mut Unit, claim_id: Uuid) -> Result<Vec<Benefit>> {
    let area = unit.area().to_owned();
    let filter = Filter {
        claim_id: Some(claim_id),
        ..Filter::default()
    };
    let mut told = store::list(unit.db(), &area, filter, (None, i64::MAX)).await?;
    // The oldest comes first.
    told.reverse();
    for one in &mut told {
        one.amount = Some(decided(one)?.into());
    }
    Ok(told)
}

/// Changes are decided in the order of their months: what was decided from a later month on rests on what was known then.
fn in_order(before: &SurvivorDecision, (first, from): (Month, Month)) -> Result<()> {
    let decided = rules::decided_from(before, first);
    if from < decided {
        let refused = Refused::because(Refusal::SurvivorChangeOrder);
        return Err(refused.with("from_month", decided).into());
    }
    Ok(())
}
