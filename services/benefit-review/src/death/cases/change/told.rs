//! One change as it was told, of the relative whom it is about.

use chassis::wire::{day, maybe_day};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Benefit, DecidedDependant, Dependant, SurvivorChange, SurvivorChangeForm,
    SurvivorChangeKind as Kind, SurvivorDecision, SurvivorStep,
};
use time::Date;

use super::super::super::rules::{self, written};
use super::forgotten::make_up;
use super::grown_up::grown_up;
use super::shared::Ground;

/// A change with the relative of whom it is told.
pub struct Told {
    change: SurvivorChange,
    /// Place in the circle; a child that was born, and who was forgotten, is the last.
    at: usize,
    of: DecidedDependant,
}

impl Told {
    /// The change of a form, held against the circle before it.
    pub fn of(form: &SurvivorChangeForm, before: &SurvivorDecision, met_on: Date) -> Result<Self> {
        let mut circle = before.dependants.clone();
        let at = place(&mut circle, form, met_on)?;
        Ok(Self {
            change: form.change.clone().unwrap_or_default(),
            at,
            of: circle.get(at).cloned().unwrap_or_default(),
        })
    }

    /// The relative.
    pub fn dependant(&self) -> Dependant {
        self.of.dependant.clone().unwrap_or_default()
    }

    /// The number of who comes of age by it, if somebody does.
    pub fn numbers(&self) -> Vec<String> {
        let grows_up = (self.change.kind() == Kind::GrownUp).then(|| self.dependant());
        grows_up.iter().map(rules::number_of).collect()
    }

    /// Art. 72. The day of a change that fits its relative, and is told by a day.
    pub fn fits(&self, ground: &Ground<'_>, told_on: Date) -> Result<Date, Refused> {
        let (dependant, changes) = (self.dependant(), self.of.changes.as_slice());
        let (of, ages) = ((&dependant, changes), &ground.figures.ages);
        let changed_on = rules::fits(of, &self.change, (ground.met_on, told_on), ages)?;
        if self.change.kind() == Kind::Forgotten {
            // Who has grown up since has what is made up until then.
            rules::still(of, (ground.met_on, ground.first), ages)?;
        }
        Ok(changed_on)
    }

    /// Art. 72. What the change makes of the pensions, after the comings of age before it that nobody has told: each with its
    /// own month. `known` are the numbers of those whose coming of age is told by itself, `paid` is what was told of the
    /// pensions until then.
    pub async fn decide(
        &self,
        unit: &mut Unit,
        ground: &Ground<'_>,
        (before, known, mut paid): (&SurvivorDecision, &[String], Vec<Benefit>),
    ) -> Result<(Vec<SurvivorStep>, SurvivorDecision)> {
        let changed_on = day(self.change.changed_on)?;
        let earlier = grown_up(unit, ground, before, (changed_on, known)).await?;
        let mut then = before;
        for after in earlier.iter().filter_map(|step| step.after.as_ref()) {
            paid.extend(ground.told((then, after))?);
            then = after;
        }
        let mut circle = then.dependants.clone();
        if self.at == circle.len() {
            circle.push(self.of.clone());
        }
        if let Some(one) = circle.get_mut(self.at) {
            one.changes.push(self.change.clone());
        }
        let from = rules::counts_from(ground.first, changed_on);
        let mut after = ground.shared(unit, (then, &circle), from).await?;
        if self.change.kind() == Kind::Forgotten {
            make_up(unit, ground, (&mut after, self.at), (from, &paid)).await?;
        }
        Ok((earlier, after))
    }
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
