//! The own wage reckoned anew when somebody objects (Art. 90).

use chassis::wire::uuid;
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{Injury, MonthlyBase, OwnWage as WireOwnWage};
use uuid::Uuid;

use super::super::rules::OwnWage;
use super::super::store::wages;
use super::{bases, not_needed, of_injury_or_stated, prove, read, reckon, wire};

/// An own wage with how it came about.
pub type Reckoned = (OwnWage, WireOwnWage);

/// Where the own wage of a decision comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// The one that is kept; before the first decision from bases, or from wages that are stated.
    Kept(&'a [MonthlyBase]),
    /// The one that a review has found.
    Found(&'a Reckoned),
}

impl Source<'_> {
    /// The own wage.
    ///
    /// # Errors
    /// When collection does not answer, there is neither base nor wage, or wages are stated beside bases.
    pub async fn own_wage(self, unit: &mut Unit, injury: &Injury) -> Result<Reckoned> {
        match self {
            Self::Kept(stated) => of_injury_or_stated(unit, injury, stated).await,
            Self::Found(found) => Ok(found.clone()),
        }
    }
}

/// Art. 68, Art. 90. The own wage by the bases that collection has now, or, where it has none, by wages that are stated and
/// proven now; without those the one that is kept stands, as it does where nothing comes to another.
///
/// # Errors
/// When collection does not answer, or wages are stated beside bases.
pub async fn anew(unit: &mut Unit, injury: &Injury, stated: &[MonthlyBase]) -> Result<Reckoned> {
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    let kept = wages::kept(unit.db(), &area, injury_id).await?;
    let bases = bases(unit, injury).await?;
    let now = match (bases.is_empty(), stated.is_empty()) {
        (true, true) => None,
        (true, false) => Some(prove(unit, injury, stated).await?),
        (false, true) => Some(reckon(unit, injury, &bases).await?),
        (false, false) => return Err(not_needed(injury)?.into()),
    };
    let kept = kept.map(|(wage, worksheet)| (wage, wire(wage, worksheet)));
    match (kept, now) {
        (Some(kept), Some(now)) if !now.0.equals(kept.0) => Ok(now),
        (Some(kept), _) => Ok(kept),
        (None, Some(now)) => Ok(now),
        (None, None) => of_injury_or_stated(unit, injury, stated).await,
    }
}

/// Art. 90. Keeps the own wage that a review has found, where it is another: what was kept before stays readable, and what
/// is decided from now on rests on this.
///
/// # Errors
/// A conflict where another case has kept one meanwhile.
pub async fn keep_found(
    unit: &mut Unit,
    injury: &Injury,
    (case_id, found): (Uuid, &WireOwnWage),
) -> Result<()> {
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    let kept = wages::kept(unit.db(), &area, injury_id).await?;
    let wage = read(found)?;
    if kept.is_some_and(|(kept, _)| kept.equals(wage)) {
        return Ok(());
    }
    let person_id = uuid(&injury.person_id)?;
    let of = (injury_id, person_id, injury.employer_id.as_str());
    let worksheet = found.worksheet.clone().unwrap_or_default();
    wages::keep(unit.db(), &area, of, (wage, &worksheet), case_id).await
}
