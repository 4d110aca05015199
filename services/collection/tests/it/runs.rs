//! Runs, as tests order them, have them signed and wait for them.

use chassis::testing::{AREA, TestService};
use chassis::wire;
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::run_service_client::RunServiceClient;
use contracts::common::v1::{GetCaseRequest, GetRunRequest, Run, RunState, StartRunRequest};
use contracts::form::FormMessage;
use tonic::Status;

use crate::support::handler;

/// Orders a run, has it signed, and answers how it ended.
pub async fn run<O: FormMessage>(service: &TestService, order: &O) -> Run {
    let run = preview(service, order).await;
    if run.state() != RunState::Previewed {
        return run;
    }
    sign(service, &run).await
}

/// Orders a run.
pub async fn ordered<O: FormMessage>(service: &TestService, order: &O) -> Result<Run, Status> {
    let mut runs = RunServiceClient::new(service.connect(&handler()).await);
    let request = StartRunRequest {
        pooling_area: AREA.to_owned(),
        order: Some(wire::any(order)),
        ..StartRunRequest::default()
    };
    Ok(runs.start_run(request).await?.into_inner().run.unwrap())
}

/// Orders a run and waits until it can be signed, or stands still.
pub async fn preview<O: FormMessage>(service: &TestService, order: &O) -> Run {
    let run = ordered(service, order).await.unwrap();
    let is_previewed = |run: &Run| run.state() != RunState::Previewing;
    until(service, &run.run_id, is_previewed).await
}

/// Has a run signed, and answers how it ended.
pub async fn sign(service: &TestService, run: &Run) -> Run {
    sign_off(service, run).await;
    until(service, &run.run_id, |run| run.state() == RunState::Done).await
}

/// Has a run signed.
pub async fn sign_off(service: &TestService, run: &Run) {
    let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
    let request = GetCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: run.run_id.clone(),
    };
    let case = cases.get_case(request).await.unwrap().into_inner().case;
    service.sign_off(&case.unwrap()).await.unwrap();
}

/// The run as soon as it is as wanted, or stands still with an error.
pub async fn until(service: &TestService, run_id: &str, wanted: impl Fn(&Run) -> bool) -> Run {
    let mut runs = RunServiceClient::new(service.connect(&handler()).await);
    loop {
        let request = GetRunRequest {
            pooling_area: AREA.to_owned(),
            run_id: run_id.to_owned(),
        };
        let run = runs
            .get_run(request)
            .await
            .unwrap()
            .into_inner()
            .run
            .unwrap();
        if wanted(&run) || !run.error.is_empty() {
            return run;
        }
        tokio::task::yield_now().await;
    }
}
