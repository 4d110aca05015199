//! Employers and their staff from a seed: the same seed makes the same, to the byte.
//!
//! Nothing here is anybody's: names are put together from frequent characters, numbers are valid and
//! made up. What is spoilt on purpose says what should be found about it.

mod bills;
mod businesses;
mod catalogue;
mod changes;
mod dice;
mod employers;
mod institutions;
mod persons;
mod spoil;
#[cfg(test)]
mod tests;

use rust_decimal::Decimal;
use time::{Date, Duration};

use super::calendar::MONTH_BEGINS;
use super::roster::StaffRow;

pub use bills::{Bill, Bills, Charge, Outcome, Place, REFERRED_TO, Stage, Treatment, Worth};
pub use catalogue::{CATALOGUE_COLUMNS, Listed, Listing};
pub use changes::{Change, ChangeKind};
pub use employers::{EXPIRED_ON, Flaw, Kind};
pub use institutions::{Institution, Line};
pub use spoil::Trouble;

/// How much is made, and from what.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Size {
    /// Employers that are registered.
    #[arg(long, default_value_t = 2_500)]
    pub employers: usize,
    /// Employees that are enrolled; bad rows come on top.
    #[arg(long, default_value_t = 50_000)]
    pub employees: usize,
    /// Everything is made from it.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// An employer as it applies for registration, with its staff.
#[derive(Clone, Debug, PartialEq)]
pub struct Employer {
    /// Unified social credit code, under which it registers.
    pub credit_code: String,
    /// Name on the licence.
    pub name: String,
    /// What it is; it decides which founding paper there is.
    pub kind: Kind,
    /// GB/T 4754 division of its main business.
    pub industry: &'static str,
    /// Scope of business on the licence.
    pub scope: &'static str,
    /// Where it is.
    pub address: String,
    /// Who signs for it.
    pub representative: String,
    /// Telephone.
    pub phone: String,
    /// Account at its bank.
    pub account: String,
    /// When it was founded.
    pub founded_on: Date,
    /// First day of insurance.
    pub starts_on: Date,
    /// Whom it employs.
    pub staff: Vec<Employee>,
    /// Rows of its roster that are spoilt.
    pub troubles: Vec<Trouble>,
}

impl Employer {
    /// Its roster, form 2-2: the good rows with the bad ones among them, each with the reason for
    /// which it should be refused.
    #[must_use]
    pub fn roster(&self) -> Vec<(StaffRow, Option<&'static str>)> {
        let good = |employee: &Employee| (StaffRow::hire(&self.credit_code, employee), None);
        let mut rows: Vec<_> = self.staff.iter().map(good).collect();
        for (number, trouble) in self.troubles.iter().enumerate() {
            rows.push((trouble.row(self, number), Some(trouble.reason())));
        }
        rows
    }

    /// The wages of its staff, yuan a month.
    #[must_use]
    pub fn payroll(&self) -> Decimal {
        self.staff.iter().map(|employee| employee.wage).sum()
    }
}

/// An employee.
#[derive(Clone, Debug, PartialEq)]
pub struct Employee {
    /// Citizen identity number, or number of a passport.
    pub identity_number: String,
    /// A foreigner: nationality and birth date, which a passport's number does not say.
    pub foreigner: Option<(&'static str, Date)>,
    /// Name as on the paper.
    pub name: String,
    /// Male, as the number says for a citizen.
    pub male: bool,
    /// First day of work.
    pub hired_on: Date,
    /// Last day of a contract of fixed term.
    pub contract_ends_on: Option<Date>,
    /// Yuan a month.
    pub wage: Decimal,
    /// Number of the contract.
    pub contract_number: String,
}

/// An application for registration that should not be granted.
#[derive(Clone, Debug)]
pub struct BadApplication {
    /// As it is submitted.
    pub employer: Employer,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// All that is made.
#[derive(Debug)]
pub struct World {
    size: Size,
    /// Those that register, in the order in which they were made.
    pub employers: Vec<Employer>,
    /// Those that must not.
    pub bad_applications: Vec<BadApplication>,
    /// What changes in their staff afterwards.
    pub changes: Vec<Change>,
    /// Institutions with which the agency signs agreements.
    pub institutions: Vec<Institution>,
}

impl World {
    /// Makes the world of a seed.
    #[must_use]
    pub fn generate(size: Size) -> Self {
        let sizes = employers::sizes(size);
        let mut codes = employers::Codes::default();
        let mut numbers = persons::Numbers::default();
        let mut employers = Vec::with_capacity(size.employers);
        let mut businesses = Vec::with_capacity(size.employers);
        for (number, headcount) in sizes.into_iter().enumerate() {
            let mut dice = dice::Dice::of(size.seed, number);
            let (mut employer, business) = employers::employer(&mut dice, &mut codes);
            for place in 0..headcount {
                let employee =
                    persons::employee(&mut dice, &mut numbers, &employer, business, place);
                employer.staff.push(employee);
            }
            employers.push(employer);
            businesses.push(business);
        }
        let changes = changes::changes(size.seed, &employers, &businesses, &mut numbers);
        spoil::spread(size.seed, &mut employers);
        let bad_applications = employers::bad_applications(size, &employers, &mut codes);
        Self {
            size,
            employers,
            bad_applications,
            changes,
            institutions: institutions::institutions(size),
        }
    }

    /// How many changes `are` such.
    pub fn count(&self, are: impl Fn(ChangeKind) -> bool) -> u64 {
        self.changes
            .iter()
            .map(|one| u64::from(are(one.kind)))
            .sum()
    }
}

/// A day of work at the beginning of the month.
fn day_of_month(dice: &mut dice::Dice, most: i64) -> Date {
    MONTH_BEGINS + Duration::days(dice.between(0, most))
}
