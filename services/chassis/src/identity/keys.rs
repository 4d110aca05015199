//! The issuer's public keys (JWKS), read from a file or a URL.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// A token with an unknown key makes the keys be read again, but not more often than this: whoever
/// sends garbage must not make every request a request to the issuer.
const BETWEEN_UNKNOWN: Duration = Duration::from_secs(10);

/// The keys could not be read.
#[derive(Debug, thiserror::Error)]
pub enum JwksError {
    /// The file could not be read.
    #[error("the JWKS file {0} of setting `identity.jwks` could not be read")]
    File(PathBuf, #[source] std::io::Error),
    /// The URL did not answer with a JWKS.
    #[error("the JWKS of setting `identity.jwks` could not be fetched")]
    Fetch(#[from] reqwest::Error),
    /// What was read is not a JWKS.
    #[error("the JWKS of setting `identity.jwks` is malformed")]
    Malformed(#[from] serde_json::Error),
    /// No key is an Ed25519, P-256 or RSA key with a `kid`.
    #[error("the JWKS of setting `identity.jwks` has no Ed25519, P-256 or RSA key with a `kid`")]
    Useless,
}

/// A public key and the one algorithm it is used with.
pub(super) struct Key {
    pub key: DecodingKey,
    pub algorithm: Algorithm,
}

type KeysById = HashMap<String, Arc<Key>>;

pub(super) struct Keys {
    source: Source,
    known: RwLock<KeysById>,
    /// When an unknown key last made the keys be read again.
    sought: Mutex<Option<Instant>>,
}

enum Source {
    File(PathBuf),
    Url(String, reqwest::Client),
}

impl Keys {
    pub async fn load(jwks: &str) -> Result<Self, JwksError> {
        let source = if jwks.starts_with("https://") || jwks.starts_with("http://") {
            crate::tls::install();
            let client = reqwest::Client::builder()
                .timeout(Duration::from_secs(5))
                .build()?;
            Source::Url(jwks.to_owned(), client)
        } else {
            Source::File(PathBuf::from(jwks))
        };
        let known = RwLock::new(source.read().await?);
        Ok(Self {
            source,
            known,
            sought: Mutex::new(None),
        })
    }

    /// Reads the keys again; those that are no longer published are forgotten.
    pub async fn refresh(&self) -> Result<(), JwksError> {
        let read = self.source.read().await?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(())
    }

    pub async fn find(&self, kid: &str) -> Option<Arc<Key>> {
        if let Some(key) = self.known(kid) {
            return Some(key);
        }
        let mut sought = self.sought.lock().await;
        if sought.is_none_or(|at| at.elapsed() >= BETWEEN_UNKNOWN) {
            *sought = Some(Instant::now());
            if let Err(error) = self.refresh().await {
                tracing::warn!(error = %crate::error::Chain(&error), "a token names an unknown key");
            }
        }
        self.known(kid)
    }

    /// Whether a key is published under this id as it was read last.
    pub fn is_still(&self, kid: &str, key: &Arc<Key>) -> bool {
        self.known(kid)
            .is_some_and(|known| Arc::ptr_eq(&known, key))
    }

    fn known(&self, kid: &str) -> Option<Arc<Key>> {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(kid)
            .cloned()
    }
}

impl Source {
    async fn read(&self) -> Result<KeysById, JwksError> {
        let bytes = match self {
            Self::File(path) => {
                std::fs::read(path).map_err(|error| JwksError::File(path.clone(), error))?
            }
            Self::Url(url, client) => {
                let answer = client.get(url).send().await?.error_for_status()?;
                answer.bytes().await?.to_vec()
            }
        };
        let set: JwkSet = serde_json::from_slice(&bytes)?;
        let keys: KeysById = set.keys.iter().filter_map(usable).collect();
        if keys.is_empty() {
            Err(JwksError::Useless)
        } else {
            Ok(keys)
        }
    }
}

/// Only public keys sign tokens here: a symmetric key that is published is no secret.
fn usable(jwk: &Jwk) -> Option<(String, Arc<Key>)> {
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            Algorithm::EdDSA
        }
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            Algorithm::ES256
        }
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        _ => return None,
    };
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some((jwk.common.key_id.clone()?, Arc::new(Key { key, algorithm })))
}
