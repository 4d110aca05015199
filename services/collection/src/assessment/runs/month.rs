//! The assessment of a month: forms 3-10A for each employer, summed on form 3-13.

use std::collections::HashMap;

use chassis::{Error, Result, Run, Unit, async_trait};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AssessmentBasis, AssessmentRunOrder, BackPaymentMonth, CollectionEvent, ContributionAssessed,
    ContributionAssessment, LateFeeMonth, LedgerAccount, LedgerEntryKind, MonthSent, MonthSummary, Refusal,
};
use contracts::{Money, Refused};
use law::{Law, Month, Sheet};
use prost::Message;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::assessment::rules;
use crate::assessment::store::{self, Assessed, EmployerRow, PayrollRow};
use crate::base::rules::{Bounds, bounds};
use crate::ledger::{self, Accrued, Posting, Source, SourceKind};
use crate::rate::rules::{Rate, division, rate};
use crate::wire;

/// Employers assessed in one slice.
const SLICE: i64 = 5_000;

/// The assessment of a month.
pub struct MonthAssessment;

#[async_trait]
impl Run for MonthAssessment {
    type Order = AssessmentRunOrder;
    type Item = ContributionAssessment;
    type Summary = MonthSummary;

    fn subject(&self, order: &AssessmentRunOrder) -> String {
        order.month.and_then(|m| Month::try_from(m).ok()).map_or_else(String::new, |m| m.to_string())
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &AssessmentRunOrder,
        after: Option<&str>,
    ) -> Result<Vec<(String, ContributionAssessment)>> {
        let month = wire::month(order.month)?;
        let law = unit.law(month.first_day()).await?;
        if after.is_none() {
            admit(unit, month, &law).await?;
        }
        let mut last = after.map(str::to_owned);
        loop {
            let Some(slice) = Slice::read(unit, month, &law, last.as_deref()).await? else {
                return Ok(Vec::new());
            };
            let items = slice.assess(month, &law, unit.today())?;
            // Employers that owe nothing have no form; a slice of none but them is no end.
            if !items.is_empty() {
                return Ok(items);
            }
            last = slice.employers.into_iter().next_back().map(|employer| employer.employer_id);
        }
    }

    fn add(&self, sum: &mut MonthSummary, order: &AssessmentRunOrder, item: &ContributionAssessment) {
        sum.month = order.month;
        sum.employers += 1;
        sum.headcount += u64::from(item.headcount);
        sum.provisional += u32::from(item.basis() == AssessmentBasis::Provisional);
        wire::add(&mut sum.payroll, item.payroll.as_ref());
        wire::add(&mut sum.contribution, item.contribution.as_ref());
        wire::add(&mut sum.back_payment, item.back_payment.as_ref());
        wire::add(&mut sum.late_fee, item.late_fee.as_ref());
        wire::add(&mut sum.total, item.total.as_ref());
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &AssessmentRunOrder,
        items: &[(String, ContributionAssessment)],
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let month = wire::month(order.month)?;
        let rows = items.iter().map(|(_, item)| assessed(item)).collect::<Result<Vec<_>>>()?;
        store::insert(unit.db(), &area, run_id, &rows).await?;

        let source = Source { kind: SourceKind::Run, id: run_id, row: 0 };
        let mut postings = Vec::with_capacity(rows.len());
        for (row, (_, item)) in rows.iter().zip(items) {
            due(&mut postings, row, item, source)?;
        }
        late_fees(unit, month, items, source, &mut postings).await?;
        ledger::store::post(unit, &postings).await?;
        unit.tell_all(items.iter().map(|(employer_id, item)| (employer_id.clone(), told(item)))).await
    }

    /// Art. 32. The month is signed: from now on it is collected by.
    async fn finish(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &AssessmentRunOrder,
        summary: &MonthSummary,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let month = wire::month(order.month)?;
        let sent = store::MonthSent {
            run_id,
            sent_on: today,
            sent_at: unit.now(),
            summary: summary.encode_to_vec(),
        };
        store::insert_month(unit.db(), &area, month, &sent).await?;
        let settlement_mode = unit.law(today).await?.text("settlement_mode")?.value;
        let event =
            MonthSent { summary: Some(summary.clone()), sent_on: Some(today.into()), settlement_mode };
        unit.tell(month.to_string(), &CollectionEvent { happened: Some(Happened::MonthSent(event)) }).await
    }
}

/// Art. 28. A month is assessed once, when it has begun and its declaration window has closed.
async fn admit(unit: &mut Unit, month: Month, law: &Law) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    if month > Month::of(today) {
        return Err(Refused::because(Refusal::MonthAhead).with("month", month).into());
    }
    let closes = rules::declared_by(month, law)?;
    if today <= closes {
        return Err(Refused::because(Refusal::DeclarationWindowOpen)
            .with("month", month)
            .with("closes", closes)
            .into());
    }
    if store::month_sent(unit.db(), &area, month).await?.is_some() {
        return Err(Refused::because(Refusal::MonthAssessed).with("month", month).into());
    }
    Ok(())
}

/// A slice of employers with what their assessments are computed from.
struct Slice {
    employers: Vec<EmployerRow>,
    payrolls: HashMap<String, PayrollRow>,
    pre_enrolled: HashMap<String, Vec<BackPaymentMonth>>,
    approved: HashMap<String, Decimal>,
    late_fees: HashMap<String, Vec<Accrued>>,
}

impl Slice {
    /// The next slice; `None` at the end.
    async fn read(unit: &mut Unit, month: Month, law: &Law, after: Option<&str>) -> Result<Option<Self>> {
        let area = unit.area().to_owned();
        let employers = store::employers(unit.db(), &area, month, (after, None, SLICE)).await?;
        let (Some(first), Some(last)) = (employers.first(), employers.last()) else { return Ok(None) };
        let span = (first.employer_id.as_str(), last.employer_id.as_str());
        let bounds = bounds(law, &mut Sheet::new())?;
        let payrolls = store::payrolls(unit.db(), &area, month, (span, bounds)).await?;
        let approved = store::billable(unit.db(), &area, span).await?;
        let pre_enrolled = pre_enrolled(unit, month, (span, bounds), &employers).await?;
        let ids: Vec<String> = employers.iter().map(|e| e.employer_id.clone()).collect();
        let today = unit.today();
        let mut late_fees: HashMap<String, Vec<Accrued>> = HashMap::new();
        for accrued in ledger::accrued(unit, &ids, month, today).await? {
            late_fees.entry(accrued.employer_id.clone()).or_default().push(accrued);
        }
        Ok(Some(Self {
            employers,
            payrolls: payrolls.into_iter().map(|row| (row.employer_id.clone(), row)).collect(),
            pre_enrolled,
            approved: approved.into_iter().map(|row| (row.employer_id, row.amount)).collect(),
            late_fees,
        }))
    }

    fn assess(
        &self,
        month: Month,
        law: &Law,
        today: Date,
    ) -> Result<Vec<(String, ContributionAssessment)>> {
        let mut rates = Rates { month, law, known: HashMap::new() };
        let mut items = Vec::with_capacity(self.employers.len());
        for employer in &self.employers {
            let item = self.item(employer, &mut rates)?;
            if item.headcount > 0 || item.total != Some(Decimal::ZERO.into()) {
                let item = ContributionAssessment { assessed_on: Some(today.into()), ..item };
                items.push((employer.employer_id.clone(), item));
            }
        }
        Ok(items)
    }

    /// Form 3-10A of one employer.
    fn item(&self, employer: &EmployerRow, rates: &mut Rates<'_>) -> Result<ContributionAssessment> {
        let (month, law) = (rates.month, rates.law);
        let id = &employer.employer_id;
        let none = PayrollRow::default();
        let insured = self.payrolls.get(id).filter(|_| !employer.special).unwrap_or(&none);
        let mut sheet = Sheet::new();
        let mut item = ContributionAssessment {
            employer_id: id.clone(),
            employer_name: employer.name.clone(),
            month: Some(month.into()),
            headcount: wire::count(insured.headcount),
            due_on: Some(rules::due_on(month, law)?.into()),
            ..ContributionAssessment::default()
        };
        let (mut payroll, mut contribution) = (Decimal::ZERO, Decimal::ZERO);
        item.set_basis(AssessmentBasis::EarlierMonths);
        if insured.headcount > 0 {
            let rate = rates.of(employer)?;
            let applied = sheet.include(rate.worksheet.clone());
            item.risk_class = i32::from(rate.class);
            item.tier = rate.tier;
            item.benchmark_rate = rate.benchmark.normalize().to_string();
            item.rate = applied.to_string();
            sheet.fact("缴费人数", insured.headcount, "参保登记");
            match (insured.declared, employer.last_contribution.zip(employer.last_payroll)) {
                // Art. 22: bases that were declared, or, at first, stated at enrolment.
                (true, _) | (false, None) => {
                    payroll = insured.payroll;
                    contribution = sheet.include(rules::contribution(payroll, applied, law)?);
                    item.set_basis(AssessmentBasis::Declared);
                }
                // 社会保险法第六十二条.
                (false, Some((last_contribution, last_payroll))) => {
                    payroll = rules::provisional(last_payroll, law)?.value;
                    contribution = sheet.include(rules::provisional(last_contribution, law)?);
                    item.set_basis(AssessmentBasis::Provisional);
                }
            }
        }
        item.pre_enrolment_months = self.pre_enrolled.get(id).cloned().unwrap_or_default();
        let pre_enrolled = sum(item.pre_enrolment_months.iter().map(|m| m.contribution.as_ref()));
        let approved = self.approved.get(id).copied().unwrap_or_default();
        let back_payment = pre_enrolled + approved;
        if !back_payment.is_zero() {
            sheet.step("补缴金额", back_payment, "申报期后新招录人员补缴 + 已批准未列账的补缴和更正");
        }
        let mut late_fee = Decimal::ZERO;
        for accrued in self.late_fees.get(id).into_iter().flatten() {
            late_fee += accrued.amount;
            sheet.note("滞纳金所属月", accrued.month.to_string(), "规程第三十条，此前已核定的部分不再计入");
            sheet.include(accrued.worksheet.clone());
            item.late_fee_months.push(LateFeeMonth {
                month: Some(accrued.month.into()),
                late_fee: Some(accrued.amount.into()),
            });
        }
        let total = contribution + back_payment + late_fee;
        let total = sheet.step("应缴总额", total, "当期应缴金额 + 补缴金额 + 滞纳金");
        item.payroll = Some(payroll.into());
        item.contribution = Some(contribution.into());
        item.back_payment = Some(back_payment.into());
        item.late_fee = Some(late_fee.into());
        item.total = Some(total.into());
        item.worksheet = Some(sheet.result(total).into());
        Ok(item)
    }
}

/// Rates of one month, each computed once for an industry and tier.
struct Rates<'a> {
    month: Month,
    law: &'a Law,
    known: HashMap<(String, i32), Rate>,
}

impl Rates<'_> {
    fn of(&mut self, employer: &EmployerRow) -> Result<&Rate> {
        let code = employer.industry_code.clone().unwrap_or_default();
        let key = (code.clone(), employer.tier);
        if !self.known.contains_key(&key) {
            let industry = division(&code)?;
            // A tier that the table in force no longer has cannot hold: the benchmark does.
            let found = rate(industry, self.month, employer.tier, self.law)
                .or_else(|_| rate(industry, self.month, 0, self.law))?;
            self.known.insert(key.clone(), found);
        }
        self.known.get(&key).ok_or_else(|| Error::internal("a rate that was just computed"))
    }
}

/// Art. 10. What is paid back for months before the first declaration of persons hired after a window;
/// it is in time until the due date of the month that is assessed.
async fn pre_enrolled(
    unit: &mut Unit,
    month: Month,
    (span, bounds): ((&str, &str), Option<Bounds>),
    employers: &[EmployerRow],
) -> Result<HashMap<String, Vec<BackPaymentMonth>>> {
    let area = unit.area().to_owned();
    let due_on = rules::due_on(month, &unit.law(month.first_day()).await?)?;
    let by_id: HashMap<&str, &EmployerRow> = employers.iter().map(|e| (e.employer_id.as_str(), e)).collect();
    let mut found: HashMap<String, Vec<BackPaymentMonth>> = HashMap::new();
    for row in store::pre_enrolled(unit.db(), &area, month, (span, bounds)).await? {
        let Some(employer) = by_id.get(row.employer_id.as_str()) else { continue };
        let past = Month::of(row.month);
        let law = unit.law(row.month).await?;
        let rate = Rates { month: past, law: &law, known: HashMap::new() }.of(employer)?.clone();
        let due = rules::back_payment(row.base, &rate, past, &law)?;
        found.entry(row.employer_id.clone()).or_default().push(BackPaymentMonth {
            month: Some(past.into()),
            headcount: wire::count(row.headcount),
            base: Some(row.base.into()),
            rate: rate.worksheet.value.to_string(),
            contribution: Some(due.value.into()),
            due_on: Some(due_on.into()),
            late_fee: Some(Decimal::ZERO.into()),
        });
    }
    Ok(found)
}

/// The entries of what falls due with an assessment.
fn due(
    postings: &mut Vec<Posting>,
    row: &Assessed,
    item: &ContributionAssessment,
    source: Source,
) -> Result<()> {
    let posting = |month, kind, amount, value_on| Posting {
        employer_id: row.employer_id.clone(),
        month,
        account: LedgerAccount::Principal,
        kind,
        amount,
        value_on,
        source,
        worksheet: None,
    };
    if !row.contribution.is_zero() {
        let month = Month::of(row.month);
        postings.push(posting(month, LedgerEntryKind::Assessed, row.contribution, row.due_on));
    }
    for past in &item.pre_enrolment_months {
        let (month, due_on) = (wire::month(past.month)?, wire::day(past.due_on)?);
        let amount = wire::yuan(past.contribution.as_ref())?;
        if !amount.is_zero() {
            postings.push(posting(month, LedgerEntryKind::BackPayment, amount, due_on));
        }
    }
    Ok(())
}

/// Art. 30. Books the late fee that was assessed; what a receipt has booked meanwhile is not booked twice.
async fn late_fees(
    unit: &mut Unit,
    month: Month,
    items: &[(String, ContributionAssessment)],
    source: Source,
    postings: &mut Vec<Posting>,
) -> Result<()> {
    let late: Vec<String> = items
        .iter()
        .filter(|(_, item)| !item.late_fee_months.is_empty())
        .map(|(employer_id, _)| employer_id.clone())
        .collect();
    let Some(through) = items.iter().find_map(|(_, item)| wire::maybe_day(item.assessed_on)) else {
        return Ok(());
    };
    if !late.is_empty() {
        let accrued = ledger::accrued(unit, &late, month, through).await?;
        postings.extend(accrued.into_iter().map(|accrued| accrued.posting(through, source)));
    }
    Ok(())
}

fn assessed(item: &ContributionAssessment) -> Result<Assessed> {
    let yuan = |money: &Option<Money>| wire::yuan(money.as_ref());
    let decimal = |text: &str| if text.is_empty() { Ok(Decimal::ZERO) } else { text.parse() };
    Ok(Assessed {
        employer_id: item.employer_id.clone(),
        month: wire::month(item.month)?.first_day(),
        headcount: i32::try_from(item.headcount).unwrap_or(i32::MAX),
        payroll: yuan(&item.payroll)?,
        risk_class: item.risk_class,
        tier: item.tier,
        benchmark_rate: decimal(&item.benchmark_rate).map_err(Error::internal)?,
        rate: decimal(&item.rate).map_err(Error::internal)?,
        contribution: yuan(&item.contribution)?,
        back_payment: yuan(&item.back_payment)?,
        approved: yuan(&item.back_payment)?
            - sum(item.pre_enrolment_months.iter().map(|past| past.contribution.as_ref())),
        late_fee: yuan(&item.late_fee)?,
        due_on: wire::day(item.due_on)?,
        basis: item.basis,
        form: item.encode_to_vec(),
        confirmed_on: None,
    })
}

fn told(item: &ContributionAssessment) -> CollectionEvent {
    CollectionEvent {
        happened: Some(Happened::ContributionAssessed(ContributionAssessed {
            employer_id: item.employer_id.clone(),
            month: item.month,
            headcount: item.headcount,
            payroll: item.payroll.clone(),
            rate: item.rate.clone(),
            contribution: item.contribution.clone(),
            late_fee: item.late_fee.clone(),
            due_on: item.due_on,
            basis: item.basis,
        })),
    }
}

fn sum<'a>(amounts: impl Iterator<Item = Option<&'a Money>>) -> Decimal {
    amounts.filter_map(|money| money?.decimal().ok()).sum()
}
