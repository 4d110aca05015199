//! What one checkout runs on this machine: the folder it lies in, the ports and the passwords.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::ops::RangeInclusive;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::checkout::root;

/// A folder of running things, with what was chosen for it and must be remembered: `env.toml`.
pub struct Local {
    folder: PathBuf,
    /// What was chosen when the folder was made.
    pub chosen: Chosen,
    // Released when the value is dropped: two tasks at once would start everything twice.
    _lock: File,
}

/// Ports and passwords.
#[derive(Serialize, Deserialize)]
pub struct Chosen {
    /// Where the services send traces, over OTLP; nowhere unless somebody collects them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otlp_endpoint: Option<String>,
    /// The private PostgreSQL cluster.
    pub postgres: Server,
    /// The private Redis.
    pub redis: Server,
    /// The services and the gateway, by name.
    #[serde(default)]
    pub services: BTreeMap<String, Ports>,
}

/// A server on the loopback interface.
#[derive(Serialize, Deserialize)]
pub struct Server {
    /// TCP port on 127.0.0.1.
    pub port: u16,
    /// Of its superuser; known to this checkout only.
    pub password: String,
}

/// Where a service or the gateway listens, and how it opens its database.
#[derive(Clone, Serialize, Deserialize)]
pub struct Ports {
    /// gRPC of a service, HTTP of the gateway.
    pub serve: u16,
    /// Metrics and health.
    pub observe: u16,
    /// Of the roles that own and use its database.
    pub password: String,
}

impl Local {
    /// Opens the folder, making it when it is not there, and keeps other tasks out of it.
    pub fn open(folder: &str) -> Result<Self> {
        let folder = root().join(folder);
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let lock = File::create(folder.join("lock"))?;
        lock.lock()
            .context("waiting for another task that works in the same folder")?;
        let file = folder.join("env.toml");
        let chosen = if file.exists() {
            toml::from_str(&fs::read_to_string(&file)?)
                .with_context(|| format!("reading {}; delete it to choose anew", file.display()))?
        } else {
            Chosen {
                otlp_endpoint: None,
                postgres: Server::choose()?,
                redis: Server::choose()?,
                services: BTreeMap::new(),
            }
        };
        let local = Self {
            folder,
            chosen,
            _lock: lock,
        };
        local.save()?;
        Ok(local)
    }

    /// A path in the folder.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.join(name)
    }

    /// A folder in the folder, made when it is not there.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.path(name);
        fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        Ok(path)
    }

    /// Remembers what was chosen.
    pub fn save(&self) -> Result<()> {
        write_private(&self.path("env.toml"), &toml::to_string(&self.chosen)?)
    }
}

impl Server {
    fn choose() -> Result<Self> {
        Ok(Self {
            port: free_port()?,
            password: password(),
        })
    }

    /// Chooses another port when somebody else took it while the server was down.
    pub fn choose_free_port(&mut self) -> Result<()> {
        keep_or_choose(&mut self.port).map(drop)
    }
}

impl Ports {
    /// Free ports and a new password.
    pub fn choose() -> Result<Self> {
        Ok(Self {
            serve: free_port()?,
            observe: free_port()?,
            password: password(),
        })
    }

    /// Chooses other ports when somebody else took them while the service was down. Says whether.
    pub fn choose_free_ports(&mut self) -> Result<bool> {
        Ok(keep_or_choose(&mut self.serve)? | keep_or_choose(&mut self.observe)?)
    }
}

fn keep_or_choose(port: &mut u16) -> Result<bool> {
    let taken = TcpListener::bind(("127.0.0.1", *port)).is_err();
    if taken {
        *port = free_port()?;
    }
    Ok(taken)
}

/// A port outside those that the system gives to clients, one of which could otherwise sit on it whenever
/// what listens on it is being restarted; one of those only where the system gives all.
fn free_port() -> Result<u16> {
    let clients = clients_ports();
    let random = || (0..1000).map(|_| rand::random_range(10_000..u16::MAX));
    random()
        .filter(|port| !clients.contains(port))
        .chain(random())
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .context("no port is free")
}

/// The ports that the system gives to clients; those that Linux gives by itself where it does not say.
fn clients_ports() -> RangeInclusive<u16> {
    let range = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range").unwrap_or_default();
    let mut ends = range.split_whitespace().map(str::parse);
    match (ends.next(), ends.next()) {
        (Some(Ok(first)), Some(Ok(last))) => first..=last,
        _ => 32_768..=60_999,
    }
}

fn password() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// Writes a file that only its owner may read.
pub fn write_private(path: &Path, text: &str) -> Result<()> {
    File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("writing {}", path.display()))
}
