//! Cases on bases: declaration (表3-1), confirmation (表3-4), under-declaration, its hand-over and its
//! end where nothing is missing.

mod confirmation;
mod declaration;
mod nothing_missing;
mod to_audit;
mod under_declaration;

pub use confirmation::BaseConfirmation;
pub use declaration::{BaseDeclaration, under_way};
pub use nothing_missing::NothingMissing;
pub use to_audit::HandToAudit;
pub use under_declaration::{UnderDeclared, deliver};

use chassis::{Result, Unit};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{CollectionEvent, Refusal, UnderDeclarationChanged};
use law::{Law, Month};
use time::Date;
use uuid::Uuid;

use crate::base::store::{self as bases, Finding};
use crate::employer::store::{self, Employer};
use crate::wire;

/// The employer that registration has told of, deregistered since or not.
///
/// # Errors
/// A refusal when it has told of none.
pub async fn known_employer(unit: &mut Unit, employer_id: &str) -> Result<Employer> {
    let area = unit.area().to_owned();
    let found = store::find(unit.db(), &area, employer_id).await?;
    found.ok_or_else(|| {
        Refused::because(Refusal::EmployerUnknown)
            .with("employer_id", employer_id)
            .into()
    })
}

/// Art. 16, Art. 31. The employer, as long as it is insured here on a day.
///
/// # Errors
/// A refusal when it is not registered, or no longer on that day.
pub async fn insured_employer(unit: &mut Unit, employer_id: &str, on: Date) -> Result<Employer> {
    let employer = known_employer(unit, employer_id).await?;
    match employer.ended_on {
        Some(ended_on) if ended_on < on => Err(Refused::because(Refusal::EmployerEnded)
            .with("ended_on", ended_on)
            .into()),
        _ => Ok(employer),
    }
}

/// Art. 22, Art. 31. No more months at once than a parameter of the area says.
///
/// # Errors
/// A refusal when there are more; when the law of the day does not say how many.
pub fn not_too_long((first, last): (Month, Month), law: &Law, parameter: &str) -> Result<()> {
    let most = law.integer(parameter)?.value;
    if i64::from(first.months_to(last)) < most {
        return Ok(());
    }
    Err(Refused::because(Refusal::DeclarationTooLong)
        .with("months", most)
        .into())
}

/// Art. 24. The finding, as long as it is not closed: in its term, or with audit.
///
/// # Errors
/// A refusal when it is another employer's, or closed.
pub async fn open_finding(unit: &mut Unit, finding_id: &str, employer_id: &str) -> Result<Finding> {
    let (area, finding_id) = (unit.area().to_owned(), wire::uuid(finding_id)?);
    let found = bases::open_finding(unit.db(), &area, (finding_id, employer_id)).await?;
    found.ok_or_else(|| finding_not_open(finding_id).into())
}

/// Art. 24. What becomes of a finding is told, to audit above all, which may have it.
///
/// # Errors
/// When it cannot be told.
pub async fn tell_changed(unit: &mut Unit, case_id: Uuid, found: &Finding) -> Result<()> {
    let event = UnderDeclarationChanged {
        under_declaration: Some(found.shown()?),
        case_id: case_id.to_string(),
    };
    let happened = Some(Happened::UnderDeclarationChanged(event));
    unit.tell(found.employer_id.clone(), &CollectionEvent { happened })
        .await
}

fn finding_not_open(finding_id: Uuid) -> Refused {
    Refused::because(Refusal::FindingNotOpen).with("finding_id", finding_id)
}
