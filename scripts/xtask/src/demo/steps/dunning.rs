//! Art. 33. Who has not paid in time is told to; some then pay, with late fee.

use anyhow::Result;
use serde_json::json;

use super::super::Demo;
use super::super::calendar::{DUNNED_PAY, DUNNING, MONTH, THIRD_LIST};
use super::super::client::{month, number, yuan};
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
