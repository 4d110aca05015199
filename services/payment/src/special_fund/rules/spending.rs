//! What is spent on prevention.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Refused;
use contracts::payment::v1::{
    PreventionClaim, PreventionLine, PreventionProject, PreventionStage, Refusal,
};
use law::Month;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::planned;
use crate::payroll::rules::yuan;

/// An agreement as it stands.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Number of the agreement.
    pub number: String,
    /// Number of its project.
    pub project_number: String,
    /// Who carries it out.
    pub payee_id: Uuid,
    /// Name of who does.
    pub contractor_name: String,
    /// Yuan in all.
    pub amount: Decimal,
    /// Yuan that were paid.
    pub paid: Decimal,
    /// Yuan of a prepayment at least and at most, by the day on which it was signed.
    pub prepayment: (Decimal, Decimal),
}

/// Art. 85. The quarter, 1 to 4, until whose end the budget of a year may be spent in a month: all of it in later years.
///
/// # Errors
/// A refusal where the month is before the year, or to come.
pub fn quarter(year: i32, month: Month, today: Date) -> Result<usize, Refused> {
    if month.year() < year || month > Month::of(today) {
        return Err(Refused::because(Refusal::PreventionMonth).with("month", month));
    }
    Ok(match month.year() == year {
        true => usize::from((month.number() - 1) / 3) + 1,
        false => 4,
    })
}

/// Art. 86. What is paid of each claim: prepaid once and within bounds, the rest after it was accepted, within the agreement, and of
/// each project within what is planned until the end of the quarter.
///
/// # Errors
/// A refusal for the first claim that is not so.
pub fn lines(
    claims: &[PreventionClaim],
    (year, quarter): (i32, usize),
    (projects, contracts): (&[PreventionProject], &[Contract]),
    today: Date,
) -> Result<Vec<PreventionLine>, Refused> {
    let mut left: BTreeMap<&str, &Contract> = contracts
        .iter()
        .map(|one| (one.number.as_str(), one))
        .collect();
    let mut lines = Vec::with_capacity(claims.len());
    for claim in claims {
        let unknown = || {
            Refused::because(Refusal::PreventionContractUnknown)
                .with("year", year)
                .with("contract_number", &claim.contract_number)
        };
        let contract = left.remove(claim.contract_number.as_str());
        let contract = contract.ok_or_else(unknown)?;
        staged(claim, contract, today)?;
        let project = projects
            .iter()
            .find(|one| one.project_number == contract.project_number);
        lines.push(line(claim, contract, project.ok_or_else(unknown)?));
    }
    let touched: BTreeSet<&str> = lines
        .iter()
        .map(|one| one.project_number.as_str())
        .collect();
    for project in projects {
        let number = project.project_number.as_str();
        let own = contracts.iter().filter(|one| one.project_number == number);
        let spent: Decimal = own.map(|one| one.paid).sum();
        let now = lines.iter().filter(|one| one.project_number == number);
        let now: Decimal = now.map(|one| yuan(one.amount.as_ref())).sum();
        let budget = planned(project, quarter);
        if touched.contains(number) && spent + now > budget {
            return Err(Refused::because(Refusal::PreventionOverPlan)
                .with("project_number", number)
                .with("budget", budget)
                .with("spent", spent));
        }
    }
    Ok(lines)
}

/// Art. 86, 工伤预防费使用管理暂行办法. A prepayment is the first payment and within its bounds; all else follows the acceptance.
fn staged(claim: &PreventionClaim, contract: &Contract, today: Date) -> Result<(), Refused> {
    let amount = yuan(claim.amount.as_ref());
    let accepted_on = claim.accepted_on.and_then(|day| Date::try_from(day).ok());
    let is_accepted =
        accepted_on.is_some_and(|day| day <= today) && !claim.acceptance_number.is_empty();
    let says_nothing = claim.accepted_on.is_none() && claim.acceptance_number.is_empty();
    let is_prepayment = claim.stage() == PreventionStage::Prepayment;
    if !(is_prepayment && says_nothing || !is_prepayment && is_accepted) {
        return Err(Refused::because(Refusal::PreventionNotAccepted)
            .with("contract_number", &contract.number));
    }
    let (least, most) = contract.prepayment;
    if is_prepayment && (!contract.paid.is_zero() || amount < least || amount > most) {
        return Err(Refused::because(Refusal::PreventionPrepayment)
            .with("contract_number", &contract.number)
            .with("least", least)
            .with("most", most));
    }
    let unpaid = contract.amount - contract.paid;
    match amount > unpaid {
        true => Err(Refused::because(Refusal::PreventionOverContract)
            .with("contract_number", &contract.number)
            .with("unpaid", unpaid)),
        false => Ok(()),
    }
}

fn line(
    claim: &PreventionClaim,
    contract: &Contract,
    project: &PreventionProject,
) -> PreventionLine {
    let amount = yuan(claim.amount.as_ref());
    PreventionLine {
        project_number: project.project_number.clone(),
        project_title: project.title.clone(),
        kind: project.kind,
        contract_number: contract.number.clone(),
        contractor_name: contract.contractor_name.clone(),
        stage: claim.stage,
        contract_amount: Some(contract.amount.into()),
        paid_before: Some(contract.paid.into()),
        amount: Some(amount.into()),
        unpaid: Some((contract.amount - contract.paid - amount).into()),
        acceptance_number: claim.acceptance_number.clone(),
    }
}
