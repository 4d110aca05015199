//! Pay-outs (forms 95-C and 95-D).

use chassis::wire::{day, uuids, yuan};
use chassis::{Result, Run, RunSlice, Unit, async_trait, wire};
use contracts::Refused;
use contracts::finance::v1::{PayOutItem, PayOutOrder, PayOutSummary, Post, Refusal};
use law::calendar::Term;
use law::{Law, Month};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::store::payables;
use crate::duties;
use crate::ledger::chart;
use crate::ledger::store::read::{self, Sum};

/// Art. 95. What waits is paid in the order in which it was told, as far as the expenditure account reaches. An order is sent once,
/// and again only after the bank returned it.
pub struct PayOutRun;

#[async_trait]
impl Run for PayOutRun {
    type Order = PayOutOrder;
    type Item = PayOutItem;
    type Summary = PayOutSummary;

    /// One at a time: each takes from the account what those before it left.
    fn subject(&self, _order: &PayOutOrder) -> String {
        "基金支付".to_owned()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// Art. 95, Art. 106. Who keeps the ledgers or reviews does not pay.
    async fn admit(&self, unit: &mut Unit, order: &PayOutOrder) -> Result<()> {
        let ordered_by = day(order.ordered_by)?;
        if ordered_by > unit.today() {
            let refused = Refused::because(Refusal::DocumentToCome);
            return Err(refused.with("date", ordered_by).into());
        }
        match unit.case_id() {
            Some(case_id) => duties::expect_signers(unit, case_id, Post::Cashier).await,
            None => Ok(()),
        }
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &PayOutOrder,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<PayOutItem>>> {
        let area = unit.area().to_owned();
        let after = after.and_then(|text| text.parse().ok()).unwrap_or_default();
        let at_hand = at_hand(unit).await?;
        let of = (day(order.ordered_by)?, at_hand);
        let rows = payables::waiting(unit.db(), &area, of, (after, Self::SLICE)).await?;
        let Some(last) = rows.last().map(|row| row.arrival.to_string()) else {
            return Ok(None);
        };
        Ok(Some(RunSlice::through(last, move || {
            let items = rows
                .into_iter()
                .map(|row| (row.order_id.to_string(), row.item()));
            Ok(items.collect())
        })))
    }

    fn add(&self, summary: &mut PayOutSummary, order: &PayOutOrder, item: &PayOutItem) {
        summary.ordered_by = order.ordered_by;
        summary.payments += 1;
        summary.again += i64::from(item.again);
        wire::add(&mut summary.amount, item.amount.as_ref());
    }

    /// What was signed is sent while it still waits and the account reaches; the rest waits for the next pay-out.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        _order: &PayOutOrder,
        items: &[(String, PayOutItem)],
    ) -> Result<()> {
        let area = unit.area().to_owned();
        unit.hold(&[format!("payout:{area}")]).await?;
        let mut left = at_hand(unit).await?;
        let mut reached = Vec::with_capacity(items.len());
        for (order_id, item) in items {
            let amount = yuan(item.amount.as_ref())?;
            if amount <= left {
                left -= amount;
                reached.push(order_id.clone());
            }
        }
        payables::send(unit.db(), &area, run_id, &uuids(&reached)?).await
    }

    async fn finish(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        _order: &PayOutOrder,
        _summary: &PayOutSummary,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        payables::sent(unit.db(), &area, (run_id, today)).await
    }
}

/// Art. 95. Yuan in the expenditure account, less what the bank was told to pay and has not answered.
///
/// # Errors
/// When the database does not answer.
pub async fn at_hand(unit: &mut Unit) -> Result<Decimal> {
    let (area, month) = (unit.area().to_owned(), Month::of(unit.today()));
    let sums = read::sums(unit.db(), &area, month).await?;
    let own = sums
        .iter()
        .find(|sum| sum.account == chart::EXPENDITURE_ACCOUNT);
    let under_way = payables::under_way(unit.db(), &area).await?;
    Ok(own.map(Sum::closing).unwrap_or_default() - under_way)
}
