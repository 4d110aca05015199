//! What a change makes of the pensions from its month on.

use chassis::wire::{day, maybe_day, yuan};
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{
    Award, DeathCase, DecidedDependant, Injury, OwnWage as WireOwnWage, SurvivorDecision,
};
use contracts::common::v1::Reason;
use law::{Month, Sheet};
use time::Date;

use super::super::super::rules::{self, Pensions};
use super::super::super::{bears_monthly, sums};
use super::super::survivors::entry;
use crate::benefit::rules::{OwnWage, ended};
use crate::benefit::wage;

/// The forms by which a pension was paid until it ended.
const FORMS: &str = "供养亲属抚恤金核定表（表5-9）、供养亲属抚恤金调整表（表72-B）";

/// What all changes of the pensions of a death rest on.
pub struct Ground<'a> {
    injury: &'a Injury,
    /// The day on which the conditions had to be met.
    pub met_on: Date,
    /// The first month of the pensions.
    pub first: Month,
    /// By the law of that day.
    pub figures: Pensions,
    wage: OwnWage,
    own_wage: WireOwnWage,
}

impl<'a> Ground<'a> {
    /// What was decided of an injury first stays what changes rest on.
    pub async fn of(
        unit: &mut Unit,
        injury: &'a Injury,
        before: &SurvivorDecision,
    ) -> Result<Self> {
        let met_on = match before.death_case() {
            DeathCase::Missing => day(before.injured_on)?,
            _ => day(before.died_on)?,
        };
        let law = unit.law(met_on).await?;
        let (wage, own_wage) = wage::of_injury(unit, injury).await?;
        Ok(Self {
            injury,
            met_on,
            first: rules::first_month(before.death_case(), met_on, &law)?,
            figures: Pensions::of(&law)?,
            wage,
            own_wage,
        })
    }

    /// Art. 72. The own wage shared anew among a circle from a month on. Whose pension stays the same keeps it as it was
    /// decided, and whose ends has nothing from then on.
    pub async fn shared(
        &self,
        unit: &mut Unit,
        (before, circle): (&SurvivorDecision, &[DecidedDependant]),
        from: Month,
    ) -> Result<SurvivorDecision> {
        let (mut dependants, mut entitled) = (Vec::new(), Vec::new());
        for (at, one) in circle.iter().enumerate() {
            let dependant = one.dependant.clone().unwrap_or_default();
            let days = (self.met_on, from);
            let found = rules::still((&dependant, &one.changes), days, &self.figures.ages);
            let mut entry = entry(&dependant, &found, from, &self.figures);
            entry.changes.clone_from(&one.changes);
            match found {
                Ok(standing) => entitled.push((at, rules::claimant(&dependant), standing)),
                Err(_) => {
                    entry.from_month = one.from_month;
                    entry.until_month = match standing(before, at) {
                        Some(_) => Some(from.previous().into()),
                        None => one.until_month,
                    };
                }
            }
            dependants.push(entry);
        }
        let of = (maybe_day(before.died_on), from);
        let bears = bears_monthly(unit, self.injury, of).await?;
        let mut awards = Vec::with_capacity(entitled.len());
        let on = from.first_day();
        for pension in rules::shared::<Sheet>(self.wage, (&entitled, on), &self.figures) {
            let at = pension.survivor;
            let until = pension.until.map(Into::into);
            let award: Award = match standing(before, at) {
                Some(former)
                    if yuan(former.amount.as_ref())? == pension.worksheet.value
                        && former.until_month == until =>
                {
                    former.clone()
                }
                Some(former) => {
                    let why = "与原核定的承担方相同";
                    pension.award(from).borne_by(former.payer(), why).into()
                }
                None => pension.award(from).borne_by(bears.0, bears.1).into(),
            };
            if let Some(entry) = dependants.get_mut(at) {
                entry.pension.clone_from(&award.amount);
                entry.from_month = award.from_month;
            }
            awards.push(award);
        }
        awards.extend(endings(before, (&dependants, &awards), from));
        let (fund, employer) = sums(&awards)?;
        Ok(SurvivorDecision {
            own_wage: Some(self.own_wage.clone()),
            dependants,
            awards,
            fund: Some(fund.into()),
            employer: Some(employer.into()),
            ..before.clone()
        })
    }
}

/// The pension that a relative has.
fn standing(before: &SurvivorDecision, at: usize) -> Option<&Award> {
    let person = i32::try_from(at).ok();
    let mut paid = before.awards.iter().filter(|award| is_paid(award));
    paid.find(|award| award.person == person)
}

fn is_paid(award: &Award) -> bool {
    let amount = award.amount.as_ref();
    amount.is_some_and(|amount| amount.decimal().is_ok_and(|yuan| !yuan.is_zero()))
}

/// Pensions that end, each for the reason that its relative has none any more.
fn endings(
    before: &SurvivorDecision,
    (dependants, awards): (&[DecidedDependant], &[Award]),
    from: Month,
) -> Vec<Award> {
    let goes_on = |former: &&Award| !awards.iter().any(|award| award.person == former.person);
    let why = |former: &Award| -> Option<Reason> {
        let at = usize::try_from(former.person?).ok()?;
        dependants.get(at)?.reasons.first().cloned()
    };
    let paid = before.awards.iter().filter(|award| is_paid(award));
    let end = |former: &Award| ended(former, from, (&why(former).unwrap_or_default(), FORMS));
    paid.filter(goes_on).map(end).collect()
}
