//! What decisions in cash rest on, compared with what registration and collection have now: own wages (Art. 68) and eligibility
//! (Art. 56); asked for, or night by night.

use std::sync::Arc;

use chassis::{Daily, Error, Progress, Question, Result, Unit};
use contracts::benefit_review::v1::{
    Eligibility, EligibilityDifference, Injury, OwnWageDifference,
};
use contracts::collection::v1::GetPaymentStateResponse;
use uuid::Uuid;

use super::eligibility;
use super::store::{differences, wages};
use super::wage::{Bases, bases, compare};
use crate::eligible;
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

/// An injury with what is known now, or why it cannot be read.
#[derive(Clone, Debug)]
pub struct Asked {
    /// As it is registered.
    pub injury: Injury,
    /// The bases that collection has.
    bases: Result<Bases, String>,
    /// What registration and collection say of the day.
    eligibility: Result<(Eligibility, GetPaymentStateResponse), String>,
}

/// The injuries of a page in the order of their numbers.
pub type Known = Vec<Asked>;

/// What was raised of an injury.
#[derive(Clone, Debug, Default)]
pub struct Raised {
    /// An own wage that would be another.
    pub own_wage: Option<OwnWageDifference>,
    /// An eligibility that is another.
    pub eligibility: Option<EligibilityDifference>,
}

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
            let bases = readable(bases(unit, &injury).await)?;
            let eligibility = readable(eligible::now(unit, &injury).await)?;
            known.push(Asked {
                injury,
                bases,
                eligibility,
            });
        }
    }
    Ok(known)
}

/// Why something cannot be read; who does not answer is asked again.
fn readable<T>(answer: Result<T>) -> Result<Result<T, String>> {
    match answer {
        Err(error @ Error::Unavailable(_)) => Err(error),
        answer => Ok(answer.map_err(|error| error.to_string())),
    }
}

/// Art. 56, Art. 68. One of a page compared. Answers the differences where they were raised.
///
/// # Errors
/// When something cannot be read.
pub async fn compared(unit: &mut Unit, asked: &Asked) -> Result<Raised> {
    let injury = &asked.injury;
    let unread = |why: &String| Error::internal(why.as_str());
    let now = asked.eligibility.as_ref().map_err(unread)?;
    let eligibility = eligibility::compare(unit, injury, now).await?;
    let bases = asked.bases.as_ref().map_err(unread)?;
    let own_wage = compare(unit, (injury, bases)).await?;
    Ok(Raised {
        own_wage,
        eligibility,
    })
}

/// Art. 56, Art. 68. Each night what decisions rest on is compared, a page after the other; a night that was broken off goes
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
                let injury_id = one.injury.injury_id.as_str();
                tracing::error!(area, injury_id, %error, "what decisions rest on cannot be compared");
            }
        }
        let Some(last) = self.0.last() else {
            return Ok(Progress::Done);
        };
        let last = chassis::wire::uuid(&last.injury.injury_id)?;
        differences::keep_compared(unit.db(), &area, (today, last)).await?;
        Ok(Progress::More)
    }
}
