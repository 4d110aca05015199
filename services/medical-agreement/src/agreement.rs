//! Section 1, agreements (协议管理): signed and changed (Art. 38), published (Art. 39), appraised, suspended
//! and ended (Art. 40); what audit decides of an institution (Art. 134) arrives by its events.

pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;

use chassis::wire::day;
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    Agreement, AgreementEnded, InstitutionKind, Refusal, ServiceSuspended, Suspension,
};
use time::Date;
use uuid::Uuid;

use crate::events::tell;
use store::{AgreementRow, End};

/// Art. 38. The agreement of an institution that is in force on a day.
///
/// # Errors
/// When the institution is unknown, has no such agreement on the day, or is suspended as a whole.
pub async fn in_force(
    unit: &mut Unit,
    institution_id: &str,
    kind: InstitutionKind,
    on: Date,
) -> Result<AgreementRow> {
    let area = unit.area().to_owned();
    let row = at(unit, institution_id, kind, on).await?;
    if store::suspended(unit.db(), &area, (institution_id, ""), on).await? {
        return Err(Refused::because(Refusal::InstitutionSuspended)
            .with("institution_id", institution_id)
            .with("on", on)
            .into());
    }
    Ok(row)
}

/// Art. 38. The agreement of an institution on a day, suspended or not.
///
/// # Errors
/// When the institution is unknown or has no such agreement on the day.
pub async fn at(
    unit: &mut Unit,
    institution_id: &str,
    kind: InstitutionKind,
    on: Date,
) -> Result<AgreementRow> {
    let area = unit.area().to_owned();
    if let Some(row) = store::on_day(unit.db(), &area, (institution_id, kind), on).await? {
        return Ok(row);
    }
    if !store::is_known(unit.db(), &area, institution_id).await? {
        let refused = Refused::because(Refusal::InstitutionUnknown);
        return Err(refused.with("institution_id", institution_id).into());
    }
    let label = contracts::reflect::label_of(
        "workinjury.medical_agreement.v1.InstitutionKind",
        kind as i32,
    );
    Err(Refused::because(Refusal::NoAgreement)
        .with("institution_id", institution_id)
        .with("on", on)
        .with("kind", label)
        .into())
}

/// Art. 40, Art. 134. Ends an agreement, and tells it as it then stands.
///
/// # Errors
/// When it cannot be written.
pub async fn end(unit: &mut Unit, agreement_id: Uuid, end: &End<'_>) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    // One that never begins has no days left to be read.
    let before = store::agreement(unit.db(), &area, agreement_id, today).await?;
    store::end(unit.db(), &area, agreement_id, end).await?;
    let starts_on = day(before.starts_on)?;
    let agreement = Agreement {
        state: rules::state((starts_on, end.ends_on), end.kind, today) as i32,
        ends_on: Some(end.ends_on.into()),
        end: end.kind as i32,
        care_until_on: end.care_until_on.map(Into::into),
        patients: end.patients.to_vec(),
        ..before
    };
    let key = agreement.institution_id.clone();
    let what = What::AgreementEnded(AgreementEnded {
        agreement: Some(agreement),
    });
    tell(unit, &key, what).await
}

/// Art. 40, Art. 134. Suspends an institution or a doctor, and tells it.
///
/// # Errors
/// When it is suspended in the same time already.
pub async fn suspend(unit: &mut Unit, suspension: Suspension) -> Result<()> {
    let area = unit.area().to_owned();
    store::suspend(unit.db(), &area, &suspension).await?;
    let key = suspension.institution_id.clone();
    let what = What::ServiceSuspended(ServiceSuspended {
        suspension: Some(suspension),
    });
    tell(unit, &key, what).await
}
