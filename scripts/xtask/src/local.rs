//! What one checkout runs on this machine: the folder it lies in, the ports and the passwords.

use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
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
    /// The private PostgreSQL cluster.
    pub postgres: Server,
    /// The private Redis.
    pub redis: Server,
}

/// A server on the loopback interface.
#[derive(Serialize, Deserialize)]
pub struct Server {
    /// TCP port on 127.0.0.1.
    pub port: u16,
    /// Of its superuser; known to this checkout only.
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
                postgres: Server::choose()?,
                redis: Server::choose()?,
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

    /// Remembers what was chosen.
    pub fn save(&self) -> Result<()> {
        write_private(&self.path("env.toml"), &toml::to_string(&self.chosen)?)
    }
}

impl Server {
    fn choose() -> Result<Self> {
        Ok(Self {
            port: free_port()?,
            password: format!("{:032x}", rand::random::<u128>()),
        })
    }

    /// Chooses another port when somebody else took it while the server was down.
    pub fn choose_free_port(&mut self) -> Result<()> {
        if TcpListener::bind(("127.0.0.1", self.port)).is_err() {
            self.port = free_port()?;
        }
        Ok(())
    }
}

/// A port that nobody listens on.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
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
