//! `BatchService`, served by every service.

use contracts::common::v1::batch_service_server::BatchService;
use contracts::common::v1::{
    BatchFinding, GetBatchRequest, GetBatchResponse, ListBatchFindingsRequest,
    ListBatchFindingsResponse, ListBatchesRequest, ListBatchesResponse,
};
use tonic::{Request, Response, Status};

use super::store::{self, BatchRow};
use crate::{Actor, Error, Page, Platform, Result, Unit};

/// The batches of a service.
pub struct Batches(pub(crate) Platform);

#[tonic::async_trait]
impl BatchService for Batches {
    async fn get_batch(
        &self,
        request: Request<GetBatchRequest>,
    ) -> Result<Response<GetBatchResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let batch = find(unit, &request.batch_id).await?;
                    let batch = batch.message(unit.platform().name());
                    Ok(GetBatchResponse { batch: Some(batch) })
                })
            })
            .await
    }

    async fn list_batches(
        &self,
        request: Request<ListBatchesRequest>,
    ) -> Result<Response<ListBatchesResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let area = unit.area().to_owned();
                    let rows = store::list(unit.db(), &area, &page).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.batch_id.to_string());
                    let seen = rows.into_iter().filter(|row| is_visible(unit.actor(), row));
                    Ok(ListBatchesResponse {
                        batches: seen
                            .map(|row| row.message(unit.platform().name()))
                            .collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_batch_findings(
        &self,
        request: Request<ListBatchFindingsRequest>,
    ) -> Result<Response<ListBatchFindingsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let batch = find(unit, &request.batch_id).await?;
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let after = position(&page)?;
                    let area = unit.area().to_owned();
                    let rows =
                        store::findings(unit.db(), &area, batch.batch_id, after, page.limit())
                            .await?;
                    let (rows, next_page_token) =
                        page.cut(rows, |row| format!("{}:{}", row.row_no, row.finding_no));
                    let findings = rows.into_iter().map(BatchFinding::from).collect();
                    Ok(ListBatchFindingsResponse {
                        findings,
                        next_page_token,
                    })
                })
            })
            .await
    }
}

/// The finding after which the page begins.
fn position(page: &Page) -> Result<(i64, i32)> {
    let Some(token) = &page.after else {
        return Ok((-1, 0));
    };
    token
        .split_once(':')
        .and_then(|(row, finding)| Some((row.parse().ok()?, finding.parse().ok()?)))
        .ok_or_else(|| {
            Error::invalid(
                "pageToken",
                "续页标记",
                "不是上一页返回的标记，请从第一页重新查询",
            )
        })
}

async fn find(unit: &mut Unit, batch_id: &str) -> Result<BatchRow> {
    let missing = || Error::not_found("批次", batch_id);
    let id = batch_id.parse().map_err(|_| missing())?;
    let area = unit.area().to_owned();
    let row = store::find(unit.db(), &area, id).await?;
    row.filter(|row| is_visible(unit.actor(), row))
        .ok_or_else(missing)
}

/// Clerks see the batches of their areas; everybody else those that they sent.
fn is_visible(actor: &Actor, row: &BatchRow) -> bool {
    actor.is_clerk() || actor.id == row.sender || actor.speaks_for_itself()
}
