//! The gRPC service of rates.

use chassis::{Error, Page, Platform, Result};
use contracts::Refused;
use contracts::collection::v1::rate_service_server::RateService;
use contracts::collection::v1::{
    DeliverRateFloatingNoticeRequest, DeliverRateFloatingNoticeResponse, GetEmployerRateRequest,
    GetEmployerRateResponse, GetRateFloatingSummaryRequest, GetRateFloatingSummaryResponse,
    ListRateFloatingNoticesRequest, ListRateFloatingNoticesResponse, ListRateFloatingYearsRequest,
    ListRateFloatingYearsResponse, RateFloatingNotice, RateFloatingSummary, Refusal,
    UploadFloatingFactsRequest, UploadFloatingFactsResponse,
};
use law::Month;
use prost::Message;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::batches::FloatingFactList;
use super::store::{self, Notice};
use super::{cases, rules};
use crate::notice::{Issued, may_deliver};
use crate::wire;

/// Section 2 over gRPC.
pub struct Rates(pub Platform);

#[async_trait]
impl RateService for Rates {
    async fn get_employer_rate(
        &self,
        request: Request<GetEmployerRateRequest>,
    ) -> Result<Response<GetEmployerRateResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let (id, month) = (asked.employer_id.as_str(), wire::month(asked.month)?);
                    let rated = store::rated(unit.db(), &area, id, month).await?;
                    let (industry_code, tier) =
                        rated.ok_or_else(|| Error::not_found("用人单位", id))?;
                    let law = unit.law(month.first_day()).await?;
                    let rate = rules::held(rules::division(&industry_code)?, month, tier, &law)?;
                    Ok(GetEmployerRateResponse {
                        risk_class: i32::from(rate.class),
                        industry_code,
                        tier: rate.tier,
                        benchmark_rate: rate.benchmark.normalize().to_string(),
                        rate: rate.worksheet.value.to_string(),
                        worksheet: Some(rate.worksheet.into()),
                    })
                })
            })
            .await
    }

    async fn upload_floating_facts(
        &self,
        request: Request<Streaming<UploadFloatingFactsRequest>>,
    ) -> Result<Response<UploadFloatingFactsResponse>, Status> {
        let batch = self.0.upload(request, FloatingFactList).await?;
        Ok(Response::new(UploadFloatingFactsResponse {
            batch: Some(batch),
        }))
    }

    async fn list_rate_floating_notices(
        &self,
        request: Request<ListRateFloatingNoticesRequest>,
    ) -> Result<Response<ListRateFloatingNoticesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let (area, today) = (unit.area().to_owned(), unit.today());
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let which = (asked.employer_id.as_str(), asked.overdue.then_some(today));
                    let rows =
                        store::notices(unit.db(), &area, which, (page.after()?, page.limit()))
                            .await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.notice_id.to_string());
                    let notices = rows.into_iter().map(told).collect();
                    Ok(ListRateFloatingNoticesResponse {
                        notices,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn deliver_rate_floating_notice(
        &self,
        request: Request<DeliverRateFloatingNoticeRequest>,
    ) -> Result<Response<DeliverRateFloatingNoticeResponse>, Status> {
        self.0
            .change(request, |unit, asked| {
                Box::pin(async move {
                    let (area, today) = (unit.area().to_owned(), unit.today());
                    let id = wire::uuid(&asked.notice_id)?;
                    let unknown = || Refused::because(Refusal::NoticeUnknown).with("notice_id", id);
                    let mut notice = store::notice(unit.db(), &area, id)
                        .await?
                        .ok_or_else(unknown)?;
                    if let Some(by) = notice.superseded_by {
                        let refused = Refused::because(Refusal::NoticeSuperseded);
                        return Err(refused.with("notice_id", by).into());
                    }
                    let delivered_on = wire::day(asked.delivered_on)?;
                    let issued = Issued {
                        notice_id: id,
                        issued_on: notice.decided_on,
                        delivered_on: notice.delivered_on,
                    };
                    may_deliver(&[id], &[issued], (delivered_on, today))?;
                    store::deliver(unit.db(), &area, id, delivered_on).await?;
                    notice.delivered_on = Some(delivered_on);
                    Ok(DeliverRateFloatingNoticeResponse {
                        notice: Some(told(notice)),
                    })
                })
            })
            .await
    }

    async fn get_rate_floating_summary(
        &self,
        request: Request<GetRateFloatingSummaryRequest>,
    ) -> Result<Response<GetRateFloatingSummaryResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let signed = store::signed(unit.db(), &area, asked.year).await?;
                    Ok(match signed {
                        Some(signed) => GetRateFloatingSummaryResponse {
                            summary: Some(RateFloatingSummary::decode(&*signed.summary)?),
                            signed_on: Some(signed.signed_on.into()),
                        },
                        None => GetRateFloatingSummaryResponse {
                            summary: Some(cases::summary(unit, asked.year).await?),
                            signed_on: None,
                        },
                    })
                })
            })
            .await
    }

    async fn list_rate_floating_years(
        &self,
        request: Request<ListRateFloatingYearsRequest>,
    ) -> Result<Response<ListRateFloatingYearsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let (years, next_page_token) = cases::years(unit, asked.overdue, &page).await?;
                    Ok(ListRateFloatingYearsResponse {
                        years,
                        next_page_token,
                    })
                })
            })
            .await
    }
}

fn told(row: Notice) -> RateFloatingNotice {
    RateFloatingNotice {
        notice_id: row.notice_id.to_string(),
        employer_id: row.employer_id,
        employer_name: row.employer_name,
        previous_rate: row.previous_rate.normalize().to_string(),
        rate: row.rate.normalize().to_string(),
        tier: row.tier,
        effective_month: Some(Month::of(row.effective_month).into()),
        decided_on: Some(row.decided_on.into()),
        notify_by: Some(row.notify_by.into()),
        notify_by_provisional: row.notify_by_provisional,
        delivered_on: row.delivered_on.map(Into::into),
        grounds: row.grounds,
        superseded_by: row
            .superseded_by
            .map_or_else(String::new, |by| by.to_string()),
    }
}
