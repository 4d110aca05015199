//! Credits of employers: how they arise from corrections, and what they are used for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chassis::{Daily, Progress, Result, Unit, async_trait};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{CollectionEvent, CreditApplied, LedgerAccount, LedgerEntryKind};
use law::{Law, Month};
use rust_decimal::Decimal;

use super::account::EmployerLedger;
use super::{
    Balance, Posting, Source, SourceKind, in_balances, late_fee_laws, ledger, ledgers, store,
};
use crate::arrears::close_settled;
use crate::assessment::runs::in_progress;
use crate::assessment::store::to_be_taken_off;
use crate::settlement::rules::{Order, Use, apply_credit, overpaid};
use crate::wire;

/// Art. 33, Art. 37. Each day, credits pay what is overdue, principal and late fee: nobody is dunned for what
/// the agency holds.
pub struct OverduePaid;

#[async_trait]
impl Daily for OverduePaid {
    fn name(&self) -> &'static str {
        "ledger.overdue_paid"
    }

    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>> {
        Ok(store::areas_with_credits(unit.db()).await?)
    }

    async fn act(&self, unit: &mut Unit) -> Result<Progress> {
        let source = Source {
            kind: SourceKind::Request,
            id: unit.request_id(),
            row: 0,
        };
        apply_all(unit, None, Use::Overdue, source).await?;
        Ok(Progress::Done)
    }
}

/// Art. 37. Applies the credits of all employers, or of those of `only`; answers of how many, and how much, in
/// yuan.
///
/// # Errors
/// When the law of one of the days has no rate.
pub(crate) async fn apply_all(
    unit: &mut Unit,
    only: Option<&[String]>,
    used: Use,
    source: Source,
) -> Result<(u32, Decimal)> {
    let area = unit.area().to_owned();
    // What they have and owe by then is found out under the lock.
    let employers = store::credited_and_owing(unit.db(), &area, only).await?;
    let employers = employers.into_iter().map(|id| (id, used));
    apply(unit, employers.collect(), source).await
}

async fn apply(
    unit: &mut Unit,
    employers: BTreeMap<String, Use>,
    source: Source,
) -> Result<(u32, Decimal)> {
    if employers.is_empty() {
        return Ok((0, Decimal::ZERO));
    }
    let (area, today) = (unit.area().to_owned(), unit.today());
    store::lock(unit.db(), &area).await?;
    let ids: Vec<String> = employers.keys().cloned().collect();
    let (_, postings) = used(unit, employers, source).await?;
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
    let whose: BTreeSet<&str> = applied.iter().map(|p| p.employer_id.as_str()).collect();
    let amount = applied.iter().map(|posting| -posting.amount).sum();
    Ok((wire::count(whose.len()), amount))
}

/// Art. 33. What the employers owe today once their credits have paid what is overdue, which the day does, or
/// who duns. What was told late is not due before a bill carries it.
///
/// # Errors
/// When the law of one of the days has no rate.
pub(crate) async fn balances_less_credits(
    unit: &mut Unit,
    employers: &[String],
) -> Result<BTreeMap<String, Vec<Balance>>> {
    let today = unit.today();
    let of = |id: &String| (id.clone(), Use::Overdue);
    let not_booked = Source::NOT_BOOKED;
    let (after, _) = used(unit, employers.iter().map(of).collect(), not_booked).await?;
    let of = |(id, ledger)| Ok((id, in_balances(ledger, today, &after.laws)?));
    after.ledgers.into_iter().map(of).collect()
}

/// Ledgers of employers, and the law of the days that their late fees run.
struct After {
    ledgers: BTreeMap<String, EmployerLedger>,
    laws: Vec<Law>,
}

/// The ledgers of the employers once their credits are used, and the entries that use them.
async fn used(
    unit: &mut Unit,
    employers: BTreeMap<String, Use>,
    source: Source,
) -> Result<(After, Vec<Posting>)> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let law = unit.law(today).await?;
    let order: Order = law.text("receipt_order")?.value.parse()?;
    let ids: Vec<String> = employers.keys().cloned().collect();
    let mut ledgers = ledgers(unit, &ids, today).await?;
    let months = ledgers.values().flat_map(|ledger| ledger.months.values());
    let laws = late_fee_laws(unit, months, today).await?;
    let taken_off = if in_progress(unit).await?.is_empty() {
        HashMap::new()
    } else {
        to_be_taken_off(unit.db(), &area, &ids).await?
    };
    let mut postings = Vec::new();
    for (employer_id, used) in employers {
        if let Some(ledger) = ledgers.get_mut(&employer_id) {
            let whose = (employer_id.as_str(), today);
            let taken_off = taken_off.get(&employer_id).copied().unwrap_or_default();
            let applied = apply_credit(ledger, whose, (used, taken_off), order, &laws, source)?;
            postings.extend(applied);
        }
    }
    Ok((After { ledgers, laws }, postings))
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
    let months = ledger(unit, employer_id, today).await?.months;
    if let Some(account) = months.get(&month) {
        let laws = late_fee_laws(unit, std::iter::once(account), today).await?;
        let postings = overpaid(account, (employer_id, month), today, &laws, source)?;
        store::post(unit, &postings).await?;
    }
    close_settled(unit, &employers).await
}
