//! When what happens in the demonstration. It lives in 2026 whenever it is run: by the clock that the
//! settings name, so that a month can be due, overdue and dunned within minutes.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chassis::Clock;
use time::macros::{date, offset, time};
use time::{Date, OffsetDateTime};

/// The month that is assessed.
pub const MONTH: (i32, u8) = (2026, 3);
/// Its first day, from which employers are insured.
pub const MONTH_BEGINS: Date = date!(2026 - 03 - 01);
/// The area states its parameters, and employers register.
pub const REGISTRATION: Date = date!(2026 - 03 - 02);
/// Employers send their rosters.
pub const ENROLMENT: Date = date!(2026 - 03 - 04);
/// Employers declare wages.
pub const BASES: Date = date!(2026 - 03 - 09);
/// The month is assessed and goes to the tax bureau.
pub const ASSESSMENT: Date = date!(2026 - 03 - 16);
/// The last day on which payment is in time, as the area has it.
pub const DUE: Date = date!(2026 - 03 - 25);
/// The tax bureau sends what came in while the month was due.
pub const FIRST_LIST: Date = date!(2026 - 03 - 27);
/// And what it has to correct.
pub const SECOND_LIST: Date = date!(2026 - 03 - 31);
/// Who has not paid is told to.
pub const DUNNING: Date = date!(2026 - 04 - 01);
/// Who was dunned pays, with late fee.
pub const DUNNED_PAY: Date = date!(2026 - 04 - 08);
/// The tax bureau's list of them.
pub const THIRD_LIST: Date = date!(2026 - 04 - 10);
/// The terms of the notices are over; what is unpaid goes to the arrears ledger.
pub const ARREARS: Date = date!(2026 - 04 - 15);
/// Some of those repay.
pub const REPAID: Date = date!(2026 - 04 - 22);
/// The tax bureau's list of them.
pub const LAST_LIST: Date = date!(2026 - 04 - 24);

/// The clock of a running platform.
pub struct DemoClock(pub PathBuf);

impl DemoClock {
    /// Makes it nine in the morning of `day`, unless it is later already: a demonstration that goes on
    /// where it stopped does not go back.
    pub fn forward_to(&self, day: Date) -> Result<()> {
        if Clock::shifted(&self.0).now() < morning_of(day) {
            self.set(day)?;
        }
        Ok(())
    }

    /// Makes it nine in the morning of `day`, earlier or later.
    pub fn set(&self, day: Date) -> Result<()> {
        let shift = morning_of(day) - Clock::system().now();
        let part = self.0.with_extension("part");
        fs::write(&part, shift.whole_seconds().to_string())
            .and_then(|()| fs::rename(&part, &self.0))
            .with_context(|| format!("writing {}", self.0.display()))
    }
}

fn morning_of(day: Date) -> OffsetDateTime {
    OffsetDateTime::new_in_offset(day, time!(9:00), offset!(+8))
}
