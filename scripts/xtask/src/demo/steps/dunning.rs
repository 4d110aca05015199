//! Art. 33. Who has not paid in time is told to; some then pay, with late fee.

use anyhow::{Result, bail};
use contracts::options::v1::{Department, Duty};
use serde_json::json;

use super::super::Demo;
use super::super::calendar::{DUNNED_PAY, DUNNING, MONTH, THIRD_LIST};
use super::super::client::{date, month, number, text, yuan};
use super::super::report::Report;
use super::payment::hand_over;
use super::runs::carry_through;

/// Duns, and enters what comes of it.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(DUNNING)?;
    let order = json!({"@type": "workinjury.collection.v1.DunningOrder", "month": month(MONTH)});
    let summary = carry_through(
        demo,
        demo.collection(),
        "Who has not paid is dunned",
        "dunning",
        order,
    )
    .await?;

    deliver(demo).await?;

    demo.clock.forward_to(THIRD_LIST)?;
    let sent = demo.tax_bureau.send("3", DUNNED_PAY, &[]).await?;
    let dunned = number(&summary["employers"]);
    report.equal(
        "employers dunned",
        sent.before.owing.clone(),
        dunned.to_string(),
    );
    report.equal_yuan(
        "unpaid when dunned",
        sent.before.unpaid,
        yuan(&summary["unpaid"])?,
    );
    hand_over(demo, "3", &sent, report).await
}

/// The notices reach the employers on the day of their issue; their terms run from then.
async fn deliver(demo: &Demo) -> Result<()> {
    let clerk = demo
        .parties
        .clerk(Department::Collection, Duty::Handler, 0)?;
    let issued = demo
        .client
        .list(clerk, "/v1/dunningNotices", "notices", &[])
        .await?;
    for (part, notices) in issued.chunks(1_000).enumerate() {
        let ids: Vec<&str> = notices.iter().map(|one| text(&one["noticeId"])).collect();
        let body = json!({"noticeIds": ids, "deliveredOn": date(DUNNING)});
        let name = format!("deliver-dunning/{part}");
        let path = "/v1/dunningNotices:deliver";
        if let Err(problem) = demo.client.post(clerk, path, &name, body).await? {
            bail!(
                "delivering the notices: {} {}",
                problem.reason,
                problem.detail
            );
        }
    }
    Ok(())
}
