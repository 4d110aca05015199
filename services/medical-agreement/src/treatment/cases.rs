//! The kinds of case of the section: what is approved for an injured employee, and its end.

mod end;
mod outside_accident;
mod referral;
mod relapse;
mod relapse_dispute;
mod residence;
mod return_transfer;

pub use end::ApprovalTermination;
pub use outside_accident::OutsideAccident;
pub use referral::Referral;
pub use relapse::RelapseTreatment;
pub use relapse_dispute::CommitteeReferral;
pub use residence::ResidenceTreatment;
pub use return_transfer::ReturnTransfer;

use chassis::wire::uuid;
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::{Approval, ApprovalKind, Refusal};
use law::calendar::{add_months, days_between};
use time::Date;
use uuid::Uuid;

use crate::agreement::store::suspended;
use crate::approval::{self, store as approvals};
use crate::patient::Patient;

/// An approval of a kind for an injured employee, who has no other of the kind for the same injury in these
/// days. Its numbers are given when it takes effect.
async fn proposed(
    unit: &mut Unit,
    kind: ApprovalKind,
    patient: Patient,
    (from_on, until_on): (Date, Date),
) -> Result<Approval> {
    approval::none_between(unit, kind, &patient, (from_on, until_on)).await?;
    Ok(Approval {
        kind: kind as i32,
        person_id: patient.person_id.to_string(),
        name: patient.name,
        recognition_number: patient.recognition_number,
        from_on: Some(from_on.into()),
        until_on: Some(until_on.into()),
        ..Approval::default()
    })
}

/// Enters what was decided, with its numbers.
async fn grant(
    unit: &mut Unit,
    case_id: Uuid,
    decided: Option<Approval>,
    employer_id: &str,
) -> Result<()> {
    let given = Approval {
        approval_id: Uuid::now_v7().to_string(),
        case_id: case_id.to_string(),
        ..decided.unwrap_or_default()
    };
    approval::give(unit, given, employer_id).await
}

/// The days of an approval are no more than the area's parameter allows.
async fn within_days(
    unit: &mut Unit,
    (from_on, until_on): (Date, Date),
    parameter: &str,
) -> Result<()> {
    let law = unit.law(unit.applied_on()).await?;
    let days = law.integer(parameter)?.value;
    approval::within(from_on, until_on, (days, &format!("{days}日")))?;
    Ok(())
}

/// The days of an approval are no more than so many months.
async fn within_months(
    unit: &mut Unit,
    (from_on, until_on): (Date, Date),
    parameter: &str,
) -> Result<()> {
    let law = unit.law(unit.applied_on()).await?;
    let months = law.integer(parameter)?.value;
    let after = add_months(from_on, i32::try_from(months).unwrap_or(i32::MAX));
    let days = days_between(from_on, after);
    approval::within(from_on, until_on, (days, &format!("{months}个月")))?;
    Ok(())
}

/// Art. 42, Art. 44, Art. 45. Treatment is approved before it begins.
fn not_backdated(unit: &Unit, from_on: Date) -> Result<(), Refused> {
    if from_on >= unit.applied_on() {
        return Ok(());
    }
    Err(Refused::because(Refusal::TreatmentBackdated).with("from_on", from_on))
}

/// Art. 40. The opinion of a doctor counts who is not suspended.
async fn may_give_opinion(
    unit: &mut Unit,
    (institution_id, doctor_number): (&str, &str),
    on: Date,
) -> Result<()> {
    let area = unit.area().to_owned();
    if suspended(unit.db(), &area, (institution_id, doctor_number), on).await? {
        let refused = Refused::because(Refusal::DoctorSuspended);
        return Err(refused
            .with("doctor_number", doctor_number)
            .with("on", on)
            .into());
    }
    Ok(())
}

/// The approval that a form names, of the person whom it names.
async fn named(unit: &mut Unit, approval_id: &str, person_id: &str) -> Result<Approval> {
    let area = unit.area().to_owned();
    let found = approvals::find(unit.db(), &area, uuid(approval_id)?).await?;
    let person_id = uuid(person_id)?.to_string();
    let own = found.filter(|approval| approval.person_id == person_id);
    Ok(own.ok_or_else(|| unknown(approval_id))?)
}

/// There is no such approval.
fn unknown(approval_id: &str) -> Refused {
    Refused::because(Refusal::ApprovalUnknown).with("approval_id", approval_id)
}
