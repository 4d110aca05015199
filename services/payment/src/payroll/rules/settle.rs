//! What of a signed payroll still holds when it is paid.

use std::collections::{BTreeMap, BTreeSet};

use contracts::payment::v1::{EntryKind, OrderPart, PaymentChannel, PayrollItem, PayrollLine};
use law::Month;
use rust_decimal::Decimal;

use super::yuan;

/// What becomes of what was signed for a payee.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Lines that are paid as they were signed.
    pub paid: Vec<PayrollLine>,
    /// Lines that are left to the next payroll.
    pub left: Vec<PayrollLine>,
}

impl Outcome {
    /// Yuan that are paid, with what is taken off.
    #[must_use]
    pub fn total(&self) -> Decimal {
        let paid = self.paid.iter();
        paid.map(|line| yuan(line.amount.as_ref())).sum()
    }

    /// The same by kinds of benefit.
    #[must_use]
    pub fn parts(&self) -> Vec<OrderPart> {
        let mut parts: BTreeMap<i32, Decimal> = BTreeMap::new();
        for line in &self.paid {
            *parts.entry(line.kind).or_default() += yuan(line.amount.as_ref());
        }
        let parts = parts.into_iter().map(|(kind, amount)| OrderPart {
            kind,
            amount: Some(amount.into()),
        });
        parts.collect()
    }
}

/// Art. 80. What was signed is paid where it still is due as it was signed. An account of which something else is due by
/// now is left to the next payroll, and the payee altogether where the payee has died since, is paid elsewhere, or owes back
/// another amount. An agreement institution, of whose bills some are reviewed at any time, is paid the others all the same:
/// what it owes back is taken off the next payroll. What has come to be due beside what was signed is the next one's too.
/// `now` is what the same payroll would be by what is known now.
#[must_use]
pub fn settle(signed: &PayrollItem, now: Option<&PayrollItem>) -> Outcome {
    // Who has no account yet was signed as not to be paid.
    if signed.held {
        return Outcome::default();
    }
    let all_left = || Outcome {
        paid: Vec::new(),
        left: signed.lines.clone(),
    };
    let nothing = PayrollItem::default();
    let now = now.unwrap_or(&nothing);
    let goes_on = signed.channel() == PaymentChannel::Institution;
    let owed = |item: &PayrollItem| yuan(item.set_off.as_ref()) + yuan(item.owed_back.as_ref());
    let is_other = signed.dead != now.dead
        || signed.bank_account_id != now.bank_account_id
        || !goes_on && owed(signed) != owed(now);
    if is_other {
        return all_left();
    }
    let due = due(now);
    let holds = |line: &PayrollLine| due.get(&key(line)) == Some(&yuan(line.amount.as_ref()));
    let others = signed.lines.iter();
    let others = others.filter(|line| !is_off(line) && !holds(line));
    let others: BTreeSet<&str> = others.map(|line| line.account_id.as_str()).collect();
    let lines = signed.lines.iter().cloned();
    let (left, paid) = lines.partition(|line| others.contains(line.account_id.as_str()));
    let outcome = Outcome { paid, left };
    // What is taken off was reckoned by all of it.
    let takes_off = signed.lines.iter().any(is_off);
    let fits = goes_on && outcome.total() >= Decimal::ZERO;
    match !outcome.left.is_empty() && takes_off && !fits {
        true => all_left(),
        false => outcome,
    }
}

type Key = (String, Option<Month>);

fn key(line: &PayrollLine) -> Key {
    let month = line.for_month.and_then(|month| Month::try_from(month).ok());
    (line.account_id.clone(), month)
}

fn is_off(line: &PayrollLine) -> bool {
    line.entry() == EntryKind::SetOff
}

fn due(item: &PayrollItem) -> BTreeMap<Key, Decimal> {
    let lines = item.lines.iter().filter(|line| !is_off(line));
    lines
        .map(|line| (key(line), yuan(line.amount.as_ref())))
        .collect()
}
