//! Who comes of age leaves the share to the others, also where nobody tells it.

use std::sync::Arc;

use chassis::{Daily, Error, Progress, Result, Unit, async_trait};
use contracts::benefit_review::v1::CashClaimKind;
use law::Month;
use law::calendar::add_days;
use uuid::Uuid;

use super::cases::OfAge;
use crate::benefit::store::claims;

/// Claims that are read at a time.
const PAGE: i64 = 100;
/// Claims that are decided in one unit.
const TOGETHER: usize = 100;

/// Art. 72. Once the month has begun from which the own wage is shared anew, comings of age that nobody told (form 72-A) are
/// decided as if they had been. Nobody has to sign what the days of birth on the signed decision say.
#[derive(Debug, Default)]
pub struct ComingsOfAge(Vec<OfAge>);

#[async_trait]
impl Daily for ComingsOfAge {
    fn name(&self) -> &'static str {
        "death.comings_of_age"
    }

    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>> {
        claims::areas(unit.db(), CashClaimKind::Survivors).await
    }

    async fn asked(&self, unit: &mut Unit) -> Result<Option<Arc<dyn Daily>>> {
        let area = unit.area().to_owned();
        let until_on = add_days(Month::of(unit.today()).first_day(), -1);
        let (mut found, mut after): (Vec<OfAge>, Option<Uuid>) = (Vec::new(), None);
        loop {
            let part = (after, PAGE);
            let rows = claims::last_of(unit.db(), &area, CashClaimKind::Survivors, part).await?;
            let Some(last) = rows.last() else {
                break;
            };
            after = Some(last.claim_id);
            for row in &rows {
                // Whose coming of age cannot be decided keeps nobody else's waiting.
                match unit
                    .attempt(async |unit| OfAge::of(unit, row, until_on).await)
                    .await
                {
                    Ok(one) => found.extend(one),
                    Err(error @ Error::Unavailable(_)) => return Err(error),
                    Err(error) => told(&area, row.claim_id, &error),
                }
                if found.len() == TOGETHER {
                    return Ok(Some(Arc::new(Self(found))));
                }
            }
        }
        Ok(Some(Arc::new(Self(found))))
    }

    async fn act(&self, unit: &mut Unit) -> Result<Progress> {
        let area = unit.area().to_owned();
        let mut entered = 0;
        for one in &self.0 {
            match unit.attempt(async |unit| one.enter(unit).await).await {
                Ok(()) => entered += 1,
                Err(error) => told(&area, one.claim_id, &error),
            }
        }
        // What is left when none could be entered is tried again on the next day.
        Ok(match self.0.len() == TOGETHER && entered > 0 {
            true => Progress::More,
            false => Progress::Done,
        })
    }
}

fn told(area: &str, claim_id: Uuid, error: &Error) {
    tracing::error!(area, %claim_id, %error, "a coming of age cannot be decided");
}
