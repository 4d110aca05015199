//! Art. 61 to 64. Hospitals send their bills as they arise and settle them; what is left for a person is looked
//! at. What must come out of each line was known when it was made.

mod bad;
pub mod ledger;
pub mod send;

use anyhow::{Context, Result};
use contracts::options::v1::{Department, Duty};
use time::Date;

use super::super::calendar::INJURIES;
use super::super::client::{number, text};
use super::super::generate::{Bill, Bills, Place, Stage, Treatment, Worth};
use super::super::report::Report;
use super::super::{Demo, progress};
use super::injuries::{Injured, injured};
use ledger::{Came, worth};

/// Who is treated, with the bills of it.
pub struct Treated<'d> {
    /// Who.
    pub injured: Injured<'d>,
    /// The bills.
    pub bills: Bills,
}

/// The injured and their bills.
pub async fn treated(demo: &Demo) -> Result<Vec<Treated<'_>>> {
    let injured = injured(demo).await?;
    let late: Vec<bool> = injured.iter().map(|one| one.late).collect();
    let bills = demo.world.bills(&late);
    let each = injured.into_iter().zip(bills);
    Ok(each
        .map(|(injured, bills)| Treated { injured, bills })
        .collect())
}

/// Settles the bills.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(INJURIES)?;
    let treated = treated(demo).await?;
    // What one of them was settled for another one is not paid again: those of a patient take turns.
    let came = progress::all("Hospitals settle bills", treated.iter(), |place, one| {
        settle_all(demo, place, one)
    });
    let (mut all, mut ids) = (Came::default(), Vec::new());
    for (came, own) in came.await? {
        all.add(came);
        ids.extend(own);
    }
    let bills: Vec<&Bill> = treated.iter().flat_map(|one| &one.bills.online).collect();
    all.report(&bills, report)?;
    reread(demo, (&bills, &ids), Stage::Reviewed, report).await?;
    flagged(demo, &bills, report).await?;
    totals_of_the_day(demo, &bills, report).await?;
    let first = ids.first().map(String::as_str).unwrap_or_default();
    bad::run(demo, (&treated[0], first), report).await
}

/// Settles the bills of a patient, one after the other.
async fn settle_all(demo: &Demo, place: usize, one: &Treated<'_>) -> Result<(Came, Vec<String>)> {
    let (mut came, mut ids) = (Came::default(), Vec::new());
    for bill in &one.bills.online {
        let settled = match bill.treatment {
            Treatment::Visit => send::visit(demo, &one.injured, bill).await?,
            _ => send::stay(demo, &one.injured, bill).await?,
        };
        came.compare(bill, Stage::Settled, &settled)?;
        let id = text(&settled["encounterId"]);
        if let Some(reviewed) = send::review(demo, place, bill, id).await? {
            came.compare(bill, Stage::Reviewed, &reviewed)?;
        }
        ids.push(id.to_owned());
    }
    Ok((came, ids))
}

/// What is kept as the last settlement of each bill, up to a stage of it.
pub async fn reread(
    demo: &Demo,
    (bills, ids): (&[&Bill], &[String]),
    stage: Stage,
    report: &mut Report,
) -> Result<()> {
    let kept = progress::all("Settlements are read", ids.iter(), |place, id| async move {
        let clerk = demo
            .parties
            .clerk(Department::Business, Duty::Reviewer, place)?;
        let path = format!("/v1/encounters/{id}/settlements");
        let all = demo.client.list(clerk, &path, "settlements", &[]).await?;
        // A demonstration that is begun again finds those of its end.
        let mut of_stage = all.iter().filter(|one| {
            stage == Stage::Objected || text(&one["cause"]) != "SETTLEMENT_CAUSE_OBJECTION"
        });
        let last = of_stage.next();
        worth(last.with_context(|| format!("{id} is not settled"))?)
    });
    let (mut made, mut found) = (Worth::default(), Worth::default());
    for worth in kept.await? {
        found += worth;
    }
    for bill in bills {
        made += bill.worth(stage);
    }
    let what = match stage {
        Stage::Objected => "bills in the end",
        _ => "bills",
    };
    ledger::compare(what, made, found, report);
    let borne = found.fund + found.employer + found.compensated + found.nobody;
    report.equal_yuan(
        &format!("{what}: charged = fund + employer + compensated + nobody"),
        made.total,
        borne,
    );
    Ok(())
}

/// What two hospitals charged of a day, and stays of which nobody sent a record, are shown to who looks for them.
async fn flagged(demo: &Demo, bills: &[&Bill], report: &mut Report) -> Result<()> {
    let lines = bills.iter().flat_map(|bill| &bill.charges);
    let repeated = lines.filter(|charge| charge.reason == "LINE_REPEATED");
    let stays = bills
        .iter()
        .filter(|bill| bill.treatment == Treatment::Stay);
    let silent = stays.filter(|bill| !bill.recorded);
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    for (what, kind, made) in [
        (
            "flags: the same of a day at two hospitals",
            "FLAG_KIND_TWO_INSTITUTIONS",
            repeated.count(),
        ),
        (
            "flags: stays without a record of their course",
            "FLAG_KIND_NO_COURSE_RECORD",
            silent.count(),
        ),
    ] {
        let query = [("kind", kind)];
        let flags = demo
            .client
            .list(clerk, "/v1/flags", "flags", &query)
            .await?;
        report.equal(what, made, flags.len());
    }
    Ok(())
}

/// Art. 63. Each hospital compares its books of the day.
async fn totals_of_the_day(demo: &Demo, bills: &[&Bill], report: &mut Report) -> Result<()> {
    let (mut made, mut found) = (Worth::default(), Worth::default());
    let (mut encounters, mut lines) = (0, 0);
    for place in 0..demo.world.institutions.len() {
        let own: Vec<_> = bills
            .iter()
            .filter(|bill| bill.place == Place::Agreement(place))
            .collect();
        let Some(first) = own.first() else { continue };
        let (hospital, token) = send::hospital(demo, first)?;
        let [year, month, day] = parts(INJURIES);
        let query = [
            ("institutionId", hospital.credit_code.as_str()),
            ("settledOn.year", &year),
            ("settledOn.month", &month),
            ("settledOn.day", &day),
        ];
        let totals = demo.client.get(&token, "/v1/dayTotals", &query).await?;
        found += worth(&totals)?;
        encounters += number(&totals["encounters"]);
        lines += number(&totals["lines"]);
        for bill in own {
            made += bill.worth(Stage::Settled);
        }
    }
    // Meals are no part of a hospital's books.
    (made.meals, made.meals_of_employer) = Default::default();
    ledger::compare("the day's totals", made, found, report);
    report.equal("the day's totals: bills", bills.len() as u64, encounters);
    let charges: usize = bills.iter().map(|bill| bill.charges.len()).sum();
    report.equal("the day's totals: lines", charges as u64, lines);
    Ok(())
}

fn parts(day: Date) -> [String; 3] {
    let month = u8::from(day.month()).to_string();
    [day.year().to_string(), month, day.day().to_string()]
}
