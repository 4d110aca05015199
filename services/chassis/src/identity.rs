//! Who calls, as a short-lived signed token says.
//!
//! Every service verifies the token itself, against the issuer's JWKS. Locally the issuer is
//! `Issuer` (feature `issuing`) and the JWKS a file; in production it is an OIDC provider and a URL.

mod claims;
#[cfg(feature = "issuing")]
mod issuer;
mod kept;
mod keys;

#[cfg(feature = "issuing")]
pub use issuer::Issuer;
pub use keys::JwksError;

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode, decode_header};

use crate::{Actor, Clock, Tasks, config};
use claims::Claims;
use kept::{Kept, Verified};
use keys::Keys;

/// Clocks of two machines differ by no more than this.
const LEEWAY_SECONDS: u64 = 30;

/// A token that outlives a working day is not short-lived.
const GREATEST_LIFETIME_SECONDS: i64 = 24 * 60 * 60;

/// Verifies tokens; clones share the keys.
#[derive(Clone)]
pub struct Identity {
    settings: config::Identity,
    keys: Arc<Keys>,
    kept: Arc<Kept>,
}

/// Why a token is not accepted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not a signed token, or its signature is not by the key that it names.
    #[error("the token is malformed or its signature is wrong")]
    Malformed,
    /// It names a key that the issuer does not publish.
    #[error("the token is signed with an unknown key")]
    UnknownKey,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// It is valid for longer than a day.
    #[error("the token is valid for too long")]
    TooLong,
    /// Somebody else issued it.
    #[error("the token is of another issuer")]
    Issuer,
    /// It is meant for another system.
    #[error("the token is for another audience")]
    Audience,
    /// It does not say properly who calls.
    #[error("claim `{0}` is missing or wrong")]
    Claim(&'static str),
}

impl TokenError {
    /// The reason, `UPPER_SNAKE`.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed => "TOKEN_MALFORMED",
            Self::UnknownKey => "TOKEN_KEY_UNKNOWN",
            Self::Expired => "TOKEN_EXPIRED",
            Self::NotYetValid => "TOKEN_NOT_YET_VALID",
            Self::TooLong => "TOKEN_LIFETIME_TOO_LONG",
            Self::Issuer => "TOKEN_ISSUER",
            Self::Audience => "TOKEN_AUDIENCE",
            Self::Claim(_) => "TOKEN_CLAIM",
        }
    }

    /// The Chinese sentence that says what to do.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Expired => "登录已过期。请重新登录。".to_owned(),
            Self::NotYetValid => "登录凭证尚未生效。请校准本机时间后重新登录。".to_owned(),
            Self::TooLong => "登录凭证的有效期超过一天。请联系管理员缩短有效期。".to_owned(),
            Self::Issuer => {
                "登录凭证不是本系统认可的机构签发的。请从本系统的登录入口登录。".to_owned()
            }
            Self::Audience => "登录凭证不是为本系统签发的。请从本系统的登录入口登录。".to_owned(),
            Self::Claim(claim) => {
                format!("登录凭证中的“{claim}”缺失或者有误。请联系管理员核对账号的授权。")
            }
            Self::Malformed | Self::UnknownKey => "登录凭证无效。请重新登录。".to_owned(),
        }
    }
}

impl Identity {
    /// Reads the issuer's keys.
    ///
    /// # Errors
    /// When they cannot be read, or none of them can be used.
    pub async fn load(settings: &config::Identity) -> Result<Self, JwksError> {
        let keys = Keys::load(&settings.jwks).await?;
        Ok(Self {
            settings: settings.clone(),
            keys: Arc::new(keys),
            kept: Arc::default(),
        })
    }

    /// Reads the keys again from time to time, so that one taken back is soon no longer accepted.
    pub fn keep_fresh(&self, tasks: &Tasks) {
        let every = Duration::from_secs(self.settings.refresh_seconds.max(1));
        let keys = Arc::clone(&self.keys);
        tasks.spawn("jwks", move |shutdown| {
            let keys = Arc::clone(&keys);
            async move {
                while shutdown
                    .run_until_cancelled(tokio::time::sleep(every))
                    .await
                    .is_some()
                {
                    keys.refresh().await?;
                }
                Ok::<_, JwksError>(())
            }
        });
    }

    /// The actor that the token names.
    ///
    /// # Errors
    /// When the token is not to be accepted.
    pub async fn verify(&self, token: &str) -> Result<Actor, TokenError> {
        // Tokens live in real time, also where a demonstration shifts the clock of the business.
        let now = Clock::system().now().unix_timestamp();
        let before = self.kept.find(token, now);
        if let Some(before) = before.filter(|one| self.keys.is_still(&one.kid, &one.key)) {
            return Ok(before.actor.clone());
        }
        let verified = self.verify_anew(token, now).await?;
        let actor = verified.actor.clone();
        self.kept.keep(token, verified, now);
        Ok(actor)
    }

    async fn verify_anew(&self, token: &str, now: i64) -> Result<Verified, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        let kid = header.kid.ok_or(TokenError::UnknownKey)?;
        let key = self.keys.find(&kid).await.ok_or(TokenError::UnknownKey)?;

        // The algorithm is the key's, whatever the token claims.
        let mut validation = Validation::new(key.algorithm);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_audience(&[&self.settings.audience]);
        validation.leeway = LEEWAY_SECONDS;
        validation.validate_nbf = true;
        let claims = decode::<Claims>(token, &key.key, &validation)
            .map_err(refused)?
            .claims;

        let expires = claims.exp;
        if expires.saturating_sub(now) > GREATEST_LIFETIME_SECONDS {
            return Err(TokenError::TooLong);
        }
        Ok(Verified {
            kid,
            key,
            expires,
            actor: Actor::try_from(claims)?,
        })
    }
}

fn refused(error: jsonwebtoken::errors::Error) -> TokenError {
    match error.kind() {
        ErrorKind::ExpiredSignature => TokenError::Expired,
        ErrorKind::ImmatureSignature => TokenError::NotYetValid,
        ErrorKind::InvalidIssuer => TokenError::Issuer,
        ErrorKind::InvalidAudience => TokenError::Audience,
        ErrorKind::MissingRequiredClaim(claim) => TokenError::Claim(match claim.as_str() {
            "exp" => "exp",
            "iss" => "iss",
            "aud" => "aud",
            _ => "sub",
        }),
        // A claim of the wrong type; which one is not told.
        ErrorKind::Json(_) => TokenError::Claim("claims"),
        _ => TokenError::Malformed,
    }
}
