//! Art. 10, Art. 12. The next month's declaration window: pre-enrolments become enrolments, and
//! employers report who left, who retired, who came from another employer and who works for two.

use anyhow::Result;
use serde_json::json;

use super::super::Demo;
use super::super::calendar::{CHANGES, NEXT_MONTH};
use super::super::client::{month, number};
use super::super::generate::ChangeKind;
use super::super::report::Report;
use super::runs::carry_through;
use super::staff_changes;

/// Reports the changes.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(CHANGES)?;
    let late = |kind| kind == ChangeKind::LateHire;
    let order = json!({
        "@type": "workinjury.registration.v1.PreEnrolmentRunOrder",
        "month": month(NEXT_MONTH),
    });
    let desk = demo.registration();
    let what = "Pre-enrolments become enrolments";
    let summary = carry_through(demo, desk, what, "pre-enrolments", order).await?;
    let confirmed = number(&summary["persons"]);
    report.equal(
        "pre-enrolled employees enrolled",
        demo.world.count(late),
        confirmed,
    );

    // Who moves is hired by the second employer when the first has let go.
    let left = staff_changes::report(demo, "Staff leave", ChangeKind::leaves).await?;
    let came = |kind: ChangeKind| !kind.leaves() && !late(kind);
    let hired = staff_changes::report(demo, "Staff come", came).await?;
    report.equal(
        "employees left",
        demo.world.count(ChangeKind::leaves),
        left.ended,
    );
    report.equal(
        "employees hired by another employer",
        demo.world.count(came),
        hired.enrolled,
    );
    Ok(())
}
