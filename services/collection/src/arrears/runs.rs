//! Notices to repay, made from the arrears ledger (表3-16), and what comes of terms that end.

use chassis::{Daily, Progress, Result, Run, RunSlice, Unit, async_trait};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, RepaymentNotice, RepaymentNoticeIssued, RepaymentNoticeOrder,
    RepaymentNoticeSummary,
};
use law::calendar::Term;
use law::{Law, Month};
use time::Date;
use uuid::Uuid;

use super::cases::review;
use super::store;
use crate::ledger::Balance;
use crate::settlement::runs::open_arrears;
use crate::{ledger, notice, wire};

/// Employers looked at in one slice.
const SLICE: i64 = 1_000;

/// Art. 34. Employers with arrears are told to repay them.
///
/// The notices are issued within the same days as those of article 33, counted from the preview; the
/// term of each counts from its delivery.
pub struct RepaymentNotices;

#[async_trait]
impl Run for RepaymentNotices {
    type Order = RepaymentNoticeOrder;
    type Item = RepaymentNotice;
    type Summary = RepaymentNoticeSummary;

    fn subject(&self, order: &RepaymentNoticeOrder) -> String {
        wire::month(order.through_month).map_or_else(|_| String::new(), |month| month.to_string())
    }

    fn term(&self, law: &Law) -> Result<Option<Term>> {
        Ok(Some(notice::working_days(law, notice::ISSUE)?))
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &RepaymentNoticeOrder,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<RepaymentNotice>>> {
        let (area, through) = (unit.area().to_owned(), wire::month(order.through_month)?);
        let issue_by = notice::within(unit, notice::ISSUE, unit.today()).await?;
        let owing = store::owing(unit.db(), &area, through, (after, None), SLICE).await?;
        let Some(last) = owing.last().map(|(employer_id, ..)| employer_id.clone()) else {
            return Ok(None);
        };
        // Some may owe nothing any more.
        let notices = notices(unit, issue_by.due_on, owing).await?;
        Ok(Some(RunSlice::through(last, || Ok(notices))))
    }

    fn add(
        &self,
        summary: &mut RepaymentNoticeSummary,
        order: &RepaymentNoticeOrder,
        item: &RepaymentNotice,
    ) {
        summary.through_month = order.through_month;
        summary.employers += 1;
        wire::add(&mut summary.principal, item.principal.as_ref());
        wire::add(&mut summary.late_fee, item.late_fee.as_ref());
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &RepaymentNoticeOrder,
        items: &[(String, RepaymentNotice)],
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let through = wire::month(order.through_month)?;
        let Some((_, first)) = items.first() else {
            return Ok(());
        };
        let issue_by = wire::day(first.issue_by)?;
        // Who has repaid since the preview gets no notice.
        let employers: Vec<String> = items
            .iter()
            .map(|(employer_id, _)| employer_id.clone())
            .collect();
        let of = (None, Some(employers.as_slice()));
        let owing = store::owing(unit.db(), &area, through, of, i64::MAX).await?;
        let mut issued = Vec::with_capacity(owing.len());
        for (employer_id, mut notice) in notices(unit, issue_by, owing).await? {
            let notice_id = Uuid::new_v5(&run_id, employer_id.as_bytes());
            notice.notice_id = notice_id.to_string();
            issued.push((notice_id, notice));
        }
        store::issue(unit.db(), &area, &issued, (today, issue_by)).await
    }

    async fn finish(
        &self,
        _unit: &mut Unit,
        _run_id: Uuid,
        _order: &RepaymentNoticeOrder,
        _summary: &RepaymentNoticeSummary,
    ) -> Result<()> {
        Ok(())
    }
}

/// Art. 33, Art. 36. The end of a term in which nobody paid, once lists can have told of its last day: what was
/// dunned in vain goes to the arrears ledger, and an agreement whose instalment is past its day is broken.
pub struct EndOfTerms;

#[async_trait]
impl Daily for EndOfTerms {
    fn name(&self) -> &'static str {
        "arrears.end_of_terms"
    }

    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>> {
        store::areas_with_terms(unit.db()).await
    }

    async fn act(&self, unit: &mut Unit) -> Result<Progress> {
        open_arrears(unit).await?;
        review(unit).await?;
        Ok(Progress::Done)
    }
}

/// Art. 34. Notices reached their employers: they are told, and their term to repay begins.
pub(super) async fn deliver(
    unit: &mut Unit,
    asked: &[Uuid],
    delivered_on: Date,
) -> Result<Vec<RepaymentNotice>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let issued = store::issued(unit.db(), &area, asked).await?;
    notice::may_deliver(asked, &issued, (delivered_on, today))?;
    let pay_by = notice::within(unit, "repayment_notice_working_days", delivered_on).await?;
    let notices = store::deliver(unit.db(), &area, asked, (delivered_on, pay_by)).await?;
    unit.tell_all(notices.iter().map(|notice| {
        let told = RepaymentNoticeIssued {
            employer_id: notice.employer_id.clone(),
            notice_id: notice.notice_id.clone(),
            principal: notice.principal.clone(),
            late_fee: notice.late_fee.clone(),
            pay_by: notice.pay_by,
        };
        let happened = Some(Happened::RepaymentNoticeIssued(told));
        (notice.employer_id.clone(), CollectionEvent { happened })
    }))
    .await?;
    Ok(notices)
}

/// Notices to those of the employers (number, name, first days of the months) that owe something today.
async fn notices(
    unit: &mut Unit,
    issue_by: Date,
    owing: Vec<(String, String, Vec<Date>)>,
) -> Result<Vec<(String, RepaymentNotice)>> {
    let today = unit.today();
    let ids: Vec<String> = owing
        .iter()
        .map(|(employer_id, ..)| employer_id.clone())
        .collect();
    let mut balances = ledger::credits::balances_less_credits(unit, &ids).await?;
    let notice = |(employer_id, name, months): (String, String, Vec<Date>)| {
        let of_employer = balances.remove(&employer_id).unwrap_or_default();
        let due = of_employer.into_iter().map(|b| b.due_before(today));
        let in_arrears = |b: &Balance| months.iter().any(|month| Month::of(*month) == b.month);
        let open: Vec<_> = due.filter(|b| b.is_open() && in_arrears(b)).collect();
        let (principal, late_fee) = ledger::owed(&open);
        let notice = RepaymentNotice {
            notice_id: String::new(),
            employer_id: employer_id.clone(),
            employer_name: name,
            months: open.iter().map(Into::into).collect(),
            principal: Some(principal.into()),
            late_fee: Some(late_fee.into()),
            total: Some((principal + late_fee).into()),
            issued_on: Some(today.into()),
            pay_by: None,
            pay_by_provisional: false,
            delivered_on: None,
            issue_by: Some(issue_by.into()),
        };
        (employer_id, notice)
    };
    let notices = owing.into_iter().map(notice);
    Ok(notices
        .filter(|(_, notice)| !notice.months.is_empty())
        .collect())
}
