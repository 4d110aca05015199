//! Runs, as tests order them, have them signed and wait for them.

use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::run_service_client::RunServiceClient;
use contracts::common::v1::{GetCaseRequest, GetRunRequest, Run, RunState, StartRunRequest};
use contracts::form::FormMessage;
use tonic::Status;

use super::{AREA, TestService};
use crate::{Actor, wire};

impl TestService {
    /// Orders a run as `clerk`.
    ///
    /// # Errors
    /// The status, when it is not well.
    pub async fn order<O: FormMessage>(&self, clerk: &Actor, order: &O) -> Result<Run, Status> {
        let mut runs = RunServiceClient::new(self.connect(clerk).await);
        let request = StartRunRequest {
            pooling_area: AREA.to_owned(),
            order: Some(wire::any(order)),
            ..StartRunRequest::default()
        };
        let started = runs.start_run(request).await?.into_inner();
        Ok(started.run.unwrap_or_default())
    }

    /// Orders a run and waits until it can be signed, or stands still.
    ///
    /// # Errors
    /// The first status that is not well.
    pub async fn preview<O: FormMessage>(&self, clerk: &Actor, order: &O) -> Result<Run, Status> {
        let run = self.order(clerk, order).await?;
        let is_previewed = |run: &Run| run.state() != RunState::Previewing;
        self.run_when(clerk, &run.run_id, is_previewed).await
    }

    /// Has the summary of a run signed by everybody whose signature is awaited.
    ///
    /// # Errors
    /// The first status that is not well.
    pub async fn sign_off_run(&self, clerk: &Actor, run: &Run) -> Result<(), Status> {
        let mut cases = CaseServiceClient::new(self.connect(clerk).await);
        let request = GetCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: run.run_id.clone(),
        };
        let case = cases.get_case(request).await?.into_inner().case;
        self.sign_off(&case.unwrap_or_default()).await?;
        Ok(())
    }

    /// The run as soon as it is as wanted, or stands still with an error.
    ///
    /// # Errors
    /// The first status that is not well.
    pub async fn run_when(
        &self,
        clerk: &Actor,
        run_id: &str,
        wanted: impl Fn(&Run) -> bool,
    ) -> Result<Run, Status> {
        let mut runs = RunServiceClient::new(self.connect(clerk).await);
        loop {
            let request = GetRunRequest {
                pooling_area: AREA.to_owned(),
                run_id: run_id.to_owned(),
            };
            let seen = runs.get_run(request).await?.into_inner().run;
            let seen = seen.unwrap_or_default();
            if wanted(&seen) || !seen.error.is_empty() {
                return Ok(seen);
            }
            tokio::task::yield_now().await;
        }
    }

    /// The run as soon as it has taken effect, or stands still with an error.
    ///
    /// # Errors
    /// The first status that is not well.
    pub async fn run_done(&self, clerk: &Actor, run_id: &str) -> Result<Run, Status> {
        self.run_when(clerk, run_id, |run| run.state() == RunState::Done)
            .await
    }
}
