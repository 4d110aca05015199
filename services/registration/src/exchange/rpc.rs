//! The gRPC service of the section.

use chassis::{Error, Finding, Numbered, Page, Platform, Result, Unit};
use contracts::registration::v1::exchange_service_server::ExchangeService;
use contracts::registration::v1::{
    AuthorityNoticeRecord, Difference, FindUnlistedRequest, FindUnlistedResponse,
    ListAuthorityNoticesRequest, ListAuthorityNoticesResponse, ListDifferencesRequest,
    ListDifferencesResponse, ListResidentNoticesRequest, ListResidentNoticesResponse,
    ListUnregisteredEmployersRequest, ListUnregisteredEmployersResponse,
    ReceiveAuthorityNoticeRequest, ReceiveAuthorityNoticeResponse, ReceiveResidentNoticeRequest,
    ReceiveResidentNoticeResponse, ResidentNoticeRecord, SettleDifferenceRequest,
    SettleDifferenceResponse, UploadAuthorityNoticesRequest, UploadAuthorityNoticesResponse,
    UploadOutsideEmployersRequest, UploadOutsideEmployersResponse, UploadOutsidePersonsRequest,
    UploadOutsidePersonsResponse, UploadResidentNoticesRequest, UploadResidentNoticesResponse,
};
use tonic::{Request, Response, Status, Streaming};

use super::batches::{AuthorityNotices, OutsideEmployers, OutsidePersons, ResidentNotices};
use super::{authority, list, resident, settle, store};
use chassis::wire::{count, uuid};

/// What others tell.
pub struct Exchange(pub Platform);

#[chassis::async_trait]
impl ExchangeService for Exchange {
    async fn receive_authority_notice(
        &self,
        request: Request<ReceiveAuthorityNoticeRequest>,
    ) -> Result<Response<ReceiveAuthorityNoticeResponse>, Status> {
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let notice = [alone(request.notice)];
                    let sender = unit.actor().into();
                    not_refused(authority::take(unit, &sender, &notice).await?)?;
                    let kept = authority::store::of_numbers(unit.db(), &area, &notice).await?;
                    let record: AuthorityNoticeRecord = only(kept)?;
                    let differences = differences_of(unit, &record.notice_id).await?;
                    Ok(ReceiveAuthorityNoticeResponse {
                        record: Some(record),
                        differences,
                    })
                })
            })
            .await
    }

    async fn upload_authority_notices(
        &self,
        request: Request<Streaming<UploadAuthorityNoticesRequest>>,
    ) -> Result<Response<UploadAuthorityNoticesResponse>, Status> {
        let batch = self.0.upload(request, AuthorityNotices).await?;
        Ok(Response::new(UploadAuthorityNoticesResponse {
            batch: Some(batch),
        }))
    }

    async fn list_authority_notices(
        &self,
        request: Request<ListAuthorityNoticesRequest>,
    ) -> Result<Response<ListAuthorityNoticesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let rows =
                        authority::store::list(unit.db(), &area, &request.employer_id, &page)
                            .await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    let records = rows.into_iter().map(Into::into).collect();
                    Ok(ListAuthorityNoticesResponse {
                        records,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_unregistered_employers(
        &self,
        request: Request<ListUnregisteredEmployersRequest>,
    ) -> Result<Response<ListUnregisteredEmployersResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let rows = authority::store::unregistered(unit.db(), &area, &page).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    let employers = rows.into_iter().map(Into::into).collect();
                    Ok(ListUnregisteredEmployersResponse {
                        employers,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn receive_resident_notice(
        &self,
        request: Request<ReceiveResidentNoticeRequest>,
    ) -> Result<Response<ReceiveResidentNoticeResponse>, Status> {
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let notice = [alone(request.notice)];
                    let sender = unit.actor().into();
                    not_refused(resident::take(unit, &sender, &notice).await?)?;
                    let by_hand = resident::by_hand(&sender);
                    let kept =
                        resident::store::of_numbers(unit.db(), &area, by_hand, &notice).await?;
                    let record: ResidentNoticeRecord = only(kept)?;
                    let differences = differences_of(unit, &record.notice_id).await?;
                    Ok(ReceiveResidentNoticeResponse {
                        record: Some(record),
                        differences,
                    })
                })
            })
            .await
    }

    async fn upload_resident_notices(
        &self,
        request: Request<Streaming<UploadResidentNoticesRequest>>,
    ) -> Result<Response<UploadResidentNoticesResponse>, Status> {
        let batch = self.0.upload(request, ResidentNotices).await?;
        Ok(Response::new(UploadResidentNoticesResponse {
            batch: Some(batch),
        }))
    }

    async fn list_resident_notices(
        &self,
        request: Request<ListResidentNoticesRequest>,
    ) -> Result<Response<ListResidentNoticesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let person_id = match request.person_id.as_str() {
                        "" => None,
                        id => Some(uuid(id)?),
                    };
                    let rows = resident::store::list(unit.db(), &area, person_id, &page).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    let records = rows.into_iter().map(Into::into).collect();
                    Ok(ListResidentNoticesResponse {
                        records,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn upload_outside_employers(
        &self,
        request: Request<Streaming<UploadOutsideEmployersRequest>>,
    ) -> Result<Response<UploadOutsideEmployersResponse>, Status> {
        let batch = self.0.upload(request, OutsideEmployers).await?;
        Ok(Response::new(UploadOutsideEmployersResponse {
            batch: Some(batch),
        }))
    }

    async fn upload_outside_persons(
        &self,
        request: Request<Streaming<UploadOutsidePersonsRequest>>,
    ) -> Result<Response<UploadOutsidePersonsResponse>, Status> {
        let batch = self.0.upload(request, OutsidePersons).await?;
        Ok(Response::new(UploadOutsidePersonsResponse {
            batch: Some(batch),
        }))
    }

    async fn find_unlisted(
        &self,
        request: Request<FindUnlistedRequest>,
    ) -> Result<Response<FindUnlistedResponse>, Status> {
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let found = list::find_unlisted(unit, uuid(&request.batch_id)?).await?;
                    Ok(FindUnlistedResponse {
                        found: count(found),
                    })
                })
            })
            .await
    }

    async fn list_differences(
        &self,
        request: Request<ListDifferencesRequest>,
    ) -> Result<Response<ListDifferencesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let filter = store::Filter {
                        kind: request.kind,
                        state: request.state,
                        employer_id: &request.employer_id,
                        batch_id: match request.batch_id.as_str() {
                            "" => None,
                            id => Some(uuid(id)?),
                        },
                    };
                    let rows = store::differences(unit.db(), &area, &filter, &page).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.found_no.to_string());
                    let differences = rows.into_iter().map(Into::into).collect();
                    Ok(ListDifferencesResponse {
                        differences,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn settle_difference(
        &self,
        request: Request<SettleDifferenceRequest>,
    ) -> Result<Response<SettleDifferenceResponse>, Status> {
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let id = uuid(&request.difference_id)?;
                    let difference = settle(unit, id, &request.settlement).await?;
                    Ok(SettleDifferenceResponse {
                        difference: Some(difference),
                    })
                })
            })
            .await
    }
}

/// A notice that came by itself.
fn alone<N: Default>(notice: Option<N>) -> Numbered<N> {
    Numbered {
        number: 0,
        row: notice.unwrap_or_default(),
    }
}

fn not_refused(findings: Vec<Finding>) -> Result<()> {
    match findings.into_iter().find(|finding| finding.refused) {
        Some(finding) => Err(finding.reason.into()),
        None => Ok(()),
    }
}

fn only<R>(kept: Vec<R>) -> Result<R> {
    kept.into_iter()
        .next()
        .ok_or_else(|| Error::internal("a notice that was kept is not there"))
}

async fn differences_of(unit: &mut Unit, notice_id: &str) -> Result<Vec<Difference>> {
    let (area, notice_id) = (unit.area().to_owned(), uuid(notice_id)?);
    let rows = store::differences_of_notice(unit.db(), &area, notice_id).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
