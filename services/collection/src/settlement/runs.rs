//! Dunning: telling employers that did not pay (表3-15).

use chassis::{Result, Run, RunSlice, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, DunningNotice, DunningOrder, DunningState, DunningSummary, EmployerDunned,
    Refusal,
};
use law::calendar::{Term, add_days};
use law::{Law, Month};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::rules::Use;
use super::store;
use crate::assessment::rules::due_on;
use crate::ledger::{Source, SourceKind, credits};
use crate::{ledger, notice, wire};

/// Employers looked at in one slice.
const SLICE: i64 = 1_000;

/// Art. 33. Employers that have not paid a month in full after its due date, or its late fee, are told to.
///
/// The notices are issued within the days that the law gives from the day on which the debt is found,
/// that of the preview; the term of each counts from its delivery.
pub struct Dunning;

#[async_trait]
impl Run for Dunning {
    type Order = DunningOrder;
    type Item = DunningNotice;
    type Summary = DunningSummary;

    fn subject(&self, order: &DunningOrder) -> String {
        wire::month(order.month).map_or_else(|_| String::new(), |month| month.to_string())
    }

    fn term(&self, law: &Law) -> Result<Option<Term>> {
        Ok(Some(notice::working_days(law, notice::ISSUE)?))
    }

    /// Art. 33. Past the due date of the month, or of something that fell due for it before, such as a special
    /// contribution, and once lists can have told what was paid by then.
    async fn admit(&self, unit: &mut Unit, order: &DunningOrder) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let month = wire::month(order.month)?;
        let due = due_on(month, &unit.law(month.first_day()).await?)?;
        let through = notice::told_through(unit).await?;
        if due <= through || store::fell_due(unit.db(), &area, month, through).await? {
            return Ok(());
        }
        if today <= due {
            let refused = Refused::because(Refusal::NotYetOverdue);
            return Err(refused.with("month", month).with("due", due).into());
        }
        let told = notice::within(unit, notice::TOLD, due).await?;
        Err(Refused::because(Refusal::ReceiptsAwaited)
            .with("month", month)
            .with("due", due)
            .with("told", told.due_on)
            .into())
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &DunningOrder,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<DunningNotice>>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let month = wire::month(order.month)?;
        let through = notice::told_through(unit).await?;
        let late = store::late(unit.db(), &area, (month, through), (after, None), SLICE).await?;
        let issue_by = notice::within(unit, notice::ISSUE, today).await?;
        let Some((last, _)) = late.last().cloned() else {
            return Ok(None);
        };
        // Of some, a credit will have paid it.
        let notices = notices(unit, (month, through, issue_by.due_on), &late).await?;
        Ok(Some(RunSlice::through(last, || Ok(notices))))
    }

    fn add(&self, summary: &mut DunningSummary, order: &DunningOrder, item: &DunningNotice) {
        summary.month = order.month;
        summary.employers += 1;
        summary.issue_by = summary.issue_by.or(item.issue_by);
        wire::add(&mut summary.unpaid, item.unpaid.as_ref());
        wire::add(&mut summary.late_fee, item.late_fee.as_ref());
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &DunningOrder,
        items: &[(String, DunningNotice)],
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let month = wire::month(order.month)?;
        let Some((_, first)) = items.first() else {
            return Ok(());
        };
        let issue_by = wire::day(first.issue_by)?;
        let employers: Vec<String> = items
            .iter()
            .map(|(employer_id, _)| employer_id.clone())
            .collect();
        // Who has paid since the preview is not dunned, nor anybody for what the agency holds.
        let source = Source {
            kind: SourceKind::Run,
            id: run_id,
            row: 0,
        };
        credits::apply_all(unit, Some(&employers), Use::Overdue, source).await?;
        let of = (None, Some(employers.as_slice()));
        let through = notice::told_through(unit).await?;
        let late = store::late(unit.db(), &area, (month, through), of, i64::MAX).await?;
        let notices = notices(unit, (month, through, issue_by), &late).await?;
        let of = (month, through, today, issue_by);
        store::issue(unit.db(), &area, run_id, &notices, of).await
    }

    async fn finish(
        &self,
        _unit: &mut Unit,
        _run_id: Uuid,
        _order: &DunningOrder,
        _summary: &DunningSummary,
    ) -> Result<()> {
        Ok(())
    }
}

/// The notices to the employers (number and name), with what each owes of the month today that was due by
/// `through` and its credit does not pay.
async fn notices(
    unit: &mut Unit,
    (month, through, issue_by): (Month, Date, Date),
    employers: &[(String, String)],
) -> Result<Vec<(String, DunningNotice)>> {
    let today = unit.today();
    let ids: Vec<String> = employers
        .iter()
        .map(|(employer_id, _)| employer_id.clone())
        .collect();
    let found_on = add_days(through, 1);
    let mut balances = credits::balances_less_credits(unit, &ids).await?;
    let mut notices = Vec::with_capacity(employers.len());
    for (employer_id, name) in employers {
        let months = balances.remove(employer_id).unwrap_or_default();
        let Some(balance) = months.into_iter().find(|b| b.month == month) else {
            continue;
        };
        let balance = balance.due_before(found_on);
        let account = &balance.account;
        if account.overdue(found_on) + account.overdue_late_fee(found_on) <= Decimal::ZERO {
            continue;
        }
        let notice = DunningNotice {
            notice_id: String::new(),
            employer_id: employer_id.clone(),
            employer_name: name.clone(),
            month: Some(month.into()),
            due: Some(account.due.into()),
            paid: Some(account.paid.into()),
            unpaid: Some(balance.principal().into()),
            late_fee: Some(balance.late_fee().into()),
            due_on: account.unpaid_since().map(Into::into),
            issued_on: Some(today.into()),
            pay_by: None,
            pay_by_provisional: false,
            delivered_on: None,
            issue_by: Some(issue_by.into()),
            state: DunningState::Open as i32,
        };
        notices.push((employer_id.clone(), notice));
    }
    Ok(notices)
}

/// Art. 33. Notices reached their employers: they are told, and their term to pay begins.
pub(super) async fn deliver(
    unit: &mut Unit,
    asked: &[Uuid],
    delivered_on: Date,
) -> Result<Vec<DunningNotice>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let issued = store::issued(unit.db(), &area, asked).await?;
    notice::may_deliver(asked, &issued, (delivered_on, today))?;
    let pay_by = notice::within(unit, "dunning_term_working_days", delivered_on).await?;
    let notices = store::deliver(unit.db(), &area, asked, (delivered_on, pay_by)).await?;
    unit.tell_all(notices.iter().map(|notice| {
        let dunned = EmployerDunned {
            employer_id: notice.employer_id.clone(),
            month: notice.month,
            unpaid: notice.unpaid.clone(),
            pay_by: notice.pay_by,
            late_fee: notice.late_fee.clone(),
        };
        let happened = Some(Happened::EmployerDunned(dunned));
        (notice.employer_id.clone(), CollectionEvent { happened })
    }))
    .await?;
    Ok(notices)
}

/// Art. 33. Notices whose amount is paid are settled, whenever it was; those past their term are carried over
/// into the arrears ledger, once lists can have told of its last day (article 32). Answers how many went there, over what principal, and how many were paid.
pub(crate) async fn open_arrears(unit: &mut Unit) -> Result<(u32, Decimal, u32)> {
    use contracts::collection::v1::ArrearsOpened;
    let (area, today) = (unit.area().to_owned(), unit.today());
    ledger::store::lock(unit.db(), &area).await?;
    let paid = store::settle_paid_notices(unit.db(), &area).await?;
    let days = (today, notice::told_through(unit).await?);
    let opened: Vec<(String, Date, Decimal)> = store::carry_over(unit.db(), &area, days).await?;
    let principal = opened.iter().map(|(_, _, principal)| *principal).sum();
    let count = wire::count(opened.len());
    let told = opened.into_iter().map(|(employer_id, month, principal)| {
        let opened = ArrearsOpened {
            employer_id: employer_id.clone(),
            month: Some(Month::of(month).into()),
            principal: Some(principal.into()),
            opened_on: Some(today.into()),
        };
        (
            employer_id,
            CollectionEvent {
                happened: Some(Happened::ArrearsOpened(opened)),
            },
        )
    });
    unit.tell_all(told).await?;
    Ok((count, principal, wire::count(paid)))
}
