//! A service: what its `lib.rs` declares, and how it starts.

use std::collections::HashMap;
use std::convert::Infallible;
use std::process::ExitCode;
use std::sync::Arc;

use contracts::common::v1::batch_service_server::BatchServiceServer;
use contracts::common::v1::case_service_server::CaseServiceServer;
use contracts::common::v1::event_service_server::EventServiceServer;
use contracts::common::v1::journal_service_server::JournalServiceServer;
use contracts::common::v1::parameter_service_server::ParameterServiceServer;
use contracts::common::v1::run_service_server::RunServiceServer;
use law::Catalogue;
use law::calendar::Holidays;
use law::parameter::SHARED;
use sqlx::migrate::Migrator;
use tonic::server::NamedService;

use crate::batch::{self, AnyBatch, Batch, Batches};
use crate::cache::Cache;
use crate::case::{AnyCase, Case, Cases, Typed};
use crate::daily::{self, Daily};
use crate::feed::{self, AnyReaction, Events, Reaction};
use crate::parameter::{ParameterChange, ParameterGuard, Parameters};
use crate::peer::Peers;
use crate::platform::Shared;
use crate::run::{self, AnyRun, Run, RunCase, Runs};
use crate::server::{Readiness, Running, Served};
use crate::together::Together;
use crate::unit::Journal;
use crate::wake::Wake;
use crate::{Clock, Config, Db, Error, Platform, Result, Tasks, db, server, telemetry};

/// What a service is made of.
pub struct Service {
    name: &'static str,
    migrations: Migrator,
    parameters: Vec<(&'static str, &'static str)>,
    set_elsewhere: Vec<(&'static str, &'static str)>,
    cases: Vec<Result<Arc<dyn AnyCase>>>,
    batches: Vec<Arc<dyn AnyBatch>>,
    runs: Vec<Arc<dyn AnyRun>>,
    reactions: Vec<Arc<dyn AnyReaction>>,
    dailies: Vec<Arc<dyn Daily>>,
    grpc: Vec<Section>,
}

/// Adds the gRPC service of a section.
type Section = Box<dyn FnOnce(&Platform, Served) -> Served + Send>;

impl Service {
    /// A service that does what all do: cases, batches, runs, events, parameters, the journal.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            migrations: Migrator::DEFAULT,
            parameters: SHARED.to_vec(),
            set_elsewhere: Vec::new(),
            cases: Vec::new(),
            batches: Vec::new(),
            runs: Vec::new(),
            reactions: Vec::new(),
            dailies: Vec::new(),
            grpc: Vec::new(),
        }
        .case(ParameterChange::default())
    }

    /// The name of the service.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The service's tables; those of the chassis come first.
    #[must_use]
    pub fn migrations(mut self, migrations: Migrator) -> Self {
        self.migrations = migrations;
        self
    }

    /// The service's parameters: file names and their YAML.
    #[must_use]
    pub fn parameters(mut self, files: &[(&'static str, &'static str)]) -> Self {
        self.parameters.extend_from_slice(files);
        self
    }

    /// A parameter that an area sets in another service, and its YAML: this one takes over each value on
    /// the day before it holds.
    #[must_use]
    pub fn parameter_of(
        mut self,
        service: &'static str,
        (name, yaml): (&'static str, &'static str),
    ) -> Self {
        self.set_elsewhere.push((name, service));
        self.parameters(&[(name, yaml)])
    }

    /// What changes of an area's parameters wait for.
    #[must_use]
    pub fn guard_parameters(self, guard: impl ParameterGuard) -> Self {
        self.case(ParameterChange(Some(Box::new(guard))))
    }

    #[cfg(feature = "testing")]
    pub(crate) fn tables(&self) -> &Migrator {
        &self.migrations
    }

    /// A kind of case.
    #[must_use]
    pub fn case(mut self, case: impl Case) -> Self {
        self.cases
            .push(Typed::new(case).map(|typed| Arc::new(typed) as _));
        self
    }

    /// A list that arrives in a stream.
    #[must_use]
    pub fn batch(mut self, batch: impl Batch) -> Self {
        self.batches.push(Arc::new(batch));
        self
    }

    /// Mass work over many subjects, with the case in which it is signed.
    #[must_use]
    pub fn run<R: Run>(mut self, run: R) -> Self {
        let run = Arc::new(run);
        self.runs.push(Arc::clone(&run) as _);
        self.case(RunCase(run))
    }

    /// What another service's events do here.
    #[must_use]
    pub fn reaction(mut self, reaction: impl Reaction) -> Self {
        self.reactions.push(Arc::new(reaction));
        self
    }

    /// What a date brings about by itself.
    #[must_use]
    pub fn daily(mut self, daily: impl Daily) -> Self {
        self.dailies.push(Arc::new(daily));
        self
    }

    /// A section's gRPC service.
    #[must_use]
    pub fn grpc<S>(mut self, make: impl FnOnce(Platform) -> S + Send + 'static) -> Self
    where
        S: tower::Service<http::Request<tonic::body::Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Response: axum::response::IntoResponse,
        S::Future: Send + 'static,
    {
        self.grpc.push(Box::new(move |platform, served| {
            served.service(make(platform.clone()))
        }));
        self
    }

    /// Brings the database to the present, as its owner.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self, config: &Config) -> Result<()> {
        let worker = db::role_of(config.database_url().map_err(Error::internal)?)?;
        let owner = config.owner_database_url().map_err(Error::internal)?;
        db::migrate(owner, &worker, &self.migrations).await
    }

    /// Starts to serve on a database that is migrated.
    ///
    /// # Errors
    /// When something declared is wrong, or the database or an address cannot be had.
    pub async fn start(self, config: &Config, clock: Clock) -> Result<Started> {
        let tasks = Tasks::new();
        let url = config.database_url().map_err(Error::internal)?;
        let db = Db::connect(url, config.pool_size).await?;
        let wake = match &config.redis_url {
            Some(url) => Wake::through(url, &tasks).map_err(Error::internal)?,
            None => Wake::local(),
        };
        let cache = match &config.redis_url {
            Some(url) => Cache::through(url).map_err(Error::internal)?,
            None => Cache::none(),
        };
        let mut cases = HashMap::new();
        for case in self.cases {
            let case = case?;
            cases.insert(case.application_name(), case);
        }
        let platform = Platform::new(Shared {
            name: self.name,
            db,
            clock,
            catalogue: Catalogue::parse(&self.parameters).map_err(Error::internal)?,
            set_elsewhere: self.set_elsewhere,
            peers: Peers::new(config).map_err(Error::internal)?,
            wake,
            cache,
            together: Together::default(),
            cases,
            batches: self
                .batches
                .into_iter()
                .map(|b| (b.row_name(), b))
                .collect(),
            runs: self.runs.into_iter().map(|r| (r.order_name(), r)).collect(),
            shutdown: tasks.shutdown(),
            holidays: Holidays::shipped().map_err(Error::internal)?,
        });
        let mut served = everywhere(&platform, self.reactions.clone());
        for add in self.grpc {
            served = add(&platform, served);
        }
        background(&platform, &tasks, self.reactions, self.dailies);
        let ready = readiness(&platform);
        let running = server::serve(served, config, &tasks, ready)
            .await
            .map_err(Error::internal)?;
        Ok(Started { running, platform })
    }
}

/// A service that runs.
pub struct Started {
    /// Its server.
    pub running: Running,
    /// What its parts share.
    pub platform: Platform,
}

/// The contracts that every service serves.
fn everywhere(platform: &Platform, reactions: Vec<Arc<dyn AnyReaction>>) -> Served {
    Served::new()
        .service(CaseServiceServer::new(Cases(platform.clone())))
        .service(BatchServiceServer::new(Batches(platform.clone())))
        .service(RunServiceServer::new(Runs(platform.clone())))
        .service(EventServiceServer::new(Events {
            platform: platform.clone(),
            reactions,
        }))
        .service(ParameterServiceServer::new(Parameters(platform.clone())))
        .service(JournalServiceServer::new(Journal(platform.clone())))
}

/// Feeds that are read, runs and batches that go on by themselves, and what a date brings about.
fn background(
    platform: &Platform,
    tasks: &Tasks,
    reactions: Vec<Arc<dyn AnyReaction>>,
    dailies: Vec<Arc<dyn Daily>>,
) {
    for reaction in reactions {
        if !platform.has_peer(reaction.feed()) {
            tracing::warn!(
                feed = reaction.feed(),
                "setting `peers` does not name a service; its feed is not read"
            );
            continue;
        }
        let platform = platform.clone();
        tasks.spawn(reaction.feed(), move |shutdown| {
            let (platform, reaction) = (platform.clone(), Arc::clone(&reaction));
            async move {
                let followed = shutdown
                    .run_until_cancelled(feed::follow(&platform, &reaction))
                    .await;
                followed.unwrap_or(Ok(()))
            }
        });
    }
    let platform = platform.clone();
    tasks.spawn("background work", move |shutdown| {
        let (platform, dailies) = (platform.clone(), dailies.clone());
        async move {
            let mut done = None;
            let mut waiting = platform.work_waiting();
            while !shutdown.is_cancelled() {
                run::sweep(&platform).await?;
                batch::sweep(&platform).await?;
                daily::sweep(&platform, &dailies, &mut done).await?;
                // Work is announced; what was not, because a process died, is found after a while.
                let announced = tokio::time::timeout(BETWEEN_SWEEPS, waiting.woken());
                shutdown.run_until_cancelled(announced).await;
            }
            Ok::<(), Error>(())
        }
    });
}

const BETWEEN_SWEEPS: std::time::Duration = std::time::Duration::from_secs(5);

fn readiness(platform: &Platform) -> Readiness {
    let platform = platform.clone();
    Arc::new(move || {
        let platform = platform.clone();
        Box::pin(async move { platform.db().is_there().await })
    })
}

/// The main function of every service: `migrate` brings the database to the present and ends;
/// without a command the service migrates where it may (`owner_database_url` is set) and serves.
#[must_use]
pub fn main(service: Service) -> ExitCode {
    let served = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::internal)
        .and_then(|runtime| runtime.block_on(serve(service)));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Before telemetry has started nobody else would see it.
            eprintln!("{}", crate::error::Chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn serve(service: Service) -> Result<()> {
    let config = Config::from_command_line().map_err(Error::internal)?;
    let _telemetry = telemetry::start(service.name, &config).map_err(Error::internal)?;
    if config.owner_database_url.is_some() {
        service.migrate(&config).await?;
    }
    if config.migrate_only {
        return Ok(());
    }
    let started = service.start(&config, config.clock()).await?;
    started
        .running
        .until_told()
        .await
        .map_err(Error::internal)?;
    Ok(())
}
