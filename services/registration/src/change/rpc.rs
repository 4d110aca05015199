//! The gRPC service of the section.

use chassis::{Page, Platform, Result};
use contracts::registration::v1::change_service_server::ChangeService;
use contracts::registration::v1::{
    EmployerFactsPeriod, ListEmployerFactsRequest, ListEmployerFactsResponse,
    ListPersonChangesRequest, ListPersonChangesResponse, ListRiskClassesRequest,
    ListRiskClassesResponse, RiskClass,
};
use time::Date;
use tonic::{Request, Response, Status};

use crate::employer::store as employers;
use crate::person::store as persons;
use chassis::wire::{maybe_day, uuid};

/// What was registered when.
pub struct Change(pub Platform);

#[chassis::async_trait]
impl ChangeService for Change {
    async fn list_employer_facts(
        &self,
        request: Request<ListEmployerFactsRequest>,
    ) -> Result<Response<ListEmployerFactsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let before = before(&page)?;
                    let rows = employers::facts_periods(
                        unit.db(),
                        &area,
                        &request.employer_id,
                        before,
                        page.limit(),
                    )
                    .await?;
                    let key = |period: &EmployerFactsPeriod| token(period.from_on);
                    let (periods, next_page_token) = page.cut(rows, key);
                    Ok(ListEmployerFactsResponse {
                        periods,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_risk_classes(
        &self,
        request: Request<ListRiskClassesRequest>,
    ) -> Result<Response<ListRiskClassesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let before = before(&page)?;
                    let rows = employers::risk_classes(
                        unit.db(),
                        &area,
                        &request.employer_id,
                        before,
                        page.limit(),
                    )
                    .await?;
                    let key = |class: &RiskClass| token(class.from_on);
                    let (risk_classes, next_page_token) = page.cut(rows, key);
                    Ok(ListRiskClassesResponse {
                        risk_classes,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_person_changes(
        &self,
        request: Request<ListPersonChangesRequest>,
    ) -> Result<Response<ListPersonChangesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let (area, id) = (unit.area().to_owned(), uuid(&request.person_id)?);
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let rows = persons::changes(unit.db(), &area, id, &page).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.change_no.to_string());
                    let changes = rows
                        .into_iter()
                        .map(TryInto::try_into)
                        .collect::<Result<_>>()?;
                    Ok(ListPersonChangesResponse {
                        changes,
                        next_page_token,
                    })
                })
            })
            .await
    }
}

/// A page of periods goes on before the first day of the last one shown, as days of the common era.
fn before(page: &Page) -> Result<Option<Date>> {
    let day: Option<i32> = page.after()?;
    Ok(day.and_then(|day| Date::from_julian_day(day).ok()))
}

fn token(from_on: Option<contracts::Date>) -> String {
    maybe_day(from_on).map_or_else(String::new, |date| date.to_julian_day().to_string())
}
