//! What was approved for injured employees, of all sections in one shape: a bill rests on it.

pub mod store;

use chassis::{Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    Approval, ApprovalEnded, ApprovalGiven, ApprovalKind, ApprovedItem, Refusal,
};
use law::calendar::add_days;
use time::Date;
use uuid::Uuid;

use crate::events::tell;
use crate::patient::Patient;

/// A patient has no approval of the kind for the same injury at some time between two days.
///
/// # Errors
/// When there is one.
pub async fn none_between(
    unit: &mut Unit,
    kind: ApprovalKind,
    patient: &Patient,
    days: (Date, Date),
) -> Result<()> {
    let area = unit.area().to_owned();
    let whose = (kind, patient.person_id, patient.recognition_number.as_str());
    match store::overlapping(unit.db(), &area, whose, days).await? {
        None => Ok(()),
        Some(until_on) => {
            let refused = Refused::because(Refusal::ApprovalOverlaps);
            Err(refused.with("until_on", until_on).into())
        }
    }
}

/// What a decision approves of this kind: for whom (person, name and injury), where (number and name), on which
/// days, and what.
#[must_use]
pub fn decided(
    (kind, case_id): (ApprovalKind, Uuid),
    (person_id, name, recognition_number): (String, String, String),
    (institution_id, institution_name): (String, String),
    (from_on, until_on): (Option<contracts::Date>, Option<contracts::Date>),
    items: Vec<ApprovedItem>,
) -> Approval {
    Approval {
        approval_id: Uuid::now_v7().to_string(),
        kind: kind as i32,
        person_id,
        name,
        recognition_number,
        institution_id,
        institution_name,
        from_on,
        until_on,
        items,
        case_id: case_id.to_string(),
        ..Approval::default()
    }
}

/// Enters an approval and tells it.
///
/// # Errors
/// When one of its kind holds for the person and the injury in the same time.
pub async fn give(unit: &mut Unit, approval: Approval, employer_id: &str) -> Result<()> {
    let area = unit.area().to_owned();
    store::insert(unit.db(), &area, &approval, employer_id).await?;
    let person_id = approval.person_id.clone();
    let what = What::ApprovalGiven(ApprovalGiven {
        approval: Some(approval),
    });
    tell(unit, &person_id, what).await
}

/// Ends an approval with `until_on` as its last day, and tells it. One that ends before it begins has
/// never held.
///
/// # Errors
/// When there is no such approval.
pub async fn end(unit: &mut Unit, approval_id: Uuid, until_on: Date) -> Result<()> {
    let area = unit.area().to_owned();
    let approval = store::end(unit.db(), &area, approval_id, until_on).await?;
    let key = approval.person_id.clone();
    let what = What::ApprovalEnded(ApprovalEnded {
        approval: Some(approval),
    });
    tell(unit, &key, what).await
}

/// The days of an approval are in order and no more than `most` allows, which `said` in Chinese.
///
/// # Errors
/// When they are not.
pub fn within(from_on: Date, until_on: Date, most: (i64, &str)) -> Result<(), Refused> {
    let (days, said) = most;
    let last_on = add_days(from_on, i32::try_from(days).unwrap_or(i32::MAX) - 1);
    if from_on <= until_on && until_on <= last_on {
        return Ok(());
    }
    Err(Refused::because(Refusal::ApprovalPeriod)
        .with("from_on", from_on)
        .with("until_on", until_on)
        .with("most", said))
}
