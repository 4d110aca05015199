//! The gRPC service of fees of appraisals and of prevention.

use chassis::wire::maybe_uuid;
use chassis::{Page, Platform, Result};
use contracts::payment::v1::special_fund_service_server::SpecialFundService;
use contracts::payment::v1::{
    ListAppraisalsRequest, ListAppraisalsResponse, ListPreventionBudgetsRequest,
    ListPreventionBudgetsResponse, ListPreventionContractsRequest, ListPreventionContractsResponse,
    ListPreventionSpendingRequest, ListPreventionSpendingResponse, PreventionBudget,
    PreventionSpending,
};
use prost::Message;
use tonic::{Request, Response, Status, async_trait};

use super::store::{agreements, appraisals, prevention};

/// Fees of appraisals and prevention over gRPC.
pub struct SpecialFunds(pub Platform);

#[async_trait]
impl SpecialFundService for SpecialFunds {
    async fn list_appraisals(
        &self,
        request: Request<ListAppraisalsRequest>,
    ) -> Result<Response<ListAppraisalsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let of = (maybe_uuid(&asked.person_id)?, asked.unpaid);
                    let part = (page.after()?, page.limit());
                    let rows = appraisals::list(unit.db(), &area, of, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListAppraisalsResponse {
                        appraisals: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_prevention_budgets(
        &self,
        request: Request<ListPreventionBudgetsRequest>,
    ) -> Result<Response<ListPreventionBudgetsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = prevention::budgets(unit.db(), &area, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |(at, _)| at.to_string());
                    let budgets = rows.iter().map(|(_, one)| PreventionBudget::decode(&**one));
                    Ok(ListPreventionBudgetsResponse {
                        budgets: budgets.collect::<Result<_, _>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_prevention_contracts(
        &self,
        request: Request<ListPreventionContractsRequest>,
    ) -> Result<Response<ListPreventionContractsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = agreements::list(unit.db(), &area, asked.year, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListPreventionContractsResponse {
                        contracts: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_prevention_spending(
        &self,
        request: Request<ListPreventionSpendingRequest>,
    ) -> Result<Response<ListPreventionSpendingResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = prevention::spending(unit.db(), &area, asked.year, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |(at, _)| at.to_string());
                    let spending = rows
                        .iter()
                        .map(|(_, one)| PreventionSpending::decode(&**one));
                    Ok(ListPreventionSpendingResponse {
                        spending: spending.collect::<Result<_, _>>()?,
                        next_page_token,
                    })
                })
            })
            .await
    }
}
