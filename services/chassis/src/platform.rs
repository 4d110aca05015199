//! What every part of a running service shares.

use std::collections::HashMap;
use std::sync::Arc;

use law::Catalogue;
use law::calendar::Holidays;

use tokio_util::sync::CancellationToken;

use crate::batch::AnyBatch;
use crate::cache::Cache;
use crate::case::AnyCase;
use crate::peer::{PeerChannel, Peers};
use crate::run::AnyRun;
use crate::together::Together;
use crate::wake::{Wake, Waker};
use crate::{Clock, Db, Error, Result};

/// A running service, seen from inside: cheap to clone.
#[derive(Clone)]
pub struct Platform {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub name: &'static str,
    pub db: Db,
    pub clock: Clock,
    pub catalogue: Catalogue,
    /// Parameters that another service sets: their names, and its name.
    pub set_elsewhere: Vec<(&'static str, &'static str)>,
    pub peers: Peers,
    pub wake: Wake,
    pub cache: Cache,
    pub together: Together,
    pub cases: HashMap<String, Arc<dyn AnyCase>>,
    pub batches: HashMap<String, Arc<dyn AnyBatch>>,
    pub runs: HashMap<String, Arc<dyn AnyRun>>,
    pub holidays: Holidays,
    pub shutdown: CancellationToken,
}

impl Platform {
    pub(crate) fn new(shared: Shared) -> Self {
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The name of the service.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.shared.name
    }

    /// The database, bound by row-level security.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.shared.db
    }

    /// The clock of the service.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// The service's parameters with every date they have.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.shared.catalogue
    }

    /// Public holidays, for terms in working days.
    #[must_use]
    pub fn holidays(&self) -> &Holidays {
        &self.shared.holidays
    }

    /// What was read before and never changes, for all replicas; empty where there is no Redis.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.shared.cache
    }

    /// Those who wait for what is asked together.
    pub(crate) fn together(&self) -> &Together {
        &self.shared.together
    }

    /// Wakes those who wait at the end of the feed, here and in other replicas.
    pub(crate) fn announce_events(&self) {
        self.shared
            .wake
            .publish(&format!("feed:{}", self.shared.name));
    }

    /// Woken when events were told.
    pub(crate) fn events_told(&self) -> Waker {
        self.shared
            .wake
            .subscribe(&format!("feed:{}", self.shared.name))
    }

    /// Cancelled when the service ends: what waits for something answers with what it has.
    pub(crate) fn shutdown(&self) -> &CancellationToken {
        &self.shared.shutdown
    }

    /// Announces that runs or batches have work to do in the background.
    pub(crate) fn announce_work(&self) {
        self.shared
            .wake
            .publish(&format!("work:{}", self.shared.name));
    }

    /// Woken when there is work in the background.
    pub(crate) fn work_waiting(&self) -> Waker {
        self.shared
            .wake
            .subscribe(&format!("work:{}", self.shared.name))
    }

    /// A channel to another service, for questions only.
    ///
    /// # Errors
    /// When the configuration names no such peer.
    pub fn peer(&self, name: &str) -> Result<PeerChannel> {
        self.shared.peers.channel(name)
    }

    /// Whether the configuration names a service: one of the platform that is not there yet is not
    /// asked.
    #[must_use]
    pub fn has_peer(&self, name: &str) -> bool {
        self.shared.peers.channel(name).is_ok()
    }

    /// Parameters that another service sets: their names, and its name.
    pub(crate) fn set_elsewhere(&self) -> &[(&'static str, &'static str)] {
        &self.shared.set_elsewhere
    }

    /// The other service that sets a parameter, if one does.
    pub(crate) fn set_by(&self, parameter: &str) -> Option<&'static str> {
        let mut all = self.shared.set_elsewhere.iter();
        all.find(|(name, _)| *name == parameter)
            .map(|(_, service)| *service)
    }

    pub(crate) fn case(&self, kind: &str) -> Option<&Arc<dyn AnyCase>> {
        self.shared.cases.get(kind)
    }

    pub(crate) fn batch(&self, kind: &str) -> Result<&Arc<dyn AnyBatch>> {
        self.shared
            .batches
            .get(kind)
            .ok_or_else(|| Error::internal(format!("no batch of {kind} is declared in lib.rs")))
    }

    pub(crate) fn run(&self, kind: &str) -> Option<&Arc<dyn AnyRun>> {
        self.shared.runs.get(kind)
    }
}
