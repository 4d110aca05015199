//! Posts that one person must not hold together, as they have been since when.

use std::sync::LazyLock;

use contracts::finance::v1::Post;
use time::Date;

use crate::ledger::chart::day;

/// Two posts that one person must not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// One of them.
    pub post: Post,
    /// The other.
    pub other: Post,
    /// The first day.
    pub from: Date,
    /// What says so.
    pub source: &'static str,
}

static PAIRS: LazyLock<Vec<Pair>> = LazyLock::new(|| {
    let lines = include_str!("../../data/incompatible_posts.csv").lines();
    lines.filter_map(pair_of).collect()
});

/// The pairs of a day.
pub fn pairs(on: Date) -> impl Iterator<Item = &'static Pair> {
    PAIRS.iter().filter(move |pair| pair.from <= on)
}

/// Art. 106. What keeps one person from both posts on a day.
#[must_use]
pub fn incompatible(post: Post, other: Post, on: Date) -> Option<&'static Pair> {
    let both = |pair: &&Pair| {
        (pair.post, pair.other) == (post, other) || (pair.post, pair.other) == (other, post)
    };
    pairs(on).find(both)
}

fn pair_of(line: &'static str) -> Option<Pair> {
    let mut fields = line.split(',');
    let post = format!("POST_{}", fields.next()?);
    let other = format!("POST_{}", fields.next()?);
    Some(Pair {
        post: Post::from_str_name(&post)?,
        other: Post::from_str_name(&other)?,
        from: day(fields.next()?)?,
        source: fields.next()?,
    })
}
