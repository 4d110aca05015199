//! The floating run: every employer's review period, and the tier that follows.

use chassis::{Error, Result, Run, RunSlice, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, FloatingTierCount, RateFloatingDetail, RateFloatingOrder,
    RateFloatingRunSummary, RateSet, Refusal,
};
use law::calendar::{Deadline, Term};
use law::{Law, Month, Sheet};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::rules::{self, FloatingFacts};
use super::store::{self, Notice, Reviewed};
use crate::assessment::runs::not_yet_assessed;
use crate::{notice, wire};

/// The parameter within whose working days an employer is told its rate.
pub const TELL: &str = "floating_notice_working_days";

/// Employers reviewed in one slice.
const SLICE: i64 = 2_000;

/// A floating run.
pub struct RateFloating;

#[async_trait]
impl Run for RateFloating {
    type Order = RateFloatingOrder;
    type Item = RateFloatingDetail;
    type Summary = RateFloatingRunSummary;

    fn subject(&self, order: &RateFloatingOrder) -> String {
        order
            .effective_month
            .and_then(|m| Month::try_from(m).ok())
            .map_or_else(String::new, |m| m.to_string())
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// Art. 26. On a review period with facts, and before the first month of the rates is assessed, which
    /// then waits until they are set.
    async fn admit(&self, unit: &mut Unit, order: &RateFloatingOrder) -> Result<()> {
        let area = unit.area().to_owned();
        let review = Review::of(order)?;
        review.admit(&unit.law(review.effective.first_day()).await?)?;
        if !store::has_facts(unit.db(), &area, &wire::months(review.first, review.last)).await? {
            return Err(Refused::because(Refusal::FactsMissing)
                .with("from", review.first)
                .with("to", review.last)
                .into());
        }
        not_yet_assessed(unit, review.effective).await
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &RateFloatingOrder,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<RateFloatingDetail>>> {
        let area = unit.area().to_owned();
        let review = Review::of(order)?;
        let law = unit.law(review.effective.first_day()).await?;
        let period = wire::months(review.first, review.last);
        let slice = (after, None, SLICE);
        let rows = store::reviewed(unit.db(), &area, (&period, review.effective), slice).await?;
        let items = rows
            .into_iter()
            .map(|row| Ok((row.employer_id.clone(), detail(&row, &review, &law)?)));
        Ok(RunSlice::of(items.collect::<Result<_>>()?))
    }

    fn add(
        &self,
        summary: &mut RateFloatingRunSummary,
        order: &RateFloatingOrder,
        item: &RateFloatingDetail,
    ) {
        summary.review_from_month = order.review_from_month;
        summary.review_to_month = order.review_to_month;
        summary.effective_month = order.effective_month;
        summary.employers += 1;
        wire::add(&mut summary.contributions, item.contributions.as_ref());
        wire::add(&mut summary.benefits, item.benefits.as_ref());
        let headcount: Decimal = item.average_headcount.parse().unwrap_or_default();
        let headcount = u64::try_from(headcount.round()).unwrap_or_default();
        match summary
            .tiers
            .iter_mut()
            .find(|count| count.tier == item.tier)
        {
            Some(count) => {
                count.employers += 1;
                count.headcount += headcount;
            }
            None => {
                summary.tiers.push(FloatingTierCount {
                    tier: item.tier,
                    employers: 1,
                    headcount,
                });
                summary.tiers.sort_by_key(|count| count.tier);
            }
        }
    }

    /// Art. 26. Tiers hold from the effective month on, and each employer is to be told within five
    /// working days.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &RateFloatingOrder,
        items: &[(String, RateFloatingDetail)],
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let review = Review::of(order)?;
        let items = in_their_industries(unit, &review, items).await?;
        let ids: Vec<&str> = items.iter().map(|item| item.employer_id.as_str()).collect();
        let tiers: Vec<i32> = items.iter().map(|item| item.tier).collect();
        let industries: Vec<&str> = items.iter().map(|item| &*item.industry_code).collect();
        let set = (&ids[..], &tiers[..], &industries[..]);
        store::set_tiers(unit.db(), &area, set, (review.effective, run_id)).await?;

        let today = unit.today();
        let notify_by = notice::within(unit, TELL, today).await?;
        let notices = items
            .iter()
            .map(|item| notice_of(item, &review, (today, notify_by)))
            .collect::<Result<Vec<_>>>()?;
        store::insert_notices(unit.db(), &area, run_id, &notices).await?;
        store::supersede(unit.db(), &area, &notices).await?;
        unit.tell_all(items.iter().map(|item| {
            let event = RateSet {
                employer_id: item.employer_id.clone(),
                risk_class: item.risk_class,
                tier: item.tier,
                rate: item.rate.clone(),
                from_month: item.effective_month,
            };
            let happened = Some(Happened::RateSet(event));
            (item.employer_id.clone(), CollectionEvent { happened })
        }))
        .await
    }

    async fn finish(
        &self,
        _unit: &mut Unit,
        _run_id: Uuid,
        _order: &RateFloatingOrder,
        _summary: &RateFloatingRunSummary,
    ) -> Result<()> {
        Ok(())
    }
}

/// Art. 25, Art. 26. The forms of a slice, made anew for who was told since the preview to be in another
/// industry: what floats is the rate of the industry that the employer is in.
async fn in_their_industries(
    unit: &mut Unit,
    review: &Review,
    items: &[(String, RateFloatingDetail)],
) -> Result<Vec<RateFloatingDetail>> {
    let area = unit.area().to_owned();
    let ids: Vec<&str> = items.iter().map(|(id, _)| id.as_str()).collect();
    let days = vec![review.effective.first_day(); ids.len()];
    let rated = store::rated_on(unit.db(), &area, (&ids, &days)).await?;
    let law = unit.law(review.effective.first_day()).await?;
    let mut found = Vec::with_capacity(items.len());
    for ((employer_id, item), (industry_code, _)) in items.iter().zip(rated) {
        found.push(if industry_code == item.industry_code {
            item.clone()
        } else {
            detail(&review.of_employer(unit, employer_id).await?, review, &law)?
        });
    }
    Ok(found)
}

/// Which months are reviewed, and from when the rates hold.
pub struct Review {
    /// First month reviewed.
    pub first: Month,
    /// Last month reviewed.
    pub last: Month,
    /// First month of the rates.
    pub effective: Month,
}

impl Review {
    fn of(order: &RateFloatingOrder) -> Result<Self> {
        Ok(Self {
            first: wire::month(order.review_from_month)?,
            last: wire::month(order.review_to_month)?,
            effective: wire::month(order.effective_month)?,
        })
    }

    /// What is reviewed of one employer, be it insured still or not.
    ///
    /// # Errors
    /// When it is unknown, or its industry.
    pub async fn of_employer(&self, unit: &mut Unit, employer_id: &str) -> Result<Reviewed> {
        let area = unit.area().to_owned();
        let which = (&wire::months(self.first, self.last), self.effective);
        let one = (None, Some(employer_id), 1);
        let found = store::reviewed(unit.db(), &area, which, one).await?.pop();
        found.ok_or_else(|| Error::not_found("用人单位", employer_id))
    }

    /// Art. 26. One to three years by the area's rule, before the rates hold.
    fn admit(&self, law: &Law) -> Result<()> {
        let most = law.integer("floating_review_years")?.value.max(1) * 12;
        let months = i64::from(self.first.months_to(self.last)) + 1;
        if (12..=most).contains(&months) && self.last < self.effective {
            return Ok(());
        }
        Err(Refused::because(Refusal::ReviewPeriod)
            .with("least", 12)
            .with("most", most)
            .into())
    }
}

/// Form 3-6 of one employer; `law` is as of the effective month.
///
/// # Errors
/// When the law has no rate or threshold for the month.
pub fn detail(row: &Reviewed, review: &Review, law: &Law) -> Result<RateFloatingDetail> {
    let count = |many: i32| u32::try_from(many).unwrap_or_default();
    let facts = FloatingFacts {
        contributions: row.contributions,
        benefits: row.benefits,
        average_headcount: row.average_headcount.round_dp(2).normalize(),
        injuries: count(row.injuries),
        severe_cases: count(row.severe_cases),
        deaths: count(row.deaths),
        responsible_deaths: count(row.responsible_deaths),
        occupational_diseases: count(row.occupational_diseases),
        insured_months: Month::of(row.starts_on).months_to(review.last) + 1,
    };
    let industry = rules::division(&row.industry_code)?;
    let benchmark = rules::rate(industry, review.effective, 0, law)?;
    let floated = rules::floating_tier(benchmark.class, &facts, law)?;
    // A tier that the class of the effective month does not have cannot have been in force in it.
    let previous = rules::rate(industry, review.effective, row.tier, law)
        .unwrap_or_else(|_| benchmark.clone());
    let rate = rules::rate(industry, review.effective, floated.tier, law)?;
    let mut sheet = Sheet::new();
    sheet.include(floated.worksheet);
    let applied = sheet.include(rate.worksheet);
    let shown = |ratio: Option<Decimal>| ratio.map_or_else(String::new, |r| r.to_string());
    Ok(RateFloatingDetail {
        employer_id: row.employer_id.clone(),
        employer_name: row.name.clone(),
        risk_class: i32::from(rate.class),
        benchmark_rate: rate.benchmark.normalize().to_string(),
        contributions: Some(facts.contributions.into()),
        benefits: Some(facts.benefits.into()),
        benefit_ratio: shown(floated.benefit_ratio),
        average_headcount: facts.average_headcount.to_string(),
        injuries: facts.injuries,
        injury_incidence: shown(floated.incidence),
        severe_cases: facts.severe_cases,
        deaths: facts.deaths,
        previous_tier: previous.tier,
        tier: floated.tier,
        rate: applied.to_string(),
        effective_month: Some(review.effective.into()),
        worksheet: Some(sheet.result(applied).into()),
        previous_rate: previous.worksheet.value.to_string(),
        industry_code: row.industry_code.clone(),
        occupational_diseases: facts.occupational_diseases,
    })
}

/// Form 3-7: what an employer is told of its form 3-6, until when.
///
/// # Errors
/// When the form has no rate.
pub fn notice_of(
    item: &RateFloatingDetail,
    review: &Review,
    (decided_on, notify_by): (Date, Deadline),
) -> Result<Notice> {
    Ok(Notice {
        notice_id: Uuid::now_v7(),
        employer_id: item.employer_id.clone(),
        employer_name: item.employer_name.clone(),
        review_period: wire::months(review.first, review.last),
        previous_rate: item.previous_rate.parse().map_err(Error::internal)?,
        rate: item.rate.parse().map_err(Error::internal)?,
        tier: item.tier,
        effective_month: review.effective.first_day(),
        decided_on,
        notify_by: notify_by.due_on,
        notify_by_provisional: !notify_by.holidays_known,
        delivered_on: None,
        grounds: grounds(item),
        superseded_by: None,
    })
}

fn grounds(item: &RateFloatingDetail) -> String {
    format!(
        "支缴率{}，工伤发生率{}，一至四级伤残{}人，因工死亡{}人，职业病{}人{}",
        if item.benefit_ratio.is_empty() {
            "无"
        } else {
            &item.benefit_ratio
        },
        if item.injury_incidence.is_empty() {
            "无"
        } else {
            &item.injury_incidence
        },
        item.severe_cases,
        item.deaths,
        item.occupational_diseases,
        first_months(item)
    )
}

/// Why a rate does not float whatever happened, where that is so.
fn first_months(item: &RateFloatingDetail) -> String {
    let lines = item.worksheet.iter().flat_map(|sheet| &sheet.lines);
    let mut sources = lines.map(|line| line.source.as_str());
    match sources.find(|source| *source == rules::FIRST_MONTHS) {
        Some(why) => format!("；{why}"),
        None => String::new(),
    }
}
