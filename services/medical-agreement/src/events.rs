//! Telling what happened.

use chassis::{Result, Unit};
use contracts::medical_agreement::v1::MedicalAgreementEvent;
use contracts::medical_agreement::v1::medical_agreement_event::What;

/// Tells one event; those of one `key` stay in order.
///
/// # Errors
/// When it cannot be written.
pub async fn tell(unit: &mut Unit, key: &str, what: What) -> Result<()> {
    unit.tell(key, &MedicalAgreementEvent { what: Some(what) })
        .await
}
