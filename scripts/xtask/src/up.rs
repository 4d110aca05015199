//! Brings things up and down.

use anyhow::{Result, bail};
use clap::Args;

use crate::local::Local;
use crate::postgres::{self, Cluster, THROWAWAY};
use crate::redis;

/// How much of it.
#[derive(Args, Clone, Copy)]
pub struct Scope {
    /// Only a PostgreSQL and a Redis of their own for the tests, made anew at each start; prints the
    /// settings to evaluate in a shell.
    #[arg(long)]
    infrastructure: bool,
}

/// Starts what is not running.
pub fn up(scope: Scope) -> Result<()> {
    if scope.infrastructure {
        test_infrastructure()
    } else {
        bail!("services are not wired yet")
    }
}

/// Stops what runs.
pub fn down(scope: Scope) -> Result<()> {
    let local = Local::open(folder(scope))?;
    redis::stop(&local)?;
    let cluster = Cluster::of(&local)?;
    cluster.stop()?;
    if scope.infrastructure {
        cluster.delete()
    } else {
        Ok(())
    }
}

/// Says what runs.
pub fn status(scope: Scope) -> Result<()> {
    let local = Local::open(folder(scope))?;
    let parts = [
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
    for (name, port, running) in parts {
        println!(
            "{name:<12} 127.0.0.1:{port:<6} {}",
            if running { "running" } else { "down" }
        );
    }
    if parts.iter().all(|(.., running)| *running) {
        Ok(())
    } else {
        bail!("not everything runs")
    }
}

fn folder(scope: Scope) -> &'static str {
    if scope.infrastructure {
        ".local/test"
    } else {
        ".local"
    }
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
