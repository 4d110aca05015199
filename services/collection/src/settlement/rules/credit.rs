//! What a credit pays.

use std::collections::BTreeMap;

use chassis::Result;
use contracts::collection::v1::{LedgerAccount, LedgerEntryKind, PaymentKind};
use law::{Law, Month};
use rust_decimal::Decimal;
use time::Date;

use super::{Order, Owing, Payment, apply, receive};
use crate::ledger::account::{EmployerLedger, Line, MonthAccount};
use crate::ledger::{Posting, Source};

/// What a credit is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// All that is owed.
    Everything,
    /// What is owed for one month, at most so much in yuan.
    Month(Month, Decimal),
    /// What is overdue, principal and late fee: a bill that is not may be paid as it is.
    Overdue,
}

impl Use {
    fn most(self, credit: Decimal, taken_off: Decimal) -> Decimal {
        match self {
            Self::Month(_, most) => most,
            Self::Everything | Self::Overdue => credit - taken_off,
        }
    }

    /// What a part of it is paid for: what is not overdue of the same month is left.
    fn made_for(self, account: LedgerAccount) -> PaymentKind {
        match (self, account) {
            (Self::Overdue, LedgerAccount::LateFee) => PaymentKind::LateFee,
            (Self::Overdue, _) => PaymentKind::Principal,
            (Self::Everything | Self::Month(..), _) => PaymentKind::Unspecified,
        }
    }

    /// What it finds owed for a month.
    fn owing(
        self,
        today: Date,
        month: Month,
        owing: Owing,
        account: &MonthAccount,
    ) -> Option<Owing> {
        match self {
            Self::Everything => Some(owing),
            Self::Month(only, _) => Some(owing).filter(|_| only == month),
            Self::Overdue => Some(Owing {
                principal: owing.principal.min(account.overdue(today)),
                late_fee: owing.late_fee.min(account.overdue_late_fee(today)),
                unbilled: Decimal::ZERO,
                ..owing
            }),
        }
    }
}

/// Art. 37. The entries that apply an employer's credit to what it owes, in the order of receipts: out
/// of suspense, oldest first. None where it has no credit or owes nothing of what it is used for.
///
/// What a bill that is being signed takes off, `taken_off` in yuan, waits for that bill: used for something
/// else as well, it would be granted twice.
///
/// A credit pays as of the day from which it was held, or the last day in time of the month that it pays,
/// if that is later and past: on what the agency held there is no late fee.
///
/// # Errors
/// When the law of one of the days has no rate.
pub fn apply_credit(
    ledger: &mut EmployerLedger,
    (employer_id, today): (&str, Date),
    (used, taken_off): (Use, Decimal),
    order: Order,
    laws: &[Law],
    source: Source,
) -> Result<Vec<Posting>> {
    let mut left = used.most(ledger.credit(), taken_off);
    let mut row = source.row;
    let mut postings = Vec::new();
    for ((credited, held_from), credit) in ledger.suspense.clone() {
        let pays_on = |account: &MonthAccount| {
            let due_on = account.due_on.unwrap_or(held_from);
            held_from.max(due_on.min(today))
        };
        let mut owing = Vec::new();
        for (month, account) in &ledger.months {
            let owed = Owing::on(pays_on(account), *month, account, laws)?;
            owing.extend(used.owing(today, *month, owed, account));
        }
        let mut parts: BTreeMap<(Month, PaymentKind), Decimal> = BTreeMap::new();
        let usable = credit.min(left).max(Decimal::ZERO);
        for part in apply(usable, &owing, order, PaymentKind::Unspecified) {
            if let Some(month) = part.month {
                let of = (month, used.made_for(part.account));
                *parts.entry(of).or_default() += part.amount;
            }
        }
        for ((month, made_for), amount) in parts {
            let payment = Payment {
                employer_id: employer_id.to_owned(),
                amount,
                paid_on: ledger.months.get(&month).map_or(held_from, pays_on),
                month: Some(month),
                made_for,
                source: Source { row, ..source },
            };
            postings.extend(receive(ledger, &payment, order, laws)?);
            let used = Posting {
                employer_id: payment.employer_id,
                month: credited,
                account: LedgerAccount::Suspense,
                kind: LedgerEntryKind::Receipt,
                amount,
                value_on: held_from,
                source: Source {
                    row: row + 1,
                    ..source
                },
                worksheet: None,
            };
            ledger.add(&Line::from(&used));
            postings.push(used);
            row += 2;
            left -= amount;
        }
    }
    Ok(postings)
}
