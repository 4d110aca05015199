//! Deregistration on application (forms 2-4 and 16-A) and by force (14-A and 14-B).

use chassis::{Case, Error, Needed, Result, Unit};
use contracts::Refused;
use contracts::collection::v1::GetClearanceResponse;
use contracts::registration::v1::{
    Clearance, DeregistrationDecision, DeregistrationForm, Employer, ForcedDeregistrationDecision,
    ForcedDeregistrationForm, Refusal,
};
use law::Law;
use law::calendar::Term;
use time::Date;
use uuid::Uuid;

use super::rules::{self, Forcing};
use super::{Document, Ending, end, store};
use crate::{employer, peers};
use chassis::wire::{day, maybe_day};

/// Art. 14, Art. 15, Art. 16. An employer ends on its own application.
pub struct Deregistration;

#[chassis::async_trait]
impl Case for Deregistration {
    type Application = DeregistrationForm;
    type Decision = DeregistrationDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        rules::papers(application.ground())
            .into_iter()
            .map(Needed)
            .collect()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let employer = employer::taking_part(unit, &application.employer_id).await?;
        rules::explained(application)?;
        let starts_on = day(employer.starts_on)?;
        let id = &employer.employer_id;
        let changed_on = store::staff_changed_on(unit.db(), &area, id).await?;
        let first_on = changed_on.map_or(starts_on, |changed_on| changed_on.max(starts_on));
        let ends_on = day(application.ends_on)?;
        rules::may_end(ends_on, first_on, today)?;
        let to_end = store::enrolments_to_end(unit.db(), &area, id, ends_on).await?;
        successor(unit, &employer, &application.successor_employer_id).await?;
        let clearance = peers::clearance(unit, &employer.employer_id).await?;
        rules::settled(&clearance)?;
        rules::assessed(&clearance, ends_on)?;
        rules::made_good(&peers::under_declarations(unit, &employer.employer_id).await?)?;
        Ok(DeregistrationDecision {
            name: employer::name_of(&employer),
            employer_id: employer.employer_id,
            ground: application.ground,
            ends_on: application.ends_on,
            clearance: Some(answer(clearance, ends_on)),
            enrolments_to_end: u32::try_from(to_end).unwrap_or(u32::MAX),
            voided_certificate_number: employer.certificate_number,
            successor_employer_id: application.successor_employer_id.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let ending = Ending {
            employer_id: &decision.employer_id,
            name: &decision.name,
            ground: decision.ground(),
            ends_on: day(decision.ends_on)?,
            forced: false,
            document: Document {
                number: &application.document_number,
                issuer: &application.document_issuer,
                issued_on: maybe_day(application.document_issued_on),
            },
            successor_employer_id: &decision.successor_employer_id,
            enrolments_to_end: decision.enrolments_to_end,
        };
        end(unit, case_id, &ending).await
    }
}

/// Collection's answer, as far as it is about the months up to the end.
fn answer(clearance: GetClearanceResponse, ends_on: Date) -> Clearance {
    Clearance {
        unassessed_months: rules::unassessed(&clearance, ends_on)
            .map(Into::into)
            .collect(),
        cleared: clearance.cleared,
        principal: clearance.principal,
    }
}

/// Who takes over is another employer that takes part.
async fn successor(unit: &mut Unit, employer: &Employer, successor_id: &str) -> Result<()> {
    if successor_id.is_empty() {
        return Ok(());
    }
    let unknown = || Refused::because(Refusal::SuccessorUnknown).with("employer_id", successor_id);
    let successor =
        employer::taking_part(unit, successor_id)
            .await
            .map_err(|error| match error {
                Error::Refused(_) => unknown().into(),
                other => other,
            })?;
    if successor.employer_id == employer.employer_id {
        return Err(unknown().into());
    }
    Ok(())
}

/// Art. 14. The agency deregisters an employer by force.
pub struct ForcedDeregistration;

#[chassis::async_trait]
impl Case for ForcedDeregistration {
    type Application = ForcedDeregistrationForm;
    type Decision = ForcedDeregistrationDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The employer brings nothing: the agency rests on the authority's notice, named on the form.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let employer = employer::taking_part(unit, &application.employer_id).await?;
        let id = employer.employer_id.clone();
        let last_verified_on = store::last_verified_on(unit.db(), &area, &id)
            .await?
            .ok_or_else(|| Error::internal("an employer that takes part has a certificate"))?;
        let years = unit
            .law(today)
            .await?
            .integer("forced_deregistration_years")?;
        let case = Forcing {
            ground: application.ground(),
            licence_ended_on: day(application.licence_ended_on)?,
            last_verified_on,
            starts_on: day(employer.starts_on)?,
        };
        let (ends_on, worksheet) = rules::forced(case, years, today)?;
        let told = store::licence_end(unit.db(), &area, &id).await?;
        rules::as_told(&case, told.as_ref())?;
        let to_end = store::enrolments_to_end(unit.db(), &area, &id, ends_on).await?;
        let clearance = peers::clearance(unit, &id).await?;
        Ok(ForcedDeregistrationDecision {
            name: employer::name_of(&employer),
            employer_id: id,
            ground: application.ground,
            ends_on: Some(ends_on.into()),
            last_verified_on: Some(last_verified_on.into()),
            clearance: Some(answer(clearance, ends_on)),
            enrolments_to_end: u32::try_from(to_end).unwrap_or(u32::MAX),
            voided_certificate_number: employer.certificate_number,
            worksheet: Some(worksheet.into()),
            licence_end: told,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let ending = Ending {
            employer_id: &decision.employer_id,
            name: &decision.name,
            ground: decision.ground(),
            ends_on: day(decision.ends_on)?,
            forced: true,
            document: Document {
                number: &application.document_number,
                issuer: "",
                issued_on: None,
            },
            successor_employer_id: "",
            enrolments_to_end: decision.enrolments_to_end,
        };
        end(unit, case_id, &ending).await
    }
}
