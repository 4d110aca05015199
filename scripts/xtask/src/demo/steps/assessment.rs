//! Art. 28, Art. 32. The month is assessed, signed by four, and fetched by the tax bureau.

use anyhow::{Context, Result};
use law::industry::{Division, risk_class};
use law::money::fen;
use rust_decimal::Decimal;
use serde_json::json;

use super::super::Demo;
use super::super::calendar::{ASSESSMENT, MONTH, MONTH_BEGINS};
use super::super::client::{month, number, yuan};
use super::super::generate::Employer;
use super::super::report::Report;
use super::bases::payroll_within_bounds;
use super::runs::carry_through;

/// Rates of the eight risk classes in force (人社部发〔2015〕71号), in a thousand: written down here once
/// more, so that the platform's are compared with something.
pub const RATES: [i64; 8] = [2, 4, 7, 9, 11, 13, 16, 19];

/// Assesses the month.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(ASSESSMENT)?;
    let order =
        json!({"@type": "workinjury.collection.v1.AssessmentRunOrder", "month": month(MONTH)});
    let summary = carry_through(
        demo,
        demo.collection(),
        "The month is assessed",
        "assessment",
        order,
    )
    .await?;

    let employers = &demo.world.employers;
    let staff: usize = employers.iter().map(|employer| employer.staff.len()).sum();
    let due = employers
        .iter()
        .map(contribution)
        .sum::<Result<Decimal>>()?;
    report.equal(
        "employers assessed",
        employers.len() as u64,
        number(&summary["employers"]),
    );
    report.equal(
        "employees assessed",
        staff as u64,
        number(&summary["headcount"]),
    );
    let payroll = employers.iter().map(payroll_within_bounds).sum();
    report.equal_yuan("payroll assessed", payroll, yuan(&summary["payroll"])?);
    report.equal_yuan(
        "contributions assessed",
        due,
        yuan(&summary["contribution"])?,
    );

    let books = demo.tax_bureau.books(MONTH).await?;
    report.equal(
        "employers in the tax bureau's month",
        employers.len().to_string(),
        books.employers,
    );
    report.equal_yuan("due in the tax bureau's month", due, books.due);
    Ok(())
}

/// What an employer owes for the month, by hand.
pub fn contribution(employer: &Employer) -> Result<Decimal> {
    Ok(fen(payroll_within_bounds(employer) * rate(employer)?))
}

/// The rate of an employer, by hand.
pub fn rate(employer: &Employer) -> Result<Decimal> {
    let division: Division = employer.industry.parse().context(employer.industry)?;
    let class = risk_class(division, MONTH_BEGINS)?.value;
    let rate = RATES
        .get(usize::from(class) - 1)
        .context("a class beyond the eighth")?;
    Ok(Decimal::new(*rate, 3))
}
