//! Art. 32. The tax bureau streams what was paid, with every kind of trouble, and corrects it in a
//! second list; each list is handed over with its vouchers and signed by four.

use anyhow::{Result, bail};
use contracts::options::v1::{Department, Duty};
use rust_decimal::Decimal;
use serde_json::json;

use super::super::Demo;
use super::super::calendar::{DUE, FIRST_LIST, MONTH, SECOND_LIST};
use super::super::client::yuan;
use super::super::report::Report;
use super::super::tax_bureau::{Sent, first_day_of_payment, sums};

/// Enters the lists of what was paid in time.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(FIRST_LIST)?;
    let from = first_day_of_payment().to_string();
    let more = ["--paid-from", from.as_str(), "--break-once"];
    let first = demo.tax_bureau.send("1", DUE, &more).await?;
    hand_over(demo, "1", &first, report).await?;

    demo.clock.forward_to(SECOND_LIST)?;
    let second = demo
        .tax_bureau
        .send("2", SECOND_LIST - time::Duration::days(2), &[])
        .await?;
    hand_over(demo, "2", &second, report).await
}

/// Form 32-A, decided on form 3-12.
pub async fn hand_over(demo: &Demo, list: &str, sent: &Sent, report: &mut Report) -> Result<()> {
    sent.report(list, report);
    let desk = demo.collection();
    let application = json!({
        "@type": "workinjury.collection.v1.PaidListHandover",
        "batchId": sent.batch_id,
        "vouchers": sent.rows,
    });
    let name = format!("hand-over/{list}");
    let submitted = desk
        .submit(&demo.parties.tax_bureau, &name, application, json!([]))
        .await?;
    let case_id = match submitted {
        Ok(case_id) => case_id,
        Err(problem) => bail!(
            "hand-over of list {list}: {} {}",
            problem.reason,
            problem.detail
        ),
    };
    let paid_list = desk
        .sign(0, &case_id)
        .await?
        .approved(&format!("the hand-over of list {list}"))?;
    let (received, entered_and_refused) = sums(&paid_list)?;
    report.equal_yuan(
        &format!("list {list}: received = entered + refused (3-12)"),
        received,
        entered_and_refused,
    );
    Ok(())
}

/// Art. 37. The totals of the ledger beside the tax bureau's books and what fell due `since`.
pub async fn compare_with_books(demo: &Demo, report: &mut Report, since: Decimal) -> Result<()> {
    let books = demo.tax_bureau.books(MONTH).await?;
    let clerk = demo
        .parties
        .clerk(Department::Collection, Duty::Reviewer, 0)?;
    let ledger = demo.client.get(clerk, "/v1/ledgerTotals", &[]).await?;
    let of = |name: &str| yuan(&ledger[name]);
    report.equal_yuan("at the end: due", books.due + since, of("principalDue")?);
    report.equal_yuan("at the end: paid", books.principal, of("principalPaid")?);
    report.equal_yuan(
        "at the end: unpaid",
        books.unpaid + since,
        of("principalUnpaid")?,
    );
    report.equal_yuan(
        "at the end: late fee paid",
        books.late_fee,
        of("lateFeePaid")?,
    );
    report.equal_yuan(
        "at the end: credits (暂收款)",
        books.excess,
        of("suspense")?,
    );
    report.equal_yuan(
        "at the end: due = paid + written off + unpaid",
        of("principalDue")?,
        of("principalPaid")? + of("principalWrittenOff")? + of("principalUnpaid")?,
    );
    report.equal_yuan(
        "at the end: received = paid + late fee + credits",
        of("received")?,
        of("principalPaid")? + of("lateFeePaid")? + of("suspense")?,
    );
    Ok(())
}
