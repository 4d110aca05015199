//! Whole lists from outside (Art. 125): each row is held against the register, wages against what
//! collection knows. What disagrees waits for a clerk as a difference and is told, to audit too; nothing
//! that is registered changes by it.

mod employers;
mod persons;
mod store;

pub use employers::take as take_employers;
pub use persons::take as take_persons;

use chassis::{Finding, Result, Unit, batch};
use contracts::registration::v1::{DifferenceKind, OutsideEmployer, OutsidePerson, Refusal};
use contracts::{Refused, reflect};
use uuid::Uuid;

use super::find;
use super::store::{Found, Source};

/// Art. 125. Finds who takes part here and does not stand on a list that is whole: employers where it
/// is one of employers, else insured persons. Answers how many were not known before.
///
/// # Errors
/// When there is no such list, or it is not done.
pub async fn find_unlisted(unit: &mut Unit, batch_id: Uuid) -> Result<usize> {
    let area = unit.area().to_owned();
    let unlisted = if batch::find::<OutsideEmployer>(unit, batch_id)
        .await?
        .is_some()
    {
        batch::expect_done::<OutsideEmployer>(unit, &batch_id.to_string()).await?;
        store::unlisted_employers(unit.db(), &area, batch_id).await?
    } else {
        batch::expect_done::<OutsidePerson>(unit, &batch_id.to_string()).await?;
        store::unlisted_persons(unit.db(), &area, batch_id).await?
    };
    let found: Vec<Found> = unlisted
        .into_iter()
        .map(|one| Found {
            kind: DifferenceKind::NotListed,
            employer_id: one.employer_id,
            person_id: one.person_id,
            source: Source::List(batch_id, 0),
            code: String::new(),
            registered: one.name,
            told: String::new(),
        })
        .collect();
    find(unit, &found).await
}

/// The remark on a row of which something differs: whoever sent the list learns on what and in
/// which column, and nothing of what is registered.
fn remark(row: i64, kind: DifferenceKind, column: Option<&'static str>) -> Finding {
    let kind = reflect::label_of("workinjury.registration.v1.DifferenceKind", kind as i32);
    let reason = Refused::because(Refusal::OutsideDiffers).about(column.unwrap_or_default());
    Finding::remark(row, reason.with("kind", kind))
}
