//! Wake-ups, within a process and through a real Redis.

use std::process::Stdio;
use std::time::Duration;

use chassis::Tasks;
use chassis::testing::redis_server;
use chassis::wake::Wake;
use futures::FutureExt;
use tempfile::TempDir;
use tokio::process::{Child, Command};

#[tokio::test]
async fn a_wake_up_that_comes_before_the_wait_is_kept_and_others_are_not_heard() {
    let wake = Wake::local();
    let mut ours = wake.subscribe("feed:registration");
    let mut other = wake.subscribe("feed:collection");
    wake.publish("feed:registration");
    wake.publish("feed:registration");
    ours.woken().await;
    assert!(ours.woken().now_or_never().is_none(), "two at once are one");
    assert!(other.woken().now_or_never().is_none());
}

#[tokio::test]
async fn wake_ups_cross_processes_and_survive_the_loss_of_redis() {
    let folder = tempfile::tempdir().unwrap();
    let socket = socket(&folder);
    let tasks = Tasks::new();
    // Redis is not there yet, which is no reason not to start.
    let here = Wake::through(&socket, &tasks).unwrap();
    let there = Wake::through(&socket, &tasks).unwrap();
    let mut waiting = there.subscribe("feed:registration");

    for _ in 0..2 {
        let redis = start_redis(&folder).await;
        // All are woken when the connection comes back, for what they may have missed; then one by one.
        let heard = tokio::time::timeout(Duration::from_secs(60), waiting.woken()).await;
        heard.expect("woken when Redis is back");
        let crossed = async {
            let mut again = there.subscribe("only-by-redis");
            loop {
                here.publish("only-by-redis");
                let soon = tokio::time::timeout(Duration::from_millis(50), again.woken()).await;
                if soon.is_ok() {
                    break;
                }
            }
        };
        let crossed = tokio::time::timeout(Duration::from_secs(60), crossed).await;
        crossed.expect("a wake-up crosses through Redis");
        stop(redis).await;
    }
    assert!(tasks.drain(Duration::from_secs(5)).await);
}

/// Where the Redis of a test is reached.
pub fn socket(folder: &TempDir) -> String {
    format!(
        "redis+unix://{}",
        folder.path().join("redis.sock").display()
    )
}

/// A Redis of the test's own.
pub async fn start_redis(folder: &TempDir) -> Child {
    let mut redis = Command::from(redis_server())
        .args(["--port", "0", "--save", "", "--unixsocket", "redis.sock"])
        .current_dir(folder)
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("redis-server is installed; scripts/test does that");
    while !folder.path().join("redis.sock").exists() {
        assert!(redis.try_wait().unwrap().is_none(), "redis-server runs");
        tokio::task::yield_now().await;
    }
    redis
}

/// Ends it at once.
pub async fn stop(mut redis: Child) {
    redis.kill().await.unwrap();
}
