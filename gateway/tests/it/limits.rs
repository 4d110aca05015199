//! The rate limit of several gateways together, in a real Redis.

use std::time::Instant;

use chassis::testing::Redis;
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
