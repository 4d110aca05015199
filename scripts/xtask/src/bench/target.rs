//! What is wanted of a measurement, beside the peer that the same run timed.

use std::time::Duration;

use rust_decimal::Decimal;

use super::Sample;
use crate::figures::{count, time};

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// Hundredths of the peer's rows a second, at least.
    Speed(u32),
    /// Hundredths of the peer's time, at most.
    Time(u32),
    /// Rows a second, or hundredths of the peer's, whichever is lower; at least.
    RateOrSpeed(u64, u32),
    /// Hundredths of the peer's rows a second, at least, and each part of the time that the peer has too less than
    /// so many times the peer's.
    SpeedAndTail(u32, u32),
    /// Rows a second, at least.
    Rate(u64),
    /// Rows a second of the peer itself, at least.
    OfPeer(u64),
    /// Time beyond the peer's, at most.
    Beyond(Duration),
}

impl Target {
    /// The figure of a sample that is compared, less being better.
    pub fn cost(self, sample: &Sample) -> Decimal {
        match self {
            Self::Beyond(_) => nanos(sample.took) - nanos(sample.peer),
            _ => nanos(sample.took) / nanos(sample.peer),
        }
    }

    /// Does a sample do what is wanted?
    pub fn is_met(self, sample: &Sample) -> bool {
        let speed = |hundredths| nanos(sample.peer) / nanos(sample.took) >= ratio(hundredths);
        match self {
            Self::Speed(hundredths) => speed(hundredths),
            Self::Time(hundredths) => self.cost(sample) <= ratio(hundredths),
            Self::RateOrSpeed(rate, hundredths) => {
                speed(hundredths) || sample.rate() >= Decimal::from(rate)
            }
            Self::SpeedAndTail(hundredths, times) => {
                let limit = |peer| nanos(peer) * Decimal::from(times);
                let parts = sample.parts.iter();
                let mut parts =
                    parts.filter_map(|part| Some((nanos(part.took), limit(part.peer?))));
                speed(hundredths) && parts.all(|(took, limit)| took < limit)
            }
            Self::Rate(rate) => sample.rate() >= Decimal::from(rate),
            Self::OfPeer(rate) => sample.peer_rate() >= Decimal::from(rate),
            Self::Beyond(limit) => self.cost(sample) <= nanos(limit),
        }
    }

    /// The figure of a sample as it is printed.
    pub fn figure(self, sample: &Sample) -> String {
        match self {
            Self::Speed(_) | Self::SpeedAndTail(..) | Self::RateOrSpeed(..) => {
                format!("{:.2}", nanos(sample.peer) / nanos(sample.took))
            }
            Self::Time(_) | Self::OfPeer(_) | Self::Rate(_) => format!("{:.2}", self.cost(sample)),
            Self::Beyond(_) if sample.took < sample.peer => {
                format!("-{}", time(sample.peer - sample.took))
            }
            Self::Beyond(_) => time(sample.took - sample.peer),
        }
    }

    /// What the figure is.
    pub fn label(self) -> &'static str {
        match self {
            Self::Speed(_) | Self::RateOrSpeed(..) => "rows a second, as a part of the peer's",
            Self::SpeedAndTail(..) => "bills a second, as a part of the peer's",
            Self::Time(_) | Self::OfPeer(_) | Self::Rate(_) => "time, in times of the peer's",
            Self::Beyond(_) => "time beyond the peer's",
        }
    }

    /// What is wanted, in words.
    pub fn sentence(self) -> String {
        match self {
            Self::Speed(part) => {
                format!("at least {:.2} of the peer's rows a second", ratio(part))
            }
            Self::Time(times) => format!("at most {:.2} times the peer's time", ratio(times)),
            Self::RateOrSpeed(rate, part) => format!(
                "at least {} rows a second or {:.2} of the peer's, whichever is lower",
                count(rate),
                ratio(part)
            ),
            Self::SpeedAndTail(part, times) => format!(
                "at least {:.2} of the peer's bills a second, each percentile less than {times} times the peer's",
                ratio(part)
            ),
            Self::Rate(rate) => format!("at least {} a second", count(rate)),
            Self::OfPeer(rate) => format!("of the peer itself, at least {} a second", count(rate)),
            Self::Beyond(limit) => format!("at most {} beyond the peer", time(limit)),
        }
    }
}

fn ratio(hundredths: u32) -> Decimal {
    Decimal::new(i64::from(hundredths), 2)
}

fn nanos(time: Duration) -> Decimal {
    Decimal::from(time.as_nanos().max(1))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Target;
    use crate::bench::{Part, Sample};

    fn sample(took: u64, peer: u64) -> Sample {
        Sample::new(
            1_000,
            Duration::from_millis(took),
            Duration::from_millis(peer),
        )
    }

    #[test]
    fn a_target_is_met_up_to_its_bound_and_not_beyond() {
        let half = Target::Speed(50);
        assert!(half.is_met(&sample(200, 100)) && !half.is_met(&sample(201, 100)));
        let double = Target::Time(200);
        assert!(double.is_met(&sample(200, 100)) && !double.is_met(&sample(201, 100)));
        let beyond = Target::Beyond(Duration::from_millis(1));
        assert!(beyond.is_met(&sample(101, 100)) && !beyond.is_met(&sample(102, 100)));
        assert!(beyond.is_met(&sample(90, 100)));
    }

    #[test]
    fn a_tail_counts_as_much_as_the_speed_and_a_peer_may_have_a_target_of_its_own() {
        let half = Target::SpeedAndTail(50, 10);
        let with_tail = |took, tail, peer: Option<u64>| {
            let mut sample = sample(took, 100);
            sample.parts.push(Part {
                what: "99th percentile",
                took: Duration::from_millis(tail),
                peer: peer.map(Duration::from_millis),
            });
            sample
        };
        assert!(half.is_met(&with_tail(200, 49, Some(5))), "both");
        assert!(!half.is_met(&with_tail(200, 50, Some(5))), "a long tail");
        assert!(!half.is_met(&with_tail(201, 49, Some(5))), "slow");
        assert!(
            half.is_met(&with_tail(200, 50, None)),
            "no such of the peer"
        );
        let rate = Target::OfPeer(10_000);
        assert!(rate.is_met(&sample(1_000, 100)) && !rate.is_met(&sample(1_000, 101)));
    }

    #[test]
    fn of_a_rate_and_a_part_the_lower_is_enough() {
        let either = Target::RateOrSpeed(5_000, 50);
        assert!(either.is_met(&sample(200, 10)), "5,000 rows a second");
        assert!(either.is_met(&sample(1_000, 500)), "half of the peer's");
        assert!(!either.is_met(&sample(1_000, 499)), "neither");
    }
}
