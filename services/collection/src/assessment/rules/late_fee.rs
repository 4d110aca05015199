//! Late fee (滞纳金), day by day.

use std::collections::BTreeMap;

use chassis::Result;
use law::calendar::{add_days, days_between};
use law::{Catalogue, Cited, Law, Sheet, Worksheet};
use rust_decimal::Decimal;
use time::Date;

/// A change of what is owed, in yuan: positive when it fell due, negative when it was paid.
///
/// Both count from the day after: an amount due on the 15th is late from the 16th on, and one paid on
/// the 20th is owed through the 20th.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Last day in time, or day of payment.
    pub value_on: Date,
    /// Yuan.
    pub amount: Decimal,
}

/// Art. 28, Art. 30. The parts of a difference, in yuan, by the day from which they count: what undoes one of
/// the `earlier` corrections, from the day of that, as if neither had been; the rest from `on`, and so as
/// much of what is added as was paid in time before it was taken off, and was made a credit then
/// (`credited`, positive).
#[must_use]
pub fn undone(difference: Decimal, earlier: &[Owed], credited: Decimal, on: Date) -> Vec<Owed> {
    let paid = difference.min(credited).max(Decimal::ZERO);
    let mut rest = difference - paid;
    let mut parts = Vec::new();
    for before in earlier {
        // What it may undo has the other sign, and is no more than what is left.
        let amount = if difference.is_sign_positive() {
            (-before.amount).min(rest).max(Decimal::ZERO)
        } else {
            (-before.amount).max(rest).min(Decimal::ZERO)
        };
        rest -= amount;
        let value_on = before.value_on;
        parts.push(Owed { value_on, amount });
    }
    parts.push(Owed {
        value_on: on,
        amount: rest + paid,
    });
    parts.retain(|part| !part.amount.is_zero());
    parts
}

/// The days as of which [`late_fee`] needs the law: the first late day, each later day on which the
/// rate changes, and `through`. None when nothing is late.
#[must_use]
pub fn late_fee_dates(catalogue: &Catalogue, first_due_on: Date, through: Date) -> Vec<Date> {
    if through <= first_due_on {
        return Vec::new();
    }
    let first = add_days(first_due_on, 1);
    let changes = catalogue
        .definition("late_fee_daily_rate")
        .into_iter()
        .flat_map(|d| &d.values);
    let later = changes
        .map(|dated| dated.from)
        .filter(|from| first < *from && *from < through);
    let last = (first < through).then_some(through);
    std::iter::once(first).chain(later).chain(last).collect()
}

/// Art. 30. Late fee on what is unpaid, up to and including `through`; Levy 13 before 2011-07-01, Law
/// 86 from then on, each day at its own rate. Simple, not compound; rounded once, at the end.
///
/// # Errors
/// When the law of one of the days has no rate.
pub fn late_fee(owed: &[Owed], through: Date, laws: &[Law]) -> Result<Worksheet> {
    let mut sheet = Sheet::new();
    let mut fee = Decimal::ZERO;
    let mut highest = Decimal::ZERO;
    let mut rates: Vec<(Date, Cited<Decimal>)> = Vec::new();
    for law in laws {
        let rate = law.decimal("late_fee_daily_rate")?;
        if rates
            .last()
            .is_none_or(|(_, before)| before.value != rate.value)
        {
            rates.push((law.on(), rate));
        }
    }
    for span in spans(owed, through) {
        highest = highest.max(span.unpaid);
        for (at, (starts_on, rate)) in rates.iter().enumerate() {
            let ends_on = rates
                .get(at + 1)
                .map_or(through, |(next, _)| add_days(*next, -1));
            let (from, to) = (span.from.max(*starts_on), span.to.min(ends_on));
            let days = days_between(from, to) + 1;
            if days <= 0 {
                continue;
            }
            let mut part = (span.unpaid * rate.value * Decimal::from(days)).normalize();
            // An amount has its two decimals, however round, and its further ones until the end.
            part.rescale(part.scale().max(2));
            fee += sheet.step(
                format!("滞纳金（{from}至{to}）"),
                part,
                format!(
                    "欠缴金额{} × {} × {days}天；{}",
                    span.unpaid,
                    rate.value.normalize(),
                    rate.citation()
                ),
            );
        }
    }
    // 行政强制法第四十五条, where the area applies it on the day of the calculation: never above the
    // principal, however old the debt.
    if let Some(law) = laws.last()
        && fee > highest
    {
        let capped = law.flag("late_fee_cap_by_principal")?;
        if capped.value {
            sheet.parameter("滞纳金不超过欠缴本金", capped);
            fee = highest;
        }
    }
    let fee = sheet.fen("滞纳金", fee, "各段合计");
    Ok(sheet.result(fee))
}

/// Days, both included, on which the same positive amount was unpaid.
struct Span {
    from: Date,
    to: Date,
    unpaid: Decimal,
}

fn spans(owed: &[Owed], through: Date) -> Vec<Span> {
    let mut changes: BTreeMap<Date, Decimal> = BTreeMap::new();
    for change in owed {
        *changes.entry(change.value_on).or_default() += change.amount;
    }
    let days: Vec<Date> = changes.keys().copied().collect();
    let mut unpaid = Decimal::ZERO;
    let mut found = Vec::new();
    for (at, (value_on, amount)) in changes.into_iter().enumerate() {
        unpaid += amount;
        let from = add_days(value_on, 1);
        let to = days.get(at + 1).map_or(through, |next| through.min(*next));
        if unpaid > Decimal::ZERO && from <= to {
            found.push(Span { from, to, unpaid });
        }
    }
    found
}
