//! The assessment of a month: from the order, over the preview and the signatures, to its end.
//!
//! What is counted begins with the call that orders the run and ends when the run is done: every form
//! 3-10A computed with its worksheet and kept (the preview), the summary signed by four people who do
//! not think it over, then every form in the assessments, the sums in the ledger and the events told
//! (the taking effect). The peer only makes the sums.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use chassis::wire;
use contracts::Money;
use contracts::collection::v1::{AssessmentRunOrder, MonthSummary};
use contracts::common::v1::StartRunRequest;
use contracts::options::v1::Department;
use futures::FutureExt;
use law::Month;
use law::industry::{Division, risk_class};
use rust_decimal::Decimal;
use sqlx::{PgConnection, query, query_as, raw_sql};

use super::office::Office;
use super::platform::{AREA, Platform};
use super::target::Target;
use super::{Sample, Scenario, population};
use crate::demo::RATES;

pub const SCENARIO: Scenario = Scenario {
    name: "assessment",
    what: "A month assessed (forms 3-10A, 3-13), ordered over gRPC at collection, previewed, signed by four \
           people without delay, and in effect: a form with its worksheet for each employer, kept as \
           previewed and as assessed, entered in the ledger and told to the other services. Each employer \
           has 20 insured, every second of them with a declared base, the others with their wage; the \
           employers are of all industries that float, in three tiers.",
    peer: "one `INSERT … SELECT` that computes headcount, sum of the bases, rate and rounded contribution of \
           each employer from the same tables.",
    unit: "insured",
    sizes: &[100_000, 1_000_000],
    target: Target::Time(250),
    limit: None,
    measure: |platform, insured| measure(platform, insured).boxed(),
};

/// The tiers of the employers, with the hundredths of the benchmark that they are.
const TIERS: [(i32, i64); 3] = [(-1, 80), (0, 100), (1, 120)];

async fn measure(platform: &Platform, insured: u64) -> Result<Sample> {
    let month = Month::of(chassis::Clock::system().today()).previous();
    let mut db = platform.owner("collection").await?;
    populate(&mut db, insured, month).await?;
    platform.settle("collection")?;
    let mut office = Office::open(platform, "collection", Department::Collection).await?;
    let order = AssessmentRunOrder {
        month: Some(month.into()),
        begins_here: true,
        ..AssessmentRunOrder::default()
    };
    let order = StartRunRequest {
        pooling_area: AREA.to_owned(),
        order: Some(wire::any(&order)),
        ..StartRunRequest::default()
    };
    let begun = Instant::now();
    let run = office.carry_through(order).await?;
    let took = begun.elapsed();

    platform.settle("collection")?;
    let peer = sum_up(&mut db, month).await?;
    let summary: MonthSummary = wire::from_any(&run.summary.unwrap_or_default())?;
    ensure!(
        summary.headcount == insured,
        "{} insured are assessed",
        summary.headcount
    );
    agrees(&mut db, &summary).await?;
    Ok(Sample::new(insured, took, peer))
}

async fn populate(db: &mut PgConnection, insured: u64, month: Month) -> Result<()> {
    let (employers, from) = (population::employers_of(insured), month.plus(-12));
    let (industries, rates) = industries(month)?;
    population::employers(db, employers, from.first_day()).await?;
    population::rated(db, employers, (from.first_day(), &industries)).await?;
    population::insured(db, insured, from.first_day()).await?;
    let months = (from.first_day(), month.plus(12).first_day());
    population::declared_bases(db, months).await?;
    raw_sql(
        "CREATE TABLE peer_rate (industry_code text, tier int, rate numeric, PRIMARY KEY (industry_code, tier));
         CREATE TABLE peer (employer_id text PRIMARY KEY, headcount int NOT NULL,
             payroll numeric(16, 2) NOT NULL, rate numeric NOT NULL, contribution numeric(16, 2) NOT NULL)",
    )
    .execute(&mut *db)
    .await?;
    for (tier, hundredths) in TIERS {
        query(
            "INSERT INTO peer_rate (industry_code, tier, rate)
             SELECT code, $3, benchmark * $4 FROM unnest($1::text[], $2::numeric[]) AS class (code, benchmark)",
        )
        .bind(&industries)
        .bind(&rates)
        .bind(tier)
        .bind(Decimal::new(hundredths, 2))
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// The industries that float both ways, and the benchmark rates of their classes.
fn industries(month: Month) -> Result<(Vec<String>, Vec<Decimal>)> {
    let mut found = (Vec::new(), Vec::new());
    for division in Division::all() {
        let class = usize::from(risk_class(division, month.first_day())?.value);
        if class > 1 {
            found.0.push(division.to_string());
            found.1.push(Decimal::new(RATES[class - 1], 3));
        }
    }
    Ok(found)
}

/// The same sums in one statement.
async fn sum_up(db: &mut PgConnection, month: Month) -> Result<Duration> {
    let begun = Instant::now();
    query(
        "INSERT INTO peer (employer_id, headcount, payroll, rate, contribution)
         SELECT s.employer_id, s.headcount, s.payroll, r.rate, round(s.payroll * r.rate, 2)
         FROM (SELECT i.employer_id, count(*) AS headcount, sum(coalesce(b.wage, i.wage)) AS payroll
               FROM insured i
               LEFT JOIN contribution_base b ON b.pooling_area = i.pooling_area
                   AND b.employer_id = i.employer_id AND b.person_id = i.person_id AND b.months @> $2
               WHERE i.pooling_area = $1 AND i.from_month <= $2
                 AND (i.to_month IS NULL OR i.to_month >= $2)
               GROUP BY i.employer_id) AS s
         JOIN employer_industry i ON i.pooling_area = $1 AND i.employer_id = s.employer_id
         LEFT JOIN employer_tier t ON t.pooling_area = $1 AND t.employer_id = s.employer_id
         JOIN peer_rate r ON r.industry_code = i.industry_code AND r.tier = coalesce(t.tier, 0)",
    )
    .bind(AREA)
    .bind(month.first_day())
    .execute(db)
    .await?;
    Ok(begun.elapsed())
}

/// The platform and its peer come to the same sums.
async fn agrees(db: &mut PgConnection, summary: &MonthSummary) -> Result<()> {
    let (employers, payroll, contribution): (i64, Decimal, Decimal) =
        query_as("SELECT count(*), sum(payroll), sum(contribution) FROM peer")
            .fetch_one(db)
            .await?;
    let sums = [Some(payroll), Some(contribution)].map(|sum| sum.map(Money::from));
    ensure!(
        i64::from(summary.employers) == employers
            && [&summary.payroll, &summary.contribution] == sums.each_ref(),
        "{employers} employers owe {contribution} on {payroll}, not as in {summary:?}"
    );
    Ok(())
}
