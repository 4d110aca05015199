//! Art. 33, Art. 34, Art. 36, Art. 37. What is unpaid after the term goes to the arrears ledger; the
//! employers are told to repay, one signs an agreement, some repay with late fee.

use anyhow::{Context, Result, bail};
use contracts::options::v1::{Department, Duty};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::calendar::{ARREARS, LAST_LIST, MONTH, REPAID};
use super::super::client::{date, money, month, number, papers, text, yuan};
use super::super::report::Report;
use super::super::{Demo, progress};
use super::payment::hand_over;
use super::runs::carry_through;

/// Opens the arrears and enters what is repaid.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(ARREARS)?;
    let clerk = demo
        .parties
        .clerk(Department::Collection, Duty::Handler, 0)?;
    // The day does it by itself; whoever does not want to wait for that asks for it.
    let asked = demo
        .client
        .post(clerk, "/v1/arrears:open", "open-arrears", json!({}))
        .await?;
    if let Err(problem) = asked {
        bail!("opening the arrears: {} {}", problem.reason, problem.detail);
    }
    let opened = demo
        .client
        .list(clerk, "/v1/arrears", "arrears", &[])
        .await?;
    let opened_principal = opened
        .iter()
        .map(|one| yuan(&one["openedPrincipal"]))
        .sum::<Result<Decimal>>()?;
    let order = json!({
        "@type": "workinjury.collection.v1.RepaymentNoticeOrder",
        "throughMonth": month(MONTH),
    });
    let summary = carry_through(
        demo,
        demo.collection(),
        "Employers are told to repay",
        "repayment-notices",
        order,
    )
    .await?;
    report.equal(
        "employers in arrears and told to repay",
        opened.len() as u64,
        number(&summary["employers"]),
    );
    report.equal_yuan(
        "arrears opened and told to repay",
        opened_principal,
        yuan(&summary["principal"])?,
    );
    agree(demo, clerk).await?;

    demo.clock.forward_to(LAST_LIST)?;
    let sent = demo.tax_bureau.send("4", REPAID, &[]).await?;
    hand_over(demo, "4", &sent, report).await?;
    report.equal_yuan("arrears opened", sent.before.unpaid, opened_principal);

    let spinner = progress::spinner("The arrears ledger is read");
    let arrears = demo
        .client
        .list(clerk, "/v1/arrears", "arrears", &[])
        .await?;
    spinner.finish();
    let open: Vec<&Value> = arrears
        .iter()
        .filter(|one| text(&one["state"]) != "ARREARS_STATE_CLOSED")
        .collect();
    let left = open
        .iter()
        .map(|one| yuan(&one["principal"]))
        .sum::<Result<Decimal>>()?;
    let books = demo.tax_bureau.books(MONTH).await?;
    report.equal(
        "employers still in arrears",
        books.owing,
        open.len().to_string(),
    );
    report.equal_yuan(
        "arrears ledger = unpaid in the bureau's books",
        books.unpaid,
        left,
    );
    Ok(())
}

/// Art. 36. The first employer in the arrears ledger, by its number, signs a repayment agreement over
/// two instalments.
async fn agree(demo: &Demo, clerk: &str) -> Result<()> {
    let desk = demo.collection();
    let arrears = demo
        .client
        .list(clerk, "/v1/arrears", "arrears", &[])
        .await?;
    // The ledger is in the order in which it was opened, which is another in each area.
    let Some(first) = arrears.iter().min_by_key(|one| text(&one["employerId"])) else {
        return Ok(());
    };
    let employer_id = text(&first["employerId"]);
    let employer = demo
        .world
        .employers
        .iter()
        .find(|one| one.credit_code == employer_id);
    let employer = employer.with_context(|| format!("{employer_id} is in arrears and nobody's"))?;
    let owed = yuan(&first["openedPrincipal"])?;
    // With some more for the late fee up to the last instalment.
    let instalment = (owed * Decimal::new(55, 2)).round_dp(2) + Decimal::TEN;
    let application = json!({
        "@type": "workinjury.collection.v1.RepaymentAgreementForm",
        "employerId": employer_id,
        "succession": "NONE",
        "parties": [{
            "role": "EMPLOYER",
            "name": employer.name,
            "creditCode": employer.credit_code,
            "representative": employer.representative,
            "share": money(owed),
        }],
        "instalments": [
            {"dueOn": date(LAST_LIST + time::Duration::days(30)), "amount": money(instalment)},
            {"dueOn": date(LAST_LIST + time::Duration::days(60)), "amount": money(instalment)},
        ],
    });
    let submitted = desk
        .submit(
            clerk,
            "agreement",
            application,
            papers(&["ABILITY_AUDIT_REPORT"]),
        )
        .await?;
    let case_id = match submitted {
        Ok(case_id) => case_id,
        Err(problem) => bail!(
            "agreement of {employer_id}: {} {}",
            problem.reason,
            problem.detail
        ),
    };
    desk.sign(1, &case_id)
        .await?
        .approved(&format!("the agreement of {employer_id}"))?;
    Ok(())
}
