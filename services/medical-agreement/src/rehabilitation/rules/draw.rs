//! Art. 49. How experts are drawn, so that anybody can repeat it.
//!
//! The seed is 32 bytes that nobody chose. Each expert of the pool has the number SHA-256(seed ‖ number of
//! the expert as UTF-8), read as a big-endian integer; the smallest is first in rank. The first `n` in rank
//! are drawn. Whoever cannot come is replaced by the first in rank who was not called yet.

use sha2::{Digest, Sha256};

/// Art. 49. The pool in the rank that the seed gives it; the order in which the pool is written does not
/// matter.
#[must_use]
pub fn ranked(seed: &[u8], pool: &[String]) -> Vec<String> {
    let lot = |number: &String| {
        Sha256::new()
            .chain_update(seed)
            .chain_update(number.as_bytes())
            .finalize()
    };
    let mut ranked = pool.to_vec();
    ranked.sort_by_cached_key(lot);
    ranked
}

/// Art. 49. Those who sit when the `replaced` do not: the first `wanted` of the others in rank.
#[must_use]
pub fn seated(ranked: &[String], wanted: usize, replaced: &[String]) -> Vec<String> {
    let others = ranked.iter().filter(|number| !replaced.contains(number));
    others.take(wanted).cloned().collect()
}

/// Art. 49. The next to be called when so many were replaced before; none where all were.
#[must_use]
pub fn next(ranked: &[String], wanted: usize, replaced: usize) -> Option<&String> {
    ranked.get(wanted + replaced)
}

/// Art. 49. Do those who were drawn, and those who were called for others, come out again?
#[must_use]
pub fn agrees(ranked: &[String], drawn: &[String], called: &[&str]) -> bool {
    let (first, others) = ranked.split_at(drawn.len().min(ranked.len()));
    let mut others = others.iter().take(called.len());
    first == drawn
        && called.len() <= others.len()
        && others.all(|number| called.contains(&number.as_str()))
}
