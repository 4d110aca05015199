//! Every setting, in one place.
//!
//! A setting is taken from the environment, else from the TOML file named by `--config` or
//! `WORKINJURY_CONFIG`, else it has the default stated here. In the environment its name is in upper
//! case behind `WORKINJURY_`, with `__` between a group and its setting: `database_url` is
//! `WORKINJURY_DATABASE_URL`, `tls.ca` is `WORKINJURY_TLS__CA`. A setting that nobody knows is an error.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand};
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use http::Uri;
use serde::Deserialize;

use crate::Clock;

const PREFIX: &str = "WORKINJURY_";

/// The settings of a service. There is no `Debug`: connection URLs hold passwords.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where gRPC is served; port 0 for any. Default `0.0.0.0:50051`.
    pub listen: SocketAddr,
    /// Where `/metrics`, `/livez` and `/readyz` are served over HTTP; port 0 for any. Default
    /// `0.0.0.0:9090`.
    pub listen_observe: SocketAddr,
    /// PostgreSQL, as the application role, which owns no table.
    pub database_url: Option<String>,
    /// PostgreSQL, as the role that owns the tables and migrates them.
    pub owner_database_url: Option<String>,
    /// Greatest number of connections to PostgreSQL. Default 16.
    pub pool_size: u32,
    /// Redis, for wake-ups and for what never changes; everything works without it, only slower.
    pub redis_url: Option<String>,
    /// The certificates of this service. Required unless `insecure`.
    pub tls: Option<Tls>,
    /// Serve and call without TLS: only for development, and within tests. Default false.
    pub insecure: bool,
    /// The other services of the platform, by name, with their `https://` URLs. These names, in a
    /// client certificate of the platform's CA, are also those that may call as a service; one without a
    /// URL calls and is not called.
    pub peers: BTreeMap<String, String>,
    /// Who issues the tokens.
    pub identity: Identity,
    /// Where traces are sent over OTLP, gRPC, such as `http://collector:4317`; not sent when absent.
    pub otlp_endpoint: Option<String>,
    /// A file with the seconds to add to the system's time: for demonstrations, never for production.
    pub clock_file: Option<PathBuf>,
    /// Seconds that calls and loops under way get to finish at the end. Default 25, below the 30
    /// that Kubernetes waits before it kills.
    pub drain_seconds: u64,
    /// Greatest number of seconds that a call may take, whatever its client asks for. Default 60.
    pub deadline_seconds: u64,
    /// The same for a call that streams, such as an upload. Default 3600.
    pub stream_deadline_seconds: u64,
    /// Greatest number of calls handled at a time; more wait for their turn. Default 256.
    pub max_concurrent_calls: usize,
    /// The same for calls that stream, which are counted apart. Default 64.
    pub max_concurrent_streams: usize,
    /// Calls that stream which one caller may have at a time. Default 4.
    pub max_streams_of_a_caller: usize,
    /// Greatest number of seconds for which a stream may bring nothing. Default 60.
    pub stream_idle_seconds: u64,
    /// Was the process called with the word `migrate`? Then it brings the database to the present and
    /// ends. Only said on the command line.
    #[serde(skip)]
    pub migrate_only: bool,
    /// What is logged, as `tracing_subscriber::EnvFilter` reads it. Default `info`.
    pub log: String,
}

/// The certificates of a service, PEM files.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The CA of the platform, which signed the certificates of all its services.
    pub ca: PathBuf,
    /// The certificate of this service, whose DNS names include the service's name.
    pub certificate: PathBuf,
    /// The private key of the certificate.
    pub key: PathBuf,
}

/// Who issues the tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// The `iss` that tokens must have.
    pub issuer: String,
    /// The `aud` that tokens must have. Default `workinjury`.
    pub audience: String,
    /// The issuer's JWKS: the path of a file, or an `https://` URL; `http://` only where `insecure`.
    pub jwks: String,
    /// Seconds after which the JWKS is read again. Default 300.
    pub refresh_seconds: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::UNSPECIFIED, 50051).into(),
            listen_observe: (Ipv4Addr::UNSPECIFIED, 9090).into(),
            database_url: None,
            owner_database_url: None,
            pool_size: 16,
            redis_url: None,
            tls: None,
            insecure: false,
            peers: BTreeMap::new(),
            identity: Identity::default(),
            otlp_endpoint: None,
            clock_file: None,
            drain_seconds: 25,
            deadline_seconds: 60,
            stream_deadline_seconds: 3600,
            max_concurrent_calls: 256,
            max_concurrent_streams: 64,
            max_streams_of_a_caller: 4,
            stream_idle_seconds: 60,
            migrate_only: false,
            log: "info".to_owned(),
        }
    }
}

impl Config {
    /// The clock of the business: the system's, unless a demonstration shifts it.
    #[must_use]
    pub fn clock(&self) -> Clock {
        match &self.clock_file {
            Some(file) => Clock::shifted(file),
            None => Clock::system(),
        }
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            audience: "workinjury".to_owned(),
            jwks: String::new(),
            refresh_seconds: 300,
        }
    }
}

/// What is wrong with the settings, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or a value could not be read.
    #[error("{}", lines(.0))]
    Unreadable(Box<figment::Error>),
    /// A setting has a value that cannot be.
    #[error("setting `{setting}`: {problem}")]
    Wrong {
        /// Name of the setting.
        setting: &'static str,
        /// What is wrong and what to do.
        problem: String,
    },
}

#[derive(Parser)]
struct Arguments {
    /// TOML file with the settings; the environment (WORKINJURY_…) goes before it.
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the database to the present, and end.
    Migrate,
}

impl Config {
    /// The settings for this process: `--config PATH`, the command `migrate`, and the environment.
    ///
    /// # Errors
    /// As for [`load`](Self::load). Wrong arguments end the process with a word on how to call it.
    pub fn from_command_line() -> Result<Self, ConfigError> {
        let arguments = Arguments::parse();
        let config = Self::load(arguments.config.as_deref())?;
        Ok(Self {
            migrate_only: arguments.command.is_some(),
            ..config
        })
    }

    /// The settings in `file`, or in the one that `WORKINJURY_CONFIG` names, and in the environment.
    ///
    /// # Errors
    /// When a file or value cannot be read, a name is unknown, or a value cannot be.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let named = std::env::var_os(format!("{PREFIX}CONFIG")).map(PathBuf::from);
        let mut sources = Figment::new();
        if let Some(file) = file.or(named.as_deref()) {
            sources = sources.merge(Toml::file_exact(file));
        }
        // `WORKINJURY_TEST_…` tells tests where their PostgreSQL and Redis are.
        let environment = Env::prefixed(PREFIX)
            .filter(|name| name != "config" && !name.starts_with("test_"))
            .split("__");
        let config: Self = sources
            .merge(environment)
            .extract()
            .map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        config.checked()
    }

    /// The URL of the database for the application role.
    ///
    /// # Errors
    /// When it is not set.
    pub fn database_url(&self) -> Result<&str, ConfigError> {
        required("database_url", self.database_url.as_deref())
    }

    /// The URL of the database for the role that migrates it.
    ///
    /// # Errors
    /// When it is not set.
    pub fn owner_database_url(&self) -> Result<&str, ConfigError> {
        required("owner_database_url", self.owner_database_url.as_deref())
    }

    fn checked(self) -> Result<Self, ConfigError> {
        if self.tls.is_none() && !self.insecure {
            return wrong(
                "tls",
                "is not set: name its files `ca`, `certificate` and `key`",
            );
        }
        if self.tls.is_some() && self.insecure {
            return wrong("insecure", "contradicts `tls`: remove one of them");
        }
        required("identity.issuer", Some(&self.identity.issuer))?;
        required("identity.jwks", Some(&self.identity.jwks))?;
        if self.identity.jwks.starts_with("http://") && !self.insecure {
            return wrong(
                "identity.jwks",
                "must not be read over http://: whoever is on the way could issue tokens",
            );
        }
        if self.pool_size == 0 {
            return wrong("pool_size", "must be at least 1");
        }
        if self.max_concurrent_calls == 0 {
            return wrong("max_concurrent_calls", "must be at least 1");
        }
        if self.max_concurrent_streams == 0 {
            return wrong("max_concurrent_streams", "must be at least 1");
        }
        if self.max_streams_of_a_caller == 0 {
            return wrong("max_streams_of_a_caller", "must be at least 1");
        }
        let scheme = if self.insecure { "http" } else { "https" };
        for (name, url) in self.peers.iter().filter(|(_, url)| !url.is_empty()) {
            let fits = url
                .parse::<Uri>()
                .is_ok_and(|uri| uri.scheme_str() == Some(scheme));
            if !fits {
                return wrong(
                    "peers",
                    &format!("the URL of `{name}` must begin with {scheme}://, not `{url}`"),
                );
            }
        }
        Ok(self)
    }
}

fn required<'a>(setting: &'static str, value: Option<&'a str>) -> Result<&'a str, ConfigError> {
    match value {
        None | Some("") => wrong(
            setting,
            &format!(
                "is not set: set it in the TOML file of --config, or as {PREFIX}{} in the environment",
                setting.to_uppercase().replace('.', "__")
            ),
        ),
        Some(value) => Ok(value),
    }
}

fn wrong<T>(setting: &'static str, problem: &str) -> Result<T, ConfigError> {
    Err(ConfigError::Wrong {
        setting,
        problem: problem.to_owned(),
    })
}

fn lines(error: &figment::Error) -> String {
    let lines: Vec<_> = error
        .clone()
        .into_iter()
        .map(|one| one.to_string())
        .collect();
    lines.join("; ")
}
