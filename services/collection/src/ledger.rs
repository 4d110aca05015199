//! The ledger of contributions: what falls due, is paid, is held in suspense and is written off.
//!
//! Append-only; a balance is a sum of entries. Assessment posts what falls due, settlement what is
//! paid, arrears what is written off. Late fee accrues day by day as a function of the principal's
//! entries and is booked when it is assessed or paid, with its worksheet.

pub mod account;
pub(crate) mod credits;
pub mod store;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chassis::{Result, Unit};
use contracts::collection::v1::{LedgerAccount, LedgerEntryKind, MonthBalance, PaymentChannel};
use law::{Law, Month, Worksheet};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::assessment::rules::late_fee_dates;
use crate::assessment::runs::due_with_the_bill;
use crate::assessment::store::added_unbilled;
use account::{EmployerLedger, Line, MonthAccount, accounts};

/// An entry to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Posting {
    /// Whose.
    pub employer_id: String,
    /// The month that the amount is for; of suspense, the month of payment.
    pub month: Month,
    /// On which account.
    pub account: LedgerAccount,
    /// What for.
    pub kind: LedgerEntryKind,
    /// Yuan, not zero: positive falls due, negative is paid, corrected or written off.
    pub amount: Decimal,
    /// Of what falls due, the last day in time; of what is paid, the day of payment; of suspense, the day
    /// from which the credit was held, also where it is used.
    pub value_on: Date,
    /// What it is booked for. The same source posts once to a month, account and kind of an employer.
    pub source: Source,
    /// How a late fee, or a month that was assessed anew, came about.
    pub worksheet: Option<Worksheet>,
}

/// What arrived, as the first entry of a receipt says.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The whole payment in yuan.
    pub amount: Decimal,
    /// Who told of it.
    pub sender: String,
    /// Its number there; it enters once.
    pub reference: String,
    /// The day on which the money was in the account.
    pub arrived_on: Date,
    /// How it came.
    pub channel: PaymentChannel,
}

/// What an entry is booked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// What kind of thing.
    pub kind: SourceKind,
    /// Its id.
    pub id: Uuid,
    /// The row in a batch, the place in an order or among the entries of a month; 0 where there is only one.
    pub row: i64,
}

impl Source {
    /// Of an entry that is reckoned with and never booked.
    pub(crate) const NOT_BOOKED: Self = Self {
        kind: SourceKind::Request,
        id: Uuid::nil(),
        row: 0,
    };
}

/// What kind of thing an entry is booked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum SourceKind {
    /// A run, such as the assessment of a month.
    Run = 1,
    /// A case, such as a back-payment.
    Case = 2,
    /// A row of a batch, such as a payment.
    Batch = 3,
    /// A request, such as the application of credits.
    Request = 4,
    /// What was told afterwards: an event of another service, such as a write-off, or a parameter's case.
    Event = 5,
}

/// Late fee of a month that is not booked yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Accrued {
    /// Whose.
    pub employer_id: String,
    /// The month whose principal is late.
    pub month: Month,
    /// Yuan to be booked; negative where a payment that came to light later makes it less.
    pub amount: Decimal,
    /// All of the month's late fee, the booked included.
    pub worksheet: Worksheet,
}

impl Accrued {
    /// The entry that books it, with value on `through`.
    #[must_use]
    pub fn posting(self, through: Date, source: Source) -> Posting {
        let kind = if self.amount.is_sign_positive() {
            LedgerEntryKind::LateFee
        } else {
            LedgerEntryKind::Correction
        };
        Posting {
            employer_id: self.employer_id,
            month: self.month,
            account: LedgerAccount::LateFee,
            kind,
            amount: self.amount,
            value_on: through,
            source,
            worksheet: Some(self.worksheet),
        }
    }
}

/// Art. 30. Late fee of months before `before` that accrued up to and including `through` and is not
/// booked yet, of each of the employers, in their order and that of the months.
///
/// Of a month of which something was settled after `through`, the late fee counts up to that day: the
/// receipt has booked it so far. What is about to be posted beside it (`beside`) counts as if it were.
///
/// # Errors
/// When the law of one of the days has no rate.
pub async fn accrued(
    unit: &mut Unit,
    employers: &[String],
    before: Month,
    through: Date,
    beside: &[Posting],
) -> Result<Vec<Accrued>> {
    let area = unit.area().to_owned();
    let mut lines = store::lines(unit.db(), &area, employers).await?;
    let beside = beside.iter().filter(|p| employers.contains(&p.employer_id));
    lines.extend(beside.map(beside_line));
    let ledgers = accounts(lines);
    let laws = late_fee_laws(
        unit,
        ledgers.values().flat_map(|l| l.months.values()),
        through,
    )
    .await?;
    let mut found = Vec::new();
    for (employer_id, ledger) in &ledgers {
        for (month, account) in ledger.months.range(..before) {
            let worksheet = account.late_fee(account.through(through), &laws)?;
            let amount = worksheet.value - account.late_fee_due;
            if !amount.is_zero() {
                let employer_id = employer_id.clone();
                found.push(Accrued {
                    employer_id,
                    month: *month,
                    amount,
                    worksheet,
                });
            }
        }
    }
    Ok(found)
}

/// Art. 28, Art. 30. The ledgers of the employers as they stand on a day, or today if that is later: what was
/// told late is not due before a bill carries it.
///
/// # Errors
/// When the entries cannot be read.
pub(crate) async fn ledgers(
    unit: &mut Unit,
    employers: &[String],
    on: Date,
) -> Result<BTreeMap<String, EmployerLedger>> {
    let (area, on) = (unit.area().to_owned(), on.max(unit.today()));
    let mut lines = store::lines(unit.db(), &area, employers).await?;
    let moved = due_with_the_bill(unit, employers, on, Source::NOT_BOOKED).await?;
    lines.extend(moved.iter().map(beside_line));
    let mut ledgers = accounts(lines);
    for added in added_unbilled(unit.db(), &area, employers).await? {
        let ledger = ledgers.entry(added.employer_id).or_default();
        let account = ledger.months.entry(Month::of(added.month)).or_default();
        account.unbilled += added.amount;
    }
    Ok(ledgers)
}

/// An entry that moves something to the day of its bill, as a line.
fn beside_line(posting: &Posting) -> Line {
    Line {
        moved: posting.amount.is_sign_negative(),
        ..posting.into()
    }
}

/// The ledger of one employer, as [`ledgers`] has it.
///
/// # Errors
/// When the entries cannot be read.
pub(crate) async fn ledger(unit: &mut Unit, employer_id: &str, on: Date) -> Result<EmployerLedger> {
    let mut ledgers = ledgers(unit, &[employer_id.to_owned()], on).await?;
    Ok(ledgers.remove(employer_id).unwrap_or_default())
}

/// What an employer owes for a month, with the late fee up to a day.
#[derive(Clone, Debug)]
pub struct Balance {
    /// The month.
    pub month: Month,
    /// Its entries in sums.
    pub account: MonthAccount,
    /// Late fee in yuan, what is not booked yet included.
    pub late_fee_due: Decimal,
}

impl Balance {
    /// Principal that is still owed, in yuan.
    #[must_use]
    pub fn principal(&self) -> Decimal {
        self.account.unpaid().max(Decimal::ZERO)
    }

    /// Late fee that is still owed, in yuan.
    #[must_use]
    pub fn late_fee(&self) -> Decimal {
        let settled = self.account.late_fee_paid + self.account.late_fee_written_off;
        (self.late_fee_due - settled).max(Decimal::ZERO)
    }

    /// Art. 34. The balance without what falls due on `on` or later: what can be in arrears.
    #[must_use]
    pub fn due_before(self, on: Date) -> Self {
        let account = self.account.due_before(on);
        Self { account, ..self }
    }

    /// Is something still owed?
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.principal() + self.late_fee() > Decimal::ZERO
    }
}

impl From<&Balance> for MonthBalance {
    fn from(balance: &Balance) -> Self {
        Self {
            month: Some(balance.month.into()),
            due: Some(balance.account.due.into()),
            paid: Some(balance.account.paid.into()),
            unpaid: Some(balance.account.unpaid().into()),
            late_fee_due: Some(balance.late_fee_due.into()),
            late_fee_paid: Some(balance.account.late_fee_paid.into()),
            late_fee_unpaid: Some(balance.late_fee().into()),
            due_on: balance.account.due_on.map(Into::into),
        }
    }
}

/// Principal and late fee that are owed in all, in yuan.
#[must_use]
pub fn owed(balances: &[Balance]) -> (Decimal, Decimal) {
    (
        balances.iter().map(Balance::principal).sum(),
        balances.iter().map(Balance::late_fee).sum(),
    )
}

/// Art. 37. The balance of each month of each of the employers, with late fee up to and including `on`.
///
/// # Errors
/// When the law of one of the days has no rate.
pub async fn balances(
    unit: &mut Unit,
    employers: &[String],
    on: Date,
) -> Result<BTreeMap<String, Vec<Balance>>> {
    let ledgers = ledgers(unit, employers, on).await?;
    let laws = late_fee_laws(unit, ledgers.values().flat_map(|l| l.months.values()), on).await?;
    let of = |(employer_id, ledger)| Ok((employer_id, in_balances(ledger, on, &laws)?));
    ledgers.into_iter().map(of).collect()
}

/// Art. 37. The balance of each month of one employer, with late fee up to and including `on`, and its
/// credit in yuan.
///
/// # Errors
/// When the law of one of the days has no rate.
pub async fn balance_and_credit(
    unit: &mut Unit,
    employer_id: &str,
    on: Date,
) -> Result<(Vec<Balance>, Decimal)> {
    let ledger = ledger(unit, employer_id, on).await?;
    let credit = ledger.credit();
    let laws = late_fee_laws(unit, ledger.months.values(), on).await?;
    Ok((in_balances(ledger, on, &laws)?, credit))
}

/// The balance of each month of a ledger, with late fee up to and including `on`.
///
/// # Errors
/// When the law of one of the days has no rate.
pub(crate) fn in_balances(ledger: EmployerLedger, on: Date, laws: &[Law]) -> Result<Vec<Balance>> {
    let balance = |(month, account): (Month, MonthAccount)| {
        // What was billed through a later day is owed whatever day is asked for.
        let late_fee_due = account.late_fee(on, laws)?.value.max(account.late_fee_due);
        Ok(Balance {
            month,
            account,
            late_fee_due,
        })
    };
    ledger.months.into_iter().map(balance).collect()
}

/// An employer and a month, as a place in a list: `91440300…/2026-11`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The employer.
    pub employer_id: String,
    /// The month.
    pub month: Month,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.employer_id, self.month)
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (employer_id, month) = text.rsplit_once('/').ok_or("not a place in a list")?;
        let month = month.parse().map_err(|_| "not a month")?;
        Ok(Self {
            employer_id: employer_id.to_owned(),
            month,
        })
    }
}

/// The law of each stretch of days from the earliest due date of `accounts` through `through`, as
/// [`late_fee`](crate::assessment::rules::late_fee) wants it; through the last settlement, where it is later.
pub(crate) async fn late_fee_laws<'a>(
    unit: &mut Unit,
    accounts: impl Iterator<Item = &'a MonthAccount>,
    mut through: Date,
) -> Result<Vec<Law>> {
    let mut first_due_on = None;
    for account in accounts {
        first_due_on = account.due_on.into_iter().chain(first_due_on).min();
        through = account.through(through);
    }
    let Some(first_due_on) = first_due_on else {
        return Ok(Vec::new());
    };
    let mut laws = Vec::new();
    for on in late_fee_dates(unit.platform().catalogue(), first_due_on, through) {
        laws.push(unit.law(on).await?);
    }
    Ok(laws)
}
