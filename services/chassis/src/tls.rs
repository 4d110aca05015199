//! Certificates: every service shows its own and believes those that the platform's CA signed.

#[cfg(feature = "issuing")]
mod authority;

#[cfg(feature = "issuing")]
pub use authority::Authority;
#[cfg(feature = "issuing")]
pub(crate) use authority::write_secret;

use std::path::Path;

use tonic::transport::{Certificate, ClientTlsConfig, Identity, ServerTlsConfig};

use crate::config::{ConfigError, Tls};

/// Makes ring the provider of TLS for libraries that ask for the process's default.
pub fn install() {
    // Fails only when one is installed already, and there is only one in the program.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// How a service is served: with its certificate, asking for one of the platform's CA. A caller
/// without one must bring a token.
///
/// # Errors
/// When a file cannot be read.
pub fn server(tls: &Tls) -> Result<ServerTlsConfig, ConfigError> {
    Ok(ServerTlsConfig::new()
        .identity(identity(tls)?)
        .client_ca_root(Certificate::from_pem(read("tls.ca", &tls.ca)?))
        .client_auth_optional(true))
}

/// How a peer is called: with the service's certificate, believing the platform's CA only.
///
/// # Errors
/// When a file cannot be read.
pub fn client(tls: &Tls) -> Result<ClientTlsConfig, ConfigError> {
    Ok(ClientTlsConfig::new()
        .identity(identity(tls)?)
        .ca_certificate(Certificate::from_pem(read("tls.ca", &tls.ca)?)))
}

fn identity(tls: &Tls) -> Result<Identity, ConfigError> {
    let certificate = read("tls.certificate", &tls.certificate)?;
    Ok(Identity::from_pem(certificate, read("tls.key", &tls.key)?))
}

fn read(setting: &'static str, path: &Path) -> Result<Vec<u8>, ConfigError> {
    std::fs::read(path).map_err(|error| ConfigError::Wrong {
        setting,
        problem: format!("the file {} cannot be read: {error}", path.display()),
    })
}
