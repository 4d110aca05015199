//! What a token says of its bearer.

use contracts::options::v1::{Caller, Department, Duty};
use serde::{Deserialize, Serialize};

use super::TokenError;
use crate::{Actor, Areas};

/// The claims; enum values are in lower case without their prefix, such as `tax_bureau`.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Claims {
    #[serde(default, deserialize_with = "ignored")]
    pub iss: String,
    #[serde(default, deserialize_with = "ignored")]
    pub aud: String,
    pub exp: i64,
    pub sub: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub caller: String,
    #[serde(default)]
    pub party: String,
    #[serde(default)]
    pub areas: AreasClaim,
    #[serde(default)]
    pub departments: Vec<String>,
    #[serde(default)]
    pub duties: Vec<String>,
}

/// A list of areas, or `"*"` for all.
#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum AreasClaim {
    Word(String),
    List(Vec<String>),
}

impl Default for AreasClaim {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

/// Issuer and audience, texts or lists, are compared by the library that verifies the signature.
fn ignored<'de, D: serde::Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    serde::de::IgnoredAny::deserialize(source).map(|_| String::new())
}

impl TryFrom<Claims> for Actor {
    type Error = TokenError;

    fn try_from(claims: Claims) -> Result<Self, TokenError> {
        if claims.sub.is_empty() {
            return Err(TokenError::Claim("sub"));
        }
        let areas = match claims.areas {
            AreasClaim::List(list) => Areas::Some(list),
            AreasClaim::Word(word) if word == "*" => Areas::All,
            AreasClaim::Word(_) => return Err(TokenError::Claim("areas")),
        };
        // A service shows its certificate, and the public shows nothing: a token never makes one.
        let caller = match Caller::from_str_name(&full_name("CALLER", &claims.caller)) {
            None | Some(Caller::Unspecified | Caller::Service | Caller::Public) => {
                return Err(TokenError::Claim("caller"));
            }
            Some(caller) => caller,
        };
        let department = |name: &String| Department::from_str_name(&full_name("DEPARTMENT", name));
        let duty = |name: &String| Duty::from_str_name(&full_name("DUTY", name));
        let departments: Option<_> = claims.departments.iter().map(department).collect();
        let duties: Option<_> = claims.duties.iter().map(duty).collect();
        let actor = Self {
            id: claims.sub,
            name: claims.name,
            caller,
            party: claims.party,
            areas,
            departments: departments.ok_or(TokenError::Claim("departments"))?,
            duties: duties.ok_or(TokenError::Claim("duties"))?,
        };
        if actor.speaks_for_itself() && actor.party.is_empty() {
            return Err(TokenError::Claim("party"));
        }
        Ok(actor)
    }
}

fn full_name(prefix: &str, value: &str) -> String {
    format!("{prefix}_{}", value.to_ascii_uppercase())
}

#[cfg(feature = "issuing")]
impl Claims {
    /// The claims that make `actor`.
    pub fn of(actor: &Actor, issuer: &str, audience: &str, exp: i64) -> Self {
        let claim = |name: &str, prefix: &str| name.replacen(prefix, "", 1).to_ascii_lowercase();
        let department = |d: &Department| claim(d.as_str_name(), "DEPARTMENT_");
        Self {
            iss: issuer.to_owned(),
            aud: audience.to_owned(),
            exp,
            sub: actor.id.clone(),
            name: actor.name.clone(),
            caller: claim(actor.caller.as_str_name(), "CALLER_"),
            party: actor.party.clone(),
            areas: match &actor.areas {
                Areas::All => AreasClaim::Word("*".to_owned()),
                Areas::Some(areas) => AreasClaim::List(areas.clone()),
            },
            departments: actor.departments.iter().map(department).collect(),
            duties: actor
                .duties
                .iter()
                .map(|d| claim(d.as_str_name(), "DUTY_"))
                .collect(),
        }
    }
}
