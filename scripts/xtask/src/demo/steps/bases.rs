//! Art. 22, Art. 23. Employers declare the wages of their staff on form 3-1 with the roster 3-2; some
//! misstate the headcount, are sent back and correct it; some confirm what was assessed on form 3-4.

use std::ops::RangeBounds;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use contracts::options::v1::{Department, Duty};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::calendar::{BASES, MONTH};
use super::super::client::{date, money, month, papers, text, yuan};
use super::super::desk::Outcome;
use super::super::generate::{Employee, Employer};
use super::super::report::Report;
use super::super::roster::{WAGE_COLUMNS, wage_row, workbook};
use super::super::{Demo, progress};
use super::area::AVERAGE_WAGE;

/// The longest roster that stands in the form; longer ones are uploaded.
const IN_THE_FORM: usize = 200;

/// One in so many employers misstates its headcount, and one in so many confirms its bases.
const MISSTATED: usize = 60;
const CONFIRMED: usize = 10;

/// One in so many declares for the first month only.
const DECLARED_ONCE: usize = 20;

/// How long collection may take to hear of the last enrolment.
const PATIENCE: u32 = 600;

/// Declares, assesses and confirms the bases.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(BASES)?;
    let employers = &demo.world.employers;
    let staff = employers.iter().map(|employer| employer.staff.len());
    // Not only as many: the late hires of a demonstration that goes on work in this month as well.
    let staff: Vec<_> = staff.map(|headcount| headcount..).enumerate().collect();
    hear_of_staff(demo, MONTH, &staff).await?;
    let payrolls = progress::all("Wages are declared", employers.iter(), |place, employer| {
        declare(demo, place, employer)
    });
    let payroll: Decimal = payrolls.await?.into_iter().sum();
    let made: Decimal = employers.iter().map(payroll_within_bounds).sum();
    report.equal_yuan("bases within floor and cap, yuan a month", made, payroll);
    Ok(())
}

/// The bases of an employer's staff: wages within 60% and 300% of the area's average wage.
pub fn payroll_within_bounds(employer: &Employer) -> Decimal {
    employer
        .staff
        .iter()
        .map(|one| within_bounds(one.wage))
        .sum()
}

/// The base that a wage is: within 60% and 300% of the area's average wage.
pub fn within_bounds(wage: Decimal) -> Decimal {
    let average = Decimal::from(AVERAGE_WAGE);
    wage.clamp(average * Decimal::new(6, 1), average * Decimal::from(3))
}

/// Does the employer declare for the first month and then no more?
pub fn declares_once(place: usize) -> bool {
    place % DECLARED_ONCE == DECLARED_ONCE - 1
}

/// Waits until collection knows of so many who work for each employer in a month: it hears of them by
/// registration's feed.
pub async fn hear_of_staff(
    demo: &Demo,
    (year, month): (i32, u8),
    headcounts: &[(usize, impl RangeBounds<usize>)],
) -> Result<()> {
    let (year, month) = (year.to_string(), month.to_string());
    let query = [
        ("month.year", year.as_str()),
        ("month.month", month.as_str()),
    ];
    progress::all(
        "Collection hears of it",
        headcounts.iter(),
        |_, (place, headcount)| async move {
            let employer_id = &demo.world.employers[*place].credit_code;
            let clerk = demo
                .parties
                .clerk(Department::Collection, Duty::Reviewer, *place)?;
            let path = format!("/v1/employers/{employer_id}/contributionBases");
            for _ in 0..PATIENCE {
                let bases = demo.client.list(clerk, &path, "bases", &query).await;
                if bases.is_ok_and(|bases| headcount.contains(&bases.len())) {
                    return Ok(());
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            bail!("collection does not know the staff of {employer_id}")
        },
    )
    .await?;
    Ok(())
}

/// Carries form 3-1 of an employer through; answers the payroll assessed.
async fn declare(demo: &Demo, place: usize, employer: &Employer) -> Result<Decimal> {
    let desk = demo.collection();
    let token = demo
        .parties
        .employer(&employer.credit_code, &employer.name)?;
    let last_month = if declares_once(place) {
        MONTH
    } else {
        (MONTH.0, 12)
    };
    let form = form(demo, &token, employer, last_month).await?;
    let evidence = papers(&[
        "WAGE_STATISTICS",
        "WAGE_PAYMENT_DETAIL",
        "SIGNED_WAGE_ROSTER",
    ]);
    let misstated = place % MISSTATED == MISSTATED - 1;
    let mut first = form.clone();
    if misstated {
        first["headcount"] = json!(employer.staff.len() + 3);
    }
    let name = format!("declaration/{}", employer.credit_code);
    let case_id = match desk.submit(&token, &name, first, evidence.clone()).await? {
        Ok(case_id) => case_id,
        Err(problem) => bail!(
            "declaration of {}: {} {}",
            employer.name,
            problem.reason,
            problem.detail
        ),
    };
    let mut outcome = desk.sign(place, &case_id).await?;
    if let (true, Outcome::Stands(reasons)) = (misstated, &outcome) {
        // Without reasons it was sent back before, by a demonstration that was interrupted there.
        let expected =
            reasons.is_empty() || reasons.iter().any(|reason| reason == "ROSTER_HEADCOUNT");
        ensure!(
            expected,
            "{} misstated its headcount and hears: {}",
            employer.name,
            reasons.join(", ")
        );
        desk.send_back(place, &case_id, "申报人数与名册不一致，请核对后更正。")
            .await?;
        desk.revise(&token, &case_id, form, evidence).await?;
        outcome = desk.sign(place, &case_id).await?;
    }
    let decision = outcome.approved(&format!("the declaration of {}", employer.name))?;
    let payroll = yuan(&decision["payroll"])?;
    if place.is_multiple_of(CONFIRMED) {
        confirm(demo, place, employer, (&token, &case_id, payroll)).await?;
    }
    Ok(payroll)
}

async fn form(
    demo: &Demo,
    token: &str,
    employer: &Employer,
    last_month: (i32, u8),
) -> Result<Value> {
    let mut form = json!({
        "@type": "workinjury.collection.v1.ContributionBaseDeclaration",
        "employerId": employer.credit_code,
        "fromMonth": month(MONTH),
        "toMonth": month(last_month),
        "headcount": employer.staff.len(),
        "payroll": money(employer.payroll()),
    });
    if employer.staff.len() <= IN_THE_FORM {
        let row = |employee: &Employee| {
            json!({
                "identityNumber": employee.identity_number,
                "name": employee.name,
                "monthlyWage": money(employee.wage),
            })
        };
        form["roster"] = employer.staff.iter().map(row).collect();
    } else {
        let rows: Vec<_> = employer
            .staff
            .iter()
            .map(|one| wage_row(&employer.credit_code, one))
            .collect();
        let name = format!("wages-{}", employer.credit_code);
        let file = workbook(&WAGE_COLUMNS, &rows)?;
        let answer = demo
            .client
            .upload(token, "/v1/wageRosters:upload", &name, file)
            .await?;
        form["rosterBatchId"] = json!(text(&answer["batch"]["batchId"]));
    }
    Ok(form)
}

/// Form 3-4 with the commitment 3-5.
async fn confirm(
    demo: &Demo,
    place: usize,
    employer: &Employer,
    (token, declaration, payroll): (&str, &str, Decimal),
) -> Result<()> {
    let desk = demo.collection();
    let application = json!({
        "@type": "workinjury.collection.v1.BaseConfirmationSummary",
        "employerId": employer.credit_code,
        "declarationCaseId": declaration,
        "confirmedHeadcount": employer.staff.len(),
        "confirmedPayroll": money(payroll),
        "means": "COMMITMENT",
        "commitment": {
            "legalRepresentative": employer.representative,
            "committedOn": date(BASES),
            "statement": "本单位承诺所申报的缴费基数真实、完整。",
        },
    });
    let name = format!("confirmation/{}", employer.credit_code);
    let case_id = match desk
        .submit(token, &name, application, papers(&["BASE_COMMITMENT"]))
        .await?
    {
        Ok(case_id) => case_id,
        Err(problem) => bail!(
            "confirmation of {}: {} {}",
            employer.name,
            problem.reason,
            problem.detail
        ),
    };
    desk.sign(place, &case_id)
        .await?
        .approved(&format!("the confirmation of {}", employer.name))?;
    Ok(())
}
