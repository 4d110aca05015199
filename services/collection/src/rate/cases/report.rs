//! The yearly summary of floating, reported to the agency above (表3-9).

use chassis::{Case, Needed, OrRefuse, Page, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, RateFloatingReportForm, RateFloatingReported, RateFloatingSummary,
    RateFloatingSummaryRow, RateFloatingYear, Refusal,
};
use law::calendar::Term;
use law::{Law, Month};
use prost::Message;
use rust_decimal::Decimal;
use sqlx::postgres::types::PgRange;
use time::Date;
use uuid::Uuid;

use crate::assessment::store::last_sent;
use crate::rate::store::{ChargedOnly, SignedYear};
use crate::rate::{rules, store};
use crate::wire;

/// The report of a year.
pub struct RateFloatingReport;

#[async_trait]
impl Case for RateFloatingReport {
    type Application = RateFloatingReportForm;
    type Decision = RateFloatingSummary;

    fn subject(&self, application: &RateFloatingReportForm) -> String {
        application.year.to_string()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &RateFloatingReportForm) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &RateFloatingReportForm,
    ) -> Result<RateFloatingSummary> {
        let (area, year) = (unit.area().to_owned(), application.year);
        over(unit, year).await?;
        let signed = store::signed(unit.db(), &area, year).await?;
        let mut found = summary(unit, year).await?;
        match signed {
            Some(signed) if application.correction => {
                found.overdue = RateFloatingSummary::decode(&*signed.summary)?.overdue;
            }
            Some(signed) => return Err(already(year, signed.signed_on).into()),
            None => {}
        }
        found.analysis.clone_from(&application.analysis);
        Ok(found)
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: RateFloatingReportForm,
        decision: RateFloatingSummary,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let year = application.year;
        if application.correction {
            store::take_out(unit.db(), &area, year).await?;
        }
        let signed = SignedYear {
            signed_on: today,
            summary: decision.encode_to_vec(),
        };
        store::sign(unit.db(), &area, (year, case_id), &signed)
            .await
            .or_refuse("floating_report_pkey", already(year, today))?;
        let event = RateFloatingReported {
            case_id: case_id.to_string(),
            year,
        };
        let happened = Some(Happened::RateFloatingReported(event));
        unit.tell(year.to_string(), &CollectionEvent { happened })
            .await
    }
}

/// Art. 27. A year is reported when it is over, and its last month is assessed.
async fn over(unit: &mut Unit, year: i32) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let december = january(year)?.plus(11);
    let assessed = last_sent(unit.db(), &area).await?;
    if today > december.last_day() && assessed >= Some(december) {
        return Ok(());
    }
    Err(Refused::because(Refusal::FloatingYearOpen)
        .with("year", year)
        .into())
}

fn already(year: i32, signed_on: Date) -> Refused {
    let refused = Refused::because(Refusal::FloatingYearSigned);
    refused.with("year", year).with("signed_on", signed_on)
}

/// Art. 27. What was charged for the months of a year, by class and tier, beside what the benchmark rates,
/// reduced as the area had them in each month, would have brought, and the benefit ratios of the review periods that ended in the year and in the last one
/// before: the effect of floating. A review period need not be a calendar year, nor a rate begin with one.
///
/// # Errors
/// A refusal when nothing was charged for the year.
pub async fn summary(unit: &mut Unit, year: i32) -> Result<RateFloatingSummary> {
    let area = unit.area().to_owned();
    let employers = store::employers(unit.db(), &area, &months(year)?).await?;
    if employers == 0 {
        return Err(Refused::because(Refusal::NoFloatingYear)
            .with("year", year)
            .into());
    }
    let first_day = january(year)?.first_day();
    let report_by = report_by(unit, year).await?;
    let (first_days, left) = left_by_reduction(unit, year).await?;
    let only = charged_only(unit, year).await?;
    let rows = store::year(unit.db(), &area, (&first_days, &left), &only).await?;
    let (benefits, benefit_ratio) = reviewed(unit, year).await?;
    let before = store::review_ended_before(unit.db(), &area, first_day).await?;
    let previous_benefit_ratio = match before {
        Some(day) => reviewed(unit, day.year()).await?.1,
        None => String::new(),
    };
    let total = |of: fn(&store::YearRow) -> Decimal| -> Decimal { rows.iter().map(of).sum() };
    Ok(RateFloatingSummary {
        year,
        employers: wire::count(employers),
        contributions: Some(total(|row| row.contribution).into()),
        benchmark_contributions: Some(total(|row| row.benchmark).into()),
        benefits: Some(benefits.into()),
        benefit_ratio,
        previous_benefit_ratio,
        report_by: Some(report_by.into()),
        analysis: String::new(),
        overdue: report_by < unit.today(),
        rows: rows
            .iter()
            .map(|row| RateFloatingSummaryRow {
                risk_class: row.risk_class,
                tier: row.tier,
                employers: wire::count(row.employers),
                contributions: Some(row.contribution.into()),
                benchmark_contributions: Some(row.benchmark.into()),
            })
            .collect(),
    })
}

/// Benefits of the review periods that ended in a year, in yuan, and over the contributions of these
/// periods; empty where none ended or nothing was paid.
async fn reviewed(unit: &mut Unit, year: i32) -> Result<(Decimal, String)> {
    let area = unit.area().to_owned();
    let (benefits, contributions) = store::reviews_ended(unit.db(), &area, &months(year)?).await?;
    let ratio = rules::quotient(benefits, contributions);
    Ok((
        benefits,
        ratio.map_or_else(String::new, |ratio| ratio.to_string()),
    ))
}

/// The first days of a year's months, and what the local reduction in force left of the rates in each.
async fn left_by_reduction(unit: &mut Unit, year: i32) -> Result<(Vec<Date>, Vec<Decimal>)> {
    let (mut first_days, mut left) = (Vec::with_capacity(12), Vec::with_capacity(12));
    for number in 0..12 {
        let first_day = january(year)?.plus(number).first_day();
        left.push(rules::left_by_reduction(&unit.law(first_day).await?)?);
        first_days.push(first_day);
    }
    Ok((first_days, left))
}

/// The months that an assessment of their own did not charge, with the rates of each.
async fn charged_only(unit: &mut Unit, year: i32) -> Result<Vec<ChargedOnly>> {
    let area = unit.area().to_owned();
    let mut only = store::charged_only(unit.db(), &area, &months(year)?).await?;
    for of_month in only.chunk_by_mut(|a, b| a.month == b.month) {
        let month = Month::of(of_month[0].month);
        let law = unit.law(month.first_day()).await?;
        let mut rates = rules::Rates::of_month(month, &law);
        for row in of_month {
            let rate = rates.of(row.industry_code.as_deref(), row.tier)?;
            (row.risk_class, row.tier) = (i32::from(rate.class), rate.tier);
            (row.benchmark_rate, row.rate) = (rate.benchmark, rate.worksheet.value);
        }
    }
    Ok(only)
}

fn months(year: i32) -> Result<PgRange<Date>> {
    Ok(wire::months(january(year)?, january(year)?.plus(11)))
}

/// Art. 27. A page of the years of which months are assessed; only those that are not signed though the last
/// day for their report is over, where `overdue` asks for these.
///
/// # Errors
/// When the law of a year does not say until when it is to be reported.
pub async fn years(
    unit: &mut Unit,
    overdue: bool,
    page: &Page,
) -> Result<(Vec<RateFloatingYear>, String)> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let mut over = None;
    if overdue {
        let last = today.year() - 1;
        let is_over = report_by(unit, last).await? < today;
        over = Some(if is_over { last } else { last - 1 });
    }
    let place = (page.after()?, page.limit());
    let rows = store::years(unit.db(), &area, over, place).await?;
    let (rows, next_page_token) = page.cut(rows, |(year, _)| year.to_string());
    let mut years = Vec::with_capacity(rows.len());
    for (year, signed_on) in rows {
        years.push(RateFloatingYear {
            year,
            report_by: Some(report_by(unit, year).await?.into()),
            signed_on: signed_on.map(Into::into),
        });
    }
    Ok((years, next_page_token))
}

/// The last day for the report: in the year after, by the parameter (month-day).
async fn report_by(unit: &mut Unit, year: i32) -> Result<Date> {
    let law = unit.law(january(year)?.first_day()).await?;
    let text = law.text("floating_report_due")?.value;
    let (month, day) = text.split_once('-').unwrap_or(("04", "30"));
    let month =
        Month::new(year + 1, month.parse().unwrap_or(4)).map_err(chassis::Error::internal)?;
    Ok(month
        .first_day()
        .replace_day(day.parse().unwrap_or(30))
        .unwrap_or_else(|_| month.last_day()))
}

fn january(year: i32) -> Result<Month> {
    Month::new(year, 1).map_err(chassis::Error::internal)
}
