//! Wake-ups for those who wait for something that another process does.
//!
//! They only save waiting: who is not woken looks again after a while. With Redis they cross from
//! process to process; without it, or while it is away, they stay within this one.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::StreamExt;
use redis::{AsyncCommands, RedisResult};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::Tasks;
use crate::config::ConfigError;

const PREFIX: &str = "workinjury:wake:";

/// Wakes and is woken; clones share their topics.
#[derive(Clone, Default)]
pub struct Wake(Arc<Shared>);

#[derive(Default)]
struct Shared {
    topics: Mutex<HashMap<String, watch::Sender<()>>>,
    /// Topics to be told to Redis. A set, so that a thousand changes at once are one message.
    outgoing: Mutex<BTreeSet<String>>,
    queued: Notify,
    /// Is anybody there who empties `outgoing`?
    remote: bool,
}

/// Waits for a topic. A wake-up that comes while nobody waits is kept for the next wait.
pub struct Waker(watch::Receiver<()>);

impl Waker {
    /// Waits until the topic has been published since the last wait.
    pub async fn woken(&mut self) {
        if self.0.changed().await.is_err() {
            // The topic's other end is gone with the service: there is nothing left to wait for.
            std::future::pending::<()>().await;
        }
    }
}

impl Wake {
    /// Wake-ups within this process only.
    #[must_use]
    pub fn local() -> Self {
        Self::default()
    }

    /// Wake-ups through the Redis at `url`, whether it is there already or not.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub fn through(url: &str, tasks: &Tasks) -> Result<Self, ConfigError> {
        let client = redis::Client::open(url).map_err(|error| ConfigError::Wrong {
            setting: "redis_url",
            problem: error.to_string(),
        })?;
        let wake = Self(Arc::new(Shared {
            remote: true,
            ..Shared::default()
        }));
        let shared = Arc::clone(&wake.0);
        tasks.spawn("wake", move |shutdown| {
            relay(client.clone(), Arc::clone(&shared), shutdown)
        });
        Ok(wake)
    }

    /// Wakes all who wait for `topic`. Never waits and never fails: what is lost costs only time.
    pub fn publish(&self, topic: &str) {
        self.0.wake(topic);
        if self.0.remote && self.0.outgoing().insert(topic.to_owned()) {
            self.0.queued.notify_one();
        }
    }

    /// To be woken when `topic` is published.
    #[must_use]
    pub fn subscribe(&self, topic: &str) -> Waker {
        Waker(
            self.0
                .topics()
                .entry(topic.to_owned())
                .or_default()
                .subscribe(),
        )
    }
}

impl Shared {
    fn wake(&self, topic: &str) {
        if let Some(sender) = self.topics().get(topic) {
            sender.send_replace(());
        }
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<()>>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn outgoing(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries wake-ups to and from Redis until the connection is lost.
async fn relay(
    client: redis::Client,
    shared: Arc<Shared>,
    shutdown: CancellationToken,
) -> RedisResult<()> {
    let mut publisher = client.get_multiplexed_async_connection().await?;
    let (mut subscriptions, mut messages) = client.get_async_pubsub().await?.split();
    subscriptions.psubscribe(format!("{PREFIX}*")).await?;
    // What was published while the connection was away is unknown, so everybody looks.
    shared
        .topics()
        .values()
        .for_each(|sender| sender.send_replace(()));
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return Ok(()),
            () = shared.queued.notified() => {
                let topics = std::mem::take(&mut *shared.outgoing());
                for topic in topics {
                    let (): () = publisher.publish(format!("{PREFIX}{topic}"), "").await?;
                }
            }
            message = messages.next() => {
                let Some(message) = message else {
                    return Err(redis::RedisError::from(std::io::Error::other("Redis closed the connection")));
                };
                if let Some(topic) = message.get_channel_name().strip_prefix(PREFIX) {
                    shared.wake(topic);
                }
            }
        }
    }
}
