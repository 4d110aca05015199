//! The payroll of a month (forms 80-A and 6-1).

use std::collections::HashMap;

use chassis::wire::{month, uuid};
use chassis::{Result, Run, RunSlice, Unit, async_trait, signed_orders};
use contracts::Refused;
use contracts::benefit_review::v1::PayeeKind;
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{
    PaymentChannel, PaymentEvent, PaymentOrder, PaymentOrdered, Payroll, PayrollDone, PayrollItem,
    PayrollOrder, PayrollSummary, Refusal,
};
use law::calendar::Term;
use law::{Law, Month};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::rules::{self, Making, Outcome, booked, settle};
use super::store;
use super::store::orders::{self, NewOrder};
use crate::account::known;
use crate::account::store::{self as accounts, PayeeRow};

/// Art. 80, Art. 83. What is due of all accounts and was not paid, payee by payee. What was signed is paid where it still is
/// due so; the rest is left to the next payroll.
pub struct MonthPayroll;

#[async_trait]
impl Run for MonthPayroll {
    type Order = PayrollOrder;
    type Item = PayrollItem;
    type Summary = PayrollSummary;

    const SLICE: i64 = 1_000;

    /// One at a time: each pays what those before it did not.
    fn subject(&self, _order: &PayrollOrder) -> String {
        "待遇支付".to_owned()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// Art. 80. Months are paid in their turn, once, and a supplementary payroll belongs to the month that was paid last.
    async fn admit(&self, unit: &mut Unit, order: &PayrollOrder) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let month = month(order.month)?;
        let refused = |why: Refusal| Refused::because(why).with("month", month);
        if month > Month::of(today) {
            return Err(refused(Refusal::PayrollMonthToCome).into());
        }
        let last = store::last_month(unit.db(), &area).await?;
        match (last.map(|(last, _)| last), order.supplementary) {
            (None, false) => Ok(()),
            (Some(last), true) if last == month => Ok(()),
            (_, true) => Err(refused(Refusal::PayrollNotDone).into()),
            (Some(last), false) if month <= last => Err(refused(Refusal::PayrollDone).into()),
            (Some(last), false) if month != last.next() => {
                Err(Refused::because(Refusal::PayrollOutOfTurn)
                    .with("last", last)
                    .with("next", last.next())
                    .into())
            }
            (Some(_), false) => Ok(()),
        }
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &PayrollOrder,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<PayrollItem>>> {
        let area = unit.area().to_owned();
        let after = after.map(uuid).transpose()?.unwrap_or(Uuid::nil());
        let payees = accounts::payees(unit.db(), &area, (after, Self::SLICE)).await?;
        let Some(last) = payees.last().map(|payee| payee.payee_id.to_string()) else {
            return Ok(None);
        };
        let making = making(unit, order).await?;
        let known = known(unit, &payees).await?;
        Ok(Some(RunSlice::through(last, move || {
            let items = known.iter().filter_map(|(payee, accounts)| {
                let item = rules::item(payee, accounts, &making)?;
                Some((item.payee_id.clone(), item))
            });
            Ok(items.collect())
        })))
    }

    fn add(&self, summary: &mut PayrollSummary, order: &PayrollOrder, item: &PayrollItem) {
        summary.month = order.month;
        summary.supplementary = order.supplementary;
        rules::add(summary, item);
    }

    /// A death, a stop, a decision or another account that came while it was signed is not paid over: what it concerns is left
    /// to the next payroll.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &PayrollOrder,
        items: &[(String, PayrollItem)],
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        hold(unit).await?;
        let of = month(order.month)?;
        let ids = items.iter().map(|(payee_id, _)| uuid(payee_id));
        let ids = ids.collect::<Result<Vec<_>>>()?;
        let rows = accounts::payees_of(unit.db(), &area, &ids).await?;
        let making = making(unit, order).await?;
        let mut now: HashMap<String, PayrollItem> = HashMap::with_capacity(rows.len());
        for (payee, own) in known(unit, &rows).await? {
            let item = rules::item(&payee, &own, &making);
            now.extend(item.map(|item| (item.payee_id.clone(), item)));
        }
        let rows: HashMap<String, PayeeRow> = rows
            .into_iter()
            .map(|row| (row.payee_id.to_string(), row))
            .collect();
        let (mut lines, mut ordered, mut left) = (Vec::new(), Vec::new(), Vec::new());
        for (payee_id, item) in items {
            let outcome = settle(item, now.get(payee_id));
            if !outcome.left.is_empty() {
                left.push(of_lines(item, &outcome));
            }
            if let Some(row) = rows.get(payee_id) {
                let total = outcome.total();
                if total > Decimal::ZERO {
                    let order = new_order((run_id, of), (row, item), (total, today));
                    ordered.push(order.of_parts(outcome.parts()));
                }
            }
            lines.extend(outcome.paid);
        }
        let lines: Vec<_> = lines.iter().collect();
        store::book(unit.db(), &area, (run_id, of, today), &lines).await?;
        store::leave(unit.db(), &area, run_id, &left).await?;
        orders::insert(unit.db(), &area, &ordered).await?;
        let told = ordered.into_iter().map(|NewOrder { order, .. }| {
            let key = order.payee_id.clone();
            let what = What::PaymentOrdered(PaymentOrdered { order: Some(order) });
            (key, PaymentEvent { what: Some(what) })
        });
        unit.tell_all(told).await
    }

    async fn finish(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &PayrollOrder,
        _summary: &PayrollSummary,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let last = store::last_month(unit.db(), &area).await?;
        let entries = store::booked(unit.db(), &area, run_id).await?;
        let total: Decimal = entries.iter().map(|one| one.amount).sum();
        let payroll = Payroll {
            run_id: run_id.to_string(),
            month: order.month,
            sequence: match (order.supplementary, last) {
                (true, Some((_, sequence))) => sequence + 1,
                _ => 0,
            },
            done_on: Some(today.into()),
            sums: booked(&entries),
            total: Some(total.into()),
            orders: orders::count(unit.db(), &area, run_id).await?,
        };
        store::insert(unit.db(), &area, &payroll, today).await?;
        let what = What::PayrollDone(PayrollDone {
            payroll: Some(payroll),
        });
        unit.tell(run_id.to_string(), &PaymentEvent { what: Some(what) })
            .await
    }
}

/// Nobody stops or resumes a payment while others are ordered, nor the other way round, until the unit ends.
///
/// # Errors
/// When the database does not answer.
pub async fn hold(unit: &mut Unit) -> Result<()> {
    let name = format!("payroll:{}", unit.area());
    unit.hold(&[name]).await.map(drop)
}

/// The last month of which a payroll took effect, or has begun to.
///
/// # Errors
/// When it cannot be read.
pub async fn last_paid(unit: &mut Unit) -> Result<Option<Month>> {
    let area = unit.area().to_owned();
    let done = store::last_month(unit.db(), &area).await?;
    let under_way = signed_orders::<MonthPayroll>(unit).await?.into_iter();
    let under_way = under_way.map(|order| month(order.month));
    let under_way = under_way.collect::<Result<Vec<_>>>()?.into_iter();
    Ok(under_way.chain(done.map(|(last, _)| last)).max())
}

async fn making(unit: &mut Unit, order: &PayrollOrder) -> Result<Making> {
    let month = month(order.month)?;
    let law = unit.law(month.first_day()).await?;
    Ok(Making {
        month,
        supplementary: order.supplementary,
        rise: law.decimal("payroll_rise_ratio")?.value,
    })
}

/// What was signed for a payee, with the lines that were left.
fn of_lines(item: &PayrollItem, outcome: &Outcome) -> PayrollItem {
    PayrollItem {
        lines: outcome.left.clone(),
        ..item.clone()
    }
}

fn new_order(
    (run_id, month): (Uuid, Month),
    (row, item): (&PayeeRow, &PayrollItem),
    (total, today): (Decimal, Date),
) -> NewOrder {
    let is_organisation = matches!(
        item.channel(),
        PaymentChannel::Institution | PaymentChannel::Employer
    );
    let number = |shown: bool| match shown {
        true => row.number.clone(),
        false => String::new(),
    };
    let order = PaymentOrder {
        order_id: Uuid::new_v5(&run_id, item.payee_id.as_bytes()).to_string(),
        run_id: run_id.to_string(),
        month: Some(month.into()),
        payee_id: item.payee_id.clone(),
        payee: item.payee,
        payee_name: item.payee_name.clone(),
        organisation_id: number(is_organisation),
        channel: item.channel,
        amount: Some(total.into()),
        bank_account_id: item.bank_account_id.clone(),
        ordered_on: Some(today.into()),
        parts: Vec::new(),
    };
    let has_party = is_organisation || row.kind() == PayeeKind::Person;
    NewOrder {
        order,
        party: number(has_party),
    }
}
