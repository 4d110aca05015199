//! From which month what happens counts, and in which order it is decided (Art. 72, Art. 80).

use contracts::benefit_review::v1::{Award, DeathCase, SurvivorDecision};
use contracts::maybe_day;
use law::{Law, LawError, Month};
use time::Date;

use super::{Ages, Standing, grown_on, grown_up, still};

/// Art. 80. The first month of pensions: after that of the death, and of who is missing after the months whose wages the
/// employer goes on paying, counted with that of the accident.
///
/// # Errors
/// When the law of the day does not know how many those are.
pub fn first_month(case: DeathCase, met_on: Date, on: &Law) -> Result<Month, LawError> {
    Ok(match case {
        DeathCase::Missing => {
            let months = on.integer("missing_wage_months")?.value;
            Month::of(met_on).plus(i32::try_from(months).unwrap_or(i32::MAX))
        }
        _ => Month::of(met_on).next(),
    })
}

/// Art. 72, Art. 80. What happens on a day, such as the birth of a child after the death, counts from the month after, but
/// never before the first month of the pensions.
#[must_use]
pub fn counts_from(first: Month, happens_on: Date) -> Month {
    first.max(Month::of(happens_on).next())
}

/// Art. 72. The latest month from which something was decided already. A change that altered no amount, and a pension that
/// ended, count too, though nothing is paid of them any more; that another goes on bearing a pension is no decision.
#[must_use]
pub fn decided_from(before: &SurvivorDecision, first: Month) -> Month {
    let goes_on = |award: &&Award| {
        let from: Option<Month> = award.from_month.and_then(|from| from.try_into().ok());
        let last = from.map(|from| from.previous().into());
        let mut others = before.awards.iter();
        last.is_some() && others.any(|one| one.person == award.person && one.until_month == last)
    };
    let awards = before.awards.iter().filter(|award| !goes_on(award));
    let awarded = awards.filter_map(|award| award.from_month?.try_into().ok());
    let changes = before.dependants.iter().flat_map(|one| &one.changes);
    let changed = changes.filter_map(|change| maybe_day(change.changed_on));
    let changed = changed.map(|on| counts_from(first, on));
    awarded.chain(changed).fold(first, Month::max)
}

/// Art. 72. The comings of age until a day that nobody has told, in their order: of whom, and on which day. They come
/// before a change of that day, since the others share what becomes free from the month after each.
#[must_use]
pub fn comings_of_age(
    before: &SurvivorDecision,
    (met_on, until_on): (Date, Date),
    ages: &Ages,
) -> Vec<(usize, Date)> {
    let mut found = Vec::new();
    for (at, one) in before.dependants.iter().enumerate() {
        let dependant = one.dependant.clone().unwrap_or_default();
        let Some(grown_on) = grown_on(&dependant, ages).filter(|on| *on <= until_on) else {
            continue;
        };
        // Paid until then, and for nothing but being a minor.
        let person = i32::try_from(at).ok();
        let is_paid = before
            .awards
            .iter()
            .any(|award| award.person == person && award.until_month.is_some());
        let last = (met_on, Month::of(grown_on));
        let minor = still((&dependant, &one.changes), last, ages) == Ok(Standing::Minor);
        if is_paid && minor && !grown_up(one) {
            found.push((at, grown_on));
        }
    }
    found.sort_by_key(|(at, grown_on)| (*grown_on, *at));
    found
}
