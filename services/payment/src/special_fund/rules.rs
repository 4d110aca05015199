//! Rules on what the fund pays beside benefits.

mod budget;
mod fee;
mod spending;

pub use budget::{Agreed, agreement, limit, projects, within};
pub use fee::{Appraised, checked, fee, payer};
pub use spending::{Contract, lines, quarter};

use contracts::Refused;
use contracts::payment::v1::{PreventionProject, Refusal};
use rust_decimal::Decimal;

use crate::payroll::rules::yuan;

/// Yuan of a project until the end of a quarter, 1 to 4.
#[must_use]
pub fn planned(project: &PreventionProject, quarter: usize) -> Decimal {
    let quarters = [
        &project.first_quarter,
        &project.second_quarter,
        &project.third_quarter,
        &project.fourth_quarter,
    ];
    let until = quarters.into_iter().take(quarter);
    until.map(|one| yuan(one.as_ref())).sum()
}

/// Art. 84, Art. 85. Organisations are paid to accounts in their own name.
///
/// # Errors
/// A refusal where the holder is another.
pub fn own_account(holder: &str, name: &str) -> Result<(), Refused> {
    match holder == name {
        true => Ok(()),
        false => Err(Refused::because(Refusal::PreventionAccountHolder)
            .with("holder", holder)
            .with("name", name)),
    }
}
