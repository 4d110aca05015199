//! Section 7, advances (先行支付审核): applied for (Art. 75, Art. 76), decided with a ledger of who owes what (Art. 77), and
//! only for injuries that were recognised and registered (Art. 78). What audit recovers arrives by its events.

pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;

use std::collections::BTreeSet;

use chassis::wire::{uuid, yuan};
use chassis::{Error, Result, Unit};
use contracts::audit::v1::AdvanceRecovered;
use contracts::benefit_review::v1::{
    AdvanceEntry, AdvanceEntryKind, AdvanceNotice, Injury, Refusal,
};
use contracts::{Money, Refused};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::injury;
use crate::medical::store::hold_person;

/// Art. 78. The registered injury that an advance is applied for.
///
/// # Errors
/// When it was not recognised, not registered, or the recognition was revoked.
pub async fn injured(
    unit: &mut Unit,
    (person_id, name): (&str, &str),
    number: &str,
) -> Result<Injury> {
    let area = unit.area().to_owned();
    let found = injury::store::injury(unit.db(), &area, (uuid(person_id)?, number)).await?;
    if let Some(injury) = found.filter(|injury| injury.name == name) {
        if injury.revoked {
            let refused = Refused::because(Refusal::AdvanceRevoked);
            return Err(refused.with("recognition_number", number).into());
        }
        return Ok(injury);
    }
    let decided = injury::store::recognition(unit.db(), &area, &[number]).await?;
    let is_recognised = decided.iter().any(|one| {
        one.person_id == person_id && one.name == name && injury::rules::recognised(one).is_ok()
    });
    let why = match is_recognised {
        true => Refusal::AdvanceNotRegistered,
        false => Refusal::AdvanceNotRecognised,
    };
    Err(Refused::because(why)
        .with("recognition_number", number)
        .into())
}

/// Art. 77, Art. 78. The injury of an advance that was taken, also where its recognition was revoked since.
///
/// # Errors
/// When it cannot be read.
pub async fn of_advance(unit: &mut Unit, notice: &AdvanceNotice) -> Result<Injury> {
    let (area, number) = (unit.area().to_owned(), notice.recognition_number.as_str());
    let of = (uuid(&notice.person_id)?, number);
    let found = injury::store::injury(unit.db(), &area, of).await?;
    found.ok_or_else(|| {
        let refused = Refused::because(Refusal::AdvanceNotRegistered);
        refused.with("recognition_number", number).into()
    })
}

/// An advance as it was taken.
///
/// # Errors
/// When there is none of that number.
pub async fn taken(unit: &mut Unit, advance_id: Uuid) -> Result<AdvanceNotice> {
    let area = unit.area().to_owned();
    let found = store::notice(unit.db(), &area, advance_id).await?;
    found.ok_or_else(|| {
        let refused = Refused::because(Refusal::AdvanceUnknown);
        refused.with("advance_id", advance_id).into()
    })
}

/// Art. 77. What audit has recovered of advances is owed no more; told once more it changes nothing.
///
/// # Errors
/// When there is no such advance, or more was recovered than is owed: somebody has to look at it.
pub async fn recovered(unit: &mut Unit, told: &[&AdvanceRecovered]) -> Result<()> {
    let area = unit.area().to_owned();
    let mut persons = BTreeSet::new();
    for one in told {
        let advance_id = uuid(&one.advance_id)?;
        let notice = store::notice(unit.db(), &area, advance_id).await?;
        let notice = notice.ok_or_else(|| Error::not_found("先行支付", advance_id))?;
        persons.insert(uuid(&notice.person_id)?);
    }
    // Whatever books to an advance waits for this, or this for that: all persons in the order in which others hold several.
    for person_id in persons {
        hold_person(unit.db(), person_id).await?;
    }
    for one in told {
        enter_recovered(unit, one).await?;
    }
    Ok(())
}

async fn enter_recovered(unit: &mut Unit, told: &AdvanceRecovered) -> Result<()> {
    let (area, advance_id) = (unit.area().to_owned(), uuid(&told.advance_id)?);
    let entries = store::entries_of(unit.db(), &area, advance_id).await?;
    let is_known = |one: &AdvanceEntry| {
        one.kind() == AdvanceEntryKind::Recovered && one.document_number == told.document_number
    };
    if entries.iter().any(is_known) {
        return Ok(());
    }
    let (amount, owed) = (
        yuan(told.amount.as_ref())?,
        rules::owed(&entries, told.debtor()),
    );
    let balance = rules::after_recovery(owed, amount)?;
    let of_debtor = |one: &&AdvanceEntry| one.debtor == told.debtor;
    let before = entries.iter().find(of_debtor).cloned().unwrap_or_default();
    let entry = AdvanceEntry {
        kind: AdvanceEntryKind::Recovered as i32,
        benefit: 0,
        payee: 0,
        payee_id: String::new(),
        payee_name: String::new(),
        paid_before: false,
        amount: told.amount.clone(),
        case_id: String::new(),
        correction: String::new(),
        document_number: told.document_number.clone(),
        ..before
    };
    book(unit, vec![(entry, balance)]).await
}

/// Enters amounts in the ledger, with what is owed after each.
///
/// # Errors
/// A conflict where the same was recovered meanwhile.
pub async fn book(unit: &mut Unit, entries: Vec<(AdvanceEntry, Decimal)>) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    for (entry, balance) in entries {
        let entry = AdvanceEntry {
            entry_id: Uuid::now_v7().to_string(),
            balance: Some(Money::from(balance)),
            booked_on: Some(today.into()),
            ..entry
        };
        store::book(unit.db(), &area, &entry).await?;
    }
    Ok(())
}
