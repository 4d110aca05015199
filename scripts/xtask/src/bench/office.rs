//! A department on the bench: orders mass work, and signs it one after the other, over gRPC.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::run_service_client::RunServiceClient;
use contracts::common::v1::{
    Case, CaseState, GetCaseRequest, GetRunRequest, Run, RunState, SignCaseRequest, StartRunRequest,
};
use contracts::options::v1::{Department, Duty};

use super::platform::{AREA, As, Platform};
use crate::people;

/// How often a run is looked at while it goes on.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Those who carry mass work through, each with a connection of their own.
pub struct Office {
    runs: RunServiceClient<As>,
    signers: Vec<(Duty, CaseServiceClient<As>)>,
}

impl Office {
    /// A department at a service.
    pub async fn open(platform: &Platform, service: &str, department: Department) -> Result<Self> {
        let mut signers = Vec::new();
        for duty in [Duty::Handler, Duty::Reviewer, Duty::Rechecker, Duty::Leader] {
            let clerk = people::clerk(AREA, department, duty);
            let channel = platform.connect(service, &clerk).await?;
            signers.push((duty, CaseServiceClient::new(channel)));
        }
        let handler = people::clerk(AREA, department, Duty::Handler);
        Ok(Self {
            runs: RunServiceClient::new(platform.connect(service, &handler).await?),
            signers,
        })
    }

    /// Orders a run, waits for its preview, has it signed at once by all whose turn it is, and waits
    /// until it took effect.
    pub async fn carry_through(&mut self, ordered: StartRunRequest) -> Result<Run> {
        let run_id = self.preview(ordered).await?;
        self.complete(&run_id).await
    }

    /// Orders a run and waits for its preview; answers its number.
    pub async fn preview(&mut self, ordered: StartRunRequest) -> Result<String> {
        let answer = self.runs.start_run(ordered).await?.into_inner();
        let run_id = answer.run.context("an ordered run")?.run_id;
        self.until(&run_id, RunState::Previewed).await?;
        Ok(run_id)
    }

    /// Has a previewed run signed, and waits until it took effect.
    pub async fn complete(&mut self, run_id: &str) -> Result<Run> {
        self.sign(run_id).await?;
        self.until(run_id, RunState::Done).await
    }

    async fn until(&mut self, run_id: &str, state: RunState) -> Result<Run> {
        loop {
            let asked = GetRunRequest {
                pooling_area: AREA.to_owned(),
                run_id: run_id.to_owned(),
            };
            let answer = self.runs.get_run(asked).await?.into_inner();
            let run = answer.run.context("a run that was ordered")?;
            ensure!(run.error.is_empty(), "the run stands still: {}", run.error);
            if run.state() == state {
                return Ok(run);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn sign(&mut self, case_id: &str) -> Result<()> {
        for (duty, cases) in &mut self.signers {
            let case = look(cases, case_id).await?;
            if case.awaited() != *duty {
                continue;
            }
            let signed = SignCaseRequest {
                pooling_area: AREA.to_owned(),
                case_id: case_id.to_owned(),
                decision_digest: case.decision_digest,
                opinion: "同意".to_owned(),
                ..SignCaseRequest::default()
            };
            let answer = cases.sign_case(signed).await?.into_inner();
            if answer
                .case
                .is_some_and(|c| c.state() == CaseState::Approved)
            {
                return Ok(());
            }
        }
        anyhow::bail!("all have signed, and the case is not approved")
    }
}

/// A case as somebody sees it whose turn it is.
async fn look(cases: &mut CaseServiceClient<As>, case_id: &str) -> Result<Case> {
    let asked = GetCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case_id.to_owned(),
    };
    let answer = cases.get_case(asked).await?.into_inner();
    answer.case.context("the case of a run")
}
