//! What the entries of an employer come to, month by month.

use std::collections::BTreeMap;

use chassis::Result;
use contracts::collection::v1::{LedgerAccount, LedgerEntryKind};
use law::{Law, Month, Worksheet};
use rust_decimal::Decimal;
use time::Date;

use super::Posting;
use crate::assessment::rules::{Owed, late_fee};

/// An entry as far as balances need it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Whose.
    pub employer_id: String,
    /// The month that the amount is for.
    pub month: Month,
    /// On which account.
    pub account: LedgerAccount,
    /// What for.
    pub kind: LedgerEntryKind,
    /// Yuan, signed.
    pub amount: Decimal,
    /// Last day in time, or day of payment.
    pub value_on: Date,
    /// The last day to pay what falls due: of a late fee, that of the bill that has it.
    pub pay_by: Date,
    /// Takes something off the day that it had, to be due on another one.
    pub moved: bool,
}

impl From<&Posting> for Line {
    fn from(posting: &Posting) -> Self {
        Self {
            employer_id: posting.employer_id.clone(),
            month: posting.month,
            account: posting.account,
            kind: posting.kind,
            amount: posting.amount,
            value_on: posting.value_on,
            pay_by: posting.value_on,
            moved: false,
        }
    }
}

/// The ledger of an employer in sums.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EmployerLedger {
    /// By month, those with suspense only left out.
    pub months: BTreeMap<Month, MonthAccount>,
    /// Credit of the employer in yuan, by the month of payment and the day from which it was held;
    /// positive.
    pub suspense: BTreeMap<(Month, Date), Decimal>,
}

/// What an employer owes and has paid for a month, in yuan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MonthAccount {
    /// The last day in time of the first amount that fell due.
    pub due_on: Option<Date>,
    /// Changes of the principal, from which the late fee follows.
    pub owed: Vec<Owed>,
    /// Changes of the late fee, each with the last day to pay what falls due.
    pub late_fees: Vec<Owed>,
    /// Principal that fell due, corrections included.
    pub due: Decimal,
    /// Principal paid; positive.
    pub paid: Decimal,
    /// Principal written off; positive.
    pub written_off: Decimal,
    /// Late fee booked, corrections included.
    pub late_fee_due: Decimal,
    /// The last day up to which late fee is booked.
    pub late_fee_through: Option<Date>,
    /// Late fee paid; positive.
    pub late_fee_paid: Decimal,
    /// Late fee written off; positive.
    pub late_fee_written_off: Decimal,
    /// Of what fell due, what no bill has carried: it is paid last.
    pub unbilled: Decimal,
}

/// The ledgers of the employers that have entries.
#[must_use]
pub fn accounts(mut lines: Vec<Line>) -> BTreeMap<String, EmployerLedger> {
    // What is moved is there before it is taken off its day.
    lines.sort_by_key(|line| line.moved);
    let mut found: BTreeMap<String, EmployerLedger> = BTreeMap::new();
    for line in lines {
        match found.get_mut(&line.employer_id) {
            Some(ledger) => ledger.add(&line),
            None => found
                .entry(line.employer_id.clone())
                .or_default()
                .add(&line),
        }
    }
    found
}

impl EmployerLedger {
    /// Takes an entry in.
    pub fn add(&mut self, line: &Line) {
        if line.account == LedgerAccount::Suspense {
            let held = (line.month, line.value_on);
            *self.suspense.entry(held).or_default() -= line.amount;
        } else {
            self.months.entry(line.month).or_default().add(line);
        }
    }

    /// Credit of the employer in yuan.
    #[must_use]
    pub fn credit(&self) -> Decimal {
        self.suspense.values().sum()
    }
}

impl MonthAccount {
    fn add(&mut self, line: &Line) {
        let principal = line.account == LedgerAccount::Principal;
        if line.moved {
            self.take_off_its_day(line);
        } else if principal {
            self.owed.push(Owed {
                value_on: line.value_on,
                amount: line.amount,
            });
        } else {
            self.late_fees.push(Owed {
                value_on: line.pay_by,
                amount: line.amount,
            });
        }
        let (sum, amount) = match (line.kind, principal) {
            (LedgerEntryKind::Receipt | LedgerEntryKind::Refund, true) => {
                (&mut self.paid, -line.amount)
            }
            (LedgerEntryKind::Receipt | LedgerEntryKind::Refund, false) => {
                (&mut self.late_fee_paid, -line.amount)
            }
            (LedgerEntryKind::WriteOff, true) => (&mut self.written_off, -line.amount),
            (LedgerEntryKind::WriteOff, false) => (&mut self.late_fee_written_off, -line.amount),
            (_, true) => {
                if line.amount.is_sign_positive() {
                    self.due_on = Some(
                        self.due_on
                            .map_or(line.value_on, |on| on.min(line.value_on)),
                    );
                }
                (&mut self.due, line.amount)
            }
            (_, false) => {
                self.late_fee_through = self.late_fee_through.max(Some(line.value_on));
                (&mut self.late_fee_due, line.amount)
            }
        };
        *sum += amount;
    }

    /// What is moved was never due on the day that it had.
    fn take_off_its_day(&mut self, line: &Line) {
        let mut left = -line.amount;
        for owed in &mut self.owed {
            if owed.value_on == line.value_on && owed.amount.is_sign_positive() {
                let part = owed.amount.min(left);
                owed.amount -= part;
                left -= part;
            }
        }
        self.owed.retain(|owed| !owed.amount.is_zero());
        let due = self.owed.iter().filter(|o| o.amount.is_sign_positive());
        self.due_on = due.map(|owed| owed.value_on).min();
        if !left.is_zero() {
            let (value_on, amount) = (line.value_on, -left);
            self.owed.push(Owed { value_on, amount });
        }
    }

    /// Principal that is still owed, in yuan; negative where more was paid than is due.
    #[must_use]
    pub fn unpaid(&self) -> Decimal {
        self.due - self.paid - self.written_off
    }

    /// Art. 18. The part of the principal that is still owed and was to be paid before `on`, in yuan.
    #[must_use]
    pub fn overdue(&self, on: Date) -> Decimal {
        overdue(&self.owed, on)
    }

    /// Art. 33. The part of the late fee that is booked, still owed and was to be paid before `on`, in yuan: with
    /// the bill that has it, or the receipt that left it open.
    #[must_use]
    pub fn overdue_late_fee(&self, on: Date) -> Decimal {
        overdue(&self.late_fees, on)
    }

    /// Art. 33, Art. 34. The account without what falls due on `on` or later: all of it that can be in
    /// arrears.
    #[must_use]
    pub fn due_before(mut self, on: Date) -> Self {
        let ahead = |change: &Owed| change.amount.is_sign_positive() && change.value_on >= on;
        let not_due: Decimal = self
            .owed
            .iter()
            .filter(|o| ahead(o))
            .map(|o| o.amount)
            .sum();
        self.owed.retain(|change| !ahead(change));
        self.due -= not_due;
        self
    }

    /// The last day in time of the first amount that is not paid, what is paid being counted to what fell due
    /// first; where only a late fee is open, of the first amount.
    #[must_use]
    pub fn unpaid_since(&self) -> Option<Date> {
        let changes = self.owed.iter().map(|owed| (owed.value_on, owed.amount));
        let (mut due, settled): (Vec<_>, Vec<_>) =
            changes.partition(|(_, amount)| amount.is_sign_positive());
        due.sort_unstable();
        let mut left: Decimal = settled.iter().map(|(_, amount)| *amount).sum();
        due.into_iter()
            .find_map(|(due_on, amount)| {
                left += amount;
                (left > Decimal::ZERO).then_some(due_on)
            })
            .or(self.due_on)
    }

    /// Late fee that is booked and still owed, in yuan.
    #[must_use]
    pub fn late_fee_unpaid(&self) -> Decimal {
        self.late_fee_due - self.late_fee_paid - self.late_fee_written_off
    }

    /// Takes a payment of principal in, as if it were entered.
    pub fn pay(&mut self, paid_on: Date, amount: Decimal) {
        self.owed.push(Owed {
            value_on: paid_on,
            amount: -amount,
        });
        self.paid += amount;
    }

    /// Takes a write-off of principal in, as if it were entered.
    pub fn write_off(&mut self, as_of: Date, amount: Decimal) {
        self.owed.push(Owed {
            value_on: as_of,
            amount: -amount,
        });
        self.written_off += amount;
    }

    /// The day up to which the late fee counts on `day`: that of a later settlement, where one is known.
    #[must_use]
    pub fn through(&self, day: Date) -> Date {
        self.last_paid_on().map_or(day, |last| last.max(day))
    }

    /// The day up to which the late fee is booked on `day`: while principal goes on being late, that up to
    /// which it is booked already, where it is later.
    #[must_use]
    pub fn booked_through(&self, day: Date) -> Date {
        let booked = self
            .late_fee_through
            .filter(|_| self.unpaid() > Decimal::ZERO);
        booked.map_or(day, |booked| booked.max(day))
    }

    /// The last day on which something was paid, corrected down or written off.
    #[must_use]
    pub fn last_paid_on(&self) -> Option<Date> {
        let paid = self
            .owed
            .iter()
            .filter(|change| change.amount.is_sign_negative());
        paid.map(|change| change.value_on).max()
    }

    /// Art. 30. All late fee of the month up to and including `through`, booked or not.
    ///
    /// # Errors
    /// When the law of one of the days has no rate.
    pub fn late_fee(&self, through: Date, laws: &[Law]) -> Result<Worksheet> {
        late_fee(&self.owed, through, laws)
    }
}

fn overdue(changes: &[Owed], on: Date) -> Decimal {
    let counts = |change: &&Owed| change.amount.is_sign_negative() || change.value_on < on;
    let counted = changes.iter().filter(counts);
    let overdue: Decimal = counted.map(|change| change.amount).sum();
    overdue.max(Decimal::ZERO)
}
