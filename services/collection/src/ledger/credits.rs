//! Credits of employers: how they arise from corrections, and what they are used for.

use std::collections::BTreeMap;

use chassis::{Daily, Result, Unit, async_trait};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{CollectionEvent, CreditApplied, LedgerAccount, LedgerEntryKind};
use law::Month;
use rust_decimal::Decimal;

use super::account::accounts;
use super::{Posting, Source, SourceKind, late_fee_laws, store};
use crate::arrears::close_settled;
use crate::settlement::rules::{Order, Use, apply_credit, overpaid};

/// Art. 33, Art. 37. Each day, credits pay the principal that is overdue: nobody is dunned for what the
/// agency holds.
pub struct OverduePaid;

#[async_trait]
impl Daily for OverduePaid {
    fn name(&self) -> &'static str {
        "ledger.overdue_paid"
    }

    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>> {
        Ok(store::areas_with_credits(unit.db()).await?)
    }

    async fn act(&self, unit: &mut Unit) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        // Whom it concerns by then is found out under the lock.
        let employers = store::credited_and_overdue(unit.db(), &area, today).await?;
        let employers = employers.into_iter().map(|id| (id, Use::Overdue));
        let source = Source {
            kind: SourceKind::Request,
            id: unit.request_id(),
            row: 0,
        };
        apply(unit, employers.collect(), source).await.map(drop)
    }
}

/// Art. 37. Applies credits of the employers; answers how much, in yuan.
///
/// # Errors
/// When the law of one of the days has no rate.
pub(crate) async fn apply(
    unit: &mut Unit,
    employers: BTreeMap<String, Use>,
    source: Source,
) -> Result<Decimal> {
    if employers.is_empty() {
        return Ok(Decimal::ZERO);
    }
    let (area, today) = (unit.area().to_owned(), unit.today());
    store::lock(unit.db(), &area).await?;
    let law = unit.law(today).await?;
    let order: Order = law.text("receipt_order")?.value.parse()?;
    let ids: Vec<String> = employers.keys().cloned().collect();
    let mut ledgers = accounts(store::lines(unit.db(), &area, &ids).await?);
    let months = ledgers.values().flat_map(|ledger| ledger.months.values());
    let laws = late_fee_laws(unit, months, today).await?;
    let mut postings = Vec::new();
    for (employer_id, used) in employers {
        if let Some(ledger) = ledgers.get_mut(&employer_id) {
            let whose = (employer_id.as_str(), today);
            let applied = apply_credit(ledger, whose, used, order, &laws, source)?;
            postings.extend(applied);
        }
    }
    store::post(unit, &postings).await?;
    let applied = |posting: &&Posting| {
        posting.kind == LedgerEntryKind::Receipt && posting.account != LedgerAccount::Suspense
    };
    let applied: Vec<_> = postings.iter().filter(applied).collect();
    let told = applied.iter().map(|posting| {
        let applied = CreditApplied {
            employer_id: posting.employer_id.clone(),
            month: Some(posting.month.into()),
            account: posting.account as i32,
            amount: Some((-posting.amount).into()),
            applied_on: Some(today.into()),
        };
        let happened = Some(Happened::CreditApplied(applied));
        (posting.employer_id.clone(), CollectionEvent { happened })
    });
    unit.tell_all(told).await?;
    close_settled(unit, &ids).await?;
    Ok(applied.iter().map(|posting| -posting.amount).sum())
}

/// Art. 37. Applies credits to the month of a bill that took as much off each of the employers, in yuan.
///
/// # Errors
/// When the law of one of the days has no rate.
pub(crate) async fn apply_to_bill(
    unit: &mut Unit,
    month: Month,
    taken_off: BTreeMap<String, Decimal>,
    source: Source,
) -> Result<()> {
    let of_month = |(employer, amount)| (employer, Use::Month(month, amount));
    let employers = taken_off.into_iter().map(of_month).collect();
    apply(unit, employers, source).await.map(drop)
}

/// Art. 37. What is paid of a month beyond what is due since it was corrected is a credit, and what the
/// correction settles is no longer in arrears.
///
/// # Errors
/// When the law of one of the days has no rate.
pub(crate) async fn settle_corrected(
    unit: &mut Unit,
    (employer_id, month): (&str, Month),
    source: Source,
) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let employers = [employer_id.to_owned()];
    store::lock(unit.db(), &area).await?;
    let mut ledgers = accounts(store::lines(unit.db(), &area, &employers).await?);
    let months = ledgers.remove(employer_id).unwrap_or_default().months;
    if let Some(account) = months.get(&month) {
        let laws = late_fee_laws(unit, std::iter::once(account), today).await?;
        let postings = overpaid(account, (employer_id, month), today, &laws, source)?;
        store::post(unit, &postings).await?;
    }
    close_settled(unit, &employers).await
}
