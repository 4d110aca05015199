//! The services and the gateway: databases, certificates, settings, processes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use chassis::identity::Issuer;
use chassis::tls::Authority;
use serde::Serialize;

use crate::checkout::{root, services};
use crate::local::{Local, Ports, write_private};
use crate::postgres::Cluster;
use crate::process::{Background, http_status, run, wait_until};
use crate::redis;

/// The name of the gateway among the services.
pub const GATEWAY: &str = "gateway";

/// The settings of a service, as `chassis::Config` reads them.
#[derive(Serialize)]
struct Settings {
    listen: String,
    listen_observe: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url: Option<String>,
    redis_url: String,
    clock_file: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    otlp_endpoint: Option<String>,
    tls: Tls,
    peers: BTreeMap<String, String>,
    identity: Identity,
}

#[derive(Serialize)]
struct Tls {
    ca: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(Serialize)]
struct Identity {
    issuer: String,
    audience: String,
    jwks: String,
}

/// The services, then the gateway: in this order they start.
pub fn names() -> Result<Vec<String>> {
    let mut names = services()?;
    names.push(GATEWAY.to_owned());
    Ok(names)
}

/// Chooses ports for those that have none and for those that are down and whose port was taken. Says
/// whether one was.
pub fn choose_ports(local: &mut Local) -> Result<bool> {
    let mut taken = false;
    for name in names()? {
        let runs = process(local, &name)?.pid().is_some();
        match local.chosen.services.get_mut(&name) {
            Some(ports) if !runs => taken |= ports.choose_free_ports()?,
            Some(_) => {}
            None => {
                local.chosen.services.insert(name, Ports::choose()?);
            }
        }
    }
    local.save()?;
    Ok(taken)
}

/// Makes the database of each service, with a role that owns it and one that works in it: the second
/// owns nothing and is bound by row-level security.
pub fn make_databases(local: &Local, cluster: &Cluster) -> Result<()> {
    let ask = |sql: &str| cluster.sql(&local.chosen.postgres, "postgres", sql);
    for service in services()? {
        let database = service.replace('-', "_");
        let known = ask(&format!(
            "SELECT 1 FROM pg_database WHERE datname = '{database}'"
        ))?;
        if !known.trim().is_empty() {
            continue;
        }
        let password = &ports(local, &service)?.password;
        for role in ["owner", "app"] {
            ask(&format!(
                "CREATE ROLE {database}_{role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS \
                 PASSWORD '{password}'"
            ))?;
        }
        ask(&format!(
            "CREATE DATABASE {database} OWNER {database}_owner"
        ))?;
        ask(&format!("REVOKE ALL ON DATABASE {database} FROM PUBLIC"))?;
        ask(&format!(
            "GRANT CONNECT ON DATABASE {database} TO {database}_app"
        ))?;
    }
    Ok(())
}

/// The issuer of tokens, made when there is none.
pub fn issuer(local: &Local) -> Result<Issuer> {
    let folder = local.folder("identity")?;
    let issuer = if folder.join("jwks.json").exists() {
        Issuer::open(&folder)
    } else {
        Issuer::create(&folder)
    };
    issuer.context("the key that signs tokens")
}

/// Makes a CA and a certificate for each service, unless all are there.
pub fn make_certificates(local: &Local) -> Result<()> {
    let folder = local.folder("tls")?;
    let names = names()?;
    if names
        .iter()
        .all(|name| folder.join(format!("{name}.pem")).exists())
    {
        return Ok(());
    }
    let authority = Authority::create(&folder).context("making the CA")?;
    for name in names {
        authority
            .certificate(&name)
            .with_context(|| format!("the certificate of {name}"))?;
    }
    Ok(())
}

/// Writes the settings of each service.
pub fn write_settings(local: &Local) -> Result<()> {
    local.folder("config")?;
    let clock = local.path("clock");
    if !clock.exists() {
        fs::write(&clock, "0")?;
    }
    for name in names()? {
        let text = toml::to_string(&settings(local, &name)?)?;
        write_private(&settings_file(local, &name), &text)?;
    }
    Ok(())
}

fn settings(local: &Local, name: &str) -> Result<Settings> {
    let own = ports(local, name)?;
    let peer = |peer: &String| -> Result<_> {
        let port = ports(local, peer)?.serve;
        Ok((peer.clone(), format!("https://localhost:{port}")))
    };
    let accepted = issuer(local)?.settings();
    Ok(Settings {
        listen: format!("127.0.0.1:{}", own.serve),
        listen_observe: format!("127.0.0.1:{}", own.observe),
        database_url: (name != GATEWAY).then(|| database_url(local, own, name, "app")),
        redis_url: redis::url(&local.chosen.redis),
        clock_file: local.path("clock"),
        otlp_endpoint: local.chosen.otlp_endpoint.clone(),
        tls: Tls {
            ca: local.path("tls/ca.pem"),
            certificate: local.path(format!("tls/{name}.pem")),
            key: local.path(format!("tls/{name}.key.pem")),
        },
        peers: services()?
            .iter()
            .filter(|other| *other != name)
            .map(peer)
            .collect::<Result<_>>()?,
        identity: Identity {
            issuer: accepted.issuer,
            audience: accepted.audience,
            jwks: accepted.jwks,
        },
    })
}

/// The URL of a service's database for one of its two roles.
pub fn database_url(local: &Local, ports: &Ports, service: &str, role: &str) -> String {
    let database = service.replace('-', "_");
    let (password, port) = (&ports.password, local.chosen.postgres.port);
    format!("postgres://{database}_{role}:{password}@127.0.0.1:{port}/{database}")
}

/// Builds the services and the gateway, with what the profile makes of them.
pub fn build(release: bool) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--quiet", "--locked", "--workspace", "--bins"])
        .current_dir(root());
    if release {
        cargo.arg("--release");
    }
    // Inside of `cargo run` or of a test these name the crate at work. The build script of ring looks at
    // them, and with another answer than from a shell everything on top of it would be compiled again.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_MANIFEST_")
            || name.to_string_lossy().starts_with("CARGO_PKG_")
        {
            cargo.env_remove(name);
        }
    }
    ensure!(
        cargo.status().context("starting cargo")?.success(),
        "the services do not build"
    );
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join(if release { "release" } else { "debug" }))
}

/// Starts a service unless it runs, and waits until it is ready.
pub fn start(local: &Local, programs: &Path, name: &str) -> Result<()> {
    local.folder("log")?;
    local.folder("run")?;
    let process = process(local, name)?;
    let program = || {
        let mut command = Command::new(programs.join(name));
        command.arg("--config").arg(settings_file(local, name));
        command
    };
    if process.pid().is_none() {
        if name != GATEWAY {
            // Only the migration gets to see how the tables' owner logs in.
            let owner = database_url(local, ports(local, name)?, name, "owner");
            run(program()
                .arg("migrate")
                .env("WORKINJURY_OWNER_DATABASE_URL", owner))?;
        }
        process.start(&mut program())?;
    }
    let port = ports(local, name)?.observe;
    let ready = || is_ready(port) || process.pid().is_none();
    let waited = wait_until(
        &format!("readiness of {name}"),
        Duration::from_secs(60),
        ready,
    );
    if waited.is_err() || process.pid().is_none() {
        bail!(
            "{name} did not start; it wrote to {}:\n{}",
            process.log.display(),
            process.last_words()
        );
    }
    Ok(())
}

/// Does the service say on its port that it is ready?
pub fn is_ready(port: u16) -> bool {
    http_status(port, "/readyz").is_ok_and(|status| status.contains(" 200 "))
}

/// The process of a service.
pub fn process(local: &Local, name: &str) -> Result<Background> {
    Ok(Background {
        pid_file: local.path(format!("run/{name}.pid")),
        log: local.path(format!("log/{name}.log")),
        mark: settings_file(local, name).display().to_string(),
    })
}

/// The ports of a service.
pub fn ports<'a>(local: &'a Local, name: &str) -> Result<&'a Ports> {
    local
        .chosen
        .services
        .get(name)
        .with_context(|| format!("{name} was never brought up"))
}

fn settings_file(local: &Local, name: &str) -> PathBuf {
    local.path(format!("config/{name}.toml"))
}
