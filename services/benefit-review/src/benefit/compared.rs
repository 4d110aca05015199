//! Own wages that are kept, compared with what collection has now (Art. 68): asked for, or night by night.

use std::sync::Arc;

use chassis::{Daily, Error, Progress, Question, Result, Unit};
use contracts::benefit_review::v1::{Injury, OwnWageDifference};
use uuid::Uuid;

use super::store::{differences, wages};
use super::wage::{Bases, bases, compare};
use crate::injury::store as injuries;

/// Own wages that are compared in one unit.
const TOGETHER: i64 = 100;

/// A page of own wages: those after an injury, and at most so many.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The last injury of the page before.
    pub after: Option<Uuid>,
    /// Own wages on the page.
    pub limit: i64,
}

/// The injuries of a page in the order of their numbers, with the bases that collection has now, or why they cannot be read.
pub type Known = Vec<(Injury, Result<Bases, String>)>;

#[chassis::async_trait]
impl Question for Page {
    type Answer = Known;

    const MOST: usize = 1;

    async fn answer(unit: &mut Unit, pages: &[Self]) -> Result<Vec<Result<Known>>> {
        let mut answers = Vec::with_capacity(pages.len());
        for page in pages {
            answers.push(known(unit, *page).await);
        }
        Ok(answers)
    }
}

/// Asks collection about the own wages of a page.
async fn known(unit: &mut Unit, page: Page) -> Result<Known> {
    let area = unit.area().to_owned();
    let mut known = Vec::new();
    for id in wages::injuries(unit.db(), &area, (page.after, page.limit)).await? {
        let filter = injuries::Filter {
            injury_id: Some(id),
            ..injuries::Filter::default()
        };
        for row in injuries::injuries(unit.db(), &area, filter, (None, 1)).await? {
            let injury = Injury::try_from(row)?;
            let bases = match bases(unit, &injury).await {
                Err(error @ Error::Unavailable(_)) => return Err(error),
                bases => bases.map_err(|error| error.to_string()),
            };
            known.push((injury, bases));
        }
    }
    Ok(known)
}

/// Art. 68. One of a page compared. Answers the difference where one was raised.
///
/// # Errors
/// When something cannot be read.
pub async fn compared(
    unit: &mut Unit,
    (injury, bases): &(Injury, Result<Bases, String>),
) -> Result<Option<OwnWageDifference>> {
    match bases {
        Ok(bases) => compare(unit, (injury, bases)).await,
        Err(why) => Err(Error::internal(why.as_str())),
    }
}

/// Art. 68. Each night the own wages that are kept are compared, a page after the other; a night that was broken off goes
/// on where it was.
#[derive(Debug, Default)]
pub struct OwnWages(Known);

#[chassis::async_trait]
impl Daily for OwnWages {
    fn name(&self) -> &'static str {
        "benefit.own_wages"
    }

    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>> {
        wages::areas(unit.db()).await
    }

    async fn asked(&self, unit: &mut Unit) -> Result<Option<Arc<dyn Daily>>> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let after = differences::compared(unit.db(), &area, today).await?;
        let page = Page {
            after,
            limit: TOGETHER,
        };
        Ok(Some(Arc::new(Self(known(unit, page).await?))))
    }

    async fn act(&self, unit: &mut Unit) -> Result<Progress> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        for one in &self.0 {
            // Whose own wage cannot be compared keeps nobody else's waiting.
            if let Err(error) = unit.attempt(async |unit| compared(unit, one).await).await {
                let injury_id = one.0.injury_id.as_str();
                tracing::error!(area, injury_id, %error, "an own wage cannot be compared");
            }
        }
        let Some((last, _)) = self.0.last() else {
            return Ok(Progress::Done);
        };
        let last = chassis::wire::uuid(&last.injury_id)?;
        differences::keep_compared(unit.db(), &area, (today, last)).await?;
        Ok(Progress::More)
    }
}
