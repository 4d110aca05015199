//! The gRPC service of the section.

use chassis::{Error, Page, Platform, Result};
use contracts::registration::v1::enrolment_service_server::EnrolmentService;
use contracts::registration::v1::{
    BatchFindPersonsRequest, BatchFindPersonsResponse, BatchGetInsuranceRequest,
    BatchGetInsuranceResponse, GetEmployerRequest, GetEmployerResponse, GetPersonRequest,
    GetPersonResponse, ListEmployersRequest, ListEmployersResponse, ListEnrolmentsRequest,
    ListEnrolmentsResponse, ListPreEnrolmentsRequest, ListPreEnrolmentsResponse,
    UploadStaffChangesRequest, UploadStaffChangesResponse,
};
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use super::batches::Roster;
use super::store::{self, EnrolmentRow};
use crate::employer::store as employers;
use crate::person::rules::Paper;
use crate::person::store as persons;
use chassis::wire::{day, maybe_day, month, uuid};

/// Rows on a page of enrolments: services read a month's headcount by them.
const PAGE: usize = 1_000;
const GREATEST_PAGE: usize = 10_000;

/// Who is registered and who is insured.
pub struct Enrolment(pub Platform);

#[chassis::async_trait]
impl EnrolmentService for Enrolment {
    async fn get_employer(
        &self,
        request: Request<GetEmployerRequest>,
    ) -> Result<Response<GetEmployerResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let on = maybe_day(request.on).unwrap_or_else(|| unit.today());
                    let employer =
                        employers::employer(unit.db(), &area, &request.employer_id, on).await?;
                    let employer = employer
                        .ok_or_else(|| Error::not_found("用人单位", &request.employer_id))?;
                    Ok(GetEmployerResponse {
                        employer: Some(employer),
                    })
                })
            })
            .await
    }

    async fn list_employers(
        &self,
        request: Request<ListEmployersRequest>,
    ) -> Result<Response<ListEmployersResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, today) = (unit.area().to_owned(), unit.today());
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let wanted = (request.state, request.name.as_str());
                    let rows = employers::employers(unit.db(), &area, wanted, today, &page).await?;
                    let (employers, next_page_token) =
                        page.cut(rows, |employer| employer.employer_id.clone());
                    Ok(ListEmployersResponse {
                        employers,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn upload_staff_changes(
        &self,
        request: Request<Streaming<UploadStaffChangesRequest>>,
    ) -> Result<Response<UploadStaffChangesResponse>, Status> {
        let batch = self.0.upload(request, Roster).await?;
        Ok(Response::new(UploadStaffChangesResponse {
            batch: Some(batch),
        }))
    }

    async fn list_enrolments(
        &self,
        request: Request<ListEnrolmentsRequest>,
    ) -> Result<Response<ListEnrolmentsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = page_of(request.page_size, &request.page_token)?;
                    let month = month(request.month)?;
                    let rows =
                        store::in_month(unit.db(), &area, &request.employer_id, month, &page)
                            .await?;
                    let (rows, next_page_token) = page.cut(rows, EnrolmentRow::key);
                    let enrolments = rows.into_iter().map(Into::into).collect();
                    Ok(ListEnrolmentsResponse {
                        enrolments,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn batch_get_insurance(
        &self,
        request: Request<BatchGetInsuranceRequest>,
    ) -> Result<Response<BatchGetInsuranceResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, on) = (unit.area().to_owned(), day(request.on)?);
                    let ids: Vec<Uuid> = request
                        .person_ids
                        .iter()
                        .map(|id| uuid(id))
                        .collect::<Result<_>>()?;
                    let rows =
                        store::on_day(unit.db(), &area, &ids, &request.employer_id, on).await?;
                    let enrolments = rows.into_iter().map(Into::into).collect();
                    Ok(BatchGetInsuranceResponse { enrolments })
                })
            })
            .await
    }

    async fn batch_find_persons(
        &self,
        request: Request<BatchFindPersonsRequest>,
    ) -> Result<Response<BatchFindPersonsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let papers: Vec<Paper> = request
                        .identities
                        .iter()
                        .map(|identity| Paper {
                            kind: identity.kind(),
                            number: identity.number.to_ascii_uppercase(),
                        })
                        .collect();
                    let papers: Vec<&Paper> = papers.iter().collect();
                    let mut rows = Vec::new();
                    if !papers.is_empty() {
                        rows.extend(persons::holders(unit.db(), &area, &papers).await?);
                    }
                    let cards = &request.card_numbers;
                    if !cards.is_empty() {
                        rows.extend(persons::card_holders(unit.db(), &area, cards).await?);
                    }
                    let persons = rows.into_iter().map(Into::into).collect();
                    Ok(BatchFindPersonsResponse { persons })
                })
            })
            .await
    }

    async fn get_person(
        &self,
        request: Request<GetPersonRequest>,
    ) -> Result<Response<GetPersonResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, id) = (unit.area().to_owned(), uuid(&request.person_id)?);
                    let person = persons::persons(unit.db(), &area, &[id]).await?.pop();
                    let person =
                        person.ok_or_else(|| Error::not_found("参保人员", &request.person_id))?;
                    let rows = store::of_persons(unit.db(), &area, &[id]).await?;
                    let enrolments = rows.into_iter().map(Into::into).collect();
                    Ok(GetPersonResponse {
                        person: Some(person.into()),
                        enrolments,
                    })
                })
            })
            .await
    }

    async fn list_pre_enrolments(
        &self,
        request: Request<ListPreEnrolmentsRequest>,
    ) -> Result<Response<ListPreEnrolmentsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let rows = store::awaiting(unit.db(), &area, &page).await?;
                    let (rows, next_page_token) = page.cut(rows, EnrolmentRow::key);
                    let enrolments = rows.into_iter().map(Into::into).collect();
                    Ok(ListPreEnrolmentsResponse {
                        enrolments,
                        next_page_token,
                    })
                })
            })
            .await
    }
}

fn page_of(size: i32, token: &str) -> Result<Page> {
    let page = Page::of(size, token)?;
    let size = usize::try_from(size).unwrap_or_default();
    Ok(Page {
        size: if size == 0 {
            PAGE
        } else {
            size.min(GREATEST_PAGE)
        },
        ..page
    })
}
