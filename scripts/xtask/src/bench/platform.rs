//! The platform on the bench: optimised programs on a cluster of its own, with nothing in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use chassis::config::Tls;
use chassis::identity::Issuer;
use chassis::{Actor, tls};
use sqlx::{Connection, PgConnection, query};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use super::report::Machine;
use crate::local::Local;
use crate::postgres::Cluster;
use crate::services::{self, GATEWAY, ports, process};
use crate::up;

/// The pooling area of every scenario.
pub const AREA: &str = "440300";

/// A platform that runs as long as the value lives.
pub struct Platform {
    local: Local,
    cluster: Cluster,
    issuer: Issuer,
    programs: PathBuf,
}

/// A channel on which somebody calls.
pub type As = InterceptedService<Channel, Bearer>;

/// Shows a token with every call.
#[derive(Clone)]
pub struct Bearer(MetadataValue<Ascii>);

impl Platform {
    /// Starts a platform in which nothing has happened yet.
    pub fn start(folder: &str, programs: &Path) -> Result<Self> {
        let local = Local::open(folder)?;
        let mut platform = Self {
            cluster: Cluster::of(&local)?,
            issuer: services::issuer(&local)?,
            programs: programs.to_owned(),
            local,
        };
        platform.stop()?;
        platform.cluster.delete()?;
        platform.cluster.start(&mut platform.local, &[])?;
        up::start_services(&mut platform.local, &platform.cluster, programs)?;
        Ok(platform)
    }

    /// A connection to the database of a service as the owner of its tables, who puts in what a
    /// scenario begins with. Row-level security binds the owner too: it works in [`AREA`].
    pub async fn owner(&self, service: &str) -> Result<PgConnection> {
        let mut db = PgConnection::connect(&self.owner_url(service)?).await?;
        query(
            "SELECT set_config('app.pooling_area', $1, false), set_config('app.party', '', false)",
        )
        .bind(AREA)
        .execute(&mut db)
        .await?;
        Ok(db)
    }

    /// Where the owner of the tables of a service connects.
    pub fn owner_url(&self, service: &str) -> Result<String> {
        let own = ports(&self.local, service)?;
        Ok(services::database_url(&self.local, own, service, "owner"))
    }

    /// A program of the cluster's version of PostgreSQL.
    pub fn client_program(&self, name: &str) -> PathBuf {
        self.cluster.program(name)
    }

    /// Writes what is dirty, and counts what is there: what came before is not to be paid for by what
    /// is measured next.
    pub fn settle(&self, service: &str) -> Result<()> {
        let database = service.replace('-', "_");
        self.cluster
            .sql(&self.local.chosen.postgres, &database, "VACUUM ANALYZE")?;
        self.cluster
            .sql(&self.local.chosen.postgres, &database, "CHECKPOINT")?;
        // The cluster before it may still be going from the disk.
        let synced = Command::new("sync").status()?;
        ensure!(synced.success(), "sync: {synced}");
        Ok(())
    }

    /// A channel to a service over mTLS, on which `actor` calls by token.
    pub async fn connect(&self, service: &str, actor: &Actor) -> Result<As> {
        let file = |name: &str| self.local.path(format!("tls/{name}.pem"));
        let own = Tls {
            ca: file("ca"),
            certificate: file(GATEWAY),
            key: file("gateway.key"),
        };
        let port = ports(&self.local, service)?.serve;
        let channel = Endpoint::from_shared(format!("https://localhost:{port}"))?
            .tls_config(tls::client(&own)?)?
            .connect()
            .await?;
        let bearer = format!("Bearer {}", self.token(actor)?).parse()?;
        Ok(InterceptedService::new(channel, Bearer(bearer)))
    }

    /// Where the gateway is reached.
    pub fn gateway(&self) -> Result<String> {
        let port = ports(&self.local, GATEWAY)?.serve;
        Ok(format!("http://127.0.0.1:{port}"))
    }

    /// A token for somebody.
    pub fn token(&self, actor: &Actor) -> Result<String> {
        self.issuer
            .token(actor, time::Duration::hours(2))
            .context("signing a token")
    }

    /// Stops a service, which a scenario wants to begin later.
    pub fn stop_service(&self, name: &str) -> Result<()> {
        process(&self.local, name)?.stop()
    }

    /// Starts a service that was stopped.
    pub fn start_service(&self, name: &str) -> Result<()> {
        services::start(&self.local, &self.programs, name)
    }

    /// The most memory that each service had at a time, in bytes, by name.
    pub fn memory(&self) -> Result<Vec<(String, u64)>> {
        let peak = |name: String| {
            let pid = process(&self.local, &name)?.pid();
            let pid = pid.with_context(|| format!("{name} does not run any more"))?;
            let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
            let kib = kib(&status, "VmHWM:").context("the kernel tells no peak")?;
            Ok((name, kib << 10))
        };
        services::names()?.into_iter().map(peak).collect()
    }

    /// What the platform runs on.
    pub fn machine(&self) -> Result<Machine> {
        let ask = |sql: &str| {
            let told = self
                .cluster
                .sql(&self.local.chosen.postgres, "postgres", sql)?;
            anyhow::Ok(told.trim().to_owned())
        };
        let cores = std::thread::available_parallelism()?.get();
        let memory = kib(&fs::read_to_string("/proc/meminfo")?, "MemTotal:");
        Ok(Machine {
            cores,
            memory: memory.context("the kernel tells no memory")? << 10,
            postgres: ask("SELECT split_part(current_setting('server_version'), ' ', 1)")?,
            settings: ask(
                "SELECT string_agg(name || ' ' || current_setting(name), ', ' ORDER BY name)
                 FROM pg_settings WHERE name IN ('shared_buffers', 'max_wal_size', 'fsync',
                     'synchronous_commit', 'full_page_writes', 'wal_level', 'wal_compression')",
            )?,
        })
    }

    fn stop(&self) -> Result<()> {
        up::stop(&self.local, &self.cluster)
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let stopped = self.stop().and_then(|()| self.cluster.delete());
        if let Err(error) = stopped {
            eprintln!("the platform of the bench did not stop: {error:#}");
        }
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request
            .metadata_mut()
            .insert("authorization", self.0.clone());
        request.set_timeout(Duration::from_secs(3600));
        Ok(request)
    }
}

/// A figure in a file of the kernel, in units of 1024 bytes.
fn kib(text: &str, label: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(label))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}
