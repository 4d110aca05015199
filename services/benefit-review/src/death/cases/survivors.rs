//! Pensions of those who depended on the deceased (forms 70-A and 5-9).

use chassis::wire::{maybe_day, uuid};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    AdjustmentBasis, Award, CashClaimKind, DeathCase, DecidedDependant, Dependant, Injury,
    PayeeKind, Refusal, SurvivorDecision, SurvivorForm,
};
use contracts::common::v1::EvidenceKind;
use law::{Month, Sheet};
use prost::Message;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::rules::{self, Deceased, Declaration, Known, Pensions, Standing, written};
use super::super::{bears_monthly, injured, known, monthly_sums};
use crate::benefit::cash::{self, Effect, Payee};
use crate::benefit::of_injury::{InjuryCase, Named};
use crate::benefit::store::claims;
use crate::benefit::wage::Source;
use crate::injury::overdue;

/// Art. 70, Art. 71, Art. 72. The survivor pensions of a death.
pub struct SurvivorClaim;

#[chassis::async_trait]
impl InjuryCase for SurvivorClaim {
    type Application = SurvivorForm;
    type Decision = SurvivorDecision;

    fn named<'a>(&self, application: &'a Self::Application) -> Named<'a> {
        Named {
            employer_id: &application.employer_id,
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        }
    }

    /// Art. 70, Art. 71. Who the relatives are and that they depended on the deceased, and what their conditions rest on.
    fn papers(&self, application: &Self::Application) -> Vec<EvidenceKind> {
        let mut papers = of_relatives(&application.dependants);
        match (application.death_case(), application.declared_on) {
            (DeathCase::Missing, Some(_)) => papers.push(EvidenceKind::DeathDeclaration),
            (DeathCase::Missing, None) => papers.push(EvidenceKind::MissingProof),
            _ => {}
        }
        if !application.wages.is_empty() {
            papers.push(EvidenceKind::WagePaymentDetail);
        }
        papers
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
        undecided(unit, &injury).await?;
        let wage = Source::Kept(&application.wages);
        decide(unit, &injury, application, (wage, None)).await
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        (case_id, injury): (Uuid, Injury),
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let effect = Effect {
            kind: CashClaimKind::Survivors,
            claim_id: case_id,
            sequence: 0,
            case_id,
            own_wage: decision.own_wage.as_ref(),
            awards: &decision.awards,
            before: None,
        };
        let kept = (application.encode_to_vec(), decision.encode_to_vec());
        let payee = |award: &Award| relative(&decision.dependants, award);
        cash::enter(unit, &injury, effect, (&kept.0, &kept.1), payee).await
    }
}

/// Art. 70, Art. 71, Art. 72. The pensions of all who are on a form; `then` is what was decided on it, where that is decided
/// anew.
pub(super) async fn decide(
    unit: &mut Unit,
    injury: &Injury,
    form: &SurvivorForm,
    (wage, then): (Source<'_>, Option<&SurvivorDecision>),
) -> Result<SurvivorDecision> {
    let mut known = known(unit, injury).await?;
    // Who was missing then may be known to be dead by now.
    let was_missing = |then: &SurvivorDecision| then.died_on.is_none();
    known.died_on = known.died_on.filter(|_| !then.is_some_and(was_missing));
    let case = match then {
        Some(_) => rules::by_now(form.death_case(), &known),
        None => form.death_case(),
    };
    let deceased = deceased(unit, (case, &known), form)?;
    rules::whole(&form.dependants, deceased.on())?;
    let law = unit.law(deceased.on()).await?;
    let figures = Pensions::of(&law)?;
    let from = rules::first_month(deceased.case, deceased.on(), &law)?;
    if deceased.case == DeathCase::Missing && Month::of(unit.applied_on()) < from {
        let refused = Refused::because(Refusal::SurvivorsTooEarly);
        return Err(refused.with("from_month", from).into());
    }
    let (wage, own_wage) = wage.own_wage(unit, injury).await?;
    let bears = bears_monthly(unit, injury, (deceased.died_on, from)).await?;
    let (mut dependants, mut entitled) = (Vec::new(), Vec::new());
    for (at, one) in form.dependants.iter().enumerate() {
        let found = rules::still((one, &[]), (deceased.on(), from), &figures.ages);
        dependants.push(entry(one, &found, from, &figures));
        if let Ok(standing) = found {
            entitled.push((at, rules::claimant(one), standing));
        }
    }
    let mut awards: Vec<Award> = Vec::with_capacity(entitled.len());
    for pension in rules::shared::<Sheet>(wage, (&entitled, deceased.on()), &figures) {
        if let Some(entry) = dependants.get_mut(pension.survivor) {
            entry.pension = Some(pension.worksheet.value.into());
        }
        let borne = rules::borne(pension.award(from), bears, overdue(injury));
        awards.extend(borne.into_iter().map(Award::from));
    }
    let (fund, employer) = monthly_sums(&awards, from)?;
    Ok(SurvivorDecision {
        injury_id: injury.injury_id.clone(),
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: injury.recognition_number.clone(),
        death_case: case as i32,
        injured_on: injury.happened_on,
        died_on: deceased.died_on.map(Into::into),
        own_wage: Some(own_wage),
        dependants,
        awards,
        fund: Some(fund.into()),
        employer: Some(employer.into()),
    })
}

/// Art. 70. Who relatives are and that they depended on the deceased, and what the conditions that they state rest on.
pub(super) fn of_relatives(dependants: &[Dependant]) -> Vec<EvidenceKind> {
    let mut papers = vec![
        EvidenceKind::IdentityCard,
        EvidenceKind::KinshipProof,
        EvidenceKind::DependencyProof,
    ];
    let any = |states: fn(&Dependant) -> bool| dependants.iter().any(states);
    let by_condition = [
        (
            any(|one| one.unable_to_work),
            EvidenceKind::AppraisalConclusion,
        ),
        (
            any(|one| one.lone_or_orphan),
            EvidenceKind::CivilAffairsProof,
        ),
        (any(|one| one.in_school), EvidenceKind::SchoolProof),
        (
            any(|one| one.supporters_gone),
            EvidenceKind::SupportersGoneProof,
        ),
    ];
    let stated = by_condition.into_iter().filter(|(states, _)| *states);
    papers.extend(stated.map(|(_, paper)| paper));
    papers
}

/// Art. 69, Art. 71. How somebody died, held against what is registered; who is missing need not be declared dead, but
/// nobody is missing of whom a death is registered.
fn deceased(
    unit: &Unit,
    (case, known): (DeathCase, &Known),
    form: &SurvivorForm,
) -> Result<Deceased> {
    let mut deceased = Deceased {
        case,
        wage: None,
        injured_on: known.injured_on,
        died_on: known.died_on,
        grade: known.grade,
        survivors: Vec::new(),
    };
    let declaration = Declaration {
        declared_on: maybe_day(form.declared_on),
        death_on: None,
    };
    rules::undeclared(case, (declaration, false))?;
    rules::admissible(&deceased)?;
    deceased.died_on = match case {
        DeathCase::Missing => rules::missing(known, declaration, unit.applied_on())?,
        _ => Some(rules::died(case, known)?),
    };
    Ok(deceased)
}

/// Art. 72. The pensions of a death are decided once, and anew where a review has found that nobody had died.
async fn undecided(unit: &mut Unit, injury: &Injury) -> Result<()> {
    let (area, person_id) = (unit.area().to_owned(), uuid(&injury.person_id)?);
    let of = (person_id, injury.recognition_number.as_str());
    let rows = claims::of_injury(unit.db(), &area, of, CashClaimKind::Survivors).await?;
    for row in rows {
        if row.objection.is_some() && row.claim()?.awards.is_empty() {
            continue;
        }
        return Err(Refused::because(Refusal::SurvivorsClaimed)
            .with("claim_id", row.claim_id)
            .into());
    }
    Ok(())
}

/// A relative on form 5-9, before her or his pension is known.
pub(super) fn entry(
    one: &Dependant,
    found: &Result<Standing, Refused>,
    from: Month,
    figures: &Pensions,
) -> DecidedDependant {
    let mut entry = DecidedDependant {
        dependant: Some(one.clone()),
        pension: Some(Decimal::ZERO.into()),
        ..DecidedDependant::default()
    };
    match found {
        Ok(standing) => {
            let claimant = rules::claimant(one);
            let until = rules::until(&claimant, *standing, &figures.ages);
            standing.label().clone_into(&mut entry.standing);
            entry.share = rules::share(&claimant, &figures.shares).to_string();
            entry.from_month = Some(from.into());
            entry.until_month = until.map(Into::into);
        }
        Err(refused) => entry.reasons.push(refused.reason()),
    }
    entry
}

/// The relative whose pension it is.
pub(super) fn relative(dependants: &[DecidedDependant], award: &Award) -> Payee {
    let at = award.person.and_then(|at| usize::try_from(at).ok());
    let of = at.and_then(|at| dependants.get(at)?.dependant.as_ref());
    let of = of.cloned().unwrap_or_default();
    Payee {
        kind: PayeeKind::Relative,
        id: written(&of.identity_number),
        name: of.name,
        adjusts_by: AdjustmentBasis {
            relation: of.relation,
            lone_or_orphan: of.lone_or_orphan,
            ..AdjustmentBasis::default()
        },
    }
}
