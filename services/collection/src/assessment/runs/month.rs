//! The assessment of a month: forms 3-10A for each employer, summed on form 3-13.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chassis::{Error, Result, Run, RunSlice, Unit, async_trait};
use contracts::Money;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AssessmentBasis, AssessmentRunOrder, CollectionEvent, ContributionAssessed,
    ContributionAssessment, LedgerAccount, LedgerEntryKind, MonthSent, MonthSummary,
};
use contracts::common::v1::WorksheetLine;
use law::calendar::Term;
use law::{Law, Month};
use prost::Message;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::slice::{Slice, already_settled};
use super::unbilled::{due_with_the_bill, is_moved};
use super::{months, told_late};
use crate::assessment::rules;
use crate::assessment::store::{self, Assessed, Billable};
use crate::ledger::credits::{apply_to_bill, settle_corrected};
use crate::ledger::{self, Posting, Source, SourceKind};
use crate::wire;

/// The assessment of a month.
pub struct MonthAssessment;

#[async_trait]
impl Run for MonthAssessment {
    type Order = AssessmentRunOrder;
    type Item = ContributionAssessment;
    type Summary = MonthSummary;

    fn subject(&self, order: &AssessmentRunOrder) -> String {
        order
            .month
            .and_then(|m| Month::try_from(m).ok())
            .map_or_else(String::new, |m| m.to_string())
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    async fn admit(&self, unit: &mut Unit, order: &AssessmentRunOrder) -> Result<()> {
        months::admit(unit, order).await
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &AssessmentRunOrder,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<ContributionAssessment>>> {
        let (month, today) = (wire::month(order.month)?, unit.today());
        let law = unit.law(month.first_day()).await?;
        let slice = Slice::read(unit, month, &law, after).await?;
        Ok(slice.map(|slice| {
            let last = slice.last.clone();
            RunSlice::through(last, move || slice.assess(month, &law, today))
        }))
    }

    fn add(
        &self,
        sum: &mut MonthSummary,
        order: &AssessmentRunOrder,
        item: &ContributionAssessment,
    ) {
        sum.month = order.month;
        sum.employers += 1;
        sum.headcount += u64::from(item.headcount);
        sum.provisional += u32::from(item.basis() == AssessmentBasis::Provisional);
        wire::add(&mut sum.payroll, item.payroll.as_ref());
        wire::add(&mut sum.contribution, item.contribution.as_ref());
        wire::add(
            &mut sum.special_contribution,
            item.special_contribution.as_ref(),
        );
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
        let law = unit.law(month.first_day()).await?;
        let in_time = rules::due_on_assessed(month, &law, unit.today())?;
        let source = Source {
            kind: SourceKind::Run,
            id: run_id,
            row: 0,
        };
        let bills = items
            .iter()
            .filter(|(_, item)| !item.billed_months.is_empty());
        let billed: Vec<String> = bills.map(|(id, _)| id.clone()).collect();
        let all: Vec<String> = items.iter().map(|(id, _)| id.clone()).collect();
        let none_moved = due_with_the_bill(unit, &all, in_time, source)
            .await?
            .is_empty();
        if !(billed.is_empty() && none_moved) {
            ledger::store::lock(unit.db(), &area).await?;
        }
        let moved = due_with_the_bill(unit, &all, in_time, source).await?;
        let corrected: BTreeSet<(String, Month)> = moved
            .iter()
            .map(|posting| (posting.employer_id.clone(), posting.month))
            .collect();
        let items = due_when_signed(items, in_time, &moved)?;
        let items = settled_when_signed(unit, items, &billed).await?;
        let items = items.as_ref();
        let rows = items
            .iter()
            .map(|(_, item)| assessed(item))
            .collect::<Result<Vec<_>>>()?;
        let (inserted, effects) =
            futures::join!(store::insert(unit.db(), &area, run_id, &rows), async {
                Effects::of(&rows, items, source)
            },);
        inserted?;
        let Effects {
            billed,
            mut postings,
            told,
        } = effects?;
        store::insert_billed(unit.db(), &area, run_id, &billed).await?;
        let late_fees = late_fees(unit, month, items, source, &moved).await?;
        postings.extend(moved);
        postings.extend(late_fees);
        ledger::store::post(unit, &postings).await?;
        for (employer_id, month) in &corrected {
            let source = Source {
                row: rules::place(*month, 0),
                ..source
            };
            settle_corrected(unit, (employer_id, *month), source).await?;
        }
        // Where it was paid before, it is a credit, and pays as much of the month that is billed.
        let credits = Source { row: 1, ..source };
        apply_to_bill(unit, month, store::taken_off(&billed), credits).await?;
        unit.tell_all(told).await
    }

    /// Art. 32. The month is signed: from now on it is collected by. What was told meanwhile is settled with it,
    /// or in the night where it is much, and billed with the next.
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
        ledger::store::lock(unit.db(), &area).await?;
        store::begin_to_count(unit.db(), &area).await?;
        store::insert_month(unit.db(), &area, month, &sent).await?;
        // As many as one unit may hold the ledger for; the others in the night.
        told_late::settle_kept(unit).await?;
        let settlement_mode = unit.law(today).await?.text("settlement_mode")?.value;
        let event = MonthSent {
            summary: Some(summary.clone()),
            sent_on: Some(today.into()),
            settlement_mode,
        };
        unit.tell(
            month.to_string(),
            &CollectionEvent {
                happened: Some(Happened::MonthSent(event)),
            },
        )
        .await
    }
}

/// Art. 30. The forms, with the last day in time moved to that of what is assessed today where it is later:
/// what was signed long after its preview costs no late fee either.
fn due_when_signed<'a>(
    items: &'a [(String, ContributionAssessment)],
    in_time: Date,
    moved: &[Posting],
) -> Result<Cow<'a, [(String, ContributionAssessment)]>> {
    let in_time = Some(in_time.into());
    if items.iter().all(|(_, item)| item.due_on >= in_time) {
        return Ok(Cow::Borrowed(items));
    }
    let mut items = items.to_vec();
    for (employer_id, item) in items.iter_mut().filter(|(_, item)| item.due_on < in_time) {
        for billed in item.billed_months.iter_mut().filter(|of| !of.special) {
            if is_moved(moved, employer_id, wire::month(billed.month)?) {
                billed.due_on = billed.due_on.max(in_time);
            }
        }
        let previewed = std::mem::replace(&mut item.due_on, in_time);
        let past = item.pre_enrolment_months.iter_mut();
        for with_the_month in past.filter(|past| past.due_on == previewed) {
            with_the_month.due_on = in_time;
        }
    }
    Ok(Cow::Owned(items))
}

/// Art. 37. The forms, without what was paid since the preview of what they bill: nobody is asked for it again.
async fn settled_when_signed<'a>(
    unit: &mut Unit,
    mut items: Cow<'a, [(String, ContributionAssessment)]>,
    employers: &[String],
) -> Result<Cow<'a, [(String, ContributionAssessment)]>> {
    let rows = items.iter().flat_map(|(_, item)| billed(item));
    let mut rows = rows.collect::<Result<Vec<_>>>()?;
    let previewed: Vec<Decimal> = rows.iter().map(|row| row.settled).collect();
    already_settled(unit, &mut rows, employers).await?;
    if rows.iter().map(|row| row.settled).eq(previewed) {
        return Ok(items);
    }
    let mut now = rows.into_iter();
    for (_, item) in items.to_mut() {
        let mut since = Decimal::ZERO;
        for of in &mut item.billed_months {
            let settled = now.next().map_or(Decimal::ZERO, |row| row.settled);
            since += settled - wire::yuan(of.settled.as_ref())?;
            of.settled = Some(settled.into());
        }
        if !since.is_zero() {
            let payable = wire::yuan(item.payable.as_ref())? - since;
            item.payable = Some(payable.into());
            let line = |label: &str, value: Decimal| WorksheetLine {
                label: label.to_owned(),
                value: value.to_string(),
                source: "签发时已入账的缴款".to_owned(),
            };
            // The figure stays the last.
            let lines = &mut item.worksheet.get_or_insert_default().lines;
            let figure = lines.pop();
            lines.push(line("核定后签发前已缴金额", since));
            lines.push(line("本期应缴款", payable));
            lines.extend(figure);
        }
    }
    Ok(items)
}

/// What follows from the forms of a slice; it is put together while the database takes them.
struct Effects {
    billed: Vec<Billable>,
    postings: Vec<Posting>,
    told: Vec<(String, CollectionEvent)>,
}

impl Effects {
    fn of(
        rows: &[Assessed],
        items: &[(String, ContributionAssessment)],
        source: Source,
    ) -> Result<Self> {
        let billed = items.iter().flat_map(|(_, item)| billed(item));
        let mut postings = Vec::with_capacity(rows.len());
        for (row, (_, item)) in rows.iter().zip(items) {
            due(&mut postings, row, item, source)?;
        }
        let told = items.iter().map(|(id, item)| (id.clone(), told(item)));
        Ok(Self {
            billed: billed.collect::<Result<_>>()?,
            postings,
            told: told.collect(),
        })
    }
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
        postings.push(posting(
            month,
            LedgerEntryKind::Assessed,
            row.contribution,
            row.due_on,
        ));
    }
    for (place, past) in (0..).zip(&item.pre_enrolment_months) {
        let (month, due_on) = (wire::month(past.month)?, wire::day(past.due_on)?);
        let amount = wire::yuan(past.contribution.as_ref())?;
        if !amount.is_zero() {
            let charged = posting(month, LedgerEntryKind::BackPayment, amount, due_on);
            // A month may have two: what is in time and what was reported late.
            let source = Source {
                row: place,
                ..source
            };
            postings.push(Posting { source, ..charged });
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
    moved: &[Posting],
) -> Result<Vec<Posting>> {
    // A preview may go on past midnight.
    let mut late: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    for (employer_id, item) in items {
        if !item.late_fee_months.is_empty() {
            let through = wire::day(item.assessed_on)?;
            late.entry(through).or_default().push(employer_id.clone());
        }
    }
    let area = unit.area().to_owned();
    let mut postings = Vec::new();
    for (through, employers) in late {
        ledger::store::lock(unit.db(), &area).await?;
        let accrued = ledger::accrued(unit, &employers, month, through, moved).await?;
        let booked = accrued.into_iter().map(|fee| fee.posting(through, source));
        postings.extend(booked);
    }
    Ok(postings)
}

fn assessed(item: &ContributionAssessment) -> Result<Assessed> {
    let yuan = |money: &Option<Money>| wire::yuan(money.as_ref());
    let decimal = |text: &str| {
        if text.is_empty() {
            Ok(Decimal::ZERO)
        } else {
            text.parse()
        }
    };
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
        special_contribution: yuan(&item.special_contribution)?,
        late_fee: yuan(&item.late_fee)?,
        due_on: wire::day(item.due_on)?,
        basis: item.basis,
        form: item.encode_to_vec(),
        confirmed_on: None,
    })
}

fn billed(item: &ContributionAssessment) -> impl Iterator<Item = Result<Billable>> {
    item.billed_months.iter().map(|of| {
        Ok(Billable {
            employer_id: item.employer_id.clone(),
            month: wire::month(of.month)?.first_day(),
            special: of.special,
            amount: wire::yuan(of.amount.as_ref())?,
            due_on: wire::day(of.due_on)?,
            settled: wire::yuan(of.settled.as_ref())?,
        })
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
