//! The demonstration: one pooling area under the national rules in force, one month of contributions
//! from nothing to arrears and into the next, and the institutions that treat its injured employees and are
//! paid for it, through the public interfaces only.
//!
//! It is a sequence of steps. Each request has an id that is derived from the seed, so that a
//! demonstration that was interrupted goes on where it stopped when it is started again, and one that
//! has ended changes nothing.

mod calendar;
mod client;
mod desk;
pub(crate) mod generate;
mod parties;
mod progress;
mod report;
mod roster;
mod steps;
mod tax_bureau;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use contracts::options::v1::Department;
use rust_decimal::Decimal;

use calendar::DemoClock;
use client::Client;
use desk::Desk;
use generate::{Size, World};
use parties::Parties;
use report::Report;
use tax_bureau::TaxBureau;

pub(crate) use steps::assessment::RATES;

use crate::local::Local;
use crate::services::{GATEWAY, issuer, ports};
use crate::up;

/// What to demonstrate.
#[derive(Args, Clone, Debug)]
pub struct Options {
    #[command(flatten)]
    size: Size,
    /// Pooling area, GB/T 2260. Each area has a demonstration of its own.
    #[arg(long, default_value = "440300")]
    area: String,
    /// The last step.
    #[arg(long, value_enum, default_value_t = Step::Payroll)]
    until: Step,
    /// Leaves the platform alone, which must be running.
    #[arg(long)]
    no_up: bool,
    #[command(flatten)]
    start: up::Start,
}

/// The steps in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Step {
    /// The area states its parameters.
    Area,
    /// Employers register.
    Registration,
    /// Their staff are enrolled.
    Enrolment,
    /// They declare wages.
    Bases,
    /// The month is assessed and goes to the tax bureau.
    Assessment,
    /// Who is hired after the window is pre-enrolled.
    LateHires,
    /// The agency signs agreements with institutions.
    Agreements,
    /// What the fund pays for: the three catalogues, and that of devices.
    Catalogues,
    /// The tax bureau sends what was paid.
    Payment,
    /// Who has not paid is dunned.
    Dunning,
    /// In the next window, employers report who left and who came.
    Changes,
    /// What is unpaid still goes to the arrears ledger, and some of it is repaid.
    Arrears,
    /// The next month is assessed.
    NextMonth,
    /// Employees are injured, recognised and registered.
    Injuries,
    /// What they need beyond the ordinary is approved.
    Approvals,
    /// Hospitals send their bills and settle them, line by line.
    Stays,
    /// What was settled, and what was paid at the counter, is claimed.
    Claims,
    /// Disabilities and deaths are decided.
    Benefits,
    /// What is paid by the month is adjusted.
    Adjustment,
    /// What was decided is paid.
    Payroll,
}

const STEPS: [Step; 20] = [
    Step::Area,
    Step::Registration,
    Step::Enrolment,
    Step::Bases,
    Step::Assessment,
    Step::LateHires,
    Step::Agreements,
    Step::Catalogues,
    Step::Payment,
    Step::Dunning,
    Step::Changes,
    Step::Arrears,
    Step::NextMonth,
    Step::Injuries,
    Step::Approvals,
    Step::Stays,
    Step::Claims,
    Step::Benefits,
    Step::Adjustment,
    Step::Payroll,
];

/// A demonstration under way.
struct Demo {
    client: Client,
    parties: Parties,
    clock: DemoClock,
    tax_bureau: TaxBureau,
    world: World,
}

impl Demo {
    fn registration(&self) -> Desk<'_> {
        Desk::new(
            &self.client,
            &self.parties,
            ("registration", Department::Registration),
        )
    }

    fn collection(&self) -> Desk<'_> {
        Desk::new(
            &self.client,
            &self.parties,
            ("collection", Department::Collection),
        )
    }

    fn medical_agreement(&self) -> Desk<'_> {
        Desk::new(
            &self.client,
            &self.parties,
            ("medical-agreement", Department::Business),
        )
    }

    fn benefit_review(&self) -> Desk<'_> {
        Desk::new(
            &self.client,
            &self.parties,
            ("benefit-review", Department::Business),
        )
    }

    fn payment(&self) -> Desk<'_> {
        Desk::new(
            &self.client,
            &self.parties,
            ("payment", Department::Business),
        )
    }
}

/// Brings the platform up and lives through a month.
///
/// # Errors
/// When something does not work, or the closing table does not balance.
pub fn demo(options: Options) -> Result<()> {
    if options.size.employers == 0 || options.size.employees < options.size.employers {
        bail!("there must be employers, and each must have an employee");
    }
    if !options.no_up {
        up::up(&options.start)?;
    }
    let demo = begin(&options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut report = Report::default();
    runtime.block_on(live(&demo, &options, &mut report))?;
    report.print();
    println!("{}", farewell(&options)?);
    report.balances()
}

fn begin(options: &Options) -> Result<Demo> {
    chassis::tls::install();
    let local = Local::open(options.start.scope.folder())?;
    let size = options.size;
    let world = World::generate(size);
    let folder = local.folder("demo")?;
    let file = |what: &str| folder.join(format!("{what}-{}-{}.json", options.area, size.seed));
    let parties = Parties::new(issuer(&local)?, &options.area)?;
    Ok(Demo {
        client: Client::new(ports(&local, GATEWAY)?.serve, &options.area, size.seed)?,
        tax_bureau: TaxBureau {
            server: format!("localhost:{}", ports(&local, "collection")?.serve),
            ca: local.path("tls/ca.pem"),
            token: parties.tax_bureau.clone(),
            area: options.area.clone(),
            seed: size.seed,
            books: file("tax-bureau"),
        },
        parties,
        clock: DemoClock {
            clock: local.path("clock"),
            reached: file("day"),
        },
        world,
    })
}

async fn live(demo: &Demo, options: &Options, report: &mut Report) -> Result<()> {
    let mut since = Decimal::ZERO;
    for step in STEPS.into_iter().filter(|step| *step <= options.until) {
        println!("\n== {step:?}");
        let begun = std::time::Instant::now();
        let done = match step {
            Step::Area => Box::pin(steps::area::run(demo)).await,
            Step::Registration => Box::pin(steps::registration::run(demo, report)).await,
            Step::Enrolment => Box::pin(steps::enrolment::run(demo, report)).await,
            Step::Bases => Box::pin(steps::bases::run(demo, report)).await,
            Step::Assessment => Box::pin(steps::assessment::run(demo, report)).await,
            Step::LateHires => Box::pin(steps::late_hires::run(demo, report)).await,
            Step::Payment => Box::pin(steps::payment::run(demo, report)).await,
            Step::Dunning => Box::pin(steps::dunning::run(demo, report)).await,
            Step::Changes => Box::pin(steps::changes::run(demo, report)).await,
            Step::Arrears => Box::pin(steps::arrears::run(demo, report)).await,
            Step::NextMonth => Box::pin(steps::next_month::run(demo, report))
                .await
                .map(|due| since = due),
            Step::Agreements => Box::pin(steps::agreements::run(demo, report)).await,
            Step::Catalogues => Box::pin(steps::catalogues::run(demo, report)).await,
            Step::Injuries => Box::pin(steps::injuries::run(demo, report)).await,
            Step::Approvals => Box::pin(steps::approvals::run(demo, report)).await,
            Step::Stays => Box::pin(steps::stays::run(demo, report)).await,
            Step::Claims => Box::pin(steps::claims::run(demo, report)).await,
            Step::Benefits => Box::pin(steps::benefits::run(demo, report)).await,
            Step::Adjustment => Box::pin(steps::benefits::adjustment::run(demo, report)).await,
            Step::Payroll => Box::pin(steps::payroll::run(demo, report)).await,
        };
        done.with_context(|| format!("step `{step:?}`"))?;
        report.took(step, begun.elapsed());
    }
    if options.until >= Step::Payment {
        steps::payment::compare_with_books(demo, report, since).await?;
    }
    Ok(())
}

fn farewell(options: &Options) -> Result<String> {
    let local = Local::open(options.start.scope.folder())?;
    let folder = options.start.scope.folder();
    let gateway = ports(&local, GATEWAY)?.serve;
    let area = &options.area;
    Ok(format!(
        "Where to look:\n\
         \x20 REST, with a page to try it       http://127.0.0.1:{gateway}/docs\n\
         \x20 the month that was assessed       http://127.0.0.1:{gateway}/v1/months/2026/3/summary?poolingArea={area}\n\
         \x20 the arrears ledger                http://127.0.0.1:{gateway}/v1/arrears?poolingArea={area}\n\
         \x20 a token to look with              cargo xtask token --department collection --duty reviewer --area {area}\n\
         \x20 logs                              {folder}/log\n\
         To stop:       cargo xtask down\n\
         To begin anew: cargo xtask down, then delete .local"
    ))
}
