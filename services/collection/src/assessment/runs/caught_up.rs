//! What the first assessment that counts a person charges for the months before.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use chassis::{Result, Unit};
use contracts::collection::v1::BackPaymentMonth;
use law::Month;
use rust_decimal::Decimal;
use time::Date;

use crate::assessment::{rules, store};
use crate::base::store::BoundsOfMonths;
use crate::rate::rules::Rates;
use crate::wire;

/// Persons of one employer with one industry and tier in one month, reported late for it or in time, which
/// go on one line; those first whose month has a due date of its own.
type Line = (String, Month, Option<String>, i32, bool);

/// Art. 10. What is paid back for months before their first declaration of persons who were hired after
/// a window, or declared in time and told after the month was assessed: by the bases and the rate of
/// each month itself. From the month on in which they were reported, what is charged is in time until the
/// due date of the month that is assessed, however long it took the agency to tell; the months before have
/// due dates of their own.
pub async fn read(
    unit: &mut Unit,
    month: Month,
    span: (&str, &str),
) -> Result<HashMap<String, Vec<BackPaymentMonth>>> {
    let area = unit.area().to_owned();
    let today = unit.today();
    let in_time = rules::due_on_assessed(month, &unit.law(month.first_day()).await?, today)?;
    let (mut laws, mut bounds) = (HashMap::new(), BoundsOfMonths::default());
    let mut lines: BTreeMap<Line, (usize, Decimal, Option<Date>)> = BTreeMap::new();
    for row in store::caught_up(unit.db(), &area, month, span).await? {
        let past = Month::of(row.month);
        if let Entry::Vacant(unknown) = laws.entry(past) {
            unknown.insert(unit.law(row.month).await?);
        }
        let base = bounds.in_force(unit, past, row.wage).await?;
        let line = (
            row.employer_id,
            past,
            row.industry_code,
            row.tier,
            row.in_time,
        );
        let (headcount, sum, assessed) = lines.entry(line).or_default();
        *headcount += 1;
        *sum += base;
        *assessed = row.due_on;
    }
    let mut rates: HashMap<Month, Rates<'_>> = laws
        .iter()
        .map(|(past, law)| (*past, Rates::of_month(*past, law)))
        .collect();
    let mut found: HashMap<String, Vec<BackPaymentMonth>> = HashMap::new();
    for ((employer_id, past, industry, tier, is_in_time), (headcount, sum, assessed)) in lines {
        let (Some(law), Some(rates)) = (laws.get(&past), rates.get_mut(&past)) else {
            continue;
        };
        let rate = rates.of(industry.as_deref(), tier)?;
        let due = rules::back_payment(sum, rate, past, law)?;
        let due_on = match assessed {
            _ if is_in_time => in_time,
            Some(due_on) => due_on,
            None => rules::due_on(past, law)?,
        };
        found
            .entry(employer_id)
            .or_default()
            .push(BackPaymentMonth {
                month: Some(past.into()),
                headcount: wire::count(headcount),
                base: Some(sum.into()),
                rate: rate.worksheet.value.to_string(),
                contribution: Some(due.value.into()),
                due_on: Some(due_on.into()),
                late_fee: Some(Decimal::ZERO.into()),
            });
    }
    Ok(found)
}
