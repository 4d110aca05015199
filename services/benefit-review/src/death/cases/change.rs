//! Changes of the circle of relatives (forms 72-A and 72-B).

use chassis::wire::{day, maybe_day, month, uuid, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Award, BenefitKind, CashClaimKind, DeathCase, DecidedDependant, Dependant, Injury, Refusal,
    SurvivorAdjustment, SurvivorChange, SurvivorChangeForm, SurvivorChangeKind as Kind,
    SurvivorDecision,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::Term;
use law::{Law, Month, Sheet};
use prost::Message;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::rules::{self, Figures, written};
use super::super::{Named, bears_monthly, injured, sums};
use super::survivors::{entry, relative};
use crate::benefit::cash::{self, Effect};
use crate::benefit::store::claims::{self, ClaimRow};
use crate::benefit::wage;

/// Art. 72. What became of a relative: the own wage is shared anew from the month after.
pub struct SurvivorChanged;

#[chassis::async_trait]
impl Case for SurvivorChanged {
    type Application = SurvivorChangeForm;
    type Decision = SurvivorAdjustment;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// What proves the change; that somebody has grown up is known.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let kind = application.change.as_ref().map(SurvivorChange::kind);
        let papers = match kind.unwrap_or_default() {
            Kind::GrownUp => vec![],
            Kind::Born => vec![EvidenceKind::IdentityCard, EvidenceKind::KinshipProof],
            Kind::AbleToWork | Kind::UnableToWork => vec![EvidenceKind::AppraisalConclusion],
            _ => vec![EvidenceKind::SurvivorChangeProof],
        };
        papers.into_iter().map(Needed::paper).collect()
    }

    /// Whose employer it is not is told so at once.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        // The present employer applies for an injury that another registered.
        unit.look_as_the_agency().await?;
        injured(unit, named(application)).await?;
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let injury = injured(unit, named(application)).await?;
        let (row, before) = last(unit, &injury).await?;
        let died_on = met_on(&before)?;
        let figures = Figures::of_pensions(&unit.law(died_on).await?, DeathCase::Unspecified)?;
        let change = application.change.clone().unwrap_or_default();
        let mut circle = before.dependants.clone();
        let at = place(&mut circle, application)?;
        let of = (
            circle[at].dependant.clone().unwrap_or_default(),
            circle[at].changes.clone(),
        );
        let days = (died_on, unit.applied_on());
        let changed_on = rules::fits((&of.0, &of.1), &change, days, &figures.ages)?;
        let from = Month::of(changed_on).next();
        in_order(&before, from)?;
        circle[at].changes.push(change.clone());

        let (wage, own_wage) = wage::of_injury(unit, &injury).await?;
        let (mut dependants, mut entitled) = (Vec::new(), Vec::new());
        for (at, one) in circle.iter().enumerate() {
            let dependant = one.dependant.clone().unwrap_or_default();
            let days = (died_on, from.first_day());
            let found = rules::still((&dependant, &one.changes), days, &figures.ages);
            dependants.push(DecidedDependant {
                changes: one.changes.clone(),
                ..entry(&dependant, &found, from, &figures)
            });
            if let Ok(standing) = found {
                entitled.push((at, rules::claimant(&dependant), standing));
            }
        }
        let bears = bears_monthly(unit, &injury, (maybe_day(before.died_on), from)).await?;
        let mut awards = Vec::with_capacity(entitled.len());
        for pension in rules::shared::<Sheet>(wage, (&entitled, from.first_day()), &figures) {
            let (entry, former) = (pension.survivor, standing_award(&before, pension.survivor));
            let award = match former {
                Some(former) if yuan(former.amount.as_ref())? == pension.worksheet.value => {
                    former.clone()
                }
                Some(former) => {
                    let why = "与原核定的承担方相同";
                    pension.award(from).borne_by(former.payer(), why).into()
                }
                None => pension.award(from).borne_by(bears.0, bears.1).into(),
            };
            if let Some(entry) = dependants.get_mut(entry) {
                entry.pension.clone_from(&award.amount);
                entry.from_month = award.from_month;
            }
            awards.push(award);
        }
        awards.extend(endings(&before, &awards, from));
        let (fund, employer) = sums(&awards)?;
        let was = sums(&before.awards)?;
        let relative = of.0.name;
        let after = SurvivorDecision {
            own_wage: Some(own_wage),
            dependants,
            awards,
            fund: Some(fund.into()),
            employer: Some(employer.into()),
            ..before.clone()
        };
        Ok(SurvivorAdjustment {
            claim_id: row.claim_id.to_string(),
            sequence: row.sequence + 1,
            relative,
            change: Some(change),
            from_month: Some(from.into()),
            before: Some(before),
            after: Some(after),
            fund_difference: Some((fund - was.0).into()),
            employer_difference: Some((employer - was.1).into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let injury = injured(unit, named(&application)).await?;
        // Another decision on the same injury waits for this, or this for that.
        claims::hold(unit.db(), &area, uuid(&injury.injury_id)?).await?;
        self.examine_again(unit, &application, &decision).await?;
        let (before, after) = (
            decision.before.unwrap_or_default(),
            decision.after.unwrap_or_default(),
        );
        let effect = Effect {
            kind: CashClaimKind::Survivors,
            claim_id: uuid(&decision.claim_id)?,
            sequence: decision.sequence,
            case_id,
            own_wage: after.own_wage.as_ref(),
            awards: &after.awards,
            before: Some(&before.awards),
        };
        let kept = (application.encode_to_vec(), after.encode_to_vec());
        let payee = |award: &Award| relative(&after.dependants, award);
        cash::enter(unit, &injury, effect, (&kept.0, &kept.1), payee).await
    }
}

fn named(form: &SurvivorChangeForm) -> Named<'_> {
    Named {
        employer_id: &form.employer_id,
        person_id: &form.person_id,
        name: &form.name,
        recognition_number: &form.recognition_number,
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

/// The day on which the conditions had to be met.
fn met_on(before: &SurvivorDecision) -> Result<Date> {
    match before.death_case() {
        DeathCase::Missing => day(before.injured_on),
        _ => day(before.died_on),
    }
}

/// The place of the relative of whom something changed; a child that was born is the last.
fn place(circle: &mut Vec<DecidedDependant>, form: &SurvivorChangeForm) -> Result<usize> {
    let number = written(&form.identity_number);
    let is = |one: &Dependant| written(&one.identity_number) == number;
    let found = circle
        .iter()
        .position(|one| one.dependant.as_ref().is_some_and(is));
    let kind = form.change.as_ref().map(SurvivorChange::kind);
    match (found, kind.unwrap_or_default(), &form.born) {
        (None, Kind::Born, Some(born)) if is(born) => {
            rules::whole(std::slice::from_ref(born), day(born.born_on)?)?;
            circle.push(DecidedDependant {
                dependant: Some(born.clone()),
                ..DecidedDependant::default()
            });
            Ok(circle.len() - 1)
        }
        (Some(at), kind, None) if kind != Kind::Born => Ok(at),
        _ => {
            let finding =
                "不是已核定的供养亲属；遗腹子女出生的，证件号码应与所填子女相同且此前未申报";
            Err(rules::unfit("所填亲属", finding).into())
        }
    }
}

/// Changes are decided in the order of their months: what was decided from a later month on rests on what was known then.
fn in_order(before: &SurvivorDecision, from: Month) -> Result<()> {
    for award in &before.awards {
        let decided = month(award.from_month)?;
        if from < decided {
            let refused = Refused::because(Refusal::SurvivorChangeOrder);
            return Err(refused.with("from_month", decided).into());
        }
    }
    Ok(())
}

/// The award that a relative has.
fn standing_award(before: &SurvivorDecision, survivor: usize) -> Option<&Award> {
    let person = i32::try_from(survivor).ok();
    let mut paid = before.awards.iter().filter(|award| is_paid(award));
    paid.find(|award| award.person == person)
}

fn is_paid(award: &Award) -> bool {
    let amount = award.amount.as_ref();
    amount.is_some_and(|amount| amount.decimal().is_ok_and(|yuan| !yuan.is_zero()))
}

/// Pensions that end: of nothing from the month on.
fn endings(before: &SurvivorDecision, awards: &[Award], from: Month) -> Vec<Award> {
    let goes_on = |former: &&Award| !awards.iter().any(|award| award.person == former.person);
    let paid = before.awards.iter().filter(|award| is_paid(award));
    let ending = |former: &Award| Award {
        benefit: BenefitKind::SurvivorPension as i32,
        person: former.person,
        amount: Some(Decimal::ZERO.into()),
        monthly: true,
        from_month: Some(from.into()),
        payer: former.payer,
        worksheet: former.worksheet.clone(),
        ..Award::default()
    };
    paid.filter(goes_on).map(ending).collect()
}
