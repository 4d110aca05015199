//! What other services' events do here.

use chassis::wire::{day, maybe_day};
use chassis::{Error, Reaction, Result, Told, Unit, async_trait};
use contracts::audit::v1::audit_event::Happened;
use contracts::audit::v1::{AuditEvent, InstitutionSanction, InstitutionSanctioned};
use contracts::medical_agreement::v1::{AgreementEnd, Suspension};
use law::calendar::add_days;
use uuid::Uuid;

use crate::agreement::store::{self, End};
use crate::agreement::{end, suspend};

/// Audit tells what it decided of institutions.
pub struct Audit;

#[async_trait]
impl Reaction for Audit {
    const FEED: &'static str = "audit";
    type Event = AuditEvent;

    async fn apply(&self, unit: &mut Unit, events: &[Told<AuditEvent>]) -> Result<()> {
        for told in events {
            match &told.event.happened {
                Some(Happened::InstitutionSanctioned(sanctioned)) => {
                    sanction(unit, sanctioned).await?;
                }
                Some(Happened::AbilityAudited(_) | Happened::AdvanceRecovered(_)) | None => {}
            }
        }
        Ok(())
    }
}

/// Art. 134. A sanction takes effect as audit decided it: who is suspended already stays so, and what
/// is new of it begins after that. Sanctions against institutions that were never under agreement wait as
/// parked events for somebody to look at.
async fn sanction(unit: &mut Unit, told: &InstitutionSanctioned) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let (id, from_on) = (told.institution_id.as_str(), day(told.from_on)?);
    if !store::is_known(unit.db(), &area, id).await? {
        return Err(Error::not_found("协议机构", id));
    }
    if told.sanction() == InstitutionSanction::AgreementEnded {
        let ends_on = add_days(from_on, -1).max(today);
        let ended = End {
            kind: AgreementEnd::ByAudit,
            ends_on,
            care_until_on: maybe_day(told.care_until_on).map(|care| care.max(ends_on)),
            patients: &[],
        };
        for agreement_id in store::not_ended(unit.db(), &area, id, ends_on).await? {
            end(unit, agreement_id, &ended).await?;
        }
        return Ok(());
    }
    let doctor_number = match told.sanction() {
        InstitutionSanction::DoctorSuspended if told.doctor_number.is_empty() => {
            return Err(Error::internal("a doctor is suspended who has no number"));
        }
        InstitutionSanction::DoctorSuspended => told.doctor_number.as_str(),
        _ => "",
    };
    let until_on = maybe_day(told.until_on);
    let of = (id, doctor_number);
    for (from_on, until_on) in store::unsuspended(unit.db(), &area, of, (from_on, until_on)).await?
    {
        let name = format!(
            "{area}\n{id}\n{doctor_number}\n{}\n{from_on}",
            told.document_number
        );
        suspend(
            unit,
            Suspension {
                suspension_id: Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).to_string(),
                institution_id: told.institution_id.clone(),
                doctor_number: doctor_number.to_owned(),
                from_on: Some(from_on.into()),
                until_on: until_on.map(Into::into),
                ground: told.ground.clone(),
                document_number: told.document_number.clone(),
            },
        )
        .await?;
    }
    Ok(())
}
