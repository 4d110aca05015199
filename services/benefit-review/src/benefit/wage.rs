//! The own wage of an injury: reckoned once from what collection knows, and kept.

mod anew;
mod differing;

use chassis::wire::{day, maybe_day, month, uuid, yuan};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Injury, MonthlyBase, MonthlyPension, OwnWage as WireOwnWage, Refusal,
};
use law::worksheet::Steps;
use law::{Month, Sheet};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::rules::{
    Bounds, Counted, OwnWage, Reported, of_several, once_a_month, own_wage, proven,
};
use super::store::wages;
use crate::disability::rules::months_of_law;
use crate::injury::found_after_end;
use crate::injury::store::recognition;
use crate::peers;

pub use anew::{Reckoned, Source, anew, keep_found};
pub use differing::{compare, with_claims};

/// Art. 68. The own wage that benefits of an injury are reckoned by: the one that is kept, or, before the first
/// decision, the one that follows from the bases that collection has now. Bases that come later change nothing by
/// themselves.
///
/// # Errors
/// When collection does not answer, or there is no base in the twelve months.
pub async fn of_injury(unit: &mut Unit, injury: &Injury) -> Result<(OwnWage, WireOwnWage)> {
    of_injury_or_stated(unit, injury, &[]).await
}

/// The same, or, where collection has no base of the twelve months, the one that follows from wages that are stated.
///
/// # Errors
/// When collection does not answer, there is neither base nor wage, or wages are stated beside bases.
pub async fn of_injury_or_stated(
    unit: &mut Unit,
    injury: &Injury,
    stated: &[MonthlyBase],
) -> Result<(OwnWage, WireOwnWage)> {
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    let kept = wages::kept(unit.db(), &area, injury_id).await?;
    let known = match kept {
        Some((wage, worksheet)) => Some((wage, wire(wage, worksheet))),
        None => {
            let bases = bases(unit, injury).await?;
            match bases.is_empty() && !stated.is_empty() {
                true => None,
                false => Some(reckon(unit, injury, &bases).await?),
            }
        }
    };
    match known {
        Some(_) if !stated.is_empty() => Err(not_needed(injury)?.into()),
        Some(known) => Ok(known),
        None => prove(unit, injury, stated).await,
    }
}

/// The own wage by wages that are stated and proven.
async fn prove(
    unit: &mut Unit,
    injury: &Injury,
    stated: &[MonthlyBase],
) -> Result<(OwnWage, WireOwnWage)> {
    let counted = counted(injury)?;
    let stated = stated
        .iter()
        .map(|one| Ok((month(one.month)?, yuan(one.base.as_ref())?)));
    let stated = stated.collect::<Result<Vec<_>>>()?;
    let bounds = bounds(unit, injury).await?;
    let mut sheet = Sheet::new();
    let wage = proven(&stated, counted, &bounds, &mut sheet)?;
    let worksheet = Steps::result(sheet, wage.yuan());
    Ok((wage, wire(wage, worksheet.into())))
}

/// 人社部发〔2013〕34号第八条. Pensions that are stated, by month and in yuan.
///
/// # Errors
/// When one lacks its month or its yuan.
pub fn pensions(stated: &[MonthlyPension]) -> Result<Vec<(Month, Decimal)>> {
    let each = stated.iter();
    let each = each.map(|one| Ok((month(one.month)?, yuan(one.pension.as_ref())?)));
    each.collect()
}

/// Why wages that are stated are not taken.
///
/// # Errors
/// When the injury has no day.
pub fn not_needed(injury: &Injury) -> Result<Refused> {
    let refused = Refused::because(Refusal::WagesNotNeeded);
    Ok(refused.with("before", counted(injury)?))
}

/// Art. 57. What the twelve months are counted before: of a disease that was found after the relation its end.
fn counted(injury: &Injury) -> Result<Counted> {
    Ok(match found_after_end(injury) {
        Some(insured_on) => Counted::BeforeEnd(insured_on),
        None => day(injury.happened_on)?.into(),
    })
}

/// What contributions of the twelve months rested on.
#[derive(Clone, Debug, Default)]
pub struct Bases {
    /// Each month once, in yuan.
    of_months: Vec<(Month, Decimal)>,
    /// The months for which more than one employer paid.
    of_several: Vec<Month>,
}

impl Bases {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.of_months.is_empty()
    }
}

/// The bases that collection has of the twelve months now.
///
/// # Errors
/// When collection does not answer.
pub async fn bases(unit: &mut Unit, injury: &Injury) -> Result<Bases> {
    let (before, person_id) = (counted(injury)?.before(), uuid(&injury.person_id)?);
    let history = peers::contribution_history(unit, person_id, before).await?;
    let reported = history.iter().map(|one| {
        Ok(Reported {
            month: month(one.month)?,
            base: yuan(one.base.as_ref())?,
            by_employer_of_injury: one.employer_id == injury.employer_id,
        })
    });
    let reported = reported.collect::<Result<Vec<_>>>()?;
    let (of_months, of_several) = once_a_month(&reported);
    Ok(Bases {
        of_months,
        of_several,
    })
}

/// The own wage by the bases that collection has now, whatever is kept.
async fn reckon(unit: &mut Unit, injury: &Injury, bases: &Bases) -> Result<(OwnWage, WireOwnWage)> {
    let bounds = bounds(unit, injury).await?;
    let mut sheet = Sheet::new();
    of_several(&bases.of_several, &mut sheet);
    let wage = own_wage(&bases.of_months, counted(injury)?, &bounds, &mut sheet)?;
    let worksheet = Steps::result(sheet, wage.yuan());
    Ok((wage, wire(wage, worksheet.into())))
}

/// 工伤保险条例第六十七条. Floor and cap are those of the law by which the injury was recognised, as in an estimate.
async fn bounds(unit: &mut Unit, injury: &Injury) -> Result<Bounds> {
    let (area, happened_on) = (unit.area().to_owned(), day(injury.happened_on)?);
    let numbers = [injury.recognition_number.as_str()];
    let decisions = recognition(unit.db(), &area, &numbers).await?;
    let recognised_on = decisions.first().and_then(|one| maybe_day(one.decided_on));
    let law_on = months_of_law(happened_on, recognised_on);
    let (injured, ratios) = (unit.law(happened_on).await?, unit.law(law_on).await?);
    Ok(Bounds::under(&injured, &ratios)?)
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
