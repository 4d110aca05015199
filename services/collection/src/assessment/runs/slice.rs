//! A slice of a month: what the forms 3-10A of its employers are computed from.

use std::collections::HashMap;

use chassis::{Result, Unit};
use contracts::Money;
use contracts::collection::v1::{
    AssessmentBasis, BackPaymentMonth, ContributionAssessment, LateFeeMonth,
};
use law::{Law, Month, Sheet};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::caught_up;
use super::unbilled::{due_with_the_bill, is_moved};
use crate::assessment::rules;
use crate::assessment::store::{self, Billable, EmployerRow, PayrollRow};
use crate::base::rules::bounds;
use crate::ledger::{self, Accrued, Source, SourceKind};
use crate::rate::rules::Rates;
use crate::wire;

/// Employers assessed in one slice.
const SLICE: i64 = 5_000;

/// A slice of employers with what their assessments are computed from.
pub struct Slice {
    /// The last of its employers.
    pub last: String,
    employers: Vec<EmployerRow>,
    payrolls: HashMap<String, PayrollRow>,
    caught_up: HashMap<String, Vec<BackPaymentMonth>>,
    billable: HashMap<String, Vec<Billable>>,
    late_fees: HashMap<String, Vec<Accrued>>,
    /// What the agency holds of those from whom something is taken off, in yuan.
    held: HashMap<String, Decimal>,
}

impl Slice {
    /// The next slice; `None` at the end.
    pub async fn read(
        unit: &mut Unit,
        month: Month,
        law: &Law,
        after: Option<&str>,
    ) -> Result<Option<Self>> {
        let area = unit.area().to_owned();
        let next = store::next_employers(unit.db(), &area, after, SLICE).await?;
        let Some((first, last)) = next else {
            return Ok(None);
        };
        let span = (first.as_str(), last.as_str());
        let bounds = bounds(law, &mut Sheet::new())?;
        // Side by side: the payrolls take as long as everything else.
        let mut beside = unit.beside().await?;
        let (employers, payrolls) = futures::join!(
            store::employers(beside.db(), &area, month, span),
            store::payrolls(unit.db(), &area, (month, month), (span, bounds)),
        );
        let (employers, payrolls) = (employers?, payrolls?);
        let mut billable = store::billable(unit.db(), &area, span).await?;
        let caught_up = caught_up::read(unit, month, span).await?;
        let ids: Vec<String> = employers.iter().map(|e| e.employer_id.clone()).collect();
        let today = unit.today();
        let mut late_fees: HashMap<String, Vec<Accrued>> = HashMap::new();
        let in_time = rules::due_on_assessed(month, law, today)?;
        let billed: Vec<String> = billable.iter().map(|row| row.employer_id.clone()).collect();
        let source = Source {
            kind: SourceKind::Run,
            id: Uuid::nil(),
            row: 0,
        };
        let moved = due_with_the_bill(unit, &ids, in_time, source).await?;
        let added = billable.iter_mut().filter(|row| !row.special);
        for row in added.filter(|row| is_moved(&moved, &row.employer_id, Month::of(row.month))) {
            row.due_on = row.due_on.max(in_time);
        }
        already_settled(unit, &mut billable, &billed).await?;
        let accrued = ledger::accrued(unit, &ids, month, today, &moved).await?;
        // What was paid of the late fee of a moved month becomes a credit, and is on no bill.
        let billed = accrued.into_iter().filter(|fee| {
            fee.amount.is_sign_positive() || !is_moved(&moved, &fee.employer_id, fee.month)
        });
        for accrued in billed {
            late_fees
                .entry(accrued.employer_id.clone())
                .or_default()
                .push(accrued);
        }
        let taken_off: Vec<String> = store::taken_off(&billable).into_keys().collect();
        let held = ledger::store::credits_of(unit.db(), &area, &taken_off).await?;
        Ok(Some(Self {
            last,
            employers,
            payrolls: payrolls
                .into_iter()
                .map(|row| (row.employer_id.clone(), row))
                .collect(),
            caught_up,
            billable: by_employer(billable),
            late_fees,
            held,
        }))
    }

    /// Forms 3-10A of those that owe something.
    pub fn assess(
        &self,
        month: Month,
        law: &Law,
        today: Date,
    ) -> Result<Vec<(String, ContributionAssessment)>> {
        let mut rates = Rates::of_month(month, law);
        let mut items = Vec::with_capacity(self.employers.len());
        for employer in &self.employers {
            let item = self.item(employer, (month, law, today), &mut rates)?;
            let owes = item.total != Some(Decimal::ZERO.into());
            if item.headcount > 0 || owes || !item.billed_months.is_empty() {
                items.push((employer.employer_id.clone(), item));
            }
        }
        Ok(items)
    }

    /// Form 3-10A of one employer.
    fn item(
        &self,
        employer: &EmployerRow,
        (month, law, today): (Month, &Law, Date),
        rates: &mut Rates<'_>,
    ) -> Result<ContributionAssessment> {
        let id = &employer.employer_id;
        let none = PayrollRow::default();
        let insured = self
            .payrolls
            .get(id)
            .filter(|_| !employer.special)
            .unwrap_or(&none);
        let mut sheet = Sheet::new();
        let mut item = ContributionAssessment {
            employer_id: id.clone(),
            employer_name: employer.name.clone(),
            month: Some(month.into()),
            due_on: Some(rules::due_on_assessed(month, law, today)?.into()),
            assessed_on: Some(today.into()),
            ..ContributionAssessment::default()
        };
        let contribution = of_the_month(&mut item, &mut sheet, (employer, insured), (law, rates))?;
        item.pre_enrolment_months = self.caught_up.get(id).cloned().unwrap_or_default();
        let caught_up = sum(item
            .pre_enrolment_months
            .iter()
            .map(|m| m.contribution.as_ref()));
        let billable = self.billable.get(id).map_or(&[][..], Vec::as_slice);
        let of = |special| -> Decimal {
            let of = billable.iter().filter(|row| row.special == special);
            of.map(|row| row.amount).sum()
        };
        let (approved, special) = (of(false), of(true));
        item.billed_months = billable.iter().map(Into::into).collect();
        let back_payment = caught_up + approved;
        if !back_payment.is_zero() {
            sheet.step(
                "补缴金额",
                back_payment,
                "申报期后新招录人员补缴 + 已批准未列账的补缴和更正",
            );
        }
        if !special.is_zero() {
            sheet.step(
                "特殊方式核定金额",
                special,
                "《特殊行业企业工伤保险费核定表》（表31-D）已核定未列账的金额",
            );
        }
        let late_fee = self.late_fee(&mut item, &mut sheet);
        let total = contribution + special + back_payment + late_fee;
        let total = sheet.step(
            "应缴总额",
            total,
            "当期应缴金额 + 特殊方式核定金额 + 补缴金额 + 滞纳金",
        );
        let less_elsewhere = self.less_elsewhere(id, billable);
        let settled: Decimal = billable.iter().map(|row| row.settled).sum();
        let payable = total + less_elsewhere - settled;
        if !settled.is_zero() {
            sheet.fact(
                "列账前已缴金额",
                settled,
                "补缴、更正和特殊方式核定金额中已缴清的部分",
            );
        }
        if !less_elsewhere.is_zero() {
            sheet.fact(
                "更正减少、已在原月份少缴的金额",
                less_elsewhere,
                "原月份尚未多缴，少缴部分不再抵减本期",
            );
        }
        if payable != total {
            let how = "应缴总额 + 已在原月份少缴的金额 - 列账前已缴金额";
            sheet.step("本期应缴款", payable, how);
        }
        item.payable = Some(payable.into());
        item.contribution = Some(contribution.into());
        item.special_contribution = Some(special.into());
        item.back_payment = Some(back_payment.into());
        item.late_fee = Some(late_fee.into());
        item.total = Some(total.into());
        item.worksheet = Some(sheet.result(total).into());
        Ok(item)
    }

    /// Art. 30. Adds the late fees of earlier months, in yuan, as far as no bill had them.
    fn late_fee(&self, item: &mut ContributionAssessment, sheet: &mut Sheet) -> Decimal {
        let mut late_fee = Decimal::ZERO;
        for accrued in self.late_fees.get(&item.employer_id).into_iter().flatten() {
            late_fee += accrued.amount;
            sheet.note(
                "滞纳金所属月",
                accrued.month.to_string(),
                "规程第三十条，此前已核定的部分不再计入",
            );
            sheet.include(accrued.worksheet.clone());
            item.late_fee_months.push(LateFeeMonth {
                month: Some(accrued.month.into()),
                late_fee: Some(accrued.amount.into()),
            });
        }
        late_fee
    }

    /// Yuan of what is taken off that the agency does not hold: it is paid less where it was due.
    fn less_elsewhere(&self, employer_id: &str, billable: &[Billable]) -> Decimal {
        let taken_off: Decimal = store::taken_off(billable).into_values().sum();
        let held = self.held.get(employer_id).copied().unwrap_or_default();
        taken_off - taken_off.min(held)
    }
}

/// Art. 37. Notes what was paid or written off of what the rows of these employers bill; what of a month was
/// billed before counts as paid first.
pub(super) async fn already_settled(
    unit: &mut Unit,
    rows: &mut [Billable],
    employers: &[String],
) -> Result<()> {
    if employers.is_empty() {
        return Ok(());
    }
    let today = unit.today();
    let ledgers = ledger::ledgers(unit, employers, today).await?;
    for of_month in rows.chunk_by_mut(|a, b| (&a.employer_id, a.month) == (&b.employer_id, b.month))
    {
        let Some(first) = of_month.first() else {
            continue;
        };
        let months = ledgers.get(&first.employer_id).map(|ledger| &ledger.months);
        let account = months.and_then(|months| months.get(&Month::of(first.month)));
        let owed = account.map_or(Decimal::ZERO, |account| account.unpaid().max(Decimal::ZERO));
        let added: Decimal = of_month.iter().map(|row| row.amount).sum();
        let mut left = (added - owed).max(Decimal::ZERO);
        for row in of_month {
            row.settled = row.amount.max(Decimal::ZERO).min(left);
            left -= row.settled;
        }
    }
    Ok(())
}

/// Art. 28. What the month itself comes to, in yuan, with whom it counts and at what rate.
fn of_the_month(
    item: &mut ContributionAssessment,
    sheet: &mut Sheet,
    (employer, insured): (&EmployerRow, &PayrollRow),
    (law, rates): (&Law, &mut Rates<'_>),
) -> Result<Decimal> {
    item.headcount = wire::count(insured.headcount);
    item.payroll = Some(Decimal::ZERO.into());
    item.set_basis(AssessmentBasis::EarlierMonths);
    if insured.headcount == 0 {
        return Ok(Decimal::ZERO);
    }
    let rate = rates.of(employer.industry_code.as_deref(), employer.tier)?;
    let applied = sheet.include(rate.worksheet.clone());
    item.risk_class = i32::from(rate.class);
    item.tier = rate.tier;
    item.benchmark_rate = rate.benchmark.normalize().to_string();
    item.rate = applied.to_string();
    sheet.fact("缴费人数", insured.headcount, "参保登记");
    let last = employer.last_contribution.zip(employer.last_payroll);
    let (basis, payroll, due) = match (insured.declared, last) {
        // Art. 22: bases that were declared, or, at first, stated at enrolment.
        (true, _) | (false, None) => {
            let due = rules::contribution(insured.payroll, applied, law)?;
            (AssessmentBasis::Declared, insured.payroll, due)
        }
        // 社会保险法第六十二条.
        (false, Some((last_contribution, last_payroll))) => {
            let payroll = rules::provisional(last_payroll, law)?.value;
            let due = rules::provisional(last_contribution, law)?;
            (AssessmentBasis::Provisional, payroll, due)
        }
    };
    item.set_basis(basis);
    item.payroll = Some(payroll.into());
    Ok(sheet.include(due))
}

fn by_employer(billable: Vec<Billable>) -> HashMap<String, Vec<Billable>> {
    let mut found: HashMap<String, Vec<Billable>> = HashMap::new();
    for row in billable {
        found.entry(row.employer_id.clone()).or_default().push(row);
    }
    found
}

/// The sum of amounts on a form, in yuan.
pub fn sum<'a>(amounts: impl Iterator<Item = Option<&'a Money>>) -> Decimal {
    amounts.filter_map(|money| money?.decimal().ok()).sum()
}
