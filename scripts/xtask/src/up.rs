//! Brings things up and down.

use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;

use crate::local::Local;
use crate::postgres::{self, Cluster, THROWAWAY};
use crate::redis;
use crate::services::{self, GATEWAY, ports, process};

/// How much of it, and which.
#[derive(Args, Clone, Debug)]
pub struct Scope {
    /// Only a PostgreSQL and a Redis of their own for the tests, made anew at each start; prints the
    /// settings to evaluate in a shell.
    #[arg(long)]
    infrastructure: bool,
    /// The folder that it runs in, from the root of the checkout. Each has a platform of its own.
    #[arg(long, default_value = ".local", conflicts_with = "infrastructure")]
    folder: String,
}

impl Scope {
    /// The folder that it runs in.
    pub(crate) fn folder(&self) -> &str {
        if self.infrastructure {
            ".local/test"
        } else {
            &self.folder
        }
    }
}

/// How to start.
#[derive(Args, Clone, Debug)]
pub struct Start {
    /// How much, and which.
    #[command(flatten)]
    pub(crate) scope: Scope,
    /// Builds and runs what is optimised.
    #[arg(long)]
    release: bool,
}

/// Starts what is not running.
///
/// # Errors
/// When something is missing or does not start; it says what, and where it wrote.
pub fn up(start: &Start) -> Result<()> {
    if start.scope.infrastructure {
        test_infrastructure()
    } else {
        platform(start.scope.folder(), start.release)
    }
}

/// Stops what runs.
///
/// # Errors
/// When something cannot be stopped.
pub fn down(scope: &Scope) -> Result<()> {
    let local = Local::open(scope.folder())?;
    let cluster = Cluster::of(&local)?;
    stop(&local, &cluster)?;
    if scope.infrastructure {
        cluster.delete()
    } else {
        Ok(())
    }
}

/// Says what runs.
///
/// # Errors
/// When not everything runs.
pub fn status(scope: &Scope) -> Result<()> {
    let local = Local::open(scope.folder())?;
    let mut parts = vec![
        (
            "PostgreSQL",
            local.chosen.postgres.port,
            Cluster::of(&local)?.is_running(),
        ),
        (
            "Redis",
            local.chosen.redis.port,
            redis::is_running(&local.chosen.redis),
        ),
    ];
    for (name, ports) in &local.chosen.services {
        parts.push((name, ports.serve, services::is_ready(ports.observe)));
    }
    for (name, port, runs) in &parts {
        println!(
            "{name:<20} 127.0.0.1:{port:<6} {}",
            if *runs { "running" } else { "down" }
        );
    }
    if parts.iter().all(|(.., runs)| *runs) {
        Ok(())
    } else {
        bail!("not everything runs")
    }
}

/// Stops what runs in a folder, PostgreSQL last.
pub(crate) fn stop(local: &Local, cluster: &Cluster) -> Result<()> {
    stop_services(local)?;
    redis::stop(local)?;
    cluster.stop()
}

fn stop_services(local: &Local) -> Result<()> {
    for name in local.chosen.services.keys() {
        process(local, name)?.stop()?;
    }
    Ok(())
}

/// Starts what the services need beside the cluster, which runs, and then them.
pub(crate) fn start_services(local: &mut Local, cluster: &Cluster, programs: &Path) -> Result<()> {
    redis::start(local)?;
    services::choose_ports(local)?;
    services::make_databases(local, cluster)?;
    services::make_certificates(local)?;
    let Err(error) = start_on_chosen_ports(local, programs) else {
        return Ok(());
    };
    // Somebody may have taken a port between its choice and its use. Each knows the others' ports, so all
    // begin again.
    stop_services(local)?;
    if services::choose_ports(local)? {
        start_on_chosen_ports(local, programs)
    } else {
        Err(error)
    }
}

fn start_on_chosen_ports(local: &Local, programs: &Path) -> Result<()> {
    services::write_settings(local)?;
    for name in services::names()? {
        services::start(local, programs, &name)?;
    }
    Ok(())
}

fn platform(folder: &str, release: bool) -> Result<()> {
    let programs = services::build(release)?;
    let mut local = Local::open(folder)?;
    let cluster = Cluster::of(&local)?;
    cluster.start(&mut local, &[])?;
    start_services(&mut local, &cluster, &programs)?;
    for name in services::names()? {
        let ports = ports(&local, &name)?;
        println!(
            "{name:<20} 127.0.0.1:{:<6} metrics http://127.0.0.1:{}/metrics",
            ports.serve, ports.observe
        );
    }
    let gateway = ports(&local, GATEWAY)?.serve;
    println!(
        "\nREST and its page:   http://127.0.0.1:{gateway}/docs\n\
         Tokens to call with: cargo xtask token --list\n\
         Logs:                {folder}/log\n\
         To stop:             cargo xtask down"
    );
    Ok(())
}

fn test_infrastructure() -> Result<()> {
    let mut local = Local::open(".local/test")?;
    let cluster = Cluster::of(&local)?;
    if !cluster.is_running() {
        cluster.delete()?;
    }
    cluster.start(&mut local, THROWAWAY)?;
    redis::start(&mut local)?;
    println!(
        "export WORKINJURY_TEST_DATABASE={}\nexport WORKINJURY_TEST_REDIS={}",
        postgres::url(&local.chosen.postgres, "postgres"),
        redis::url(&local.chosen.redis),
    );
    Ok(())
}
