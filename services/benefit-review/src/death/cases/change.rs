//! Changes of the circle of relatives (forms 72-A and 72-B).

mod grown_up;
mod shared;

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Award, CashClaimKind, DecidedDependant, Dependant, Injury, Refusal, SurvivorAdjustment,
    SurvivorChange, SurvivorChangeForm, SurvivorChangeKind as Kind, SurvivorDecision,
};
use contracts::common::v1::{EvidenceKind, WorksheetLine};
use law::Month;
use prost::Message;
use time::Date;
use uuid::Uuid;

use self::grown_up::{grown_up, told};
use self::shared::Ground;
use super::super::rules::{self, written};
use super::super::{injured, sums};
use super::survivors::{of_relatives, relative};
use crate::benefit::cash::{self, Effect};
use crate::benefit::of_injury::{InjuryCase, Named};
use crate::benefit::store::claims::{self, ClaimRow};

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
        let kind = application.change.as_ref().map(SurvivorChange::kind);
        match kind.unwrap_or_default() {
            Kind::GrownUp => vec![],
            Kind::Forgotten => of_relatives(application.forgotten.as_slice()),
            Kind::Born => vec![EvidenceKind::IdentityCard, EvidenceKind::KinshipProof],
            Kind::AbleToWork | Kind::UnableToWork => vec![EvidenceKind::AppraisalConclusion],
            _ => vec![EvidenceKind::SurvivorChangeProof],
        }
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
        let ground = Ground::of(unit, &injury, &before).await?;
        let change = application.change.clone().unwrap_or_default();
        let mut circle = before.dependants.clone();
        let at = place(&mut circle, application, ground.met_on)?;
        let changed = circle.get(at).cloned().unwrap_or_default();
        let dependant = changed.dependant.clone().unwrap_or_default();
        let of = (&dependant, changed.changes.as_slice());
        let days = (ground.met_on, unit.applied_on());
        let changed_on = rules::fits(of, &change, days, &ground.figures.ages)?;
        let from = rules::counts_from(ground.first, changed_on);
        in_order(&before, (ground.first, from))?;
        if change.kind() == Kind::Forgotten {
            rules::still(of, (ground.met_on, from), &ground.figures.ages)?;
        }

        let own = (change.kind() == Kind::GrownUp).then_some(at);
        let earlier = grown_up(unit, &ground, &before, (changed_on, own)).await?;
        let then = earlier.last().and_then(|step| step.after.as_ref());
        let then = then.unwrap_or(&before);
        let mut circle = then.dependants.clone();
        if at == circle.len() {
            circle.push(changed);
        }
        if let Some(one) = circle.get_mut(at) {
            one.changes.push(change.clone());
        }
        let mut after = ground.shared(unit, (then, &circle), from).await?;
        if change.kind() == Kind::Forgotten {
            explain(&mut after, at, ground.first);
        }
        let (now, was) = (sums(&after.awards)?, sums(&before.awards)?);
        let steps = i32::try_from(earlier.len()).unwrap_or_default();
        Ok(SurvivorAdjustment {
            claim_id: row.claim_id.to_string(),
            sequence: row.sequence + 1 + steps,
            relative: dependant.name,
            change: Some(change),
            from_month: Some(from.into()),
            before: Some(before),
            after: Some(after),
            fund_difference: Some((now.0 - was.0).into()),
            employer_difference: Some((now.1 - was.1).into()),
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
        let mut before = decision.before.unwrap_or_default();
        let mut decided = Vec::with_capacity(decision.earlier.len() + 1);
        for step in decision.earlier {
            let form = told(&application, &step);
            decided.push((form, step.after.unwrap_or_default()));
        }
        decided.push((application, decision.after.unwrap_or_default()));
        // Each is a decision of its own with its own month, in the order in which they happened.
        let count = i32::try_from(decided.len()).unwrap_or_default();
        for (sequence, (form, after)) in (decision.sequence + 1 - count..).zip(decided) {
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
            cash::enter(unit, &injury, effect, (&kept.0, &kept.1), payee).await?;
            before = after;
        }
        Ok(())
    }
}

/// 工伤保险条例 and the procedure are silent on a relative who was forgotten. The right began with the death (Art. 80), but
/// the others have had its months, in good faith and by a decision: nothing is taken from them, and the forgotten one is
/// paid from the month after the application.
fn explain(after: &mut SurvivorDecision, at: usize, first: Month) {
    let person = i32::try_from(at).ok();
    let award = after.awards.iter_mut().find(|award| award.person == person);
    if let Some(award) = award {
        let worksheet = award.worksheet.get_or_insert_default();
        // Who bears it stays the last line.
        let last = worksheet.lines.len().saturating_sub(1);
        let line = WorksheetLine {
            label: "补报遗漏的供养亲属".to_owned(),
            value: format!("符合条件的供养亲属自{first}起享受抚恤金，补报的自申报次月起计发"),
            source: "此前各月的抚恤金已经按原核定支付给其他供养亲属，不追回，也不补发".to_owned(),
        };
        worksheet.lines.insert(last, line);
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

/// The place of the relative of whom something changed; a child that was born, and who was forgotten, is the last.
fn place(
    circle: &mut Vec<DecidedDependant>,
    form: &SurvivorChangeForm,
    met_on: Date,
) -> Result<usize> {
    let number = written(&form.identity_number);
    let is = |one: &Dependant| written(&one.identity_number) == number;
    let found = circle
        .iter()
        .position(|one| one.dependant.as_ref().is_some_and(is));
    let kind = form.change.as_ref().map(SurvivorChange::kind);
    let new = match (found, kind.unwrap_or_default(), &form.born, &form.forgotten) {
        (None, Kind::Born, Some(born), None) if is(born) => {
            rules::whole(std::slice::from_ref(born), day(born.born_on)?)?;
            born
        }
        (None, Kind::Forgotten, None, Some(forgotten)) if is(forgotten) => {
            let others = circle.iter().filter_map(|one| one.dependant.clone());
            let lived = |one: &Dependant| maybe_day(one.born_on).is_some_and(|on| on <= met_on);
            let mut all: Vec<Dependant> = others.filter(lived).collect();
            all.push(forgotten.clone());
            rules::whole(&all, met_on)?;
            forgotten
        }
        (Some(at), kind, None, None) if !matches!(kind, Kind::Born | Kind::Forgotten) => {
            return Ok(at);
        }
        _ => {
            let finding = "不是已核定的供养亲属；遗腹子女出生、补报遗漏的供养亲属的，证件号码应与所填亲属相同且此前未申报";
            return Err(rules::unfit("所填亲属", finding).into());
        }
    };
    circle.push(DecidedDependant {
        dependant: Some(new.clone()),
        ..DecidedDependant::default()
    });
    Ok(circle.len() - 1)
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
