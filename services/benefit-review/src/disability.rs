//! Section 4, disability benefits (伤残待遇审核): what a grade of disability and a degree of nursing are worth, what is due
//! at the end of the labour relation, and what the fund adds to a pension (Art. 68).

pub mod cases;
pub mod rules;

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Award, CashClaimKind, DisabilityDecision, DisabilityForm, DisabilityOccasion, Injury,
    MonthlyBase, Payer, Refusal, RelationState,
};
use contracts::reflect::label_of;
use contracts::registration::v1::Person;
use prost::Message;
use time::Date;
use uuid::Uuid;

use crate::benefit::rules::{Award as RuleAward, split};
use crate::benefit::store::claims;
use crate::benefit::wage::{Reckoned, Source};
use crate::eligible::{as_of_now, fund_pays_on};
use crate::injury::overdue;
use crate::injury::store::{self as injury_store, injury};
use crate::peers;
use rules::bearer;

/// What was decided of an injury last.
#[derive(Clone, Debug)]
pub struct Last {
    /// The case in which it was decided first.
    pub claim_id: Uuid,
    /// 0 of the first decision.
    pub sequence: i32,
    /// What was decided.
    pub decision: DisabilityDecision,
}

/// What a decision is made from.
#[derive(Clone, Debug)]
pub struct Known {
    /// As it stands.
    pub injury: Injury,
    /// What was decided before, if anything was.
    pub last: Option<Last>,
    /// As registration knows her or him.
    pub person: Person,
    /// When the person died, if so.
    pub died_on: Option<Date>,
    /// The day of a retirement that was decided later, of what is decided anew: nobody is enrolled after it.
    pub retired_later: Option<Date>,
    /// What is applied for is as a review has corrected it, on a later day than the application.
    pub corrected: bool,
    /// The own wage that a review has found, in place of the one that is kept.
    pub found_wage: Option<Reckoned>,
}

impl Known {
    /// What was awarded before.
    #[must_use]
    pub fn before(&self) -> &[Award] {
        let last = self.last.as_ref();
        last.map_or(&[], |last| &last.decision.awards)
    }

    /// Where the own wage comes from.
    #[must_use]
    pub fn wage<'a>(&'a self, stated: &'a [MonthlyBase]) -> Source<'a> {
        match &self.found_wage {
            Some(found) => Source::Found(found),
            None => Source::Kept(stated),
        }
    }

    /// The decision before, where it rests on the conclusion that is registered last.
    ///
    /// # Errors
    /// When there is none, which is to be decided first.
    pub fn decided(&self) -> Result<&Last, Refused> {
        let number = self.injury.conclusion_number.as_str();
        if number.is_empty() {
            return Err(Refused::because(Refusal::DisabilityNotAppraised));
        }
        let last = self.last.as_ref();
        let last = last.filter(|last| last.decision.conclusion_number == number);
        let last = last.ok_or_else(|| {
            Refused::because(Refusal::DisabilityNotDecided).with("conclusion_number", number)
        })?;
        let degrees = (last.decision.disability_grade, last.decision.nursing_grade);
        match degrees == (self.injury.disability_grade, self.injury.nursing_grade) {
            true => Ok(last),
            // It was corrected since.
            false => Err(Refused::because(Refusal::DisabilityReplaced)
                .with("conclusion_number", number)
                .with("replaces", number)
                .with("claim_id", last.claim_id)),
        }
    }

    /// Nothing is due for what would come after the death.
    ///
    /// # Errors
    /// When the person had died by then.
    pub fn alive(&self, on: Date, occasion: DisabilityOccasion) -> Result<(), Refused> {
        match self.died_on.filter(|died_on| *died_on <= on) {
            Some(died_on) => Err(Refused::because(Refusal::DisabilityAfterDeath)
                .with("died_on", died_on)
                .with("on", on)
                .with("occasion", occasion_label(occasion))),
            None => Ok(()),
        }
    }
}

/// What makes benefits due, as people call it.
#[must_use]
pub fn occasion_label(occasion: DisabilityOccasion) -> String {
    label_of(
        "workinjury.benefit_review.v1.DisabilityOccasion",
        occasion as i32,
    )
}

/// Art. 68. What is known of an injury that benefits are applied for.
///
/// # Errors
/// When it is not registered, its recognition was revoked, or it was settled once for all.
pub async fn known(unit: &mut Unit, form: &DisabilityForm) -> Result<Known> {
    let injury = injured(unit, form).await?;
    if injury.relation() == RelationState::Settled {
        let refused = Refused::because(Refusal::DisabilitySettled);
        return Err(refused
            .with("from_on", day(injury.relation_from_on)?)
            .into());
    }
    let last = last(unit, &injury).await?;
    let injury = as_of_now(unit, injury).await?;
    Ok(Known {
        last,
        ..of_person(unit, injury).await?
    })
}

/// What is known of an injury and of the person, before anything was decided.
///
/// # Errors
/// When registration does not answer.
pub async fn of_person(unit: &mut Unit, injury: Injury) -> Result<Known> {
    let found = peers::person(unit, uuid(&injury.person_id)?).await?;
    let person = found.and_then(|known| known.person).unwrap_or_default();
    let died_on = maybe_day(injury.died_on.or(person.died_on));
    Ok(Known {
        last: None,
        injury,
        person,
        died_on,
        retired_later: None,
        corrected: false,
        found_wage: None,
    })
}

/// The registered injury that a form is about.
///
/// # Errors
/// When there is none, or its recognition was revoked.
pub async fn injured(unit: &mut Unit, form: &DisabilityForm) -> Result<Injury> {
    let (area, number) = (unit.area().to_owned(), form.recognition_number.as_str());
    let found = injury(unit.db(), &area, (uuid(&form.person_id)?, number)).await?;
    let injury = found
        .filter(|injury| injury.name == form.name)
        .ok_or_else(|| {
            Refused::because(Refusal::InjuryUnknown).with("recognition_number", number)
        })?;
    if injury.revoked {
        let refused = Refused::because(Refusal::DisabilityRevoked);
        return Err(refused.with("recognition_number", number).into());
    }
    Ok(injury)
}

/// What was decided of an injury last.
///
/// # Errors
/// When it cannot be read.
pub async fn last(unit: &mut Unit, injury: &Injury) -> Result<Option<Last>> {
    let area = unit.area().to_owned();
    let of = (uuid(&injury.person_id)?, injury.recognition_number.as_str());
    let kind = CashClaimKind::Disability;
    let row = claims::of_injury(unit.db(), &area, of, kind).await?.pop();
    let last = row.map(|row| -> Result<Last> {
        Ok(Last {
            claim_id: row.claim_id,
            sequence: row.sequence,
            decision: DisabilityDecision::decode(&*row.decision)?,
        })
    });
    last.transpose()
}

/// Who bears awards, by the standing of the employer on the day of the injury; `on` says from which day each
/// arises.
///
/// # Errors
/// When another service does not answer.
pub async fn borne(
    unit: &mut Unit,
    injury: &Injury,
    awards: Vec<RuleAward>,
    on: impl Fn(&RuleAward) -> Date,
) -> Result<Vec<Award>> {
    let mut borne = Vec::with_capacity(awards.len());
    for award in awards {
        let arises_on = on(&award);
        let (late, rest) = match overdue(injury) {
            Some(overdue) => split(award, overdue, arises_on),
            None => (None, Some(award)),
        };
        borne.extend(late.map(Award::from));
        let Some(award) = rest else {
            continue;
        };
        let own = award.payer == Payer::Employer;
        let on = award
            .from
            .map_or(arises_on, |from| from.first_day().min(arises_on));
        let newly = match bearer::depends(&award, injury.eligibility()) {
            true => fund_pays_on(unit, injury, on).await?,
            false => false,
        };
        let mut award: Award = bearer::borne(award, injury.eligibility(), newly).into();
        if own {
            award.employer_id = stood_beside(unit, injury, on).await?;
        }
        borne.push(award);
    }
    Ok(borne)
}

/// Who bears the duties of the employer on a day, and owes what the law lays on it.
async fn stood_beside(unit: &mut Unit, injury: &Injury, on: Date) -> Result<String> {
    let (area, of) = (unit.area().to_owned(), (uuid(&injury.injury_id)?, on));
    let found = injury_store::employer_on(unit.db(), &area, of).await?;
    Ok(found.unwrap_or_else(|| injury.employer_id.clone()))
}
