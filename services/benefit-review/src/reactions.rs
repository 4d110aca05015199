//! What other services' events do here.

use std::collections::BTreeMap;

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Reaction, Result, Told, Unit, async_trait};
use contracts::audit::v1::AuditEvent;
use contracts::audit::v1::audit_event::Happened;
use contracts::registration::v1::RegistrationEvent;
use contracts::registration::v1::registration_event::What;
use time::Date;
use uuid::Uuid;

use crate::advance;
use crate::injury::store;
use crate::medical::{self, store::hold_person};

/// Registration tells who died.
pub struct Registration;

#[async_trait]
impl Reaction for Registration {
    const FEED: &'static str = "registration";
    type Event = RegistrationEvent;

    /// Art. 54, Art. 62. A death is kept as it was told last: it may have been corrected, or revoked. What was settled of
    /// days after it is flagged.
    async fn apply(&self, unit: &mut Unit, events: &[Told<RegistrationEvent>]) -> Result<()> {
        let mut deaths: BTreeMap<Uuid, Option<Date>> = BTreeMap::new();
        for told in events {
            match &told.event.what {
                Some(What::PersonDied(died)) => {
                    deaths.insert(uuid(&died.person_id)?, Some(day(died.died_on)?));
                }
                Some(What::PersonChanged(changed)) => {
                    let before = changed.before.as_ref().and_then(|before| before.died_on);
                    let now = changed.after.clone().unwrap_or_default();
                    // Of the living nothing is told by a new name.
                    if before.or(now.died_on).is_some() {
                        deaths.insert(uuid(&now.person_id)?, maybe_day(now.died_on));
                    }
                }
                Some(
                    What::EmployerRegistered(_)
                    | What::EmployerChanged(_)
                    | What::RiskClassSet(_)
                    | What::EmployerDeregistered(_)
                    | What::PersonEnrolled(_)
                    | What::PersonPreEnrolled(_)
                    | What::PreEnrolmentConfirmed(_)
                    | What::EnrolmentEnded(_)
                    | What::CertificateIssued(_)
                    | What::CertificateRenewed(_)
                    | What::CertificateVoided(_)
                    | What::VerificationOpened(_)
                    | What::CertificateVerified(_)
                    | What::VerificationWithheld(_)
                    | What::CertificateUnverified(_)
                    | What::DifferenceFound(_)
                    | What::DifferenceSettled(_)
                    | What::HouseholdChanged(_),
                )
                | None => {}
            }
        }
        let area = unit.area().to_owned();
        let dead = deaths.iter();
        let dead: Vec<(Uuid, Date)> = dead
            .filter_map(|(person_id, died_on)| Some((*person_id, (*died_on)?)))
            .collect();
        // A bill of them that is being settled is seen once it is.
        for (person_id, _) in &dead {
            hold_person(unit.db(), *person_id).await?;
        }
        store::keep_deaths(unit.db(), &area, deaths.into_iter().unzip()).await?;
        if dead.is_empty() {
            return Ok(());
        }
        medical::flag_deaths(unit, &dead).await
    }
}

/// Audit tells what it has recovered.
pub struct Audit;

#[async_trait]
impl Reaction for Audit {
    const FEED: &'static str = "audit";
    type Event = AuditEvent;

    async fn apply(&self, unit: &mut Unit, events: &[Told<AuditEvent>]) -> Result<()> {
        let mut recoveries = Vec::new();
        for told in events {
            match &told.event.happened {
                Some(Happened::AdvanceRecovered(recovered)) => recoveries.push(recovered),
                Some(Happened::AbilityAudited(_) | Happened::InstitutionSanctioned(_)) | None => {}
            }
        }
        advance::recovered(unit, &recoveries).await
    }
}
