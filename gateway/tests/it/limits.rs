//! The rate limit of several gateways together, in a real Redis.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Instant;

use chassis::testing::redis_server;
use gateway::Settings;
use http::StatusCode;

use crate::world::World;

const PATH: &str = "/v1/registration/cases/x";

#[tokio::test]
async fn gateways_with_one_redis_count_together_and_without_it_each_for_itself() {
    let redis = Redis::start();
    let settings = Settings {
        rate_burst: 3,
        rate_per_second: 1,
        ..Settings::default()
    };
    let one = World::sharing(settings.clone(), Some(&redis.url)).await;
    let two = World::sharing(settings, Some(&redis.url)).await;
    let (began, mut served) = (Instant::now(), 0);
    for world in [&one, &two].repeat(10) {
        match world.get(PATH).await.0 {
            StatusCode::NOT_FOUND => served += 1,
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
    }
    // What they have together, and what became free while they asked.
    let together = 3 + began.elapsed().as_secs() + 1;
    assert!((3..=together).contains(&served), "{served} were served");
    drop(redis);
    for world in [&one, &two] {
        assert_eq!(
            world.get(PATH).await.0,
            StatusCode::NOT_FOUND,
            "nothing depends on Redis"
        );
    }
}

/// A Redis of the test's own, ended with it.
struct Redis {
    url: String,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Redis {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("redis.sock");
        let mut child = redis_server()
            .args([
                "--port",
                "0",
                "--save",
                "",
                "--appendonly",
                "no",
                "--unixsocket",
            ])
            .arg(&socket)
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/up installs redis-server");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines
            .map_while(Result::ok)
            .any(|line| line.contains("eady to accept connections"));
        assert!(ready, "Redis did not start");
        Self {
            url: format!("redis+unix://{}", socket.display()),
            child,
            _folder: folder,
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
