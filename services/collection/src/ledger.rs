//! The ledger of contributions: what falls due, is paid, is held in suspense and is written off.
//!
//! Append-only; a balance is a sum of entries. Assessment posts what falls due, settlement what is
//! paid, arrears what is written off. Late fee accrues day by day as a function of the principal's
//! entries and is booked when it is assessed or paid, with its worksheet.

pub mod account;
pub mod store;

use chassis::{Result, Unit};
use contracts::collection::v1::{LedgerAccount, LedgerEntryKind};
use law::{Law, Month, Worksheet};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::assessment::rules::late_fee_dates;
use account::{MonthAccount, accounts};

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
    /// Of what falls due, the last day in time; of what is paid, the day of payment.
    pub value_on: Date,
    /// What it is booked for. The same source posts once to a month, account and kind of an employer.
    pub source: Source,
    /// How a late fee came about.
    pub worksheet: Option<Worksheet>,
}

/// What an entry is booked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// What kind of thing.
    pub kind: SourceKind,
    /// Its id.
    pub id: Uuid,
    /// The row in a batch, the place in an order; 0 where there is only one.
    pub row: i64,
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
    /// An event of another service, such as a write-off.
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
/// # Errors
/// When the law of one of the days has no rate.
pub async fn accrued(
    unit: &mut Unit,
    employers: &[String],
    before: Month,
    through: Date,
) -> Result<Vec<Accrued>> {
    let area = unit.area().to_owned();
    let ledgers = accounts(store::lines(unit.db(), &area, employers).await?);
    let laws = late_fee_laws(
        unit,
        ledgers.values().flat_map(|l| l.months.values()),
        through,
    )
    .await?;
    let mut found = Vec::new();
    for (employer_id, ledger) in &ledgers {
        for (month, account) in ledger.months.range(..before) {
            let worksheet = account.late_fee(through, &laws)?;
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

/// The law of each stretch of days from the earliest due date of `accounts` through `through`, as
/// [`late_fee`](crate::assessment::rules::late_fee) wants it.
pub(crate) async fn late_fee_laws<'a>(
    unit: &mut Unit,
    accounts: impl Iterator<Item = &'a MonthAccount>,
    through: Date,
) -> Result<Vec<Law>> {
    let Some(first_due_on) = accounts.filter_map(|account| account.due_on).min() else {
        return Ok(Vec::new());
    };
    let mut laws = Vec::new();
    for on in late_fee_dates(unit.platform().catalogue(), first_due_on, through) {
        laws.push(unit.law(on).await?);
    }
    Ok(laws)
}
