//! The declaration window (申报缴费期) of a month (Art. 10). Its last day is collection's parameter
//! (Art. 22): an area sets it there, and who joins is enrolled or pre-enrolled by the same day.

use chassis::{Daily, ParameterGuard, Result, Unit};
use contracts::Refused;
use contracts::registration::v1::Refusal;
use law::Month;
use law::calendar::add_days;
use time::Date;

use super::rules;
use crate::{employer, peers};

/// The parameter's name, here and in collection.
const DUE_DAY: &str = "declaration_due_day";

/// The month of `on` and the one whose declaration hires reported on that day enter, by the law of the
/// month's first day, as collection counts.
///
/// # Errors
/// When the area's declaration window is not known.
pub async fn months(unit: &mut Unit, on: Date) -> Result<(Month, Month)> {
    let month = Month::of(on);
    let due_day = unit.law(month.first_day()).await?.integer(DUE_DAY)?.value;
    Ok((month, rules::declared_month(on, due_day)))
}

/// The last day of the window, as collection has it: taken over on the day before the one from which it
/// holds, and set nowhere else.
pub struct DeclarationDay;

#[chassis::async_trait]
impl Daily for DeclarationDay {
    fn name(&self) -> &'static str {
        "enrolment.declaration_day"
    }

    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>> {
        employer::store::areas(unit.db()).await
    }

    async fn act(&self, unit: &mut Unit) -> Result<()> {
        if !unit.platform().has_peer("collection") {
            return Ok(());
        }
        let tomorrow = add_days(unit.today(), 1);
        let told = peers::parameter(unit, DUE_DAY, tomorrow).await?;
        chassis::parameter::adopt(unit, &told).await
    }
}

#[chassis::async_trait]
impl ParameterGuard for DeclarationDay {
    async fn may_change(&self, _unit: &mut Unit, name: &str, _from: Date) -> Result<()> {
        if name == DUE_DAY {
            return Err(Refused::because(Refusal::DeclarationDayOfCollection).into());
        }
        Ok(())
    }
}
