//! What was read before, kept in Redis for all replicas.
//!
//! It only saves reading: whatever is not there, or does not arrive at once, is read again. It holds
//! nothing but content that never changes under its key, so that it cannot be stale.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, RedisResult, SetExpiry, SetOptions, pipe};
use tokio::time::{Instant, timeout};

use crate::config::ConfigError;

const PREFIX: &str = "workinjury:";

/// What a call may lose by waiting for Redis.
const PATIENCE: Duration = Duration::from_millis(20);

/// How long a Redis that failed is left alone.
const PAUSE: Duration = Duration::from_secs(2);

/// Seconds after which what nobody put again is forgotten, so that Redis does not fill up.
const KEPT_SECONDS: u64 = 24 * 60 * 60;

/// Keeps what never changes; clones share it.
#[derive(Clone, Default)]
pub struct Cache(Option<Arc<Remote>>);

struct Remote {
    redis: ConnectionManager,
    rests_until: Mutex<Option<Instant>>,
}

impl Cache {
    /// Keeps nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What is kept in the Redis at `url`, whether it is there already or not.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn through(url: &str) -> Result<Self, ConfigError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(0);
        let redis = redis::Client::open(url)
            .and_then(|client| ConnectionManager::new_lazy_with_config(client, config))
            .map_err(|error| ConfigError::Wrong {
                setting: "redis_url",
                problem: error.to_string(),
            })?;
        Ok(Self(Some(Arc::new(Remote {
            redis,
            rests_until: Mutex::new(None),
        }))))
    }

    /// What is kept under some of the keys; never waits long and never fails.
    pub async fn get_many(&self, keys: &[String]) -> HashMap<String, Vec<u8>> {
        let Some(remote) = self.0.as_deref().filter(|_| !keys.is_empty()) else {
            return HashMap::new();
        };
        let named: Vec<_> = keys.iter().map(|key| named(key)).collect();
        let mut redis = remote.redis.clone();
        let kept: Option<Vec<Option<Vec<u8>>>> = remote.answered(redis.mget(named)).await;
        let pairs = keys.iter().zip(kept.unwrap_or_default());
        pairs
            .filter_map(|(key, content)| Some((key.clone(), content?)))
            .collect()
    }

    /// Keeps content under keys under which it will never be another; never waits long and never fails.
    pub async fn put_many(&self, contents: &[(String, Vec<u8>)]) {
        let Some(remote) = self.0.as_deref().filter(|_| !contents.is_empty()) else {
            return;
        };
        let expiry = SetOptions::default().with_expiration(SetExpiry::EX(KEPT_SECONDS));
        let mut all = pipe();
        for (key, content) in contents {
            all.set_options(named(key), content, expiry.clone())
                .ignore();
        }
        let mut redis = remote.redis.clone();
        let _kept: Option<()> = remote.answered(all.query_async(&mut redis)).await;
    }
}

impl Remote {
    /// What Redis answers, if it does so in time; one that did not is left alone for a while.
    async fn answered<A>(&self, asked: impl Future<Output = RedisResult<A>>) -> Option<A> {
        if self.is_resting() {
            return None;
        }
        let problem = match timeout(PATIENCE, asked).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => error.to_string(),
            Err(late) => late.to_string(),
        };
        tracing::warn!(problem, "Redis keeps nothing; what is asked for is read");
        let mut rests_until = self
            .rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *rests_until = Some(Instant::now() + PAUSE);
        None
    }

    fn is_resting(&self) -> bool {
        self.rests_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some_and(|until| Instant::now() < until)
    }
}

impl std::fmt::Debug for Cache {
    /// Leaves out the connection, whose URL may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cache").field(&self.0.is_some()).finish()
    }
}

fn named(key: &str) -> String {
    format!("{PREFIX}{key}")
}
