//! What a payroll comes to.

use contracts::benefit_review::v1::BenefitKind;
use contracts::payment::v1::{
    AnomalyCount, ChangeSum, ChannelSum, EntryKind, PayrollItem, PayrollSum, PayrollSummary,
};
use rust_decimal::Decimal;

use super::yuan;

/// Art. 80. Adds what one payee gets to form 6-1; who is not paid yet is in no sum but that of what waits.
pub fn add(summary: &mut PayrollSummary, item: &PayrollItem) {
    let plus = |sum: &mut Option<contracts::Money>, more: Decimal| {
        *sum = Some((yuan(sum.as_ref()) + more).into());
    };
    plus(&mut summary.owed_back, yuan(item.owed_back.as_ref()));
    for anomaly in &item.anomalies {
        let own = |one: &&mut AnomalyCount| one.anomaly == *anomaly;
        match summary.anomalies.iter_mut().find(own) {
            Some(one) => one.payees += 1,
            None => summary.anomalies.push(AnomalyCount {
                anomaly: *anomaly,
                payees: 1,
            }),
        }
    }
    let payable = yuan(item.payable.as_ref());
    if item.held {
        plus(&mut summary.held, payable);
        return;
    }
    plus(&mut summary.held, Decimal::ZERO);
    plus(&mut summary.total, payable);
    for line in &item.lines {
        let figures = (line.entry(), 1, yuan(line.amount.as_ref()));
        book(&mut summary.sums, line.kind(), figures);
    }
    for change in &item.changes {
        let own = |one: &&mut ChangeSum| one.cause == change.cause;
        let more = yuan(change.amount.as_ref());
        match summary.changes.iter_mut().find(own) {
            Some(one) => {
                one.changes += 1;
                plus(&mut one.total, more);
            }
            None => summary.changes.push(ChangeSum {
                cause: change.cause,
                changes: 1,
                total: Some(more.into()),
            }),
        }
    }
    if payable > Decimal::ZERO {
        let own = |one: &&mut ChannelSum| one.channel == item.channel;
        match summary.channels.iter_mut().find(own) {
            Some(one) => {
                one.payees += 1;
                plus(&mut one.total, payable);
            }
            None => summary.channels.push(ChannelSum {
                channel: item.channel,
                payees: 1,
                total: Some(payable.into()),
            }),
        }
    }
}

/// Entries of the ledger of one kind of benefit and entry: how many, and yuan of them.
#[derive(Clone, Copy, Debug)]
pub struct Booked {
    /// What was paid.
    pub kind: BenefitKind,
    /// As what.
    pub entry: EntryKind,
    /// Entries.
    pub lines: i64,
    /// Yuan.
    pub amount: Decimal,
}

/// What the ledger has of a payroll, by kinds of benefit.
#[must_use]
pub fn booked(entries: &[Booked]) -> Vec<PayrollSum> {
    let mut sums = Vec::new();
    for one in entries {
        book(&mut sums, one.kind, (one.entry, one.lines, one.amount));
    }
    sums
}

fn book(
    sums: &mut Vec<PayrollSum>,
    kind: BenefitKind,
    (entry, lines, amount): (EntryKind, i64, Decimal),
) {
    let own = |sum: &PayrollSum| sum.kind == kind as i32;
    let at = sums.iter().position(own).unwrap_or_else(|| {
        sums.push(none_of(kind));
        sums.len() - 1
    });
    let Some(sum) = sums.get_mut(at) else { return };
    sum.lines += lines;
    let part = match entry {
        EntryKind::Regular => &mut sum.regular,
        EntryKind::OneOff => &mut sum.one_off,
        EntryKind::Arrears | EntryKind::Unspecified => &mut sum.arrears,
        EntryKind::SetOff | EntryKind::Repaid => &mut sum.set_off,
    };
    for of in [part, &mut sum.total] {
        *of = Some((yuan(of.as_ref()) + amount).into());
    }
    sums.sort_by_key(|sum| sum.kind);
}

fn none_of(kind: BenefitKind) -> PayrollSum {
    let zero = || Some(Decimal::ZERO.into());
    PayrollSum {
        kind: kind as i32,
        lines: 0,
        regular: zero(),
        one_off: zero(),
        arrears: zero(),
        set_off: zero(),
        total: zero(),
    }
}
