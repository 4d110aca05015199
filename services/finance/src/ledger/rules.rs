//! How a document becomes a voucher.

use std::collections::BTreeMap;

use contracts::Refused;
use contracts::finance::v1::{DocumentPart, Refusal, SourceDocument, VoucherKind, VoucherLine};
use contracts::reflect::label_of;
use law::Month;
use rust_decimal::Decimal;
use time::Date;

use super::chart;

/// An amount on one side of an account, in yuan; below zero in red ink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Code of the account.
    pub account: String,
    /// Zero of a line on the credit side.
    pub debit: Decimal,
    /// Zero of a line on the debit side.
    pub credit: Decimal,
}

/// A voucher that is to be entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What it is made of.
    pub document: SourceDocument,
    /// By which the document is entered once.
    pub document_number: String,
    /// The day of the document.
    pub document_on: Date,
    /// The month that was decided on; otherwise that of the document.
    pub asked: Option<Month>,
    /// What happened, in a sentence.
    pub summary: String,
    /// At least two, which balance.
    pub lines: Vec<Line>,
    /// The voucher that it takes back.
    pub corrects: Option<(Month, i32)>,
    /// Who made it.
    pub made_by: String,
}

impl Draft {
    /// The month of the books: that of the document, or the first that is open where that is closed.
    #[must_use]
    pub fn month(&self, first_open: Option<Month>) -> Month {
        let own = self.asked.unwrap_or_else(|| Month::of(self.document_on));
        first_open.map_or(own, |open| own.max(open))
    }

    /// The day under which it stands in a month: its own, or the nearest one of the month.
    #[must_use]
    pub fn booked_on(&self, month: Month) -> Date {
        self.document_on.clamp(month.first_day(), month.last_day())
    }

    /// Yuan of either side.
    #[must_use]
    pub fn amount(&self) -> Decimal {
        self.lines.iter().map(|line| line.debit).sum()
    }
}

/// Art. 103. Receipt, payment or transfer, by what it does to money. Money that goes from one account to another is paid
/// out of the first.
#[must_use]
pub fn kind(lines: &[Line]) -> VoucherKind {
    let is_money =
        |line: &&Line| chart::account(&line.account).is_some_and(chart::Account::is_money);
    let money: Vec<&Line> = lines.iter().filter(is_money).collect();
    match money.iter().any(|line| !line.credit.is_zero()) {
        _ if money.is_empty() => VoucherKind::Transfer,
        true => VoucherKind::Payment,
        false => VoucherKind::Receipt,
    }
}

/// Art. 101, Art. 102. The lines of a document, by the rules of its day: one for each account and side.
///
/// # Errors
/// A refusal where no rule of the day knows a part of the document.
pub fn lines(
    document: SourceDocument,
    on: Date,
    amounts: &[(DocumentPart, Decimal)],
) -> Result<Vec<Line>, Refused> {
    let (mut debits, mut credits) = (BTreeMap::new(), BTreeMap::new());
    for (part, amount) in amounts.iter().filter(|(_, amount)| !amount.is_zero()) {
        let rule = chart::rule(document, *part, on).ok_or_else(|| {
            let label =
                |name: &str, number| label_of(&format!("workinjury.finance.v1.{name}"), number);
            Refused::because(Refusal::NoPostingRule)
                .with("date", on)
                .with("document", label("SourceDocument", document as i32))
                .with("part", label("DocumentPart", *part as i32))
        })?;
        *debits.entry(rule.debit).or_insert(Decimal::ZERO) += *amount;
        *credits.entry(rule.credit).or_insert(Decimal::ZERO) += *amount;
    }
    let debits = debits.into_iter().map(|(account, debit)| Line {
        account: account.to_owned(),
        debit,
        credit: Decimal::ZERO,
    });
    let credits = credits.into_iter().map(|(account, credit)| Line {
        account: account.to_owned(),
        debit: Decimal::ZERO,
        credit,
    });
    let all = debits.chain(credits);
    Ok(all.filter(|line| line.debit != line.credit).collect())
}

/// Art. 103. The same in red ink.
#[must_use]
pub fn red(lines: &[Line]) -> Vec<Line> {
    let turned = lines.iter().map(|line| Line {
        account: line.account.clone(),
        debit: -line.debit,
        credit: -line.credit,
    });
    turned.collect()
}

/// Art. 101. Lines that somebody wrote: each on one side of an account that entries are made on, and balanced.
///
/// # Errors
/// A refusal says which line, or by how much.
pub fn written(lines: &[VoucherLine], on: Date) -> Result<Vec<Line>, Refused> {
    let mut read = Vec::with_capacity(lines.len());
    for (number, line) in (1..).zip(lines) {
        let posted = chart::accounts(on).find(|account| account.code == line.account);
        if !posted.is_some_and(chart::Account::is_posted) {
            return Err(Refused::because(Refusal::AccountUnknown)
                .with("date", on)
                .with("account", &line.account));
        }
        let amount = |money: Option<&contracts::Money>| {
            money.and_then(|one| one.decimal().ok()).unwrap_or_default()
        };
        let (debit, credit) = (amount(line.debit.as_ref()), amount(line.credit.as_ref()));
        if debit.is_zero() == credit.is_zero() {
            return Err(Refused::because(Refusal::LineOneSided).with("line", number));
        }
        read.push(Line {
            account: line.account.clone(),
            debit,
            credit,
        });
    }
    let (debit, credit) = sums(&read);
    if debit != credit || read.len() < 2 {
        return Err(Refused::because(Refusal::VoucherUnbalanced)
            .with("debit", debit)
            .with("credit", credit));
    }
    Ok(read)
}

/// Yuan of both sides.
#[must_use]
pub fn sums(lines: &[Line]) -> (Decimal, Decimal) {
    let debit = lines.iter().map(|line| line.debit).sum();
    (debit, lines.iter().map(|line| line.credit).sum())
}

/// Lines as they are told: an amount on one side only.
#[must_use]
pub fn wire(lines: &[Line]) -> Vec<VoucherLine> {
    let money = |amount: Decimal| (!amount.is_zero()).then(|| amount.into());
    let told = lines.iter().map(|line| VoucherLine {
        account: line.account.clone(),
        debit: money(line.debit),
        credit: money(line.credit),
    });
    told.collect()
}

/// A voucher's name, as 2026-11/15.
#[must_use]
pub fn name(month: Month, number: i32) -> String {
    format!("{month}/{number}")
}

/// Art. 101. Whether a document is recorded as it comes from a bank or the treasury; others are made by what happens here or
/// in another service.
#[must_use]
pub fn is_recorded(document: SourceDocument) -> bool {
    match document {
        SourceDocument::InterestNote
        | SourceDocument::TransferIn
        | SourceDocument::OtherIncome
        | SourceDocument::IncomeSweep
        | SourceDocument::Allotment
        | SourceDocument::PreventionPayment
        | SourceDocument::TransferOut => true,
        SourceDocument::Unspecified
        | SourceDocument::AgencyReceipts
        | SourceDocument::TaxReceipts
        | SourceDocument::CreditApplied
        | SourceDocument::CreditRefund
        | SourceDocument::BenefitPayment
        | SourceDocument::BankReturn
        | SourceDocument::AdvancePayment
        | SourceDocument::AdvanceRecovery
        | SourceDocument::Reserve
        | SourceDocument::ByHand
        | SourceDocument::Correction => false,
    }
}
