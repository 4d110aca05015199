//! What was paid too much, and what comes back of it.

use contracts::benefit_review::v1::PayeeKind;
use contracts::payment::v1::{EntryKind, PayrollItem, PayrollLine};
use law::Month;
use rust_decimal::Decimal;

use super::{Account, Line, Payee, line, yuan};

/// Art. 80, Art. 90. Yuan that are to be asked back of a payee after the payroll of a month: what could not be taken off, where
/// nothing comes by the month to take it off from. An agreement institution has bills to come as long as it has its agreement.
#[must_use]
pub fn asked_back(
    payee: &Payee,
    accounts: &[Account],
    item: Option<&PayrollItem>,
    month: Month,
) -> Decimal {
    let coming = accounts
        .iter()
        .any(|one| !one.due.due(month.next()).is_zero());
    match coming || payee.kind == PayeeKind::Institution {
        true => Decimal::ZERO,
        false => item.map_or(Decimal::ZERO, |item| yuan(item.owed_back.as_ref())),
    }
}

/// Art. 90. How an amount that comes back is booked: against what was paid too much until a month, the oldest first. Answers
/// what was owed in all, too, in yuan.
#[must_use]
pub fn repaid(accounts: &[Account], month: Month, amount: Decimal) -> (Decimal, Vec<PayrollLine>) {
    let mut too_much: Vec<Line> = Vec::new();
    for account in accounts {
        let open = account.due.open(&account.paid, month).into_iter();
        let below = open.filter(|(_, yuan)| *yuan < Decimal::ZERO);
        too_much.extend(below.map(|one| line(account, EntryKind::Repaid, one)));
    }
    too_much.sort_by_key(|one| one.month());
    let owed = -too_much.iter().map(|one| one.yuan).sum::<Decimal>();
    let mut left = amount;
    let mut lines = Vec::new();
    for one in too_much {
        let taken = left.min(-one.yuan);
        left -= taken;
        if !taken.is_zero() {
            lines.push(PayrollLine {
                amount: Some((-taken).into()),
                ..one.wire
            });
        }
    }
    (owed, lines)
}
