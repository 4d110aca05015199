//! Tokens that were verified before: to check a signature costs as much as all else that is done about a call's token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use contracts::reflect::digest;

use super::LEEWAY_SECONDS;
use super::keys::Key;
use crate::Actor;

/// Tokens that are kept at most.
const MOST: usize = 4_096;

/// A token whose signature and claims were found good, with whose key.
pub(super) struct Verified {
    /// Under which the issuer published the key.
    pub kid: String,
    /// The key itself: one that was read again since is another, so that a key taken back takes its tokens along.
    pub key: Arc<Key>,
    /// When the token expires, in seconds since 1970.
    pub expires: i64,
    /// Whom it names.
    pub actor: Actor,
}

impl Verified {
    fn holds(&self, now: i64) -> bool {
        self.expires.saturating_add_unsigned(LEEWAY_SECONDS) >= now
    }
}

/// The tokens, by their digest: who could read the memory of a service finds nothing to call with.
#[derive(Default)]
pub(super) struct Kept(Mutex<HashMap<String, Arc<Verified>>>);

impl Kept {
    /// What was found of a token before, while its time is not over.
    pub fn find(&self, token: &str, now: i64) -> Option<Arc<Verified>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept
            .get(&digest(token.as_bytes()))
            .filter(|one| one.holds(now));
        found.cloned()
    }

    /// Keeps what was found. Where there are too many, those whose time is over go first, and else all.
    pub fn keep(&self, token: &str, verified: Verified, now: i64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|_, one| one.holds(now));
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(digest(token.as_bytes()), Arc::new(verified));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jsonwebtoken::{Algorithm, DecodingKey};

    use super::{Kept, LEEWAY_SECONDS, MOST, Verified};
    use crate::Actor;
    use crate::identity::keys::Key;

    fn until(expires: i64) -> Verified {
        let key = Key {
            key: DecodingKey::from_secret(b""),
            algorithm: Algorithm::EdDSA,
        };
        Verified {
            kid: "key".to_owned(),
            key: Arc::new(key),
            expires,
            actor: Actor::public(),
        }
    }

    #[test]
    fn a_token_that_was_verified_holds_until_its_time_is_over_and_no_longer() {
        let kept = Kept::default();
        kept.keep("token", until(1_000), 900);
        let last = 1_000 + i64::try_from(LEEWAY_SECONDS).unwrap();
        assert!(kept.find("token", last).is_some());
        assert!(kept.find("token", last + 1).is_none());
        assert!(kept.find("another", 900).is_none());
    }

    #[test]
    fn however_many_tokens_come_only_so_many_are_kept() {
        let kept = Kept::default();
        let times = (0..MOST * 2).map(|n| (n, if n % 2 == 0 { 10 } else { 1_000 }));
        for (n, expires) in times {
            kept.keep(&n.to_string(), until(expires), 900);
        }
        assert!(kept.0.lock().unwrap().len() <= MOST);
        let last = (MOST * 2 - 1).to_string();
        assert!(kept.find(&last, 900).is_some(), "the last one is kept");
    }
}
