//! A pooling area with its services, and what people do in it.

use std::sync::Arc;

use chassis::testing::{AREA, Bench, TestService, clerk, eventually, free_port};
use chassis::{Actor, wire};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::run_service_client::RunServiceClient;
use contracts::common::v1::{GetCaseRequest, GetRunRequest, Run, RunState, StartRunRequest};
use contracts::form::FormMessage;
use contracts::options::v1::{Department, Duty};
use time::macros::datetime;

/// The services of an area, on one bench.
pub struct Town {
    pub registration: TestService,
    pub collection: TestService,
}

impl Town {
    /// On 2026-11-02, a Monday within the declaration window.
    pub async fn found() -> Self {
        let bench = Arc::new(Bench::at(datetime!(2026-11-02 09:00 +8)));
        let port = free_port();
        let collection_url = format!("https://localhost:{port}");
        let registration = bench
            .start(registration::service(), &[("collection", collection_url)])
            .await;
        let collection = bench
            .start_on(
                port,
                collection::service(),
                &[("registration", registration.url())],
            )
            .await;
        Self {
            registration,
            collection,
        }
    }

    /// A clerk who takes applications in.
    pub fn handler(department: Department) -> Actor {
        clerk(department, Duty::Handler)
    }

    /// Orders a run in collection and has it signed.
    pub async fn run<O: FormMessage>(&self, order: &O) -> Run {
        let handler = Self::handler(Department::Collection);
        let mut runs = RunServiceClient::new(self.collection.connect(&handler).await);
        let request = StartRunRequest {
            pooling_area: AREA.to_owned(),
            order: Some(wire::any(order)),
            ..StartRunRequest::default()
        };
        let run = runs
            .start_run(request)
            .await
            .unwrap()
            .into_inner()
            .run
            .unwrap();
        self.until(&run.run_id, RunState::Previewed).await;
        let mut cases = CaseServiceClient::new(self.collection.connect(&handler).await);
        let request = GetCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: run.run_id.clone(),
        };
        let case = cases.get_case(request).await.unwrap().into_inner().case;
        self.collection.sign_off(&case.unwrap()).await.unwrap();
        self.until(&run.run_id, RunState::Done).await
    }

    async fn until(&self, run_id: &str, state: RunState) -> Run {
        let handler = Self::handler(Department::Collection);
        let mut runs = RunServiceClient::new(self.collection.connect(&handler).await);
        eventually(async || {
            let request = GetRunRequest {
                pooling_area: AREA.to_owned(),
                run_id: run_id.to_owned(),
            };
            let run = runs.get_run(request).await.unwrap().into_inner().run?;
            assert!(run.error.is_empty(), "{}", run.error);
            (run.state() == state).then_some(run)
        })
        .await
    }
}
