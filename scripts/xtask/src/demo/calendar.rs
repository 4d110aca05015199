//! When what happens in the demonstration. It lives in 2026 whenever it is run: by the clock that the
//! settings name, so that a month can be due, overdue and dunned within minutes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use chassis::Clock;
use time::macros::{date, offset, time};
use time::{Date, OffsetDateTime};

/// The month that is assessed.
pub const MONTH: (i32, u8) = (2026, 3);
/// Its first day, from which employers are insured.
pub const MONTH_BEGINS: Date = date!(2026 - 03 - 01);
/// And its last.
pub const MONTH_ENDS: Date = date!(2026 - 03 - 31);
/// The month after it.
pub const NEXT_MONTH: (i32, u8) = (2026, 4);
/// Its first day.
pub const NEXT_MONTH_BEGINS: Date = date!(2026 - 04 - 01);
/// The area states its parameters, and employers register.
pub const REGISTRATION: Date = date!(2026 - 03 - 02);
/// Employers send their rosters.
pub const ENROLMENT: Date = date!(2026 - 03 - 04);
/// Employers declare wages.
pub const BASES: Date = date!(2026 - 03 - 09);
/// The month is assessed and goes to the tax bureau.
pub const ASSESSMENT: Date = date!(2026 - 03 - 16);
/// The declaration window is over; who is hired now enters the next one.
pub const LATE_HIRES: Date = date!(2026 - 03 - 18);
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
/// The tax bureau's list of them, a day after the end of the notices' terms: within the days in which lists
/// tell of it.
pub const THIRD_LIST: Date = date!(2026 - 04 - 10);
/// The next declaration window is open: employers report changes of staff.
pub const CHANGES: Date = date!(2026 - 04 - 13);
/// The terms of the notices are over, and the days of the lists about them; what is unpaid goes to the arrears
/// ledger.
pub const ARREARS: Date = date!(2026 - 04 - 15);
/// Some of those repay.
pub const REPAID: Date = date!(2026 - 04 - 22);
/// The tax bureau's list of them.
pub const LAST_LIST: Date = date!(2026 - 04 - 24);
/// The next month is assessed, a day before it is due.
pub const NEXT_ASSESSMENT: Date = date!(2026 - 04 - 24);
/// The agency signs agreements with institutions and puts the catalogues in force, before anybody is injured.
pub const AGREEMENTS: Date = LATE_HIRES;
/// Accidents happen, while nothing is late yet.
pub const INJURED: Date = date!(2026 - 03 - 20);
/// An application that is made after the thirty days of an employer is accepted.
pub const LATE_ACCEPTED: Date = date!(2026 - 04 - 22);
/// Who is injured is registered, and what is needed beyond the ordinary approved; hospitals settle what they did
/// since.
pub const INJURIES: Date = NEXT_ASSESSMENT;
/// What was settled is claimed, which is possible on a later day only. It is the last one on which the next month
/// may be paid: from the day after on it would be overdue, and credits would pay of it.
pub const CLAIMS: Date = date!(2026 - 04 - 25);

/// Accidents of which disabilities and deaths come: in the second month, so that there is a base of a month before.
pub const HURT: Date = date!(2026 - 04 - 10);
/// They are recognised and their appraisals concluded, and labour relations end.
pub const CONCLUDED: Date = date!(2026 - 04 - 24);

/// The clock of a running platform, as one demonstration moves it.
pub struct DemoClock {
    /// The file that the platform's settings name.
    pub clock: PathBuf,
    /// Where the demonstration remembers the day that it has come to.
    pub reached: PathBuf,
}

impl DemoClock {
    /// Makes it the day that the demonstration had come to: another one, or the days since it was
    /// interrupted, may have moved the clock.
    pub fn resume(&self) -> Result<()> {
        match self.reached()? {
            Some(day) if Clock::shifted(&self.clock).today() != day => self.set(day),
            Some(_) => Ok(()),
            None => self.forward_to(REGISTRATION),
        }
    }

    /// Makes it nine in the morning of `day`, unless the demonstration has come there already.
    pub fn forward_to(&self, day: Date) -> Result<()> {
        if self.reached()?.is_some_and(|reached| reached >= day) {
            return Ok(());
        }
        self.set(day)?;
        write(&self.reached, &day.to_julian_day().to_string())
    }

    fn reached(&self) -> Result<Option<Date>> {
        if !self.reached.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&self.reached)?;
        Ok(Some(Date::from_julian_day(text.trim().parse()?)?))
    }

    fn set(&self, day: Date) -> Result<()> {
        let shift = morning_of(day) - Clock::system().now();
        write(&self.clock, &shift.whole_seconds().to_string())
    }
}

/// Writes a file whole, for who reads it meanwhile.
fn write(path: &Path, text: &str) -> Result<()> {
    let part = path.with_extension("part");
    fs::write(&part, text)
        .and_then(|()| fs::rename(&part, path))
        .with_context(|| format!("writing {}", path.display()))
}

fn morning_of(day: Date) -> OffsetDateTime {
    OffsetDateTime::new_in_offset(day, time!(9:00), offset!(+8))
}
