//! The gRPC service of the section.

use chassis::{Page, Platform, Result};
use contracts::registration::v1::deregistration_service_server::DeregistrationService;
use contracts::registration::v1::{
    ListDeregistrationsRequest, ListDeregistrationsResponse, ListForcibleRequest,
    ListForcibleResponse, ListSeparatedEmployeesRequest, ListSeparatedEmployeesResponse,
};
use tonic::{Request, Response, Status};

use super::{rules, store};

/// Employers that ended.
pub struct Deregistrations(pub Platform);

#[chassis::async_trait]
impl DeregistrationService for Deregistrations {
    async fn list_deregistrations(
        &self,
        request: Request<ListDeregistrationsRequest>,
    ) -> Result<Response<ListDeregistrationsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let rows = store::list(unit.db(), &area, &page).await?;
                    let (rows, next_page_token) =
                        page.cut(rows, |row| row.deregistration_no.to_string());
                    let deregistrations = rows.into_iter().map(Into::into).collect();
                    Ok(ListDeregistrationsResponse {
                        deregistrations,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_forcible(
        &self,
        request: Request<ListForcibleRequest>,
    ) -> Result<Response<ListForcibleResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, today) = (unit.area().to_owned(), unit.today());
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let years = unit
                        .law(today)
                        .await?
                        .integer("forced_deregistration_years")?
                        .value;
                    let verified_by = rules::unverified_since(today, years);
                    let rows = store::forcible(unit.db(), &area, verified_by, &page).await?;
                    let (employers, next_page_token) =
                        page.cut(rows, |employer| employer.employer_id.clone());
                    Ok(ListForcibleResponse {
                        employers,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_separated_employees(
        &self,
        request: Request<ListSeparatedEmployeesRequest>,
    ) -> Result<Response<ListSeparatedEmployeesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let rows =
                        store::separated_employees(unit.db(), &area, &request.employer_id, &page)
                            .await?;
                    let (rows, next_page_token) =
                        page.cut(rows, |row| row.enrolment_id.to_string());
                    let employees = rows.into_iter().map(Into::into).collect();
                    Ok(ListSeparatedEmployeesResponse {
                        employees,
                        next_page_token,
                    })
                })
            })
            .await
    }
}
