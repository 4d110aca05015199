//! Cases on bases: declaration (表3-1), confirmation (表3-4), under-declaration and its hand-over.

mod confirmation;
mod declaration;
mod to_audit;
mod under_declaration;

pub use confirmation::BaseConfirmation;
pub use declaration::BaseDeclaration;
pub use to_audit::HandToAudit;
pub use under_declaration::UnderDeclared;

use chassis::{Result, Unit};
use contracts::Refused;
use contracts::collection::v1::Refusal;

use crate::employer::store::{self, Employer};

/// The employer, as long as it is insured here.
///
/// # Errors
/// A refusal when it is not registered, or no longer.
pub async fn insured_employer(unit: &mut Unit, employer_id: &str) -> Result<Employer> {
    let area = unit.area().to_owned();
    let found = store::find(unit.db(), &area, employer_id).await?;
    found.ok_or_else(|| {
        Refused::because(Refusal::EmployerUnknown)
            .with("employer_id", employer_id)
            .into()
    })
}
