//! `SettlementService`.

use chassis::{Error, Page, Platform};
use contracts::Refused;
use contracts::collection::v1::settlement_service_server::SettlementService;
use contracts::collection::v1::{
    AwaitedReceipt, DeliverDunningNoticesRequest, DeliverDunningNoticesResponse,
    GetMonthSummaryRequest, GetMonthSummaryResponse, GetPaidListRequest, GetPaidListResponse,
    ListAwaitedReceiptsRequest, ListAwaitedReceiptsResponse, ListDunningNoticesRequest,
    ListDunningNoticesResponse, ListMonthDetailsRequest, ListMonthDetailsResponse,
    ListReceiptsRequest, ListReceiptsResponse, MonthSummary, OpenArrearsRequest,
    OpenArrearsResponse, Refusal, UploadPaidListRequest, UploadPaidListResponse,
};
use law::Month;
use prost::Message;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::batches::PaidRows;
use super::{cases, runs, store};
use crate::assessment::store::month_sent;
use crate::{ledger, wire};

/// Articles 32 and 33.
pub struct Settlement(pub Platform);

#[async_trait]
impl SettlementService for Settlement {
    async fn get_month_summary(
        &self,
        request: Request<GetMonthSummaryRequest>,
    ) -> Result<Response<GetMonthSummaryResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, month) = (unit.area().to_owned(), wire::month(request.month)?);
                    let sent = month_sent(unit.db(), &area, month).await?;
                    let sent = sent.ok_or_else(|| not_assessed(month))?;
                    Ok(GetMonthSummaryResponse {
                        summary: Some(MonthSummary::decode(&*sent.summary)?),
                        sent_on: Some(sent.sent_on.into()),
                    })
                })
            })
            .await
    }

    async fn list_month_details(
        &self,
        request: Request<ListMonthDetailsRequest>,
    ) -> Result<Response<ListMonthDetailsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, month) = (unit.area().to_owned(), wire::month(request.month)?);
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let sent = month_sent(unit.db(), &area, month).await?;
                    let sent = sent.ok_or_else(|| not_assessed(month))?;
                    let (details, next_page_token) =
                        store::details(unit.db(), &area, (month, sent.run_id), &page).await?;
                    Ok(ListMonthDetailsResponse {
                        details,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn upload_paid_list(
        &self,
        request: Request<Streaming<UploadPaidListRequest>>,
    ) -> Result<Response<UploadPaidListResponse>, Status> {
        let batch = self.0.upload(request, PaidRows).await?;
        Ok(Response::new(UploadPaidListResponse { batch: Some(batch) }))
    }

    async fn get_paid_list(
        &self,
        request: Request<GetPaidListRequest>,
    ) -> Result<Response<GetPaidListResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let list = cases::paid_list(unit, wire::uuid(&request.batch_id)?).await?;
                    let list =
                        list.ok_or_else(|| Error::not_found("实缴清单", request.batch_id))?;
                    Ok(GetPaidListResponse {
                        paid_list: Some(list),
                    })
                })
            })
            .await
    }

    async fn list_receipts(
        &self,
        request: Request<ListReceiptsRequest>,
    ) -> Result<Response<ListReceiptsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let batch_id = (!request.batch_id.is_empty())
                        .then(|| wire::uuid(&request.batch_id))
                        .transpose()?;
                    let own = unit.actor().speaks_for_itself() && request.employer_id.is_empty();
                    let employer_id = if own {
                        unit.actor().party.clone()
                    } else {
                        request.employer_id
                    };
                    let (employer_id, db) = (&*employer_id, unit.db());
                    let (receipts, next_page_token) = match batch_id {
                        Some(id) => {
                            store::receipts_of_list(db, &area, (id, employer_id), &page).await
                        }
                        None if employer_id.is_empty() => store::receipts(db, &area, &page).await,
                        None => store::receipts_of_employer(db, &area, employer_id, &page).await,
                    }?;
                    Ok(ListReceiptsResponse {
                        receipts,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_awaited_receipts(
        &self,
        request: Request<ListAwaitedReceiptsRequest>,
    ) -> Result<Response<ListAwaitedReceiptsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, today) = (unit.area().to_owned(), unit.today());
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let (places, next_page_token) =
                        store::awaited(unit.db(), &area, &request.employer_id, &page).await?;
                    let ids: Vec<_> = places.iter().map(|(p, _)| p.employer_id.clone()).collect();
                    let balances = ledger::balances(unit, &ids, today).await?;
                    let awaited = places.into_iter().filter_map(|(place, credit_code)| {
                        let months = balances.get(&place.employer_id)?;
                        let balance = months.iter().find(|balance| balance.month == place.month)?;
                        Some(AwaitedReceipt {
                            employer_id: place.employer_id,
                            credit_code,
                            month: Some(place.month.into()),
                            principal: Some(balance.principal().into()),
                            late_fee: Some(balance.late_fee().into()),
                            due_on: balance.account.unpaid_since().map(Into::into),
                        })
                    });
                    Ok(ListAwaitedReceiptsResponse {
                        awaited: awaited.collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_dunning_notices(
        &self,
        request: Request<ListDunningNoticesRequest>,
    ) -> Result<Response<ListDunningNoticesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let month = request
                        .month
                        .map(|month| wire::month(Some(month)))
                        .transpose()?;
                    let of = (request.employer_id.as_str(), month, request.state);
                    let overdue_on = request.overdue.then(|| unit.today());
                    let (notices, next_page_token) =
                        store::dunning_notices(unit.db(), &area, of, overdue_on, &page).await?;
                    Ok(ListDunningNoticesResponse {
                        notices,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn deliver_dunning_notices(
        &self,
        request: Request<DeliverDunningNoticesRequest>,
    ) -> Result<Response<DeliverDunningNoticesResponse>, Status> {
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let ids = wire::uuids(&request.notice_ids)?;
                    let delivered_on = wire::day(request.delivered_on)?;
                    let notices = runs::deliver(unit, &ids, delivered_on).await?;
                    Ok(DeliverDunningNoticesResponse { notices })
                })
            })
            .await
    }

    async fn open_arrears(
        &self,
        request: Request<OpenArrearsRequest>,
    ) -> Result<Response<OpenArrearsResponse>, Status> {
        self.0
            .change(request, |unit, _| {
                Box::pin(async move {
                    let (opened, principal, paid) = runs::open_arrears(unit).await?;
                    Ok(OpenArrearsResponse {
                        opened,
                        principal: Some(principal.into()),
                        paid,
                    })
                })
            })
            .await
    }
}

fn not_assessed(month: Month) -> Error {
    Refused::because(Refusal::MonthNotAssessed)
        .with("month", month)
        .into()
}
