//! What collection tells of money, as vouchers.

use std::collections::BTreeMap;

use chassis::Result;
use chassis::wire::{day, yuan};
use contracts::audit::v1::AdvanceRecovered;
use contracts::collection::v1::{CreditApplied, LedgerAccount, PaymentChannel, ReceiptsEntered};
use contracts::finance::v1::{DocumentPart, SourceDocument};
use law::Month;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::ledger::{Draft, rules};

/// Art. 101 (1). Receipts of a list: one voucher for each day on which money arrived, and for each who collected it. What the
/// tax bureau collects is in the treasury account at once, what the agency collects in the income account.
pub fn receipts(entered: &ReceiptsEntered) -> Result<Vec<Draft>> {
    let mut sums: BTreeMap<(Date, SourceDocument), BTreeMap<DocumentPart, Decimal>> =
        BTreeMap::new();
    for receipt in &entered.receipts {
        let document = match receipt.channel() {
            PaymentChannel::Tax => SourceDocument::TaxReceipts,
            PaymentChannel::Unspecified
            | PaymentChannel::DirectDebit
            | PaymentChannel::SmallDebit
            | PaymentChannel::Wire
            | PaymentChannel::CashiersCheque
            | PaymentChannel::Card => SourceDocument::AgencyReceipts,
        };
        let of = sums
            .entry((day(receipt.arrived_on)?, document))
            .or_default();
        *of.entry(part(receipt.account())).or_default() += yuan(receipt.amount.as_ref())?;
    }
    // A payment may settle more than one event holds: its row alone does not say which of them it is.
    let first = entered.receipts.first().map_or_else(String::new, |first| {
        format!("{}.{}.{}", first.row, month(first.month), first.account)
    });
    let drafts = sums.into_iter().map(|((on, document), amounts)| {
        let number = format!("{}/{first}/{on}", entered.batch_id);
        draft((document, number), on, &amounts, "工伤保险费收入")
    });
    drafts.collect()
}

/// Credits that were applied, by the change in which they were.
#[derive(Default)]
pub struct Credits(BTreeMap<(String, Date), BTreeMap<DocumentPart, Decimal>>);

impl Credits {
    /// Art. 37. A credit was applied to what its employer owes.
    pub fn add(&mut self, request_id: Uuid, applied: &CreditApplied) -> Result<()> {
        let month = month(applied.month);
        let number = format!(
            "{request_id}/{}/{month}/{}",
            applied.employer_id, applied.account
        );
        let of = self
            .0
            .entry((number, day(applied.applied_on)?))
            .or_default();
        *of.entry(part(applied.account())).or_default() += yuan(applied.amount.as_ref())?;
        Ok(())
    }

    /// One voucher for each.
    pub fn drafts(self) -> Result<Vec<Draft>> {
        let each = self.0.into_iter();
        let drafts = each.filter(|(_, amounts)| !amounts.contains_key(&DocumentPart::Suspense));
        let drafts = drafts.map(|((number, on), amounts)| {
            // A change may apply several credits to one month, which may come in different slices.
            let total: Decimal = amounts.values().sum();
            let document = (SourceDocument::CreditApplied, format!("{number}/{total}"));
            draft(document, on, &amounts, "暂收款抵缴")
        });
        drafts.collect()
    }
}

/// Art. 100. What came back of an advance, or below zero what was given back of it. Advances are paid as benefits, so it is income
/// as benefits that are recovered are.
pub fn recovery(recovered: &AdvanceRecovered) -> Result<Draft> {
    let on = day(recovered.recovered_on)?;
    let number = format!("{}/{}", recovered.advance_id, recovered.document_number);
    let amounts = BTreeMap::from([(DocumentPart::Other, yuan(recovered.amount.as_ref())?)]);
    let draft = draft(
        (SourceDocument::AdvanceRecovery, number),
        on,
        &amounts,
        "追回先行支付",
    )?;
    Ok(Draft {
        made_by: "audit".to_owned(),
        ..draft
    })
}

/// Empty where there is none.
fn month(wire: Option<contracts::Month>) -> String {
    let month = wire.and_then(|month| Month::try_from(month).ok());
    month.map_or_else(String::new, |month| month.to_string())
}

fn part(account: LedgerAccount) -> DocumentPart {
    match account {
        LedgerAccount::Principal => DocumentPart::Contribution,
        LedgerAccount::LateFee => DocumentPart::LateFee,
        LedgerAccount::Suspense | LedgerAccount::Unspecified => DocumentPart::Suspense,
    }
}

fn draft(
    (document, document_number): (SourceDocument, String),
    on: Date,
    amounts: &BTreeMap<DocumentPart, Decimal>,
    summary: &str,
) -> Result<Draft> {
    let amounts: Vec<_> = amounts.iter().map(|(part, yuan)| (*part, *yuan)).collect();
    Ok(Draft {
        document,
        document_number,
        document_on: on,
        asked: None,
        summary: summary.to_owned(),
        lines: rules::lines(document, on, &amounts)?,
        corrects: None,
        made_by: "collection".to_owned(),
    })
}
