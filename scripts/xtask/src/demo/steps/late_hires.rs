//! Art. 10. Who is hired after the month's declaration window is pre-enrolled, and insured at once.

use anyhow::Result;

use super::super::Demo;
use super::super::calendar::LATE_HIRES;
use super::super::generate::ChangeKind;
use super::super::report::Report;
use super::staff_changes::{self, Reported};

/// Has them pre-enrolled.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(LATE_HIRES)?;
    let late = |kind| kind == ChangeKind::LateHire;
    let Reported { pre_enrolled, .. } =
        staff_changes::report(demo, "Late hires are pre-enrolled", late).await?;
    let made = demo.world.count(late);
    report.equal(
        "employees pre-enrolled after the window",
        made,
        pre_enrolled,
    );
    Ok(())
}
