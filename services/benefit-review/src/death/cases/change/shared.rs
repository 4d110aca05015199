//! What a change makes of the pensions from its month on.

use chassis::wire::{day, maybe_day, yuan};
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{
    Award, Benefit, DeathCase, DecidedDependant, Injury, OwnWage as WireOwnWage, Payer,
    SurvivorDecision,
};
use law::{Month, Sheet};
use time::Date;
use uuid::Uuid;

use super::super::super::rules::{self, Pension, Pensions};
use super::super::super::{bears_monthly, monthly_sums};
use super::super::survivors::{entry, relative};
use crate::benefit::cash::benefits;
use crate::benefit::rules::{OwnWage, ended};
use crate::benefit::wage::Source;
use crate::injury::overdue;

/// The forms by which a pension was paid until it ended.
const FORMS: &str = "供养亲属抚恤金核定表（表5-9）、供养亲属抚恤金调整表（表72-B）";

/// What all changes of the pensions of a death rest on.
pub struct Ground<'a> {
    /// The injury of which somebody died.
    pub injury: &'a Injury,
    claim_id: Uuid,
    /// The day on which the conditions had to be met.
    pub met_on: Date,
    /// The first month of the pensions.
    pub first: Month,
    /// By the law of that day.
    pub figures: Pensions,
    /// The own wage that is shared.
    pub wage: OwnWage,
    own_wage: WireOwnWage,
}

impl<'a> Ground<'a> {
    /// What was decided of an injury first stays what changes rest on.
    pub async fn of(
        unit: &mut Unit,
        injury: &'a Injury,
        (claim_id, before, wage): (Uuid, &SurvivorDecision, Source<'_>),
    ) -> Result<Self> {
        let met_on = match before.death_case() {
            DeathCase::Missing => day(before.injured_on)?,
            _ => day(before.died_on)?,
        };
        let law = unit.law(met_on).await?;
        let (wage, own_wage) = wage.own_wage(unit, injury).await?;
        Ok(Self {
            injury,
            claim_id,
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
                    entry.until_month = match rules::paid(before, at, from).is_empty() {
                        false => Some(from.previous().into()),
                        true => one.until_month,
                    };
                }
            }
            dependants.push(entry);
        }
        let of = (maybe_day(before.died_on), from);
        let bears = bears_monthly(unit, self.injury, of).await?;
        let mut awards: Vec<Award> = rules::over(before, from).cloned().collect();
        let on = from.first_day();
        for pension in rules::shared::<Sheet>(self.wage, (&entitled, on), &self.figures) {
            let at = pension.survivor;
            let own = self.pension(rules::paid(before, at, from), (pension, bears), from)?;
            if let Some(entry) = dependants.get_mut(at)
                && let Some(first) = own.first()
            {
                entry.pension.clone_from(&first.amount);
                entry.from_month = first.from_month;
            }
            awards.extend(own);
        }
        let has_none = |at: &usize| !entitled.iter().any(|(other, ..)| other == at);
        let ends = (0..before.dependants.len()).filter(has_none);
        awards.extend(ends.flat_map(|at| endings(before, (&dependants, at), from)));
        let (fund, employer) = monthly_sums(&awards, from)?;
        Ok(SurvivorDecision {
            own_wage: Some(self.own_wage.clone()),
            dependants,
            awards,
            fund: Some(fund.into()),
            employer: Some(employer.into()),
            adjusted: Vec::new(),
            ..before.clone()
        })
    }

    /// What is told of pensions that become others.
    pub fn told(
        &self,
        (before, after): (&SurvivorDecision, &SurvivorDecision),
    ) -> Result<Vec<Benefit>> {
        let between = (Some(before.awards.as_slice()), after.awards.as_slice());
        let payee = |award: &Award| relative(&after.dependants, award);
        benefits(self.injury, self.claim_id, between, payee)
    }

    /// What one relative has from a month on, and who bears it: as it was decided where it stays the same, and otherwise
    /// with whoever bore it in the end.
    fn pension(
        &self,
        formers: Vec<&Award>,
        (pension, bears): (Pension, (Payer, &'static str)),
        from: Month,
    ) -> Result<Vec<Award>> {
        let overdue = overdue(self.injury);
        let late_until = overdue.map(|(_, until_on)| Month::of(until_on).previous().into());
        let until = pension.until.map(Into::into);
        let bears = match formers.last() {
            Some(former)
                if yuan(former.amount.as_ref())? == pension.worksheet.value
                    && former.until_month == until =>
            {
                return Ok(formers.into_iter().cloned().collect());
            }
            // Who bore the months of a late application only does not bear those that follow.
            Some(former) if former.until_month.is_none() || former.until_month != late_until => {
                (former.payer(), "与原核定的承担方相同")
            }
            _ => bears,
        };
        let borne = rules::borne(pension.award(from), bears, overdue);
        Ok(borne.into_iter().map(Into::into).collect())
    }
}

/// The pensions of a relative who has none any more end, for the reason that there is.
fn endings(
    before: &SurvivorDecision,
    (dependants, at): (&[DecidedDependant], usize),
    from: Month,
) -> Vec<Award> {
    let reasons = dependants.get(at).map(|one| one.reasons.as_slice());
    let why = reasons.and_then(<[_]>::first).cloned().unwrap_or_default();
    let paid = rules::paid(before, at, from).into_iter();
    paid.map(|former| ended(former, from, (&why, FORMS)))
        .collect()
}
