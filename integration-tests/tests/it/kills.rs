//! A demonstration in the midst of which everything ends: each service in each step, PostgreSQL, Redis
//! and the program that demonstrates. Nothing of it may be seen in what is there afterwards.

mod demonstration;
mod plan;
mod traces;

use std::time::Duration;

use xtask::platform::Platform;

use demonstration::{Demonstration, STEPS};
use plan::{Blow, Plan};
use traces::Traces;

/// Where nothing is killed, and where everything is. The same people live in both.
const CALM: &str = "440100";
const ROUGH: &str = "440300";

/// How long until somebody looks again how far a demonstration is.
const LOOK_EVERY: Duration = Duration::from_millis(2);

#[tokio::test]
async fn a_kill_of_anything_at_any_point_of_a_month_loses_and_doubles_nothing() {
    let platform = Platform::start(".local/kill", None).unwrap();
    let (growth, calm) = calm_month(&platform).await;
    let plan = Plan::make(&growth);
    let rough = rough_month(&platform, plan).await;

    assert_eq!(rough, calm);
    let mut traces = Traces::open(&platform).await;
    let ledger = traces.ledger(ROUGH).await;
    assert!(!ledger.is_empty());
    assert_eq!(ledger, traces.ledger(CALM).await);
    let payments = traces.payments(ROUGH).await;
    assert!(!payments.is_empty());
    assert_eq!(payments, traces.payments(CALM).await);
    let rows = traces.rows(ROUGH).await;
    assert_eq!(rows, traces.rows(CALM).await);

    let again = until_the_end(Demonstration::begin(&platform, ROUGH)).await;
    assert_eq!(again, rough);
    assert_eq!(traces.rows(ROUGH).await, rows);
}

/// A month that nothing disturbs: how many traces each step leaves, and the closing table.
async fn calm_month(platform: &Platform) -> (Vec<i64>, Vec<String>) {
    let mut traces = Traces::open(platform).await;
    let mut demonstration = Demonstration::begin(platform, CALM);
    let mut begins = Vec::new();
    while !demonstration.has_ended() {
        while begins.len() < demonstration.begun() {
            begins.push(traces.count(CALM).await);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    begins.push(traces.count(CALM).await);
    let growth = begins.windows(2).map(|step| step[1] - step[0]);
    (growth.collect(), demonstration.closing())
}

/// A month under blows: the closing table.
async fn rough_month(platform: &Platform, mut plan: Plan) -> Vec<String> {
    let mut traces = Traces::open(platform).await;
    let mut demonstration = Demonstration::begin(platform, ROUGH);
    let mut begins = Vec::new();
    loop {
        let ended = demonstration.has_ended();
        let count = traces.count(ROUGH).await;
        while begins.len() < demonstration.begun() {
            begins.push(count);
        }
        let grown = count - begins.last().copied().unwrap_or(count);
        let Some(blow) = plan.due(begins.len(), grown, ended) else {
            if ended {
                return demonstration.closing();
            }
            tokio::time::sleep(LOOK_EVERY).await;
            continue;
        };
        let step = STEPS[begins.len() - 1];
        eprintln!("{step}, {grown} traces: {blow:?}");
        match blow {
            Blow::Kill(service) => {
                platform.kill(service).unwrap();
                platform.restart(service).unwrap();
            }
            Blow::CrashPostgres => {
                platform.crash_postgres().unwrap();
                traces = Traces::open(platform).await;
            }
            Blow::StopRedis => platform.stop_redis().unwrap(),
            Blow::StartRedis => platform.start_redis().unwrap(),
            Blow::KillDemonstration => {
                drop(demonstration);
                demonstration = Demonstration::begin(platform, ROUGH);
            }
        }
    }
}

async fn until_the_end(mut demonstration: Demonstration) -> Vec<String> {
    while !demonstration.has_ended() {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    demonstration.closing()
}
