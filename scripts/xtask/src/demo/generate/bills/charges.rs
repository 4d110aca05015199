//! Lines of bills, with what is wrong with some of them.

use std::cmp::Ordering;

use law::money::fen;
use rust_decimal::Decimal;
use time::{Date, Duration};

use super::super::catalogue::{Listed, Listing};
use super::{Bill, Dice, Patient, Place, Treatment};

/// The injury, an illness beside it, and another injury of the same foot.
pub const INJURY: &str = "S92.3";
const ILLNESS: &str = "I10";
const OTHER_NATURE: &str = "S91.3";

/// The doctor who was suspended at the first hospital.
pub const SUSPENDED: &str = "110440300001234";

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 全额支付
    Paid,
    /// 核减支付
    Cut,
    /// 不予支付
    Refused,
    /// 待人工审核
    Review,
}

impl Outcome {
    /// Its value in the contract.
    #[must_use]
    pub fn in_contract(self) -> &'static str {
        match self {
            Self::Paid => "LINE_OUTCOME_PAID",
            Self::Cut => "LINE_OUTCOME_CUT",
            Self::Refused => "LINE_OUTCOME_REFUSED",
            Self::Review => "LINE_OUTCOME_REVIEW",
        }
    }
}

/// A line of a bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge {
    /// Once in its bill.
    pub number: i32,
    /// In which catalogue it should stand.
    pub listed: Listed,
    /// Code of the item.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Day of the service.
    pub on: Date,
    /// In units of the catalogue.
    pub quantity: Decimal,
    /// Yuan of a unit.
    pub unit_price: Decimal,
    /// Yuan.
    pub amount: Decimal,
    /// What it treats.
    pub diagnosis: &'static str,
    /// Whose order it was; may be empty.
    pub doctor: &'static str,
    /// What must come out when the bill is settled.
    pub outcome: Outcome,
    /// Yuan that are recognised then.
    pub recognised: Decimal,
    /// Why it is not simply paid; empty where it is.
    pub reason: &'static str,
    /// Yuan that a person finds right, where a person has to look.
    pub found: Decimal,
}

impl Charge {
    fn refuse(&mut self, reason: &'static str) {
        (self.outcome, self.recognised, self.reason) = (Outcome::Refused, Decimal::ZERO, reason);
    }

    /// A person has to look, who finds it right, half right, or wrong.
    fn leave(&mut self, dice: &mut Dice, reason: &'static str) {
        (self.outcome, self.recognised, self.reason) = (Outcome::Review, Decimal::ZERO, reason);
        self.found = match dice.between(0, 2) {
            0 => self.amount,
            1 => fen(self.amount / Decimal::TWO),
            _ => Decimal::ZERO,
        };
    }

    fn cut_to(&mut self, recognised: Decimal, reason: &'static str) {
        self.recognised = recognised;
        if recognised.cmp(&self.amount) == Ordering::Less {
            (self.outcome, self.reason) = (Outcome::Cut, reason);
        }
    }
}

/// How often something else is chosen that was not charged yet.
const TRIES: usize = 50;

/// What is wrong with a line.
#[derive(Clone, Copy)]
enum Trouble {
    Nothing,
    Price,
    Quantity,
    NotListed,
    Illness,
    Nature,
    NeedsReview,
    Grade,
    Doctor,
}

/// How often, in a thousand.
const TROUBLES: [(Trouble, u32); 9] = [
    (Trouble::Nothing, 790),
    (Trouble::Price, 60),
    (Trouble::Quantity, 50),
    (Trouble::NotListed, 25),
    (Trouble::Illness, 25),
    (Trouble::Nature, 10),
    (Trouble::NeedsReview, 15),
    (Trouble::Grade, 15),
    (Trouble::Doctor, 10),
];

impl Patient<'_> {
    /// Lines for a bill, of any of its days; a bed for each night.
    pub(super) fn fill(&mut self, bill: &mut Bill, lines: i64) {
        let days = (bill.discharged_on - bill.admitted_on).whole_days();
        for _ in 0..lines {
            let on = bill.admitted_on + Duration::days(self.dice.between(0, days));
            let trouble = self.dice.weighted(&TROUBLES, |(_, share)| *share).0;
            // The same on the same day is not charged twice by chance.
            let new = (0..TRIES).find_map(|_| {
                let charge = self.charge(bill, on, trouble);
                let is_new = self.taken.insert((charge.code.clone(), on));
                is_new.then_some(charge)
            });
            bill.add(new);
        }
        if bill.treatment != Treatment::Stay || self.shelf.beds.is_empty() {
            return;
        }
        let bed = &self.shelf.beds[self.dice.below(self.shelf.beds.len())];
        for night in 0..days {
            let on = bill.admitted_on + Duration::days(night);
            if self.taken.insert((bed.code.clone(), on)) {
                bill.add(Some(charge(bed, on, (Decimal::ONE, price(bed, 90)))));
            }
        }
    }

    /// What was paid in one bill is charged in another one again.
    pub(super) fn repeat(&mut self, of: &Bill, into: &mut Bill) {
        let on = into.admitted_on;
        let paid = of
            .charges
            .iter()
            .filter(|one| one.on == on && one.outcome == Outcome::Paid);
        for charge in paid.take(3) {
            let mut again = charge.clone();
            again.refuse("LINE_REPEATED");
            into.add(Some(again));
        }
    }

    fn charge(&mut self, bill: &Bill, on: Date, trouble: Trouble) -> Charge {
        let shelf = self.shelf;
        let from = match trouble {
            Trouble::Quantity => &shelf.limited,
            Trouble::NeedsReview => &shelf.reviewed,
            Trouble::Grade => &shelf.tertiary,
            _ => &shelf.plain,
        };
        let is_large = |place| {
            let hospital = self.world.hospital(place);
            hospital.is_some_and(|one| one.grade == "INSTITUTION_GRADE_TERTIARY")
        };
        let impossible = match trouble {
            Trouble::Grade => is_large(bill.place),
            Trouble::Doctor => bill.place != Place::Agreement(0),
            _ => false,
        };
        if impossible || from.is_empty() {
            return self.charge(bill, on, Trouble::Nothing);
        }
        let item = &from[self.dice.below(from.len())];
        let most = if item.a_day == 0 {
            3
        } else {
            item.a_day.min(3)
        };
        let quantity = match trouble {
            Trouble::Quantity => Decimal::from(item.a_day + self.dice.between(1, 3)),
            // Halves of a unit, too.
            _ => Decimal::new(5 * self.dice.between(1, 2 * most), 1),
        };
        let percent = match trouble {
            Trouble::Price => self.dice.between(101, 180),
            _ => self.dice.between(50, 100),
        };
        let mut line = charge(item, on, (quantity, price(item, percent)));
        match trouble {
            Trouble::Nothing => {}
            Trouble::Price => line.cut_to(fen(Decimal::new(item.fen, 2) * quantity), "LINE_PRICE"),
            Trouble::Quantity => {
                let recognised = fen(line.unit_price * Decimal::from(item.a_day));
                line.cut_to(recognised, "LINE_DAY_QUANTITY");
            }
            Trouble::NotListed => {
                line.code = format!("XZ99ZZ{}", self.dice.digits(12));
                line.refuse("LINE_NOT_IN_CATALOGUE");
            }
            Trouble::Illness => {
                line.diagnosis = ILLNESS;
                line.refuse("LINE_OTHER_ILLNESS");
            }
            Trouble::Nature => {
                line.diagnosis = OTHER_NATURE;
                line.leave(&mut self.dice, "LINE_OTHER_NATURE");
            }
            Trouble::NeedsReview => line.leave(&mut self.dice, "LINE_NEEDS_REVIEW"),
            // The grade of an institution without an agreement is not known.
            Trouble::Grade if matches!(bill.place, Place::Elsewhere(_)) => {
                line.leave(&mut self.dice, "LINE_GRADE");
            }
            Trouble::Grade => line.refuse("LINE_GRADE"),
            Trouble::Doctor => {
                line.doctor = SUSPENDED;
                line.refuse("LINE_DOCTOR_SUSPENDED");
            }
        }
        line
    }
}

impl Bill {
    fn add(&mut self, charge: Option<Charge>) {
        if let Some(charge) = charge {
            let number = self.charges.last().map_or(0, |last| last.number) + 1;
            self.charges.push(Charge { number, ..charge });
        }
    }

    /// The person lay in another bed at the same time: a person has to look at what is not refused.
    pub(super) fn overlaps(&mut self, dice: &mut Dice) {
        for charge in &mut self.charges {
            if matches!(charge.outcome, Outcome::Paid | Outcome::Cut) {
                charge.leave(dice, "LINE_OVERLAPS");
            }
        }
    }

    /// The emergency is over from this day on: a person has to look at what is not refused.
    pub(super) fn ends_emergency(&mut self, dice: &mut Dice, from: Date) {
        let over = self.charges.iter_mut().filter(|charge| charge.on >= from);
        for charge in over.filter(|charge| charge.outcome != Outcome::Refused) {
            charge.leave(dice, "LINE_EMERGENCY_OVER");
        }
    }
}

/// A line of an item that is simply paid.
fn charge(item: &Listing, on: Date, (quantity, unit_price): (Decimal, Decimal)) -> Charge {
    let amount = fen(quantity * unit_price);
    Charge {
        number: 0,
        listed: item.listed,
        code: item.code.clone(),
        name: item.name(),
        on,
        quantity,
        unit_price,
        amount,
        diagnosis: INJURY,
        doctor: "",
        outcome: Outcome::Paid,
        recognised: amount,
        reason: "",
        found: Decimal::ZERO,
    }
}

/// A part of the most that is paid of a unit, exact to a hundredth of a fen.
fn price(item: &Listing, percent: i64) -> Decimal {
    Decimal::new(item.fen * percent, 4)
}
