//! `RunService`, served by every service.

use contracts::Refused;
use contracts::common::v1::run_service_server::RunService;
use contracts::common::v1::{
    GetRunRequest, GetRunResponse, ListRunItemsRequest, ListRunItemsResponse, Refusal,
    Run as RunMessage, RunItem, RunState, StartRunRequest, StartRunResponse, SubmitCaseRequest,
};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::store::{self, RunRow};
use crate::case::engine;
use crate::error::OrRefuse;
use crate::{Error, Page, Platform, Result, Unit, wire};

/// The runs of a service.
pub struct Runs(pub(crate) Platform);

#[tonic::async_trait]
impl RunService for Runs {
    async fn start_run(
        &self,
        request: Request<StartRunRequest>,
    ) -> Result<Response<StartRunResponse>, Status> {
        self.0
            .change(request, |unit, request| {
                Box::pin(async move {
                    let run = start(unit, request).await?;
                    Ok(StartRunResponse {
                        run: Some(message(unit, run)?),
                    })
                })
            })
            .await
    }

    async fn get_run(
        &self,
        request: Request<GetRunRequest>,
    ) -> Result<Response<GetRunResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let run = find(unit, &request.run_id).await?;
                    Ok(GetRunResponse {
                        run: Some(message(unit, run)?),
                    })
                })
            })
            .await
    }

    async fn list_run_items(
        &self,
        request: Request<ListRunItemsRequest>,
    ) -> Result<Response<ListRunItemsResponse>, Status> {
        self.0
            .read(request, |unit, request| {
                Box::pin(async move {
                    let run = find(unit, &request.run_id).await?;
                    let page = Page::of(request.page_size, &request.page_token)?;
                    let area = unit.area().to_owned();
                    let rows =
                        store::list_items(unit.db(), &area, run.run_id, &request.subject, &page)
                            .await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.item.to_string());
                    let name = kind_of(unit, &run.kind)?.item_name();
                    let items = rows
                        .into_iter()
                        .map(|row| RunItem {
                            item: row.item.unsigned_abs(),
                            subject: row.subject,
                            form: Some(wire::any_of(&name, row.content)),
                            done: row.item <= run.items_done,
                        })
                        .collect();
                    Ok(ListRunItemsResponse {
                        items,
                        next_page_token,
                    })
                })
            })
            .await
    }
}

/// Orders a run: its case is submitted, and the preview begins in the background.
async fn start(unit: &mut Unit, request: StartRunRequest) -> Result<RunRow> {
    let order = request.order.clone().unwrap_or_default();
    let kind = kind_of(unit, wire::name_in(&order))?;
    let run_id = Uuid::now_v7();
    let application = SubmitCaseRequest {
        pooling_area: request.pooling_area,
        application: request.order,
        ..SubmitCaseRequest::default()
    };
    engine::submit_as(unit, run_id, application).await?;
    kind.admit(unit, &order.value).await?;
    let run = RunRow {
        pooling_area: unit.area().to_owned(),
        run_id,
        kind: kind.order_name(),
        subject: kind.subject(&order.value)?,
        state: RunState::Previewing as i32,
        order_form: order.value,
        summary: Vec::new(),
        previewed_to: None,
        items: 0,
        items_done: 0,
        started_by: unit.actor().id.clone(),
        started_at: unit.now(),
        done_at: None,
        error: String::new(),
    };
    let live = Refused::because(Refusal::RunLive).with("subject", &run.subject);
    store::insert(unit.db(), &run)
        .await
        .or_refuse(store::ONE_LIVE, live)?;
    unit.nudge();
    Ok(run)
}

fn kind_of(unit: &Unit, name: &str) -> Result<std::sync::Arc<dyn super::AnyRun>> {
    unit.platform().run(name).cloned().ok_or_else(|| {
        Refused::because(Refusal::UnknownForm)
            .with("form", name)
            .into()
    })
}

async fn find(unit: &mut Unit, run_id: &str) -> Result<RunRow> {
    let missing = || Error::not_found("批量任务", run_id);
    let id = run_id.parse().map_err(|_| missing())?;
    let area = unit.area().to_owned();
    store::find(unit.db(), &area, id).await?.ok_or_else(missing)
}

fn message(unit: &Unit, run: RunRow) -> Result<RunMessage> {
    let kind = kind_of(unit, &run.kind)?;
    let previewed = run.state != RunState::Previewing as i32;
    Ok(RunMessage {
        run_id: run.run_id.to_string(),
        pooling_area: run.pooling_area,
        order: Some(wire::any_of(&run.kind, run.order_form)),
        kind: run.kind,
        state: run.state,
        summary: previewed.then(|| wire::any_of(&kind.summary_name(), run.summary)),
        items: run.items.unsigned_abs(),
        items_done: run.items_done.unsigned_abs(),
        started_at: Some(wire::timestamp(run.started_at)),
        done_at: run.done_at.map(wire::timestamp),
        error: run.error,
    })
}
