//! The order in which months are assessed, and what may not change meanwhile.

use chassis::{
    ParameterChanged, ParameterGuard, Result, Unit, async_trait, live_orders, signed_orders,
    undecided,
};
use contracts::Refused;
use contracts::collection::v1::{AssessmentRunOrder, ContributionBaseDeclaration, Refusal};
use law::Month;
use law::calendar::add_days;
use time::Date;

use super::MonthAssessment;
use crate::assessment::rules;
use crate::assessment::store;
use crate::base::cases::BaseDeclaration;
use crate::rate::runs::RateFloating;
use crate::wire;

/// The latest month whose assessment counts people, whether it is signed already or not. Who is told
/// from now on is counted by a later one: the unit holds that fast until it ends.
///
/// # Errors
/// When the months cannot be read.
pub async fn counted_through(unit: &mut Unit) -> Result<Option<Month>> {
    let area = unit.area().to_owned();
    store::change_what_counts(unit.db(), &area).await?;
    let last = store::last_sent(unit.db(), &area).await?;
    Ok(in_progress(unit).await?.into_iter().chain(last).max())
}

/// Art. 28. What a month is assessed on, or was charged, does not change while an assessment is being signed,
/// lest what was signed, with the late fee of earlier months, is not what is right.
///
/// # Errors
/// [`Refusal::MonthBeingAssessed`] while an assessment is neither in effect nor dropped.
pub async fn not_being_assessed(unit: &mut Unit) -> Result<()> {
    let area = unit.area().to_owned();
    store::change_what_counts(unit.db(), &area).await?;
    match in_progress(unit).await?.into_iter().min() {
        Some(month) => Err(Refused::because(Refusal::MonthBeingAssessed)
            .with("month", month)
            .into()),
        None => Ok(()),
    }
}

/// Art. 26. A rate holds from a month on that is neither assessed nor being assessed.
///
/// # Errors
/// [`Refusal::MonthAssessed`]; [`Refusal::MonthBeingAssessed`] for a month from `first` on whose assessment
/// is neither in effect nor dropped.
pub async fn not_yet_assessed(unit: &mut Unit, first: Month) -> Result<()> {
    let area = unit.area().to_owned();
    none_being_assessed_from(unit, first).await?;
    if Some(first) <= store::last_sent(unit.db(), &area).await? {
        return Err(Refused::because(Refusal::MonthAssessed)
            .with("month", first)
            .into());
    }
    Ok(())
}

/// Art. 28. A month is assessed by one law: what an area sets waits until the months from then on that are
/// being assessed are signed, and what was charged by another value is corrected.
pub struct Assessing;

#[async_trait]
impl ParameterGuard for Assessing {
    async fn may_change(&self, unit: &mut Unit, _name: &str, from: Date) -> Result<()> {
        none_being_assessed_from(unit, Month::of(from)).await
    }

    async fn changed(&self, unit: &mut Unit, change: &ParameterChanged) -> Result<()> {
        if !rules::rests_on(&change.set.name) {
            return Ok(());
        }
        let (area, set) = (unit.area().to_owned(), &change.set);
        let (label, from, value, source) = (&change.label, set.from, &set.value, &set.source);
        let why = format!("“{label}”自{from}起改为{value}（{source}）");
        let first = Month::of(from);
        Ok(store::keep_charged(unit.db(), &area, (first, &why), change.case_id).await?)
    }
}

async fn none_being_assessed_from(unit: &mut Unit, first: Month) -> Result<()> {
    let area = unit.area().to_owned();
    store::change_what_counts(unit.db(), &area).await?;
    match in_progress(unit).await?.into_iter().max() {
        Some(month) if first <= month => Err(Refused::because(Refusal::MonthBeingAssessed)
            .with("month", month)
            .into()),
        _ => Ok(()),
    }
}

/// Art. 28. A month is assessed once, in its turn, when it has begun, its declaration window has closed and
/// its rates are set.
pub(super) async fn admit(unit: &mut Unit, order: &AssessmentRunOrder) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let month = wire::month(order.month)?;
    if month > Month::of(today) {
        return Err(Refused::because(Refusal::MonthAhead)
            .with("month", month)
            .into());
    }
    let closes = rules::declared_by(month, &unit.law(month.first_day()).await?)?;
    if today <= closes {
        return Err(Refused::because(Refusal::DeclarationWindowOpen)
            .with("month", month)
            .with("closes", closes)
            .into());
    }
    if !order.undecided_provisionally {
        declarations_are_decided(unit, month, closes).await?;
    }
    store::begin_to_count(unit.db(), &area).await?;
    if let Some(other) = in_progress(unit).await?.into_iter().find(|of| *of != month) {
        return Err(Refused::because(Refusal::MonthBeingAssessed)
            .with("month", other)
            .into());
    }
    rates_are_set(unit, month).await?;
    let last = store::last_sent(unit.db(), &area).await?;
    if last.is_some_and(|last| month <= last) {
        return Err(Refused::because(Refusal::MonthAssessed)
            .with("month", month)
            .into());
    }
    let turn = match last {
        Some(last) => Some(last.next()),
        None if order.begins_here => None,
        None => store::first_declared(unit.db(), &area).await?,
    };
    match turn {
        Some(turn) if turn < month => Err(Refused::because(Refusal::MonthOutOfTurn)
            .with("month", month)
            .with("turn", turn)
            .into()),
        _ => Ok(()),
    }
}

/// Art. 22, law 62. Provisional is the month of who did not declare in time: what was handed in by the
/// end of the window, `closes`, is decided first.
async fn declarations_are_decided(unit: &mut Unit, month: Month, closes: Date) -> Result<()> {
    let undecided = undecided::<BaseDeclaration>(unit, closes).await?;
    let of_month = |(_, form): &&(String, ContributionBaseDeclaration)| {
        let months =
            wire::month(form.from_month).and_then(|first| Ok((first, wire::month(form.to_month)?)));
        months.is_ok_and(|(first, last)| first <= month && month <= last)
    };
    let mut waiting = undecided.iter().filter(of_month);
    let Some((employer_id, _)) = waiting.next() else {
        return Ok(());
    };
    Err(Refused::because(Refusal::DeclarationsUndecided)
        .with("count", waiting.count() + 1)
        .with("closes", add_days(closes, 1))
        .with("month", month)
        .with("employer_id", employer_id)
        .into())
}

/// Art. 26. A month is assessed by one rate of each employer: it waits until the floating runs whose rates
/// hold in it, once signed, are in effect for everybody.
async fn rates_are_set(unit: &mut Unit, month: Month) -> Result<()> {
    for order in signed_orders::<RateFloating>(unit).await? {
        let effective = wire::month(order.effective_month)?;
        if effective <= month {
            return Err(Refused::because(Refusal::RatesBeingSet)
                .with("effective", effective)
                .with("month", month)
                .into());
        }
    }
    Ok(())
}

/// The months whose assessment is neither in effect nor dropped.
///
/// # Errors
/// When the orders cannot be read.
pub async fn in_progress(unit: &mut Unit) -> Result<Vec<Month>> {
    let orders = live_orders::<MonthAssessment>(unit).await?;
    orders
        .into_iter()
        .map(|order| wire::month(order.month))
        .collect()
}
