//! What audit's events do here.

use chassis::{Reaction, Result, Told, Unit, async_trait};
use contracts::audit::v1::AuditEvent;
use contracts::audit::v1::audit_event::Happened;

use crate::arrears;

/// Audit tells what it found employers able to repay.
pub struct Audit;

#[async_trait]
impl Reaction for Audit {
    const FEED: &'static str = "audit";
    type Event = AuditEvent;

    async fn apply(&self, unit: &mut Unit, events: &[Told<AuditEvent>]) -> Result<()> {
        for told in events {
            match &told.event.happened {
                Some(Happened::AbilityAudited(audited)) => {
                    arrears::keep_ability(unit, audited).await?;
                }
                // Sanctions against institutions are for medical-agreement.
                Some(Happened::InstitutionSanctioned(_) | Happened::AdvanceRecovered(_)) | None => {
                }
            }
        }
        Ok(())
    }
}
