//! What a payee gets by a payroll, what makes it another than a month before, and what of it still holds when it is paid.

mod notice;
mod overpaid;
mod settle;
mod sums;

pub use notice::text;
pub use overpaid::{asked_back, repaid};
pub use settle::{Outcome, settle};
pub use sums::{Booked, add, booked};

use contracts::Money;
use contracts::benefit_review::v1::{BenefitKind, PayeeKind};
use contracts::payment::v1::{
    ChangeCause, EntryKind, PaymentChannel, PayrollAnomaly, PayrollChange, PayrollItem, PayrollLine,
};
use law::Month;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::account::rules::{Entitlement, Paid, channel};

/// Whom a payroll pays.
#[derive(Clone, Debug, Default)]
pub struct Payee {
    /// Stands for the payee.
    pub payee_id: Uuid,
    /// What the payee is.
    pub kind: PayeeKind,
    /// Name of the payee; empty where none was told.
    pub name: String,
    /// Where the payee is paid, as it was told last.
    pub bank_account_id: Option<Uuid>,
    /// The payee died.
    pub dead: bool,
    /// The payee serves a sentence.
    pub imprisoned: bool,
}

/// One benefit of a payee.
#[derive(Clone, Debug)]
pub struct Account {
    /// Stands for the account.
    pub account_id: Uuid,
    /// What is paid.
    pub kind: BenefitKind,
    /// The injured employee, or the deceased.
    pub person_id: Uuid,
    /// Her or his name.
    pub name: String,
    /// What is due.
    pub due: Entitlement,
    /// What was paid.
    pub paid: Paid,
    /// The recognition of the injury was revoked.
    pub revoked: bool,
}

/// Which payroll is made.
#[derive(Clone, Debug)]
pub struct Making {
    /// Its month.
    pub month: Month,
    /// It is for what arrived after the payroll of the month.
    pub supplementary: bool,
    /// What a payee has by the month may rise by so much, as a share, before it is to be looked at.
    pub rise: Decimal,
}

/// Art. 80. What a payee gets: what is due less what was paid, what was paid too much taken off as far as there is something
/// to take it off from. None where there is nothing to pay and nothing to say.
#[must_use]
pub fn item(payee: &Payee, accounts: &[Account], making: &Making) -> Option<PayrollItem> {
    let mut made = Made::default();
    for account in accounts {
        made.account(account, making);
    }
    made.set_off();
    let channel = channel(payee.kind);
    let payable = made.payable();
    let by_bank = channel == PaymentChannel::Bank;
    let held = by_bank && payee.bank_account_id.is_none() && payable > Decimal::ZERO;
    let revoked = |account: &&Account| {
        let lines = made.lines.iter();
        account.revoked && lines.filter(|line| line.of == account.account_id).count() > 0
    };
    let anomalies = [
        (PayrollAnomaly::Rise, made.has_risen(making.rise)),
        (PayrollAnomaly::NoBankAccount, held),
        (PayrollAnomaly::Dead, payee.dead && payable > Decimal::ZERO),
        (PayrollAnomaly::OwedBack, made.owed_back > Decimal::ZERO),
        (
            PayrollAnomaly::RecognitionRevoked,
            accounts.iter().any(|one| revoked(&one)),
        ),
    ];
    let anomalies = anomalies.into_iter().filter(|(_, is_one)| *is_one);
    let item = PayrollItem {
        payee_id: payee.payee_id.to_string(),
        payee: payee.kind as i32,
        payee_name: payee.name.clone(),
        channel: channel as i32,
        bank_account_id: match (by_bank, payee.bank_account_id) {
            (true, Some(id)) => id.to_string(),
            _ => String::new(),
        },
        last_regular: Some(made.last_regular.into()),
        regular: Some(made.sum(EntryKind::Regular).into()),
        one_off: Some(made.sum(EntryKind::OneOff).into()),
        arrears: Some(made.sum(EntryKind::Arrears).into()),
        set_off: Some((-made.sum(EntryKind::SetOff)).into()),
        payable: Some(payable.into()),
        owed_back: Some(made.owed_back.into()),
        held,
        dead: payee.dead,
        imprisoned: payee.imprisoned,
        anomalies: anomalies.map(|(one, _)| one as i32).collect(),
        changes: made.changes.iter().map(Change::wire).collect(),
        lines: made.lines.into_iter().map(|line| line.wire).collect(),
    };
    let says_nothing = item.lines.is_empty() && item.changes.is_empty() && made.owed_back.is_zero();
    (!says_nothing).then_some(item)
}

/// A line with what it is reckoned by.
struct Line {
    of: Uuid,
    yuan: Decimal,
    entry: EntryKind,
    wire: PayrollLine,
}

impl Line {
    fn month(&self) -> Option<Month> {
        let month = self.wire.for_month;
        month.and_then(|month| Month::try_from(month).ok())
    }
}

struct Change {
    cause: ChangeCause,
    kind: BenefitKind,
    of: Uuid,
    yuan: Decimal,
}

impl Change {
    fn wire(&self) -> PayrollChange {
        PayrollChange {
            cause: self.cause as i32,
            kind: self.kind as i32,
            account_id: self.of.to_string(),
            amount: Some(self.yuan.into()),
        }
    }
}

/// What was paid too much.
struct TooMuch {
    kind: BenefitKind,
    line: Line,
}

#[derive(Default)]
struct Made {
    lines: Vec<Line>,
    too_much: Vec<TooMuch>,
    changes: Vec<Change>,
    last_regular: Decimal,
    owed_back: Decimal,
}

impl Made {
    fn account(&mut self, account: &Account, making: &Making) {
        let month = making.month;
        let of = |month: Month| account.paid.get(&Some(month)).copied().unwrap_or_default();
        let unpaid = of(month).is_zero();
        let (mut once, mut arrears) = (Decimal::ZERO, Decimal::ZERO);
        for (for_month, yuan) in account.due.open(&account.paid, month) {
            let entry = match for_month {
                _ if yuan < Decimal::ZERO => EntryKind::SetOff,
                None => EntryKind::OneOff,
                Some(one) if one == month && unpaid => EntryKind::Regular,
                Some(_) => EntryKind::Arrears,
            };
            match entry {
                EntryKind::OneOff => once += yuan,
                EntryKind::Arrears => arrears += yuan,
                _ => {}
            }
            let line = line(account, entry, (for_month, yuan));
            match entry {
                EntryKind::SetOff => self.too_much.push(TooMuch {
                    kind: account.kind,
                    line,
                }),
                _ => self.lines.push(line),
            }
        }
        if unpaid {
            self.by_the_month(
                account,
                (of(month.previous()), account.due.due(month)),
                making,
            );
        }
        self.change(account, ChangeCause::OneOff, once);
        self.change(account, ChangeCause::Arrears, arrears);
    }

    /// Why what is paid by the month is another than a month before.
    fn by_the_month(
        &mut self,
        account: &Account,
        (before, after): (Decimal, Decimal),
        making: &Making,
    ) {
        let month = making.month;
        let was_paid = account.paid.keys().any(Option::is_some);
        let cause = match (before.is_zero(), after.is_zero()) {
            // What ended was said by the payroll of the month.
            (false, true) if making.supplementary => return,
            (true, true) => return,
            (false, true) if account.due.is_withheld(month) => ChangeCause::Stopped,
            (false, true) => ChangeCause::Ended,
            (true, false) if was_paid || account.due.was_stopped_in(month.previous()) => {
                ChangeCause::Resumed
            }
            (true, false) => ChangeCause::New,
            (false, false) => ChangeCause::Adjusted,
        };
        self.last_regular += before;
        self.change(account, cause, after - before);
    }

    fn change(&mut self, account: &Account, cause: ChangeCause, yuan: Decimal) {
        if !yuan.is_zero() {
            self.changes.push(Change {
                cause,
                kind: account.kind,
                of: account.account_id,
                yuan,
            });
        }
    }

    /// Art. 90. What was paid too much is taken off what is due, the oldest first; the rest is owed back.
    fn set_off(&mut self) {
        let mut left = self.payable();
        let mut too_much = std::mem::take(&mut self.too_much);
        too_much.sort_by_key(|one| one.line.month());
        for TooMuch { kind, mut line } in too_much {
            let owed = -line.yuan;
            let taken = owed.min(left);
            left -= taken;
            self.owed_back += owed - taken;
            if taken.is_zero() {
                continue;
            }
            line.yuan = -taken;
            line.wire.amount = Some(line.yuan.into());
            self.changes.push(Change {
                cause: ChangeCause::SetOff,
                kind,
                of: line.of,
                yuan: line.yuan,
            });
            self.lines.push(line);
        }
    }

    fn sum(&self, entry: EntryKind) -> Decimal {
        let of = self.lines.iter().filter(|line| line.entry == entry);
        of.map(|line| line.yuan).sum()
    }

    fn payable(&self) -> Decimal {
        self.lines.iter().map(|line| line.yuan).sum()
    }

    fn has_risen(&self, rise: Decimal) -> bool {
        let most = self.last_regular * (Decimal::ONE + rise);
        self.last_regular > Decimal::ZERO && self.sum(EntryKind::Regular) > most
    }
}

fn line(account: &Account, entry: EntryKind, (for_month, yuan): (Option<Month>, Decimal)) -> Line {
    Line {
        of: account.account_id,
        yuan,
        entry,
        wire: PayrollLine {
            account_id: account.account_id.to_string(),
            kind: account.kind as i32,
            person_id: account.person_id.to_string(),
            name: account.name.clone(),
            entry: entry as i32,
            for_month: for_month.map(Into::into),
            amount: Some(yuan.into()),
        },
    }
}

/// Yuan on a form whose amounts are there and well-formed.
#[must_use]
pub fn yuan(money: Option<&Money>) -> Decimal {
    let yuan = money.and_then(|yuan| yuan.decimal().ok());
    yuan.unwrap_or_default()
}
