//! What is told of months after they were assessed.

use std::collections::BTreeMap;

use chassis::{Daily, Progress, Result, Unit, async_trait};
use law::Month;
use time::Date;
use uuid::Uuid;

use super::{months, reassess};
use crate::assessment::store::{self, ToldLate};
use crate::ledger;

/// Employers about which registration tells something that was charged otherwise.
#[derive(Default)]
pub struct Late(BTreeMap<String, (Month, Vec<String>)>);

impl Late {
    /// Art. 12, Art. 14. Adds enrolments that ended, or were none, before the last month that counted them;
    /// before they are ended here.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn ended(
        &mut self,
        unit: &mut Unit,
        ended: (&[String], &[Uuid], &[Date]),
        counted_through: Month,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        for row in store::ended_late(unit.db(), &area, ended, counted_through).await? {
            let why = format!("{}人最早于{}终止参保", row.enrolments, row.ends_on);
            self.add(row.employer_id, Month::of(row.first_month), why);
        }
        Ok(())
    }

    /// Art. 25. Adds employers that have another industry from a day on in a month that was counted; before
    /// it is set here.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn moved(
        &mut self,
        unit: &mut Unit,
        industries: &BTreeMap<(String, Date), String>,
        counted_through: Month,
    ) -> Result<()> {
        let (mut employers, mut days, mut codes) = (Vec::new(), Vec::new(), Vec::new());
        for ((employer_id, from_on), code) in industries {
            if Month::of(*from_on) <= counted_through {
                employers.push(employer_id.clone());
                days.push(*from_on);
                codes.push(code.clone());
            }
        }
        if employers.is_empty() {
            return Ok(());
        }
        let area = unit.area().to_owned();
        let told = (&employers[..], &days[..], &codes[..]);
        for (employer_id, from_on) in store::moved(unit.db(), &area, told).await? {
            let why = format!("行业自{from_on}起变更");
            self.add(employer_id, Month::of(from_on), why);
        }
        Ok(())
    }

    fn add(&mut self, employer_id: String, first: Month, why: String) {
        let (known, whys) = self.0.entry(employer_id).or_insert((first, Vec::new()));
        *known = first.min(*known);
        whys.push(why);
    }

    /// Art. 28. Assesses anew what these employers were charged; while a month is being assessed, when
    /// that is signed.
    ///
    /// # Errors
    /// When the law has no rate for one of the months.
    pub async fn settle(self, unit: &mut Unit) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let source = unit.request_id();
        let told = self
            .0
            .into_iter()
            .map(|(employer_id, (first, whys))| ToldLate {
                employer_id,
                first_month: first.first_day(),
                why: whys.join("；"),
                source,
            });
        let told: Vec<_> = told.collect();
        if months::in_progress(unit).await?.is_empty() {
            return all(unit, told).await;
        }
        let area = unit.area().to_owned();
        Ok(store::keep(unit.db(), &area, &told, None).await?)
    }
}

/// How many employers are assessed anew in one unit, which holds the area's ledger.
const TOGETHER: u16 = 200;

/// Art. 28. Assesses anew what was told of while a month was assessed, now that it is signed.
pub(super) async fn settle_kept(unit: &mut Unit) -> Result<Progress> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let kept = store::take_kept(unit.db(), &area, today, TOGETHER.into()).await?;
    let progress = if kept.len() < TOGETHER.into() {
        Progress::Done
    } else {
        Progress::More
    };
    all(unit, kept).await?;
    Ok(progress)
}

/// Art. 28. Each night assesses anew what a parameter has changed, and what could not be before.
pub struct Kept;

#[async_trait]
impl Daily for Kept {
    fn name(&self) -> &'static str {
        "assessment.kept_corrections"
    }

    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>> {
        Ok(store::areas_that_keep(unit.db()).await?)
    }

    async fn act(&self, unit: &mut Unit) -> Result<Progress> {
        let area = unit.area().to_owned();
        ledger::store::lock(unit.db(), &area).await?;
        months::counted_through(unit).await?;
        if months::in_progress(unit).await?.is_empty() {
            return settle_kept(unit).await;
        }
        Ok(Progress::Done)
    }
}

/// Assesses anew what was told of each; one that cannot be is kept and does not hold up the others.
async fn all(unit: &mut Unit, told: Vec<ToldLate>) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    for told in told {
        let done = unit
            .attempt(async |unit| reassess::told_late(unit, &told).await)
            .await;
        match done {
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                let employer_id = &told.employer_id;
                tracing::error!(employer_id, %error, "a correction cannot be made and is kept");
                store::keep(unit.db(), &area, &[told], Some(today)).await?;
            }
            Ok(()) => {}
        }
    }
    Ok(())
}
