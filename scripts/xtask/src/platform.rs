//! A platform of its own, for tests that end parts of it in the midst of their work: the programs that
//! `up` starts, as processes, in a folder where nobody else works.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::checkout::root;
use crate::local::Local;
use crate::postgres::{self, Cluster};
use crate::services::{self, process};
use crate::{redis, up};

/// A crash of PostgreSQL must lose nothing here, one of the machine may.
const SETTINGS: &[&str] = &["fsync=off", "full_page_writes=off"];

/// A platform that runs as long as the value lives.
#[derive(Debug)]
pub struct Platform {
    folder: String,
    programs: PathBuf,
    /// Two tests in one folder would end each other's services.
    _alone: File,
}

impl Platform {
    /// Builds the programs, and starts a platform in which nothing has happened yet. It sends traces to
    /// the collector, if there is one.
    ///
    /// # Errors
    /// When something is missing or does not start; it says what, and where it wrote.
    pub fn start(folder: &str, collector: Option<&str>) -> Result<Self> {
        let programs = services::build(false)?;
        fs::create_dir_all(root().join(folder))?;
        let alone = File::create(root().join(folder).join("alone"))?;
        alone.lock().context("waiting for another test")?;
        let platform = Self {
            folder: folder.to_owned(),
            programs,
            _alone: alone,
        };
        platform.clear()?;
        let (mut local, cluster) = platform.open()?;
        remove(&local.path("log"))?;
        local.chosen.otlp_endpoint = collector.map(str::to_owned);
        cluster.start(&mut local, SETTINGS)?;
        up::start_services(&mut local, &cluster, &platform.programs)?;
        drop(local);
        Ok(platform)
    }

    /// A task of this project, to be carried out with this platform.
    #[must_use]
    pub fn task(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join("xtask"));
        command.args([name, "--folder", &self.folder]);
        command
    }

    /// Ends a service at once.
    ///
    /// # Errors
    /// When it does not end.
    pub fn kill(&self, service: &str) -> Result<()> {
        process(&self.open()?.0, service)?.kill()
    }

    /// Starts a service that was ended.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&self, service: &str) -> Result<()> {
        services::start(&self.open()?.0, &self.programs, service)
    }

    /// Ends PostgreSQL as a crash would, and starts it again.
    ///
    /// # Errors
    /// When it does not start again.
    pub fn crash_postgres(&self) -> Result<()> {
        let (mut local, cluster) = self.open()?;
        cluster.crash()?;
        cluster.start(&mut local, SETTINGS)
    }

    /// Stops Redis, with everything that is in it.
    ///
    /// # Errors
    /// When it does not stop.
    pub fn stop_redis(&self) -> Result<()> {
        redis::stop(&self.open()?.0)
    }

    /// Starts Redis, empty.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start_redis(&self) -> Result<()> {
        redis::start(&mut self.open()?.0)
    }

    /// The URL of a service's database for the superuser, who sees all areas.
    ///
    /// # Errors
    /// When the folder cannot be opened.
    pub fn database_url(&self, service: &str) -> Result<String> {
        let (local, _) = self.open()?;
        Ok(postgres::url(
            &local.chosen.postgres,
            &service.replace('-', "_"),
        ))
    }

    /// What a service has written since the platform was started.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn log(&self, service: &str) -> Result<String> {
        let log = process(&self.open()?.0, service)?.log;
        fs::read_to_string(&log).with_context(|| format!("reading {}", log.display()))
    }

    /// The folder, for as long as nobody else needs it.
    fn open(&self) -> Result<(Local, Cluster)> {
        let local = Local::open(&self.folder)?;
        let cluster = Cluster::of(&local)?;
        Ok((local, cluster))
    }

    /// Stops what runs, and deletes what came of it.
    fn clear(&self) -> Result<()> {
        let (local, cluster) = self.open()?;
        up::stop(&local, &cluster)?;
        cluster.delete()?;
        remove(&local.path("demo"))?;
        fs::write(local.path("clock"), "0").context("setting the clock")
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            eprintln!("the platform in {} did not stop: {error:#}", self.folder);
        }
    }
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("deleting {}", folder.display()))
        }
        _ => Ok(()),
    }
}
