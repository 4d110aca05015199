//! Mass work: ordered, previewed, signed, done.

use std::time::Duration;

use anyhow::{Result, bail};
use contracts::options::v1::Duty;
use serde_json::{Value, json};

use super::super::Demo;
use super::super::client::{number, text};
use super::super::desk::Desk;
use super::super::progress;

/// How often a run is looked at while it goes on.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// A desk orders a run and carries it through; answers its summary.
pub async fn carry_through(
    demo: &Demo,
    desk: Desk<'_>,
    what: &str,
    name: &str,
    order: Value,
) -> Result<Value> {
    let handler = demo.parties.clerk(desk.department, Duty::Handler, 0)?;
    let body = json!({"order": order});
    let runs = format!("/v1/{}/runs", desk.service);
    let run_id = match demo.client.post(handler, &runs, name, body).await? {
        Ok(answer) => text(&answer["run"]["runId"]).to_owned(),
        Err(problem) => bail!("{what}: {} {}", problem.reason, problem.detail),
    };
    let run = until(demo, desk, what, &run_id, "RUN_STATE_PREVIEWED").await?;
    if text(&run["state"]) != "RUN_STATE_DONE" {
        desk.sign(0, &run_id).await?.approved(what)?;
    }
    let mut run = until(demo, desk, what, &run_id, "RUN_STATE_DONE").await?;
    Ok(run["summary"].take())
}

/// Waits until the run is in the state, or done.
async fn until(
    demo: &Demo,
    desk: Desk<'_>,
    what: &str,
    run_id: &str,
    state: &str,
) -> Result<Value> {
    let clerk = demo.parties.clerk(desk.department, Duty::Handler, 1)?;
    let path = format!("/v1/{}/runs/{run_id}", desk.service);
    let bar = progress::bar(what, 0);
    loop {
        let mut answer = demo.client.get(clerk, &path, &[]).await?;
        let run = answer["run"].take();
        bar.set_length(number(&run["items"]));
        bar.set_position(number(&run["itemsDone"]));
        match text(&run["state"]) {
            "RUN_STATE_DROPPED" => bail!("{what}: the run was dropped: {}", run["error"]),
            now if now == state || now == "RUN_STATE_DONE" => {
                bar.finish();
                return Ok(run);
            }
            // An error is tried again by the service; it is shown meanwhile.
            _ if !text(&run["error"]).is_empty() => {
                bar.set_message(format!("{what}: {}", text(&run["error"])));
            }
            _ => {}
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
