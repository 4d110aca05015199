//! An issuer of tokens for development, demonstrations and tests; production has an OIDC provider.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use contracts::reflect::digest;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, Jwk, JwkSet, KeyAlgorithm,
    OctetKeyPairParameters, OctetKeyPairType, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ED25519, PublicKeyData};

use super::claims::Claims;
use crate::{Actor, Clock, config};

const KEY_FILE: &str = "token-key.pem";
const JWKS_FILE: &str = "jwks.json";

/// Signs tokens with an Ed25519 key that it keeps in a folder, beside the JWKS that verifies them.
pub struct Issuer {
    /// The `iss` of its tokens.
    pub issuer: String,
    /// The `aud` of its tokens.
    pub audience: String,
    folder: PathBuf,
    kid: String,
    key: EncodingKey,
}

impl Issuer {
    /// Makes a new key in `folder`, readable by the owner only, and writes the JWKS.
    ///
    /// # Errors
    /// When the files cannot be written.
    pub fn create(folder: &Path) -> io::Result<Self> {
        let pair = KeyPair::generate_for(&PKCS_ED25519).map_err(io::Error::other)?;
        crate::tls::write_secret(&folder.join(KEY_FILE), &pair.serialize_pem())?;
        let issuer = Self::of(folder, &pair);
        let jwks = serde_json::to_string_pretty(&JwkSet {
            keys: vec![issuer.jwk(&pair)],
        })?;
        std::fs::write(folder.join(JWKS_FILE), jwks)?;
        Ok(issuer)
    }

    /// The issuer whose key is in `folder`.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let pem = std::fs::read_to_string(folder.join(KEY_FILE))?;
        let pair = KeyPair::from_pem(&pem).map_err(io::Error::other)?;
        Ok(Self::of(folder, &pair))
    }

    /// The settings with which a service accepts its tokens.
    #[must_use]
    pub fn settings(&self) -> config::Identity {
        config::Identity {
            issuer: self.issuer.clone(),
            jwks: self.folder.join(JWKS_FILE).display().to_string(),
            ..config::Identity::default()
        }
    }

    /// A token for `actor`, valid for some time from now; a negative time makes one that has expired.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub fn token(&self, actor: &Actor, valid_for: time::Duration) -> io::Result<String> {
        let exp = Clock::system()
            .now()
            .saturating_add(valid_for)
            .unix_timestamp();
        let claims = Claims::of(actor, &self.issuer, &self.audience, exp);
        let header = Header {
            kid: Some(self.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        encode(&header, &claims, &self.key).map_err(io::Error::other)
    }

    fn of(folder: &Path, pair: &KeyPair) -> Self {
        Self {
            issuer: "https://issuer.local".to_owned(),
            audience: config::Identity::default().audience,
            folder: folder.to_owned(),
            kid: digest(pair.der_bytes()).chars().take(16).collect(),
            key: EncodingKey::from_ed_der(&pair.serialize_der()),
        }
    }

    fn jwk(&self, pair: &KeyPair) -> Jwk {
        Jwk {
            common: CommonParameters {
                public_key_use: Some(PublicKeyUse::Signature),
                key_algorithm: Some(KeyAlgorithm::EdDSA),
                key_id: Some(self.kid.clone()),
                ..CommonParameters::default()
            },
            algorithm: AlgorithmParameters::OctetKeyPair(OctetKeyPairParameters {
                key_type: OctetKeyPairType::OctetKeyPair,
                curve: EllipticCurve::Ed25519,
                x: BASE64_URL_SAFE_NO_PAD.encode(pair.der_bytes()),
            }),
        }
    }
}
