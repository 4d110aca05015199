//! The other services, to be asked questions.

use std::collections::BTreeMap;
use std::time::Duration;

use tonic::metadata::MetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};

use crate::config::ConfigError;
use crate::{Config, Error, Result, telemetry, tls};

/// A question that names no deadline waits this long for its answer.
const DEADLINE: Duration = Duration::from_secs(5);

/// A channel to a peer: connects when it is first used, again when the connection is lost, and
/// carries the trace. Clones share the connection.
pub type PeerChannel = InterceptedService<Channel, Outgoing>;

/// What is added to every call of a peer: the trace, and a deadline where the call has none.
#[derive(Clone, Debug)]
pub struct Outgoing;

/// The peers that the configuration names.
#[derive(Clone, Default)]
pub struct Peers(BTreeMap<String, PeerChannel>);

impl Peers {
    /// The peers of `config`; nothing is connected yet.
    ///
    /// # Errors
    /// When a URL or a certificate cannot be used.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let wrong = |name: &str, error: tonic::transport::Error| ConfigError::Wrong {
            setting: "peers",
            problem: format!("`{name}` cannot be called: {}", crate::error::Chain(&error)),
        };
        let mut channels = BTreeMap::new();
        for (name, url) in config.peers.iter().filter(|(_, url)| !url.is_empty()) {
            let mut endpoint = Endpoint::from_shared(url.clone())
                .map_err(|error| wrong(name, error))?
                .connect_timeout(Duration::from_secs(3))
                .tcp_keepalive(Some(Duration::from_secs(60)))
                // Finds out within half a minute that a peer is gone without a word.
                .http2_keep_alive_interval(Duration::from_secs(20))
                .keep_alive_timeout(Duration::from_secs(10));
            if let Some(own) = &config.tls {
                endpoint = endpoint
                    .tls_config(tls::client(own)?)
                    .map_err(|error| wrong(name, error))?;
            }
            let channel = InterceptedService::new(endpoint.connect_lazy(), Outgoing);
            channels.insert(name.clone(), channel);
        }
        Ok(Self(channels))
    }

    /// The channel to the peer `name`.
    ///
    /// # Errors
    /// When the configuration names no such peer.
    pub fn channel(&self, name: &str) -> Result<PeerChannel> {
        self.0.get(name).cloned().ok_or_else(|| {
            Error::internal(format!(
                "setting `peers` names no `{name}`: add it with its URL"
            ))
        })
    }
}

impl Interceptor for Outgoing {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if !request.metadata().contains_key("grpc-timeout") {
            request.set_timeout(DEADLINE);
        }
        if let Ok(parent) = MetadataValue::try_from(telemetry::current_trace_parent())
            && !parent.is_empty()
        {
            request.metadata_mut().insert("traceparent", parent);
        }
        Ok(request)
    }
}

/// What a peer answered, or none where it knows no such thing.
///
/// # Errors
/// Any other status.
pub fn if_found<A>(answer: Result<Response<A>, Status>) -> Result<Option<A>> {
    match answer {
        Ok(answer) => Ok(Some(answer.into_inner())),
        Err(status) if status.code() == Code::NotFound => Ok(None),
        Err(status) => Err(Error::from(status)),
    }
}
