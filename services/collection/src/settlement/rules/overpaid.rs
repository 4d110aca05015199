//! What a correction leaves overpaid.

use chassis::Result;
use contracts::collection::v1::{LedgerAccount, LedgerEntryKind};
use law::{Law, Month};
use rust_decimal::Decimal;
use time::Date;

use crate::ledger::account::MonthAccount;
use crate::ledger::{Accrued, Posting, Source};

/// Art. 37. The entries that make a credit of what is paid of a month beyond what is due since it was
/// corrected, its late fee included. While something of the principal is owed, the late fee that was booked
/// is lowered to that of what is left.
///
/// The credit is held from the day on which the month was settled: that of the last payment, or the last
/// day in time. For what is written off nobody has paid anything.
///
/// # Errors
/// When the law of one of the days has no rate.
pub fn overpaid(
    account: &MonthAccount,
    (employer_id, month): (&str, Month),
    today: Date,
    laws: &[Law],
    source: Source,
) -> Result<Vec<Posting>> {
    let settled_on = account.last_paid_on().map_or(today, |last| last.min(today));
    let through = account.booked_through(settled_on);
    let worksheet = account.late_fee(through, laws)?;
    if account.unpaid() > Decimal::ZERO && worksheet.value >= account.late_fee_due {
        return Ok(Vec::new());
    }
    let settled = account.late_fee_paid + account.late_fee_written_off;
    let late_fee = (settled - worksheet.value)
        .max(Decimal::ZERO)
        .min(account.late_fee_paid);
    let principal = (-account.unpaid()).max(Decimal::ZERO).min(account.paid);
    let mut postings = Vec::with_capacity(4);
    if worksheet.value != account.late_fee_due {
        let accrued = Accrued {
            employer_id: employer_id.to_owned(),
            month,
            amount: worksheet.value - account.late_fee_due,
            worksheet,
        };
        postings.push(accrued.posting(through, source));
    }
    let moved = [
        (LedgerAccount::Principal, month, principal),
        (LedgerAccount::LateFee, month, late_fee),
        (
            LedgerAccount::Suspense,
            Month::of(settled_on),
            -principal - late_fee,
        ),
    ];
    let moved = moved.into_iter().filter(|(.., amount)| !amount.is_zero());
    postings.extend(moved.map(|(account, month, amount)| Posting {
        employer_id: employer_id.to_owned(),
        month,
        account,
        kind: LedgerEntryKind::Receipt,
        amount,
        value_on: settled_on,
        source,
        worksheet: None,
    }));
    Ok(postings)
}
