//! The gRPC service of eligibility and stops.

use chassis::wire::maybe_uuid;
use chassis::{Page, Platform, Result};
use contracts::payment::v1::adjustment_service_server::AdjustmentService;
use contracts::payment::v1::{
    ListStopsRequest, ListStopsResponse, ListUnverifiedPayeesRequest, ListUnverifiedPayeesResponse,
    UploadEligibilityProofsRequest, UploadEligibilityProofsResponse,
};
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::batches::EligibilityProofs;
use super::store;

/// Eligibility and stops over gRPC.
pub struct Adjustments(pub Platform);

#[async_trait]
impl AdjustmentService for Adjustments {
    async fn upload_eligibility_proofs(
        &self,
        request: Request<Streaming<UploadEligibilityProofsRequest>>,
    ) -> Result<Response<UploadEligibilityProofsResponse>, Status> {
        let batch = Some(self.0.upload(request, EligibilityProofs).await?);
        Ok(Response::new(UploadEligibilityProofsResponse { batch }))
    }

    async fn list_unverified_payees(
        &self,
        request: Request<ListUnverifiedPayeesRequest>,
    ) -> Result<Response<ListUnverifiedPayeesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = store::unverified(unit.db(), &area, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListUnverifiedPayeesResponse {
                        payees: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_stops(
        &self,
        request: Request<ListStopsRequest>,
    ) -> Result<Response<ListStopsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let person_id = maybe_uuid(&asked.person_id)?;
                    let part = (page.after()?, page.limit());
                    let rows = store::list(unit.db(), &area, person_id, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListStopsResponse {
                        stops: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }
}
