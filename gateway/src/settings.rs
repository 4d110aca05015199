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
    /// Uploads and downloads handled at a time; more are told to come back. Default 16.
    pub files_at_a_time: usize,
    /// Requests that a caller may make in a second, on average. Default 50.
    pub rate_per_second: u32,
    /// Requests that a caller may make at once. Default 200.
    pub rate_burst: u32,
    /// Seconds that a call may take. Default 60.
    pub call_seconds: u64,
    /// Seconds that an upload or download may take. Default 1800.
    pub file_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            json_bytes: 1 << 20,
            upload_bytes: 200 << 20,
            upload_rows: 2_000_000,
            download_rows: 2_000_000,
            files_at_a_time: 16,
            rate_per_second: 50,
            rate_burst: 200,
            call_seconds: 60,
            file_seconds: 1800,
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
}
