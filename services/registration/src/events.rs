//! Telling what happened.

use chassis::{Result, Unit};
use contracts::registration::v1::RegistrationEvent;
use contracts::registration::v1::registration_event::What;

/// Tells one event; those of one `key` stay in order.
///
/// # Errors
/// When it cannot be written.
pub async fn tell(unit: &mut Unit, key: &str, what: What) -> Result<()> {
    unit.tell(key, &RegistrationEvent { what: Some(what) })
        .await
}
