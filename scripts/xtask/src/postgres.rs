//! The private PostgreSQL cluster.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::local::{Local, Server};
use crate::process::run;

/// The superuser of the cluster; services never get it.
const SUPERUSER: &str = "root";

/// Settings of every cluster, for a machine that does other things too.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=300",
    // A ledger of a million entries with its keys stays in memory; less is taken until it is used.
    "shared_buffers=1GB",
    "max_wal_size=4GB",
    // Empty tables take tens of thousands of rows at once: plans made without statistics would join them
    // row by row for the minute that PostgreSQL waits by default.
    "autovacuum_naptime=5s",
];

/// Settings of a cluster that is thrown away: what a crash would lose is not missed.
pub const THROWAWAY: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
];

/// A cluster and the programs that run it.
pub struct Cluster {
    programs: PathBuf,
    /// Whose processes they are, where it is not the caller: PostgreSQL refuses to run as root.
    account: Option<Account>,
    folder: PathBuf,
}

#[derive(Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

impl Cluster {
    /// The cluster of a folder; it need not exist yet.
    pub fn of(local: &Local) -> Result<Self> {
        let folder = local.path("pg");
        let account = account(&folder)?;
        fs::create_dir_all(&folder)?;
        let mut cluster = Self {
            programs: programs()?,
            account,
            folder,
        };
        if let Some(Account { user, group }) = account {
            chown(&cluster.folder, Some(user), Some(group))?;
            if run(cluster
                .command("/usr/bin/test")
                .arg("-w")
                .arg(&cluster.folder))
            .is_err()
            {
                cluster.folder = elsewhere(&cluster.folder)?;
                chown(&cluster.folder, Some(user), Some(group))?;
            }
        }
        Ok(cluster)
    }

    /// Starts the cluster unless it runs, making it first when there is none.
    pub fn start(&self, local: &mut Local, settings: &[&str]) -> Result<()> {
        if self.is_running() {
            return Ok(());
        }
        if !self.data().join("PG_VERSION").exists() {
            self.make(&local.chosen.postgres)?;
        }
        local.chosen.postgres.choose_free_port()?;
        local.save()?;
        let mut options = format!("-p {}", local.chosen.postgres.port);
        for setting in SETTINGS.iter().chain(settings) {
            options.push_str(&format!(" -c {setting}"));
        }
        let log = self.folder.join("log");
        run(self
            .pg_ctl("start")
            .args(["-t", "60", "-o", &options, "-l"])
            .arg(&log))
        .map(drop)
        .with_context(|| format!("PostgreSQL does not start; it wrote to {}", log.display()))
    }

    /// Stops the cluster if it runs.
    pub fn stop(&self) -> Result<()> {
        if self.is_running() {
            run(self.pg_ctl("stop").args(["-m", "fast", "-t", "60"]))?;
        }
        Ok(())
    }

    /// Ends the cluster as a crash would, in the midst of whatever it does.
    pub fn crash(&self) -> Result<()> {
        run(self.pg_ctl("stop").args(["-m", "immediate", "-t", "60"])).map(drop)
    }

    /// Does the cluster run?
    pub fn is_running(&self) -> bool {
        run(&mut self.pg_ctl("status")).is_ok()
    }

    /// Deletes the cluster, which must not run.
    pub fn delete(&self) -> Result<()> {
        match fs::remove_dir_all(self.data()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context("deleting the cluster")
            }
            _ => Ok(()),
        }
    }

    /// A program of its version.
    #[must_use]
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// Runs SQL as the superuser; the first error ends it.
    pub fn sql(&self, server: &Server, database: &str, sql: &str) -> Result<String> {
        run(Command::new(self.programs.join("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .arg(url(server, database))
            .stdin(Stdio::null())
            .env("PGCONNECT_TIMEOUT", "10"))
    }

    fn make(&self, server: &Server) -> Result<()> {
        // In the cluster's own folder: its account reads it, nobody else does.
        let password = self.folder.join("password");
        fs::write(&password, &server.password)?;
        let made = run(self
            .command(self.programs.join("initdb"))
            .arg("--pgdata")
            .arg(self.data())
            .args([
                "--username",
                SUPERUSER,
                "--auth",
                "scram-sha-256",
                "--pwfile",
            ])
            .arg(&password)
            .args([
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
                // Sorts as C.UTF-8 does, by code point, and compares keys without asking the C library.
                "--lc-collate",
                "C",
                "--no-instructions",
                "--no-sync",
            ]));
        fs::remove_file(&password)?;
        made.map(drop)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn pg_ctl(&self, what: &str) -> Command {
        let mut command = self.command(self.programs.join("pg_ctl"));
        command.args([what, "-w", "-D"]).arg(self.data());
        command
    }

    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir("/").stdin(Stdio::null());
        if let Some(Account { user, group }) = self.account {
            command.uid(user).gid(group);
        }
        command
    }
}

/// The URL of a database for the superuser.
pub fn url(Server { port, password }: &Server, database: &str) -> String {
    format!("postgres://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}")
}

/// The newest installed server, 15 or later.
fn programs() -> Result<PathBuf> {
    let version = |path: &PathBuf| -> Option<u32> { path.file_name()?.to_str()?.parse().ok() };
    fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| version(path) >= Some(15) && path.join("bin/initdb").exists())
        .max_by_key(version)
        .map(|path| path.join("bin"))
        .context("PostgreSQL 15 or later is missing: scripts/up installs it")
}

/// Somebody to run PostgreSQL as when root calls; `None` for anybody else.
fn account(folder: &Path) -> Result<Option<Account>> {
    let existing = folder
        .ancestors()
        .find(|path| path.exists())
        .unwrap_or(folder);
    let caller = run(Command::new("id").arg("-u"))?;
    if caller.trim() != "0" {
        let owner = fs::metadata(existing)?.uid();
        if owner.to_string() != caller.trim() {
            bail!(
                "{} belongs to somebody else; delete it or call as its owner",
                existing.display()
            );
        }
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        let id = |flag| run(Command::new("id").args([flag, name]));
        if let (Ok(user), Ok(group)) = (id("-u"), id("-g")) {
            return Ok(Some(Account {
                user: user.trim().parse()?,
                group: group.trim().parse()?,
            }));
        }
    }
    bail!("root may not run PostgreSQL, and there is no user `postgres` or `nobody` to run it as")
}

/// A folder that the account can reach when it cannot reach the checkout, such as one in `/root`;
/// the folder of the checkout remembers it.
fn elsewhere(folder: &Path) -> Result<PathBuf> {
    let link = folder.join("elsewhere");
    if let Ok(target) = fs::read_link(&link) {
        fs::create_dir_all(&target)?;
        return Ok(target);
    }
    let target = PathBuf::from(format!(
        "/var/tmp/workinjury-{:016x}",
        rand::random::<u64>()
    ));
    eprintln!(
        "PostgreSQL cannot reach {}; its data lies in {}",
        folder.display(),
        target.display()
    );
    fs::create_dir(&target)?;
    std::os::unix::fs::symlink(&target, &link)?;
    Ok(target)
}
