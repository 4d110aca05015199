//! The settings that only the gateway has.
//!
//! What it shares with the services (where it listens, its certificate, the services behind it as
//! `peers`, Redis, telemetry) is [`chassis::Config`]. These come from the environment, behind
//! `GATEWAY_`: `upload_bytes` is `GATEWAY_UPLOAD_BYTES`.

use std::time::Duration;

use figment::Figment;
use figment::providers::Env;
use serde::Deserialize;

/// Limits of the gateway.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Greatest size of a JSON body, in bytes. Default 1 MiB.
    pub json_bytes: usize,
    /// Greatest size of an uploaded file, in bytes. Default 200 MiB.
    pub upload_bytes: u64,
    /// Greatest number of rows of an uploaded file. Default 2,000,000.
    pub upload_rows: u64,
    /// Greatest number of rows of a downloaded file. Default 2,000,000.
    pub download_rows: u64,
    /// Uploads and downloads handled at a time; more are told to come back. Default 4: as many times
    /// `upload_bytes` fit on the disk, and as many tables of texts in the memory, that a gateway has.
    pub files_at_a_time: usize,
    /// The same for one caller. Default 2.
    pub files_of_a_caller: usize,
    /// Requests that a caller may make in a second, on average. Default 50.
    pub rate_per_second: u32,
    /// Requests that a caller may make at once. Default 200.
    pub rate_burst: u32,
    /// Requests that may come from one address in a second, with whatever tokens, and ten times as
    /// many at once: well above what comes by way of an ingress. Default 2000.
    pub address_per_second: u32,
    /// Seconds that a call may take. Default 60.
    pub call_seconds: u64,
    /// Seconds that an upload or download may take. Default 1800.
    pub file_seconds: u64,
    /// Seconds that an upload may bring nothing. Default 30.
    pub idle_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            json_bytes: 1 << 20,
            upload_bytes: 200 << 20,
            upload_rows: 2_000_000,
            download_rows: 2_000_000,
            files_at_a_time: 4,
            files_of_a_caller: 2,
            rate_per_second: 50,
            rate_burst: 200,
            address_per_second: 2000,
            call_seconds: 60,
            file_seconds: 1800,
            idle_seconds: 30,
        }
    }
}

impl Settings {
    /// The settings of this process.
    ///
    /// # Errors
    /// When a name is unknown or a value cannot be read.
    pub fn from_environment() -> Result<Self, Box<figment::Error>> {
        Figment::from(Env::prefixed("GATEWAY_"))
            .extract()
            .map_err(Box::new)
    }

    /// How long a call may take.
    #[must_use]
    pub fn call_deadline(&self) -> Duration {
        Duration::from_secs(self.call_seconds)
    }

    /// How long an upload or a download may take.
    #[must_use]
    pub fn file_deadline(&self) -> Duration {
        Duration::from_secs(self.file_seconds)
    }

    /// How long an upload may bring nothing.
    #[must_use]
    pub fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds)
    }
}
