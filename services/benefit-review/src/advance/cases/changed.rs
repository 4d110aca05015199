//! What a decision on a bill, or on what a third party compensates, changes of what was advanced (Art. 74, Art. 77): it is
//! booked and told with it. The person's bills are held by the unit (`medical::store::hold_person`), so that two decisions
//! do not change the same.

use chassis::wire::{uuid, yuan};
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{
    AdvanceEntry, AdvanceEntryKind, AdvanceItem, AdvanceNotice, Injury,
};
use uuid::Uuid;

use super::super::rules::{self, Ledger};
use super::super::{store, taken};
use super::review::{enter, owed, repay_by};

/// What the advances that were made of an injury could book by what is decided until now, advance by advance.
#[derive(Debug)]
pub struct Open {
    of: (Uuid, String),
    advances: Vec<(AdvanceNotice, String, Vec<AdvanceItem>)>,
}

/// Before a decision takes effect: what is open of the advances of the injury. None was made of most.
///
/// # Errors
/// When it cannot be read.
pub async fn open(unit: &mut Unit, injury: &Injury) -> Result<Open> {
    let of = (uuid(&injury.person_id)?, injury.recognition_number.clone());
    let entries = entries(unit, &of).await?;
    let mut made: Vec<(AdvanceNotice, String)> = Vec::new();
    let advanced = entries
        .iter()
        .filter(|one| one.kind() == AdvanceEntryKind::Advanced);
    for one in advanced {
        if made.iter().all(|(_, id)| *id != one.advance_id) {
            let notice = taken(unit, uuid(&one.advance_id)?).await?;
            made.push((notice, one.advance_id.clone()));
        }
    }
    // What an employer bears is the business of the advance in its place first.
    made.sort_by_key(|(notice, _)| notice.kind);
    let mut advances = Vec::with_capacity(made.len());
    for (notice, advance_id) in made {
        let items = items(unit, (&notice, &advance_id), &entries).await?;
        advances.push((notice, advance_id, items));
    }
    Ok(Open { of, advances })
}

/// Art. 74, Art. 77. After it has been written: books what it changes of the advances, and tells audit what is owed now and
/// payment what is paid or given back.
///
/// # Errors
/// When it cannot be read or written.
pub async fn book_changed(unit: &mut Unit, case_id: Uuid, open: Open) -> Result<()> {
    for (notice, advance_id, before) in &open.advances {
        let entries = entries(unit, &open.of).await?;
        let after = items(unit, (notice, advance_id), &entries).await?;
        let mut changed = rules::changed(before, &after);
        changed.retain(|item| rules::adds(notice.reason(), item));
        let repay_by = repay_by(unit, &changed).await?;
        enter(unit, (case_id, &entries), (&changed, repay_by)).await?;
    }
    Ok(())
}

/// All entries of the advances of the injury.
async fn entries(
    unit: &mut Unit,
    (person_id, number): &(Uuid, String),
) -> Result<Vec<AdvanceEntry>> {
    let area = unit.area().to_owned();
    store::entries_of_injury(unit.db(), &area, (*person_id, number)).await
}

/// What form 77-B would book of an advance on which nothing more was stated.
async fn items(
    unit: &mut Unit,
    (notice, advance_id): (&AdvanceNotice, &str),
    entries: &[AdvanceEntry],
) -> Result<Vec<AdvanceItem>> {
    let owed = owed(unit, notice, entries).await?;
    let paid = rules::together(entries, &[], &owed);
    let ledger = Ledger {
        advance_id,
        kind: notice.kind(),
        entries,
        basic_medical: yuan(notice.basic_medical.as_ref())?,
    };
    Ok(rules::items(&owed, &paid, ledger))
}
