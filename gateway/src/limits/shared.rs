//! The rate limit of several gateways together, in Redis.
//!
//! Redis holds only what may be lost: when it does not answer, each gateway counts for itself again.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{RedisResult, Script};
use tokio::time::Instant;

use super::Caller;

/// What a request may lose by waiting for Redis.
const PATIENCE: Duration = Duration::from_millis(25);

/// How long a Redis that failed is left alone.
const PAUSE: Duration = Duration::from_secs(2);

/// The generic cell rate algorithm: one time a caller, the theoretical arrival of the next request,
/// by the clock of Redis. Answers the milliseconds to wait.
const ALGORITHM: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local interval, tolerance = 1000 / tonumber(ARGV[1]), 1000 / tonumber(ARGV[1]) * tonumber(ARGV[2])
local next = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + interval
if next - tolerance > now then return math.ceil(next - tolerance - now) end
redis.call('SET', KEYS[1], next, 'PX', math.ceil(next - now) + 1)
return 0
";

/// The shared count.
pub struct Shared {
    redis: ConnectionManager,
    script: Script,
    per_second: u32,
    burst: u32,
    rests_until: Mutex<Option<Instant>>,
}

impl Shared {
    /// The count in the Redis at `url`; it is connected when it is first needed.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn new(url: &str, per_second: u32, burst: u32) -> RedisResult<Self> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(0);
        Ok(Self {
            redis: ConnectionManager::new_lazy_with_config(redis::Client::open(url)?, config)?,
            script: Script::new(ALGORITHM),
            per_second: per_second.max(1),
            burst: burst.max(1),
            rests_until: Mutex::new(None),
        })
    }

    /// Counts a request: zero, or the time to wait; `None` when Redis does not say.
    pub async fn wait(&self, caller: &Caller) -> Option<Duration> {
        let now = Instant::now();
        if self.rest().is_some_and(|until| now < until) {
            return None;
        }
        let key = format!("gateway:rate:{}", hex::encode(caller));
        let mut redis = self.redis.clone();
        let mut call = self.script.key(key);
        let counted: RedisResult<u64> = call
            .arg(self.per_second)
            .arg(self.burst)
            .invoke_async(&mut redis)
            .await;
        match counted {
            Ok(milliseconds) => Some(Duration::from_millis(milliseconds)),
            Err(error) => {
                tracing::warn!(%error, "Redis does not count requests; this gateway counts for itself");
                *self
                    .rests_until
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = Some(now + PAUSE);
                None
            }
        }
    }

    fn rest(&self) -> Option<Instant> {
        *self
            .rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Shared {
    /// Leaves out the connection, whose URL may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("per_second", &self.per_second)
            .finish_non_exhaustive()
    }
}
