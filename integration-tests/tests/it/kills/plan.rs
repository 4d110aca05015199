//! What ends when: each service as each step begins and somewhere within it, from a seed, and payment all through the last one.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Names the seed of a plan, to carry it out again.
const SEED: &str = "WORKINJURY_TEST_KILL_SEED";

const SERVICES: [&str; 6] = [
    "registration",
    "collection",
    "medical-agreement",
    "benefit-review",
    "payment",
    "gateway",
];

/// How often payment ends while what was decided is paid, from the first trace of it to the last.
const SWEEP: i64 = 16;

/// Something that ends; all but Redis and what it takes with it starts again at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blow {
    /// A service, by SIGKILL.
    Kill(&'static str),
    /// PostgreSQL, and with it whatever was under way in every service.
    CrashPostgres,
    /// Redis, for some steps.
    StopRedis,
    /// Redis is there again, with nothing in it.
    StartRedis,
    /// The program that demonstrates, and the tax bureau's with it.
    KillDemonstration,
}

/// The blows that are left, the next one last.
pub struct Plan(Vec<(Point, Blow)>);

/// A step, counted from 1, and how many traces it has left when it is time.
type Point = (usize, i64);

impl Plan {
    /// Makes a plan for steps that leave so many traces each, and prints its seed.
    pub fn make(growth: &[i64]) -> Self {
        let seed = seed();
        eprintln!("{SEED}={seed}");
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let mut blows = Vec::new();
        for (step, traces) in (1..).zip(growth) {
            blows.push(((step, 0), Blow::Kill(SERVICES[step % SERVICES.len()])));
            for service in SERVICES {
                blows.push(((step, within(&mut dice, *traces)), Blow::Kill(service)));
            }
        }
        let paid = growth.last().copied().unwrap_or_default();
        for place in 0..SWEEP {
            let point = (growth.len(), paid * place / SWEEP);
            blows.push((point, Blow::Kill("payment")));
        }
        for blow in [Blow::CrashPostgres, Blow::KillDemonstration] {
            for steps in [1..=4, 5..=growth.len()] {
                let step = dice.random_range(steps);
                blows.push(((step, within(&mut dice, growth[step - 1])), blow));
            }
        }
        let stopped = dice.random_range(1..growth.len());
        blows.push(((stopped, 0), Blow::StopRedis));
        blows.push(((stopped + 1, 0), Blow::StartRedis));
        blows.sort_by_key(|(point, _)| std::cmp::Reverse(*point));
        Self(blows)
    }

    /// The next blow, if it is time: its step has left so many traces, or is over.
    pub fn due(&mut self, step: usize, grown: i64, ended: bool) -> Option<Blow> {
        let (point, _) = self.0.last()?;
        (ended || *point <= (step, grown))
            .then(|| self.0.pop())?
            .map(|(_, blow)| blow)
    }
}

fn within(dice: &mut impl Rng, traces: i64) -> i64 {
    dice.random_range(0..traces.max(1))
}

#[expect(
    clippy::disallowed_methods,
    reason = "not a setting of the platform: it repeats a test that failed"
)]
fn seed() -> u64 {
    match std::env::var(SEED) {
        Ok(text) => text.parse().unwrap(),
        Err(_) => rand::random(),
    }
}
