//! How much one caller may ask, and how many files are handled at a time.

mod shared;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use redis::RedisResult;
use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::problem::Problem;
use crate::settings::Settings;
use shared::Shared;

/// A caller: the digest of the token, or of the address of one who has none.
type Caller = [u8; 16];

/// The limits of a gateway. Without Redis each counts for itself: three gateways allow three times
/// as much.
#[derive(Debug)]
pub struct Limits {
    shared: Option<Shared>,
    callers: DefaultKeyedRateLimiter<Caller>,
    clock: DefaultClock,
    files: Semaphore,
}

impl Limits {
    /// The limits that the settings state, counted in the Redis at `redis_url` if there is one.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn new(settings: &Settings, redis_url: Option<&str>) -> RedisResult<Self> {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(settings.rate_per_second))
            .allow_burst(at_least_one(settings.rate_burst));
        let shared = redis_url
            .map(|url| Shared::new(url, settings.rate_per_second, settings.rate_burst))
            .transpose()?;
        Ok(Self {
            shared,
            callers: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
            files: Semaphore::new(settings.files_at_a_time),
        })
    }

    /// Counts a request.
    ///
    /// # Errors
    /// When the caller asks too often; the problem says how long to wait.
    pub async fn admit(&self, headers: &HeaderMap, address: Option<IpAddr>) -> Result<(), Problem> {
        let caller = caller(headers, address);
        let counted = match &self.shared {
            Some(shared) => shared.wait(&caller).await,
            None => None,
        };
        let wait = match counted {
            Some(wait) => wait,
            None => match self.callers.check_key(&caller) {
                Ok(()) => Duration::ZERO,
                Err(until) => until.wait_time_from(self.clock.now()),
            },
        };
        if wait.is_zero() {
            Ok(())
        } else {
            Err(Problem::too_many(wait.as_secs() + 1))
        }
    }

    /// A place for an upload or a download, until it is dropped.
    ///
    /// # Errors
    /// When all places are taken.
    pub fn file(&self) -> Result<SemaphorePermit<'_>, Problem> {
        self.files.try_acquire().map_err(|_| {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "FILES_BUSY",
                "正在处理的文件过多。请稍后重新提交。",
            )
        })
    }

    /// Forgets the callers that have not asked for a while.
    pub fn forget(&self) {
        self.callers.retain_recent();
        self.callers.shrink_to_fit();
    }
}

fn caller(headers: &HeaderMap, address: Option<IpAddr>) -> Caller {
    let digest = match (headers.get(AUTHORIZATION), address) {
        (Some(token), _) => Sha256::digest(token.as_bytes()),
        (None, Some(address)) => Sha256::digest(address.to_string()),
        (None, None) => Sha256::digest(b""),
    };
    let mut caller = Caller::default();
    caller.copy_from_slice(&digest[..16]);
    caller
}
