//! Art. 10, Art. 28, Art. 32. The next month: bases that were declared go on, who declared nothing is
//! assessed provisionally (社会保险法 Art. 62), and pre-enrolled employees are paid back.

use anyhow::Result;
use law::money::fen;
use rust_decimal::Decimal;
use serde_json::json;

use super::super::Demo;
use super::super::calendar::{NEXT_ASSESSMENT, NEXT_MONTH};
use super::super::client::{month, number, yuan};
use super::super::generate::ChangeKind;
use super::super::report::Report;
use super::assessment::{contribution, rate};
use super::bases::{declares_once, hear_of_staff, payroll_within_bounds, within_bounds};
use super::runs::carry_through;

/// What an employer owes for the month, by hand.
#[derive(Clone, Copy, Default)]
struct Due {
    headcount: usize,
    contribution: Decimal,
    back_payment: Decimal,
}

/// Assesses the month; answers what fell due with it.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<Decimal> {
    demo.clock.forward_to(NEXT_ASSESSMENT)?;
    let employers = demo.world.employers.len();
    let dues: Vec<Due> = (0..employers)
        .map(|place| due(demo, place))
        .collect::<Result<_>>()?;
    let changed = demo.world.changes.iter().map(|change| change.place);
    let changed: Vec<_> = changed
        .map(|place| (place, dues[place].headcount..=dues[place].headcount))
        .collect();
    hear_of_staff(demo, NEXT_MONTH, &changed).await?;

    let order = json!({
        "@type": "workinjury.collection.v1.AssessmentRunOrder",
        "month": month(NEXT_MONTH),
    });
    let what = "The next month is assessed";
    let summary = carry_through(demo, demo.collection(), what, "next-assessment", order).await?;
    let headcount: usize = dues.iter().map(|due| due.headcount).sum();
    let contribution = dues.iter().map(|due| due.contribution).sum();
    let back_payment = dues.iter().map(|due| due.back_payment).sum();
    let silent = (0..employers).filter(|place| declares_once(*place)).count();
    report.equal(
        "next month: employees assessed",
        headcount as u64,
        number(&summary["headcount"]),
    );
    report.equal(
        "next month: employers that declared nothing, 110% of last month",
        silent as u64,
        number(&summary["provisional"]),
    );
    report.equal_yuan(
        "next month: contributions",
        contribution,
        yuan(&summary["contribution"])?,
    );
    report.equal_yuan(
        "next month: paid back for pre-enrolled employees",
        back_payment,
        yuan(&summary["backPayment"])?,
    );
    report.note(
        "next month: late fee so far for the month before",
        yuan(&summary["lateFee"])?,
    );

    let books = demo.tax_bureau.books(NEXT_MONTH).await?;
    report.equal_yuan(
        "due in the tax bureau's next month",
        contribution,
        books.due,
    );
    Ok(contribution + back_payment)
}

fn due(demo: &Demo, place: usize) -> Result<Due> {
    let employer = &demo.world.employers[place];
    let mut due = Due {
        headcount: employer.staff.len(),
        ..Due::default()
    };
    let rate = rate(employer)?;
    let mut payroll = payroll_within_bounds(employer);
    for change in demo
        .world
        .changes
        .iter()
        .filter(|change| change.place == place)
    {
        let base = within_bounds(change.employee.wage);
        if change.kind.leaves() {
            due.headcount -= 1;
            payroll -= base;
        } else {
            due.headcount += 1;
            payroll += base;
        }
        if change.kind == ChangeKind::LateHire {
            due.back_payment += fen(base * rate);
        }
    }
    due.contribution = if declares_once(place) {
        fen(contribution(employer)? * Decimal::new(110, 2))
    } else {
        fen(payroll * rate)
    };
    Ok(due)
}
