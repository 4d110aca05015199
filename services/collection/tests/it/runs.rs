//! Runs, as tests order them, have them signed and wait for them.

use chassis::testing::TestService;
use contracts::common::v1::{Run, RunState};
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
    service.order(&handler(), order).await
}

/// Orders a run and waits until it can be signed, or stands still.
pub async fn preview<O: FormMessage>(service: &TestService, order: &O) -> Run {
    service.preview(&handler(), order).await.unwrap()
}

/// Has a run signed, and answers how it ended.
pub async fn sign(service: &TestService, run: &Run) -> Run {
    sign_off(service, run).await;
    done(service, run).await
}

/// Has a run signed.
pub async fn sign_off(service: &TestService, run: &Run) {
    service.sign_off_run(&handler(), run).await.unwrap();
}

/// A run that was signed, as it ended.
pub async fn done(service: &TestService, run: &Run) -> Run {
    let done = service.run_done(&handler(), &run.run_id).await;
    done.unwrap()
}
