//! What a bill is worth, computed from what must come out of each of its lines.

use std::collections::BTreeSet;
use std::ops::AddAssign;

use law::money::fen;
use rust_decimal::Decimal;
use time::Date;

use super::{Bill, Charge, Outcome, Treatment, span};
use crate::demo::calendar::{INJURED, LATE_ACCEPTED};

/// Yuan of meals for a day in hospital, as the area has it.
const MEALS: Decimal = Decimal::from_parts(50, 0, 0, false, 0);

/// How far a bill is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Settled.
    Settled,
    /// Persons looked at what was left for them.
    Reviewed,
    /// What was objected to is decided.
    Objected,
}

/// Yuan of a bill, or of many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// Charged.
    pub total: Decimal,
    /// The fund pays it.
    pub fund: Decimal,
    /// The employer does.
    pub employer: Decimal,
    /// A third party did.
    pub compensated: Decimal,
    /// Nobody owes it.
    pub nobody: Decimal,
    /// A person has to look at it.
    pub in_review: Decimal,
    /// Meals, from the fund.
    pub meals: Decimal,
    /// Meals, from the employer.
    pub meals_of_employer: Decimal,
}

impl Worth {
    /// Its parts, by the names that they have in the contract.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, Decimal); 8] {
        [
            ("total", self.total),
            ("fund", self.fund),
            ("employer", self.employer),
            ("compensated", self.compensated),
            ("nobody", self.nobody),
            ("inReview", self.in_review),
            ("meals", self.meals),
            ("mealsOfEmployer", self.meals_of_employer),
        ]
    }
}

impl AddAssign for Worth {
    fn add_assign(&mut self, more: Self) {
        self.total += more.total;
        self.fund += more.fund;
        self.employer += more.employer;
        self.compensated += more.compensated;
        self.nobody += more.nobody;
        self.in_review += more.in_review;
        self.meals += more.meals;
        self.meals_of_employer += more.meals_of_employer;
    }
}

impl Bill {
    /// Yuan charged.
    #[must_use]
    pub fn total(&self) -> Decimal {
        self.charges.iter().map(|charge| charge.amount).sum()
    }

    /// How a line stands, and how much of it is recognised.
    #[must_use]
    pub fn stands(&self, charge: &Charge, stage: Stage) -> (Outcome, Decimal) {
        if stage >= Stage::Objected && self.objected == Some(charge.number) {
            return (Outcome::Paid, charge.amount);
        }
        if stage < Stage::Reviewed || charge.outcome != Outcome::Review {
            return (charge.outcome, charge.recognised);
        }
        let outcome = match charge.found {
            found if found == charge.amount => Outcome::Paid,
            found if found.is_zero() => Outcome::Refused,
            _ => Outcome::Cut,
        };
        (outcome, charge.found)
    }

    /// What it is worth.
    #[must_use]
    pub fn worth(&self, stage: Stage) -> Worth {
        let total = self.total();
        let (mut fund, mut employer, mut in_review) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
        for charge in &self.charges {
            let (outcome, recognised) = self.stands(charge, stage);
            let sum = if self.is_of_employer(charge.on) {
                &mut employer
            } else {
                &mut fund
            };
            *sum += recognised;
            if outcome == Outcome::Review {
                in_review += charge.amount;
            }
        }
        // What is above the rate of the case is the hospital's.
        if let Some(rate) = self.case_rate {
            fund = fund.min(rate);
        }
        // What somebody else has paid is not paid again: first the fund is spared, then the employer.
        let spared = self.compensated.min(fund);
        let spared_employer = (self.compensated - spared).min(employer);
        let compensated = spared + spared_employer;
        fund -= spared;
        employer -= spared_employer;
        let (meals, meals_of_employer) = self.meals(stage);
        Worth {
            total,
            fund,
            employer,
            compensated,
            nobody: total - fund - employer - compensated - in_review,
            in_review,
            meals,
            meals_of_employer,
        }
    }

    /// Sets what the agreement pays at most: a tenth less than the fund would.
    pub(super) fn cap(&mut self) {
        let fund = self.worth(Stage::Settled).fund;
        let rate = fen(fund * Decimal::new(9, 1));
        self.case_rate = Some(rate).filter(|rate| !rate.is_zero());
    }

    /// The employer that applied too late bears what arose until its application was accepted.
    fn is_of_employer(&self, on: Date) -> bool {
        self.late && (INJURED..=LATE_ACCEPTED).contains(&on)
    }

    /// Meals of the days of a stay but the last, without days of which all was refused.
    fn meals(&self, stage: Stage) -> (Decimal, Decimal) {
        let mut meals = (Decimal::ZERO, Decimal::ZERO);
        let stands = |charge: &Charge| self.stands(charge, stage);
        let treated = self.charges.iter().any(|one| !stands(one).1.is_zero());
        if self.treatment != Treatment::Stay || !treated {
            return meals;
        }
        let days = |refused: bool| -> BTreeSet<Date> {
            let are = |one: &&Charge| (stands(one).0 == Outcome::Refused) == refused;
            self.charges.iter().filter(are).map(|one| one.on).collect()
        };
        let (refused, other) = (days(true), days(false));
        for on in span(self.admitted_on, self.discharged_on) {
            let is_refused = refused.contains(&on) && !other.contains(&on);
            if is_refused || self.granted.contains(&on) {
                continue;
            }
            if self.is_of_employer(on) {
                meals.1 += MEALS;
            } else {
                meals.0 += MEALS;
            }
        }
        meals
    }
}
