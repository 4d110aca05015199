//! The clock that everything asks, so that tests and demonstrations can set the time.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use time::{Date, Duration, OffsetDateTime, UtcOffset, macros::offset};

/// The offset of Asia/Shanghai, which has had no daylight saving time since 1991.
pub const SHANGHAI: UtcOffset = offset!(+8);

/// The date in Asia/Shanghai at an instant.
#[must_use]
pub fn business_date(at: OffsetDateTime) -> Date {
    at.to_offset(SHANGHAI).date()
}

/// A clock; clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed(Arc<Mutex<OffsetDateTime>>),
    Shifted(Arc<Shift>),
}

#[derive(Debug)]
struct Shift {
    file: PathBuf,
    seconds: AtomicI64,
}

impl Clock {
    /// The time of the system.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// Stands still at `at` until it is [set](Self::set) or [advanced](Self::advance).
    #[must_use]
    pub fn fixed(at: OffsetDateTime) -> Self {
        Self(Source::Fixed(Arc::new(Mutex::new(at))))
    }

    /// The time of the system plus the seconds written in `file`, which is read again at each
    /// question. For demonstrations that live through a year in minutes; never for production.
    #[must_use]
    pub fn shifted(file: &Path) -> Self {
        tracing::warn!(file = %file.display(), "the clock is shifted by a file: not for production");
        Self(Source::Shifted(Arc::new(Shift {
            file: file.to_owned(),
            seconds: AtomicI64::new(0),
        })))
    }

    /// The instant, to the microsecond.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        match &self.0 {
            Source::System => system_now(),
            Source::Fixed(hands) => *hands.lock().unwrap_or_else(PoisonError::into_inner),
            Source::Shifted(shift) => system_now().saturating_add(shift.read()),
        }
    }

    /// The date in Asia/Shanghai, by which all business is done.
    #[must_use]
    pub fn today(&self) -> Date {
        business_date(self.now())
    }

    /// Moves the hands of a fixed clock; no other clock can be set.
    pub fn set(&self, at: OffsetDateTime) {
        let Source::Fixed(hands) = &self.0 else {
            debug_assert!(false, "only a fixed clock can be set");
            return;
        };
        *hands.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// Moves the hands of a fixed clock forward, or back by a negative duration.
    pub fn advance(&self, by: Duration) {
        self.set(self.now().saturating_add(by));
    }
}

impl Shift {
    /// The shift; the last one that could be read while the file is absent or being written.
    fn read(&self) -> Duration {
        let read = std::fs::read_to_string(&self.file).ok();
        if let Some(seconds) = read.and_then(|text| text.trim().parse().ok()) {
            self.seconds.store(seconds, Ordering::Relaxed);
        }
        Duration::seconds(self.seconds.load(Ordering::Relaxed))
    }
}

/// PostgreSQL keeps microseconds: an instant must not change when it is stored and read.
fn system_now() -> OffsetDateTime {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that the others ask"
    )]
    let now = OffsetDateTime::now_utc();
    now.truncate_to_microsecond()
}
