//! What was told late and added to a month is due with the bill that first carries it, however late that is.

use std::collections::HashMap;

use chassis::{Result, Unit};
use contracts::collection::v1::{LedgerAccount, LedgerEntryKind};
use law::Month;
use rust_decimal::Decimal;
use time::Date;

use crate::assessment::rules;
use crate::assessment::store::{self, Billable};
use crate::ledger::{Posting, Source};

/// Art. 28, Art. 30. The entries that let what was added to months of these employers, and no bill has
/// carried, be due on `in_time`, the last day in time of the month that bills it, or today while none does:
/// each takes it off its day and adds it on this one.
///
/// # Errors
/// When what was added cannot be read.
pub async fn due_with_the_bill(
    unit: &mut Unit,
    employers: &[String],
    in_time: Date,
    source: Source,
) -> Result<Vec<Posting>> {
    if employers.is_empty() {
        return Ok(Vec::new());
    }
    let area = unit.area().to_owned();
    let mut added = store::added_unbilled(unit.db(), &area, employers).await?;
    added.retain(|of| of.due_on < in_time);
    let mut places: HashMap<(String, Month), i64> = HashMap::new();
    let mut postings = Vec::with_capacity(2 * added.len());
    for Billable {
        employer_id,
        month,
        amount,
        due_on,
        ..
    } in added
    {
        let month = Month::of(month);
        let place = places.entry((employer_id.clone(), month)).or_default();
        let mut post = |amount: Decimal, value_on| {
            let row = rules::place(month, *place);
            *place += 1;
            postings.push(Posting {
                employer_id: employer_id.clone(),
                month,
                account: LedgerAccount::Principal,
                kind: LedgerEntryKind::Correction,
                amount,
                value_on,
                source: Source { row, ..source },
                worksheet: None,
            });
        };
        post(-amount, due_on);
        post(amount, in_time);
    }
    Ok(postings)
}

/// Is what the bill carries of the employer's month moved to its day?
pub(super) fn is_moved(moved: &[Posting], employer_id: &str, month: Month) -> bool {
    moved
        .iter()
        .any(|posting| posting.employer_id == employer_id && posting.month == month)
}
