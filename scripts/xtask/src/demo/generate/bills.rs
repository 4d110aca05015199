//! Bills of hospitals for the injured, with what must come out of each line: it is known when the line is made,
//! not asked for.

mod charges;
mod shelf;
#[cfg(test)]
mod tests;
mod worth;

use std::collections::HashSet;

use rust_decimal::Decimal;
use time::{Date, Duration};

use super::dice::Dice;
use super::{Institution, Line, World};
use crate::demo::calendar::{CLAIMS, INJURED, INJURIES};

pub use charges::{Charge, Outcome};
pub use worth::{Stage, Worth};

use shelf::Shelf;

/// Stream of chance above all employers'.
const BILLS: usize = (1 << 40) + 100;

/// Days of emergency that are paid at any institution, as the area has it.
const EMERGENCY_DAYS: i64 = 3;

/// What kind of treatment a bill is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// 门诊
    Visit,
    /// 急诊
    Emergency,
    /// 住院
    Stay,
}

impl Treatment {
    /// Its value in the contract.
    #[must_use]
    pub fn in_contract(self) -> &'static str {
        match self {
            Self::Visit => "ENCOUNTER_KIND_OUTPATIENT",
            Self::Emergency => "ENCOUNTER_KIND_EMERGENCY",
            Self::Stay => "ENCOUNTER_KIND_INPATIENT",
        }
    }
}

/// Where somebody is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The agreement institution at this place of the world's.
    Agreement(usize),
    /// An institution without an agreement, which only has a name here.
    Elsewhere(&'static str),
}

/// When short stays begin, in days after the accident, and how many days they take: after all longer ones.
const SHORT_STAYS: [(i64, i64); 2] = [(31, 1), (33, 2)];

/// Where the emergencies were taken to.
const NEAREST: &str = "邻县人民医院";
/// Where the first hospital refers to.
pub const REFERRED_TO: &str = "示范大学附属第一医院";

/// A bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Bill {
    /// The institution's own number of it.
    pub visit_number: String,
    /// Where.
    pub place: Place,
    /// What kind of treatment.
    pub treatment: Treatment,
    /// First day.
    pub admitted_on: Date,
    /// Last day.
    pub discharged_on: Date,
    /// The lines.
    pub charges: Vec<Charge>,
    /// What a third party has paid of it.
    pub compensated: Decimal,
    /// What the agreement sets for the case at most.
    pub case_rate: Option<Decimal>,
    /// The line that its institution objects to, and that is paid then.
    pub objected: Option<i32>,
    /// Its institution sends records of the course of the stay.
    pub recorded: bool,
    /// The employer applied for recognition too late.
    late: bool,
    /// Days of which another stay has the meals.
    granted: Vec<Date>,
}

/// The bills of one of the injured.
#[derive(Clone, Debug, PartialEq)]
pub struct Bills {
    /// Sent by hospitals, in the order in which they are settled.
    pub online: Vec<Bill>,
    /// Paid at the counter, and claimed by the employer.
    pub paper: Vec<Bill>,
}

impl World {
    /// The bills of the injured, of each whether the employer applied too late: half a thousand stays in a large area.
    #[must_use]
    pub fn bills(&self, late: &[bool]) -> Vec<Bills> {
        let each = (self.size.employees / 100)
            .clamp(24, 500)
            .div_ceil(late.len().max(1));
        let shelf = Shelf::of(self);
        let patients = late.iter().enumerate();
        let bills = patients.map(|(number, late)| {
            let mut patient = Patient {
                world: self,
                shelf: &shelf,
                dice: Dice::of(self.size.seed, BILLS + number),
                taken: HashSet::new(),
                number,
                late: *late,
            };
            let online = patient.online(each.max(3));
            let paper = patient.paper();
            Bills { online, paper }
        });
        bills.collect()
    }

    /// The hospital at a place.
    #[must_use]
    pub fn hospital(&self, place: Place) -> Option<&Institution> {
        match place {
            Place::Agreement(number) => self.institutions.get(number),
            Place::Elsewhere(_) => None,
        }
    }
}

/// One of the injured, while bills are made.
struct Patient<'w> {
    world: &'w World,
    shelf: &'w Shelf,
    dice: Dice,
    /// What stands in a bill already, by code and day: the same again would not be paid.
    taken: HashSet<(String, Date)>,
    number: usize,
    late: bool,
}

impl Patient<'_> {
    /// A stay; a visit elsewhere meanwhile, which charges some of the same again; a stay in another bed at the
    /// same time, or right after; a third stay, after some days; and as many short ones as there is time for, of `count`
    /// in all, the others as visits.
    fn online(&mut self, count: usize) -> Vec<Bill> {
        let from = INJURED + Duration::days(self.dice.between(0, 2));
        let days = self.dice.between(6, 10);
        let first = self.bill(0, Treatment::Stay, (from, days));
        let mut visit = self.bill(1, Treatment::Visit, (first.charges[0].on, 0));
        self.repeat(&first, &mut visit);
        let third = if self.number.is_multiple_of(3) {
            let days = self.dice.between(2, 3);
            let mut other = self.bill(2, Treatment::Stay, (from + Duration::days(2), days));
            other.granted = span(first.admitted_on, first.discharged_on);
            other.overlaps(&mut self.dice);
            other
        } else {
            self.bill(2, Treatment::Stay, (INJURED + Duration::days(13), 2))
        };
        let (from, days) = (self.dice.between(16, 18), self.dice.between(4, 12));
        let mut again = self.bill(3, Treatment::Stay, (INJURED + Duration::days(from), days));
        if self.number % 2 == 1 {
            again.compensated = law::money::fen(again.total() / Decimal::TEN);
        }
        if self.number % 3 == 1 {
            again.cap();
        }
        if self.number.is_multiple_of(4) {
            let mut refused = again.charges.iter();
            again.objected = refused
                .find(|charge| charge.outcome == Outcome::Refused)
                .map(|charge| charge.number);
        }
        let mut bills = vec![first, visit, third, again];
        let mut short = SHORT_STAYS.into_iter();
        for number in 4..=count {
            let (treatment, after, days) = match short.next() {
                Some((after, days)) => (Treatment::Stay, after, days),
                None => (Treatment::Visit, self.dice.between(31, 35), 0),
            };
            let from = INJURED + Duration::days(after);
            bills.push(self.bill(number, treatment, (from, days)));
        }
        bills
    }

    /// What was done in the first days where the accident happened, or where the person was referred to.
    fn paper(&mut self) -> Vec<Bill> {
        let stay = |place, treatment, admitted_on, discharged_on| Bill {
            visit_number: format!("P{}", self.number),
            place: Place::Elsewhere(place),
            treatment,
            admitted_on,
            discharged_on,
            charges: Vec::new(),
            compensated: Decimal::ZERO,
            case_rate: None,
            objected: None,
            recorded: false,
            late: self.late,
            granted: Vec::new(),
        };
        let mut bill = match self.number % 4 {
            0 => stay(
                NEAREST,
                Treatment::Emergency,
                INJURED,
                INJURED + Duration::days(4),
            ),
            2 => stay(REFERRED_TO, Treatment::Stay, INJURIES, CLAIMS),
            _ => return Vec::new(),
        };
        let lines = self.dice.between(10, 40);
        self.fill(&mut bill, lines);
        if bill.treatment == Treatment::Emergency {
            let over_on = INJURED + Duration::days(EMERGENCY_DAYS);
            bill.ends_emergency(&mut self.dice, over_on);
        }
        if self.number % 8 == 4 {
            bill.compensated = law::money::fen(bill.total() / Decimal::TEN);
        }
        vec![bill]
    }

    /// A bill of an agreement hospital: each next one of a patient at the next hospital.
    fn bill(&mut self, number: usize, treatment: Treatment, (from, days): (Date, i64)) -> Bill {
        let institutions = self.world.institutions.iter().enumerate();
        let hospitals = institutions.filter(|(_, one)| one.line == Line::Medical);
        let hospitals: Vec<usize> = hospitals.map(|(place, _)| place).collect();
        let mut bill = Bill {
            visit_number: format!("{}-{number}", self.number),
            place: Place::Agreement(hospitals[(self.number + number) % hospitals.len()]),
            treatment,
            admitted_on: from,
            discharged_on: from + Duration::days(days),
            charges: Vec::new(),
            compensated: Decimal::ZERO,
            case_rate: None,
            objected: None,
            // A few are forgotten, and a person looks.
            recorded: treatment == Treatment::Stay && (self.number + number) % 5 != 3,
            late: self.late,
            granted: Vec::new(),
        };
        let lines = match treatment {
            Treatment::Stay => self.dice.between(1, 290),
            _ => self.dice.between(1, 12),
        };
        self.fill(&mut bill, lines);
        bill
    }
}

/// The days of a stay that meals are granted for: not the last one, but the only one.
fn span(from: Date, until: Date) -> Vec<Date> {
    let days = (until - from).whole_days().max(1);
    (0..days).map(|day| from + Duration::days(day)).collect()
}
