//! `ArrearsService`.

use std::collections::BTreeSet;

use chassis::{Page, Platform};
use contracts::collection::v1::arrears_service_server::ArrearsService;
use contracts::collection::v1::{
    ApplyCreditsRequest, ApplyCreditsResponse, Arrears, ArrearsState,
    DeliverRepaymentNoticesRequest, DeliverRepaymentNoticesResponse, GetBalanceRequest,
    GetBalanceResponse, GetClearanceRequest, GetClearanceResponse, GetLedgerTotalsRequest,
    GetLedgerTotalsResponse, GetPaymentStateRequest, GetPaymentStateResponse, ListArrearsRequest,
    ListArrearsResponse, ListLedgerEntriesRequest, ListLedgerEntriesResponse,
    ListRepaymentAgreementsRequest, ListRepaymentAgreementsResponse, ListRepaymentNoticesRequest,
    ListRepaymentNoticesResponse, ReviewRepaymentAgreementsRequest,
    ReviewRepaymentAgreementsResponse,
};
use law::Month;
use rust_decimal::Decimal;
use tonic::{Request, Response, Status, async_trait};

use super::{cases, open_balances, overdue_unassessed, runs, store};
use crate::assessment;
use crate::base::cases::known_employer;
use crate::base::store::BoundsOfMonths;
use crate::ledger::{self, Source, SourceKind, credits};
use crate::settlement::rules::Use;
use crate::wire;

/// Articles 34 to 37.
pub struct ArrearsLedger(pub Platform);

#[async_trait]
impl ArrearsService for ArrearsLedger {
    async fn get_clearance(
        &self,
        request: Request<GetClearanceRequest>,
    ) -> Result<Response<GetClearanceResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let today = unit.today();
                    let open = open_balances(unit, &request.employer_id, today).await?;
                    let (principal, late_fee) = ledger::owed(&open);
                    let overdue: Decimal = open.iter().map(|of| of.account.overdue(today)).sum();
                    let area = unit.area().to_owned();
                    let of = (request.employer_id.as_str(), None);
                    let last = Month::of(today);
                    let unassessed = store::unassessed_months(unit.db(), &area, of, last).await?;
                    let provisional =
                        store::provisional_months(unit.db(), &area, of.0, last).await?;
                    let kept = assessment::store::kept(unit.db(), &area, of.0).await?;
                    let anew = kept.map(|(first, _)| Month::of(first));
                    // Some of its people may be charged for a month with a later one.
                    let unassessed = unassessed.into_iter().map(|(month, _)| month);
                    let open_months = unassessed.chain(provisional).chain(anew);
                    let open_months: BTreeSet<Month> = open_months.collect();
                    Ok(GetClearanceResponse {
                        cleared: open.is_empty(),
                        principal: Some(principal.into()),
                        late_fee: Some(late_fee.into()),
                        as_of: Some(today.into()),
                        unassessed_months: open_months.into_iter().map(Into::into).collect(),
                        overdue_principal: Some(overdue.into()),
                    })
                })
            })
            .await
    }

    async fn get_payment_state(
        &self,
        request: Request<GetPaymentStateRequest>,
    ) -> Result<Response<GetPaymentStateResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, on) = (unit.area().to_owned(), wire::day(request.on)?);
                    let employer_id = request.employer_id.as_str();
                    let person = (!request.person_id.is_empty())
                        .then(|| wire::uuid(&request.person_id))
                        .transpose()?;
                    let month = Month::of(on);
                    let insured =
                        store::insured_base(unit.db(), &area, employer_id, person, on).await?;
                    let base = match insured.filter(|_| person.is_some()) {
                        Some(wage) => {
                            let mut bounds = BoundsOfMonths::default();
                            Some(bounds.in_force(unit, month, wage).await?)
                        }
                        None => None,
                    };
                    let unpaid = store::unpaid_months(unit.db(), &area, employer_id, on).await?;
                    let unassessed = overdue_unassessed(unit, (employer_id, person), on).await?;
                    let provisional =
                        store::provisional_months(unit.db(), &area, employer_id, month).await?;
                    Ok(GetPaymentStateResponse {
                        insured: insured.is_some(),
                        paid_up: unpaid.is_empty() && unassessed.is_empty(),
                        unassessed_months: unassessed.into_iter().map(Into::into).collect(),
                        unpaid_months: unpaid.into_iter().map(Into::into).collect(),
                        base: base.map(Into::into),
                        provisional_months: provisional.into_iter().map(Into::into).collect(),
                    })
                })
            })
            .await
    }

    async fn list_ledger_entries(
        &self,
        request: Request<ListLedgerEntriesRequest>,
    ) -> Result<Response<ListLedgerEntriesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let month = request
                        .month
                        .map(|month| wire::month(Some(month)))
                        .transpose()?;
                    let of = (request.employer_id.as_str(), month);
                    let (entries, next_page_token) =
                        store::entries(unit.db(), &area, of, &page).await?;
                    Ok(ListLedgerEntriesResponse {
                        entries,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn get_balance(
        &self,
        request: Request<GetBalanceRequest>,
    ) -> Result<Response<GetBalanceResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    known_employer(unit, &request.employer_id).await?;
                    let on = wire::maybe_day(request.on).unwrap_or_else(|| unit.today());
                    let (months, credit) =
                        ledger::balance_and_credit(unit, &request.employer_id, on).await?;
                    let (principal, late_fee) = ledger::owed(&months);
                    Ok(GetBalanceResponse {
                        months: months.iter().map(Into::into).collect(),
                        principal: Some(principal.into()),
                        late_fee: Some(late_fee.into()),
                        suspense: Some(credit.into()),
                        as_of: Some(on.into()),
                    })
                })
            })
            .await
    }

    async fn list_arrears(
        &self,
        request: Request<ListArrearsRequest>,
    ) -> Result<Response<ListArrearsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, today) = (unit.area().to_owned(), unit.today());
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let of = (request.employer_id.as_str(), request.state);
                    let (rows, next_page_token) = store::list(unit.db(), &area, of, &page).await?;
                    let ids: Vec<_> = rows.iter().map(|row| row.employer_id.clone()).collect();
                    let balances = ledger::balances(unit, &ids, today).await?;
                    let line = |row: store::ArrearsRow| {
                        let month = Month::of(row.month);
                        let months = balances.get(&row.employer_id);
                        let balance = months.and_then(|m| m.iter().find(|b| b.month == month));
                        // What falls due once they are closed is to be dunned for first.
                        let balance = balance.filter(|_| row.closed_on.is_none()).cloned();
                        // All that is owed was handed over to be written off.
                        let with_finance = row.state == ArrearsState::WithFinance as i16;
                        let due =
                            |b: ledger::Balance| if with_finance { b } else { b.due_before(today) };
                        let balance = balance.map(due);
                        let (principal, late_fee) = ledger::owed(balance.as_slice());
                        Arrears {
                            arrears_id: row.arrears_id.to_string(),
                            employer_id: row.employer_id,
                            employer_name: row.name,
                            month: Some(month.into()),
                            opened_principal: Some(row.opened_principal.into()),
                            principal: Some(principal.into()),
                            late_fee: Some(late_fee.into()),
                            opened_on: Some(row.opened_on.into()),
                            closed_on: row.closed_on.map(Into::into),
                            state: i32::from(row.state),
                        }
                    };
                    let arrears = rows.into_iter().map(line).collect();
                    Ok(ListArrearsResponse {
                        arrears,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_repayment_notices(
        &self,
        request: Request<ListRepaymentNoticesRequest>,
    ) -> Result<Response<ListRepaymentNoticesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let overdue_on = request.overdue.then(|| unit.today());
                    let of = (request.employer_id.as_str(), overdue_on);
                    let (notices, next_page_token) =
                        store::notices(unit.db(), &area, of, &page).await?;
                    Ok(ListRepaymentNoticesResponse {
                        notices,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn deliver_repayment_notices(
        &self,
        request: Request<DeliverRepaymentNoticesRequest>,
    ) -> Result<Response<DeliverRepaymentNoticesResponse>, Status> {
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let ids = wire::uuids(&request.notice_ids)?;
                    let delivered_on = wire::day(request.delivered_on)?;
                    let notices = runs::deliver(unit, &ids, delivered_on).await?;
                    Ok(DeliverRepaymentNoticesResponse { notices })
                })
            })
            .await
    }

    async fn list_repayment_agreements(
        &self,
        request: Request<ListRepaymentAgreementsRequest>,
    ) -> Result<Response<ListRepaymentAgreementsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let of = (request.employer_id.as_str(), request.state);
                    let (agreements, next_page_token) =
                        store::agreements(unit.db(), &area, of, &page).await?;
                    Ok(ListRepaymentAgreementsResponse {
                        agreements,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn review_repayment_agreements(
        &self,
        request: Request<ReviewRepaymentAgreementsRequest>,
    ) -> Result<Response<ReviewRepaymentAgreementsResponse>, Status> {
        self.0
            .change(request, |unit, _| {
                Box::pin(async move {
                    let agreements = cases::review(unit).await?;
                    Ok(ReviewRepaymentAgreementsResponse { agreements })
                })
            })
            .await
    }

    async fn apply_credits(
        &self,
        request: Request<ApplyCreditsRequest>,
    ) -> Result<Response<ApplyCreditsResponse>, Status> {
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let source = Source {
                        kind: SourceKind::Request,
                        id: unit.request_id(),
                        row: 0,
                    };
                    let one = [request.employer_id];
                    let only = Some(one.as_slice()).filter(|one| !one[0].is_empty());
                    let (employers, applied) =
                        credits::apply_all(unit, only, Use::Everything, source).await?;
                    Ok(ApplyCreditsResponse {
                        employers,
                        applied: Some(applied.into()),
                    })
                })
            })
            .await
    }

    async fn get_ledger_totals(
        &self,
        request: Request<GetLedgerTotalsRequest>,
    ) -> Result<Response<GetLedgerTotalsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let month = request
                        .month
                        .map(|month| wire::month(Some(month)))
                        .transpose()?;
                    store::totals(unit.db(), &area, month).await
                })
            })
            .await
    }
}
