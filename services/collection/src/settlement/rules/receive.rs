//! What a payment does to the ledger of an employer, late fee included.

use std::collections::{BTreeMap, BTreeSet};

use chassis::Result;
use contracts::collection::v1::{LedgerAccount, LedgerEntryKind, PaymentKind};
use law::{Law, Month};
use rust_decimal::Decimal;
use time::Date;

use super::{Order, Owing, apply};
use crate::ledger::account::{EmployerLedger, Line, MonthAccount};
use crate::ledger::{Accrued, Posting, Source};

/// Money that an employer paid.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Who paid.
    pub employer_id: String,
    /// Yuan, positive.
    pub amount: Decimal,
    /// The day of payment; the late fee ends with it.
    pub paid_on: Date,
    /// The month it is for; none for all that is owed.
    pub month: Option<Month>,
    /// What it is for.
    pub made_for: PaymentKind,
    /// Where it is told.
    pub source: Source,
}

/// Art. 30, Art. 37. The entries that a payment makes, and the ledger after them.
///
/// The late fee of each month is computed up to the day of payment; the payment is applied in the
/// area's order; the months that it reaches get their late fee booked, with its worksheet. A payment
/// that is told of after a later one lowers the late fee that was booked meanwhile; what was paid of it
/// too much becomes suspense. The receipt's entries add up to the payment.
///
/// # Errors
/// When the law of one of the days has no rate.
pub fn receive(
    ledger: &mut EmployerLedger,
    payment: &Payment,
    order: Order,
    laws: &[Law],
) -> Result<Vec<Posting>> {
    let mut owing = Vec::new();
    for (month, account) in &ledger.months {
        if payment.month.is_none_or(|paid| paid == *month) {
            owing.push(Owing::on(payment.paid_on, *month, account, laws)?);
        }
    }
    let mut receipts: BTreeMap<(LedgerAccount, Month), Decimal> = BTreeMap::new();
    for part in apply(payment.amount, &owing, order, payment.made_for) {
        let month = part.month.unwrap_or_else(|| Month::of(payment.paid_on));
        *receipts.entry((part.account, month)).or_default() += part.amount;
    }
    let reached: BTreeSet<Month> = receipts
        .keys()
        .filter(|(account, _)| *account != LedgerAccount::Suspense)
        .map(|(_, month)| *month)
        .collect();
    let mut postings = Vec::new();
    for month in reached {
        let account = ledger.months.entry(month).or_default();
        let paid = |account| receipts.get(&(account, month)).copied().unwrap_or_default();
        let (principal, fee) = (paid(LedgerAccount::Principal), paid(LedgerAccount::LateFee));
        let (booked, too_much) =
            settle_late_fee(account, (payment, month), (principal, fee), laws)?;
        postings.extend(booked);
        if !too_much.is_zero() {
            *receipts.entry((LedgerAccount::LateFee, month)).or_default() -= too_much;
            let suspense = (LedgerAccount::Suspense, Month::of(payment.paid_on));
            *receipts.entry(suspense).or_default() += too_much;
        }
    }
    postings.extend(
        receipts
            .into_iter()
            .filter(|(_, amount)| !amount.is_zero())
            .map(|((account, month), amount)| Posting {
                employer_id: payment.employer_id.clone(),
                month,
                account,
                kind: LedgerEntryKind::Receipt,
                amount: -amount,
                value_on: payment.paid_on,
                source: payment.source,
                worksheet: None,
            }),
    );
    for posting in &postings {
        ledger.add(&Line::from(posting));
    }
    Ok(postings)
}

/// The entry that books the month's late fee once the payment is in, and how much more of it is then paid
/// than was due.
fn settle_late_fee(
    account: &MonthAccount,
    (payment, month): (&Payment, Month),
    (principal, fee): (Decimal, Decimal),
    laws: &[Law],
) -> Result<(Option<Posting>, Decimal)> {
    let mut after = account.clone();
    after.pay(payment.paid_on, principal);
    let through = after.booked_through(account.through(payment.paid_on));
    let worksheet = after.late_fee(through, laws)?;
    let due = worksheet.value;
    let accrued = Accrued {
        employer_id: payment.employer_id.clone(),
        month,
        amount: due - account.late_fee_due,
        worksheet,
    };
    let booked = (!accrued.amount.is_zero()).then(|| accrued.posting(through, payment.source));
    let paid = account.late_fee_paid + account.late_fee_written_off + fee;
    Ok((booked, (paid - due).max(Decimal::ZERO)))
}
