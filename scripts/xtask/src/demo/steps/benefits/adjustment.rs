//! Art. 87. The area sets what allowances and pensions are raised by from July on; everybody who has one gets it.

use anyhow::Result;
use contracts::options::v1::{Department, Duty};
use rust_decimal::Decimal;
use serde_json::json;
use time::Date;
use time::macros::date;

use super::super::super::Demo;
use super::super::super::client::{month, number, yuan};
use super::super::super::report::Report;
use super::super::area;
use super::super::injuries::among;
use super::super::runs;
use super::{DEATHS, GRADES, NUMBERED_FROM, deaths, disabilities};

/// The first day of the new amounts.
const FROM: Date = date!(2026 - 07 - 01);

/// The area's document.
const DOCUMENT: &str = "示人社发〔2026〕30号";

/// Yuan a month by grade, of the grades that have an allowance.
const BY_GRADE: [i64; 6] = [260, 230, 200, 170, 140, 110];

/// Yuan a month by who is left.
const OF_SPOUSE: i64 = 90;
const OF_RELATIVE: i64 = 70;
const OF_ALONE: i64 = 30;

/// Orders it, and compares what it comes to.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    set(demo).await?;
    let hurt = among(demo, (1, GRADES + DEATHS), NUMBERED_FROM).await?;
    let (disabled, dead) = hurt.split_at(GRADES);
    let mut made: Vec<(Decimal, i64)> = Vec::new();
    let grades = disabilities::TABLE.iter().zip(disabled).zip(BY_GRADE);
    made.extend(grades.map(|((of, one), more)| (of.allowance_of(one), more)));
    made.extend(deaths::left(dead));
    let order = json!({
        "@type": "workinjury.benefit_review.v1.AdjustmentOrder",
        "month": month((FROM.year(), FROM.month().into())),
        "kinds": ["BENEFIT_KIND_DISABILITY_ALLOWANCE", "BENEFIT_KIND_SURVIVOR_PENSION"],
        "documentNumber": DOCUMENT,
    });
    let desk = demo.benefit_review();
    let what = "Allowances and pensions are adjusted";
    let summary = runs::carry_through(demo, desk, what, "adjustment", order).await?;
    let sums = summary["sums"].as_array().map(Vec::as_slice);
    let sums = sums.unwrap_or_default();
    let of = |name: &str| {
        sums.iter()
            .map(|sum| yuan(&sum[name]))
            .sum::<Result<Decimal>>()
    };
    let benefits = sums.iter().map(|sum| number(&sum["benefits"])).sum();
    report.equal("benefits adjusted (87-B)", made.len() as u64, benefits);
    let before: Decimal = made.iter().map(|(yuan, _)| yuan).sum();
    let more: Decimal = made.iter().map(|(_, more)| Decimal::from(*more)).sum();
    report.equal_yuan("by the month before the adjustment", before, of("before")?);
    report.equal_yuan(
        "before + adjustments = after (87-B)",
        before + more,
        of("after")?,
    );
    report.equal_yuan("adjusted benefits told", before + more, told(demo).await?);
    Ok(())
}

/// Art. 151. The area's figures for the day.
async fn set(demo: &Demo) -> Result<()> {
    let grades = (1..).zip(BY_GRADE);
    let grades =
        grades.map(|(grade, yuan)| (format!("disability_allowance_increase.{grade}"), yuan));
    let pensions = [
        ("spouse", OF_SPOUSE),
        ("relative", OF_RELATIVE),
        ("lone_or_orphan", OF_ALONE),
    ];
    let pensions = pensions.map(|(who, yuan)| (format!("survivor_pension_increase.{who}"), yuan));
    for (number, (name, yuan)) in grades.chain(pensions).enumerate() {
        let of = ("benefit-review", number);
        area::set(
            demo,
            demo.benefit_review(),
            of,
            (name, yuan.to_string()),
            FROM,
        )
        .await?;
    }
    Ok(())
}

/// Yuan a month that are told of benefits that were adjusted.
async fn told(demo: &Demo) -> Result<Decimal> {
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    let listed = demo.client.list(clerk, "/v1/benefits", "benefits", &[]);
    let listed = listed.await?;
    let adjusted = listed.iter().filter(|one| super::is_adjusted(one));
    adjusted.map(|one| yuan(&one["amount"])).sum()
}

/// Yuan a month that a relative gets more.
pub fn more(relation: &str, alone: bool) -> i64 {
    let of = match relation {
        "SPOUSE" => OF_SPOUSE,
        _ => OF_RELATIVE,
    };
    of + if alone { OF_ALONE } else { 0 }
}
