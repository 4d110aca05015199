//! The own wage of an injury: reckoned once from what collection knows, and kept.

use chassis::wire::{day, month, uuid, yuan};
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{Injury, OwnWage as WireOwnWage};
use contracts::collection::v1::ContributionMonth;
use law::Sheet;
use law::worksheet::Steps;
use uuid::Uuid;

use super::rules::{Bounds, OwnWage, own_wage};
use super::store::wages;
use crate::peers;

/// Art. 68. The own wage that benefits of an injury are reckoned by: the one that is kept, or, before the first
/// decision, the one that follows from the bases that collection has now. Bases that come later change nothing by
/// themselves.
///
/// # Errors
/// When collection does not answer, or there is no base in the twelve months.
pub async fn of_injury(unit: &mut Unit, injury: &Injury) -> Result<(OwnWage, WireOwnWage)> {
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    if let Some((wage, worksheet)) = wages::kept(unit.db(), &area, injury_id).await? {
        return Ok((wage, wire(wage, worksheet)));
    }
    reckoned(unit, injury).await
}

/// The own wage by the bases that collection has now, whatever is kept.
///
/// # Errors
/// When collection does not answer, or there is no base in the twelve months.
pub async fn reckoned(unit: &mut Unit, injury: &Injury) -> Result<(OwnWage, WireOwnWage)> {
    let (happened_on, person_id) = (day(injury.happened_on)?, uuid(&injury.person_id)?);
    let history = peers::contribution_history(unit, person_id, happened_on).await?;
    // Whoever paid for a month; where two did, the employer of the injury (工伤保险条例第六十四条).
    let of_injury = |one: &ContributionMonth| one.employer_id == injury.employer_id;
    let beside = |one: &ContributionMonth| {
        let mut same = history.iter().filter(|other| other.month == one.month);
        !of_injury(one) && same.any(of_injury)
    };
    let counted = history.iter().filter(|one| !beside(one));
    let bases = counted.map(|one| Ok((month(one.month)?, yuan(one.base.as_ref())?)));
    let bases = bases.collect::<Result<Vec<_>>>()?;
    let bounds = Bounds::of(&unit.law(happened_on).await?)?;
    let mut sheet = Sheet::new();
    let wage = own_wage(&bases, happened_on, &bounds, &mut sheet)?;
    let worksheet = Steps::result(sheet, wage.yuan());
    Ok((wage, wire(wage, worksheet.into())))
}

/// Keeps the own wage that a case rests on, where none is kept yet.
///
/// # Errors
/// A conflict where another case has kept one meanwhile.
pub async fn keep(
    unit: &mut Unit,
    injury: &Injury,
    (case_id, wage): (Uuid, &WireOwnWage),
) -> Result<()> {
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    if wages::kept(unit.db(), &area, injury_id).await?.is_some() {
        return Ok(());
    }
    let of = (
        injury_id,
        uuid(&injury.person_id)?,
        injury.employer_id.as_str(),
    );
    let worksheet = wage.worksheet.clone().unwrap_or_default();
    wages::keep(unit.db(), &area, of, (read(wage)?, &worksheet), case_id).await
}

/// The exact own wage that a decision shows.
///
/// # Errors
/// When it is none.
pub fn read(wage: &WireOwnWage) -> Result<OwnWage> {
    let sum = wage.sum.parse().map_err(chassis::Error::internal)?;
    Ok(OwnWage::mean(sum, u32::try_from(wage.months).unwrap_or(1)))
}

fn wire(wage: OwnWage, worksheet: contracts::common::v1::Worksheet) -> WireOwnWage {
    let (sum, months) = wage.parts();
    WireOwnWage {
        sum: sum.to_string(),
        months: i32::try_from(months).unwrap_or(1),
        monthly: Some(law::money::fen(wage.yuan()).into()),
        worksheet: Some(worksheet),
    }
}
