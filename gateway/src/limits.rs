//! How much one caller may ask, and how many files are handled at a time.

mod shared;

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use redis::RedisResult;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::Problem;
use crate::settings::Settings;
use shared::Shared;

/// A caller: the digest of the token, or of the address of one who has none.
type Caller = [u8; 16];

/// The files of each caller that are being handled.
type Files = Arc<Mutex<HashMap<Caller, usize>>>;

/// The limits of a gateway. Without Redis each counts for itself: three gateways allow three times
/// as much.
#[derive(Debug)]
pub struct Limits {
    shared: Option<Shared>,
    callers: DefaultKeyedRateLimiter<Caller>,
    /// No gateway has verified a token when it counts, so a new one for each request must not help.
    addresses: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    files: Arc<Semaphore>,
    files_of: Files,
    files_of_a_caller: usize,
}

/// A place for an upload or a download, until it is dropped.
#[derive(Debug)]
pub struct Place {
    caller: Caller,
    files_of: Files,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut files_of = self.files_of.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(files) = files_of.get_mut(&self.caller) {
            *files -= 1;
            if *files == 0 {
                files_of.remove(&self.caller);
            }
        }
    }
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
        let of_an_address = Quota::per_second(at_least_one(settings.address_per_second))
            .allow_burst(at_least_one(settings.address_per_second.saturating_mul(10)));
        Ok(Self {
            shared,
            callers: RateLimiter::keyed(quota),
            addresses: RateLimiter::keyed(of_an_address),
            clock: DefaultClock::default(),
            files: Arc::new(Semaphore::new(settings.files_at_a_time)),
            files_of: Files::default(),
            files_of_a_caller: settings.files_of_a_caller,
        })
    }

    /// Counts a request.
    ///
    /// # Errors
    /// When the caller asks too often; the problem says how long to wait.
    pub async fn admit(&self, headers: &HeaderMap, address: Option<IpAddr>) -> Result<(), Problem> {
        let of_address = address.and_then(|address| self.addresses.check_key(&address).err());
        if let Some(until) = of_address {
            let wait = until.wait_time_from(self.clock.now());
            return Err(Problem::too_many(wait.as_secs() + 1));
        }
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

    /// A place for an upload or a download.
    ///
    /// # Errors
    /// When all places are taken, or all that the caller may have.
    pub fn file(&self, headers: &HeaderMap, address: Option<IpAddr>) -> Result<Place, Problem> {
        let busy = |sentence| Problem::new(StatusCode::SERVICE_UNAVAILABLE, "FILES_BUSY", sentence);
        let caller = caller(headers, address);
        let mut files_of = self.files_of.lock().unwrap_or_else(PoisonError::into_inner);
        if files_of
            .get(&caller)
            .is_some_and(|files| *files >= self.files_of_a_caller)
        {
            return Err(busy("您同时上传和下载的文件过多。请待其完成后重新提交。"));
        }
        let permit = Arc::clone(&self.files)
            .try_acquire_owned()
            .map_err(|_| busy("正在处理的文件过多。请稍后重新提交。"))?;
        *files_of.entry(caller).or_default() += 1;
        Ok(Place {
            caller,
            files_of: Arc::clone(&self.files_of),
            _permit: permit,
        })
    }

    /// Forgets the callers that have not asked for a while.
    pub fn forget(&self) {
        self.callers.retain_recent();
        self.callers.shrink_to_fit();
        self.addresses.retain_recent();
        self.addresses.shrink_to_fit();
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
