//! Section 5, arrears (欠费管理).
//!
//! What was not paid in time stands in the arrears ledger, and notices to repay are made of it
//! (article 34). Who refuses is handed to audit (article 35); who cannot repay in full signs an
//! agreement with instalments, or the party that article 36 names does. Receipts close arrears by a
//! stated order, and the remainder of a bankrupt goes to finance for write-off (article 37).

pub mod cases;
pub mod rpc;
pub mod rules;
pub mod runs;
mod store;

use chassis::{Result, Unit};
use contracts::Refused;
use contracts::audit::v1::AbilityAudited;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    ArrearsClosed, ArrearsState, ArrearsWrittenOff, CollectionEvent, LedgerAccount,
    LedgerEntryKind, MonthBalance, Refusal,
};
use contracts::finance::v1::{WriteOffApproved, WriteOffDeclined};
use law::Month;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::assessment::rules::due_on;
use crate::ledger::{self, Balance, Source, SourceKind};
use crate::wire;

/// Art. 37. Closes arrears of the employers for which nothing is owed any more, and tells it.
pub(crate) async fn close_settled(unit: &mut Unit, employers: &[String]) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let closed = store::close_settled(unit.db(), &area, employers, today).await?;
    let told = closed.into_iter().map(|(employer_id, month)| {
        let closed = ArrearsClosed {
            employer_id: employer_id.clone(),
            month: Some(month.into()),
            closed_on: Some(today.into()),
        };
        (
            employer_id,
            CollectionEvent {
                happened: Some(Happened::ArrearsClosed(closed)),
            },
        )
    });
    unit.tell_all(told).await
}

/// What an employer owes today for months in the arrears ledger, as far as it was due before, and where
/// each month stands.
///
/// # Errors
/// [`Refusal::NoArrears`] when there is nothing.
async fn open_arrears(
    unit: &mut Unit,
    employer_id: &str,
) -> Result<(Vec<Balance>, Vec<(Month, ArrearsState)>)> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let states = store::open(unit.db(), &area, employer_id).await?;
    let mut balances = open_balances(unit, employer_id, today).await?;
    balances.retain(|balance| states.iter().any(|(month, _)| *month == balance.month));
    let due = balances.into_iter().map(|b| b.due_before(today));
    let balances: Vec<_> = due.filter(Balance::is_open).collect();
    if balances.is_empty() {
        return Err(Refused::because(Refusal::NoArrears).into());
    }
    Ok((balances, states))
}

/// Everything that an employer owes, with late fee up to and including `on`.
async fn open_balances(unit: &mut Unit, employer_id: &str, on: Date) -> Result<Vec<Balance>> {
    let employers = [employer_id.to_owned()];
    let mut months = ledger::balances(unit, &employers, on).await?;
    let mut balances = months.remove(employer_id).unwrap_or_default();
    balances.retain(Balance::is_open);
    Ok(balances)
}

/// Art. 125. Months of an employer's people, or of one of them, for which nothing is assessed although
/// their last day in time lay before `on`.
async fn overdue_unassessed(
    unit: &mut Unit,
    of: (&str, Option<Uuid>),
    on: Date,
) -> Result<Vec<Month>> {
    let area = unit.area().to_owned();
    let mut overdue = Vec::new();
    for (month, due_with) in store::unassessed_months(unit.db(), &area, of, Month::of(on)).await? {
        if due_on(due_with, &unit.law(due_with.first_day()).await?)? < on {
            overdue.push(month);
        }
    }
    Ok(overdue)
}

/// Art. 37. Books the write-off that finance told of: the months that it settles leave the arrears ledger,
/// the others stay in it. Nothing is booked of a month that the estate has paid meanwhile, and
/// that is told.
///
/// # Errors
/// [`Refusal::NoArrears`] where the case has handed nothing over that is not answered.
pub(crate) async fn write_off(unit: &mut Unit, approved: &WriteOffApproved) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let employer_id = approved.employer_id.as_str();
    let as_of = wire::day(approved.as_of)?;
    ledger::store::lock(unit.db(), &area).await?;
    let case_id = wire::uuid(&approved.case_id)?;
    let waiting = store::handed_to_finance(unit.db(), &area, (employer_id, case_id)).await?;
    let ledger = ledger::ledger(unit, employer_id, today).await?;
    let laws = ledger::late_fee_laws(unit, ledger.months.values(), today).await?;
    let source = Source {
        kind: SourceKind::Event,
        id: case_id,
        row: 0,
    };
    let (mut postings, mut told) = (Vec::new(), Vec::new());
    for off in &approved.months {
        let month = wire::month(off.month)?;
        let (Some(account), Some((_, state))) = (
            ledger.months.get(&month),
            waiting.iter().find(|(waits, _)| *waits == month),
        ) else {
            continue;
        };
        let amounts = (
            wire::yuan(off.principal.as_ref())?,
            wire::yuan(off.late_fee.as_ref())?,
        );
        let place = (employer_id, month);
        let of_month = if *state == ArrearsState::Closed {
            Vec::new()
        } else {
            rules::write_off(account, place, amounts, as_of, &laws, source)?
        };
        let booked = |account| -> Decimal {
            let of_account = of_month.iter().filter(|posting| {
                posting.account == account && posting.kind == LedgerEntryKind::WriteOff
            });
            of_account.map(|posting| -posting.amount).sum()
        };
        let written_off = ArrearsWrittenOff {
            employer_id: employer_id.to_owned(),
            case_id: approved.case_id.clone(),
            month: off.month,
            principal: Some(booked(LedgerAccount::Principal).into()),
            late_fee: Some(booked(LedgerAccount::LateFee).into()),
            written_off_on: Some(today.into()),
            document_number: approved.document_number.clone(),
        };
        let happened = Some(Happened::ArrearsWrittenOff(written_off));
        told.push((employer_id.to_owned(), CollectionEvent { happened }));
        postings.extend(of_month);
    }
    ledger::store::post(unit, &postings).await?;
    unit.tell_all(told).await?;
    answered(unit, (employer_id, case_id)).await
}

/// Art. 36, Art. 37. The write-off was declined: what was handed over, was due and is owed still is plain arrears
/// again, or under the agreement that runs on it still.
///
/// # Errors
/// [`Refusal::NoArrears`] where the case has handed nothing over that is not answered.
pub(crate) async fn take_back(unit: &mut Unit, declined: &WriteOffDeclined) -> Result<()> {
    let area = unit.area().to_owned();
    ledger::store::lock(unit.db(), &area).await?;
    let case_id = wire::uuid(&declined.case_id)?;
    answered(unit, (&declined.employer_id, case_id)).await
}

/// What a case handed over waits for finance no longer, and stays in the arrears ledger as far as it was due.
async fn answered(unit: &mut Unit, of: (&str, Uuid)) -> Result<()> {
    let area = unit.area().to_owned();
    if !store::answered(unit.db(), &area, of).await? {
        return Err(Refused::because(Refusal::NoArrears).into());
    }
    close_settled(unit, &[of.0.to_owned()]).await
}

/// Art. 36. Keeps what audit found an employer able to repay.
///
/// # Errors
/// When the event does not say what was found, in which document.
pub(crate) async fn keep_ability(unit: &mut Unit, audited: &AbilityAudited) -> Result<()> {
    let area = unit.area().to_owned();
    store::keep_ability(unit.db(), &area, audited).await
}

/// The months of balances as they stand on a form.
fn months_of(balances: &[MonthBalance]) -> Result<Vec<Month>> {
    balances
        .iter()
        .map(|balance| wire::month(balance.month))
        .collect()
}
