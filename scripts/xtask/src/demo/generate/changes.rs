//! What changes in the staff of employers once the first month is declared: somebody comes, leaves,
//! moves to another employer, or works for a second one.

use super::businesses::Business;
use super::dice::Dice;
use super::{Employee, Employer, persons};
use crate::demo::calendar::{LATE_HIRES, MONTH_ENDS, NEXT_MONTH_BEGINS};

/// The stream of chance of the first who is hired late; each employer has its own.
const LATE: usize = 1 << 41;

/// Each change happens at one employer in so many.
const CYCLE: usize = 20;

/// A change, as the roster of an employer reports it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Place of the employer in the world.
    pub place: usize,
    /// What happens.
    pub kind: ChangeKind,
    /// Who it happens to.
    pub employee: Employee,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Is hired after the month's declaration window.
    LateHire,
    /// The relation ends.
    End,
    /// Retires.
    Retirement,
    /// Is hired.
    Hire,
    /// Is hired besides the first labour relation.
    SecondJob,
}

impl ChangeKind {
    /// The kind's name on form 2-2, the contract it rests on, and the day of the change.
    #[must_use]
    pub fn in_contract(self) -> (&'static str, &'static str, time::Date) {
        match self {
            Self::LateHire => ("HIRE", "OPEN_ENDED", LATE_HIRES),
            Self::End => ("END", "UNSPECIFIED", MONTH_ENDS),
            Self::Retirement => ("RETIREMENT", "UNSPECIFIED", MONTH_ENDS),
            Self::Hire => ("HIRE", "OPEN_ENDED", NEXT_MONTH_BEGINS),
            Self::SecondJob => ("CONCURRENT_HIRE", "LABOUR_AGREEMENT", NEXT_MONTH_BEGINS),
        }
    }

    /// Somebody leaves.
    #[must_use]
    pub fn leaves(self) -> bool {
        matches!(self, Self::End | Self::Retirement)
    }
}

/// The changes of a world.
pub fn changes(
    seed: u64,
    employers: &[Employer],
    businesses: &[&Business],
    numbers: &mut persons::Numbers,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for (place, employer) in employers.iter().enumerate() {
        let mut happen = |place, kind, employee: &Employee| {
            let employee = employee.clone();
            changes.push(Change {
                place,
                kind,
                employee,
            });
        };
        // An employer keeps somebody; a citizen's number says all that the form asks.
        let citizen = employer
            .staff
            .iter()
            .skip(1)
            .find(|one| one.foreigner.is_none());
        let next = Some(place + 1).filter(|next| *next < employers.len());
        match (place % CYCLE, citizen, next) {
            (2, ..) => {
                let mut dice = Dice::of(seed, LATE + place);
                let late = late_hire(&mut dice, numbers, employer, businesses[place]);
                happen(place, ChangeKind::LateHire, &late);
            }
            (5, Some(one), _) => happen(place, ChangeKind::End, one),
            (8, Some(one), _) => happen(place, ChangeKind::Retirement, one),
            (11, Some(one), Some(next)) => {
                happen(place, ChangeKind::End, one);
                happen(next, ChangeKind::Hire, one);
            }
            (14, Some(one), Some(next)) => happen(next, ChangeKind::SecondJob, one),
            _ => {}
        }
    }
    changes
}

fn late_hire(
    dice: &mut Dice,
    numbers: &mut persons::Numbers,
    employer: &Employer,
    business: &Business,
) -> Employee {
    loop {
        let place = employer.staff.len();
        let employee = persons::employee(dice, numbers, employer, business, place);
        if employee.foreigner.is_none() {
            return employee;
        }
    }
}
