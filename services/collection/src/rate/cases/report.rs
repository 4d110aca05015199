//! The yearly summary of floating, reported to the agency above (表3-9).

use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, RateFloatingReportForm, RateFloatingReported, RateFloatingSummary,
    RateFloatingSummaryRow, Refusal,
};
use law::calendar::Term;
use law::{Law, Month};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

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
        let analysis = application.analysis.clone();
        Ok(RateFloatingSummary {
            analysis,
            ..summary(unit, application.year).await?
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: RateFloatingReportForm,
        _decision: RateFloatingSummary,
    ) -> Result<()> {
        let year = application.year;
        let event = RateFloatingReported {
            case_id: case_id.to_string(),
            year,
        };
        let happened = Some(Happened::RateFloatingReported(event));
        unit.tell(year.to_string(), &CollectionEvent { happened })
            .await
    }
}

/// Art. 27. A year's contributions by class and tier, beside what the benchmark rates would have
/// brought, and the benefit ratios of the year and of the one before: the effect of floating.
///
/// # Errors
/// A refusal when nothing was assessed in the year.
pub async fn summary(unit: &mut Unit, year: i32) -> Result<RateFloatingSummary> {
    let area = unit.area().to_owned();
    let rows = store::year(
        unit.db(),
        &area,
        &wire::months(january(year)?, january(year)?.plus(11)),
    )
    .await?;
    if rows.is_empty() {
        return Err(Refused::because(Refusal::NoFloatingYear)
            .with("year", year)
            .into());
    }
    let report_by = report_by(&unit.law(january(year)?.first_day()).await?, year)?;
    let (benefits, benefit_ratio) = year_ratio(unit, year).await?;
    let (_, previous_benefit_ratio) = year_ratio(unit, year - 1).await?;
    let total = |of: fn(&store::YearRow) -> Decimal| -> Decimal { rows.iter().map(of).sum() };
    Ok(RateFloatingSummary {
        year,
        employers: rows.iter().map(|row| wire::count(row.employers)).sum(),
        contributions: Some(total(|row| row.contribution).into()),
        benchmark_contributions: Some(total(|row| row.benchmark).into()),
        benefits: Some(benefits.into()),
        benefit_ratio,
        previous_benefit_ratio,
        report_by: Some(report_by.into()),
        analysis: String::new(),
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

/// Benefits of a year in yuan, and over its contributions; empty where nothing was contributed.
async fn year_ratio(unit: &mut Unit, year: i32) -> Result<(Decimal, String)> {
    let area = unit.area().to_owned();
    let months = wire::months(january(year)?, january(year)?.plus(11));
    let benefits = store::benefits(unit.db(), &area, &months).await?;
    let rows = store::year(unit.db(), &area, &months).await?;
    let contributions: Decimal = rows.iter().map(|row| row.contribution).sum();
    let ratio = rules::quotient(benefits, contributions);
    Ok((
        benefits,
        ratio.map_or_else(String::new, |ratio| ratio.to_string()),
    ))
}

/// The last day for the report: in the year after, by the parameter (month-day).
fn report_by(law: &Law, year: i32) -> Result<Date> {
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
