//! Chance from a seed.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A stream of chance of its own for each thing that is made, so that one more of something does not
/// change all that is made after it.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream with a number.
    pub fn of(seed: u64, stream: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream as u64);
        Self(rng)
    }

    /// A number in a range, both ends included.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        self.0.random_range(least..=most)
    }

    /// An index below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0.random_range(0..bound)
    }

    /// True `chances` times in `of`.
    pub fn one_of(&mut self, chances: u32, of: u32) -> bool {
        self.0.random_ratio(chances, of)
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.0.random_range(0..from.len())]
    }

    /// One of several that are not equally frequent.
    pub fn weighted<'t, T>(&mut self, from: &'t [T], weight: impl Fn(&T) -> u32) -> &'t T {
        let mut left = self.0.random_range(0..from.iter().map(&weight).sum());
        from.iter()
            .find(|one| {
                let found = left < weight(one);
                left = left.saturating_sub(weight(one));
                found
            })
            .unwrap_or(&from[0])
    }

    /// A string of digits.
    pub fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + self.0.random_range(0..10)))
            .collect()
    }
}
