//! Suspension of an institution or a doctor, and its end (forms 40-E and 40-F).

use chassis::wire::{day, maybe_day};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    Refusal, Suspension, SuspensionDecision, SuspensionForm, SuspensionLifted,
};
use law::Law;
use law::calendar::{Term, add_days};
use uuid::Uuid;

use super::super::{store, suspend};
use crate::events::tell;

/// Art. 40. What an institution, or a doctor, does is not charged to the fund for a while, or is again.
pub struct ServiceSuspension;

#[chassis::async_trait]
impl Case for ServiceSuspension {
    type Application = SuspensionForm;
    type Decision = SuspensionDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.institution_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The agency's own findings.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, from_on) = (unit.area().to_owned(), day(application.from_on)?);
        let until_on = maybe_day(application.until_on);
        let id = application.institution_id.as_str();
        let facts = store::open_facts(unit.db(), &area, id)
            .await?
            .ok_or_else(|| {
                Refused::because(Refusal::InstitutionUnknown).with("institution_id", id)
            })?;
        let of = (id, application.doctor_number.as_str());
        let in_order =
            from_on >= unit.applied_on() && until_on.is_none_or(|until| until >= from_on);
        if application.lifted {
            let before_on = add_days(from_on, -1);
            if !in_order || !store::suspended(unit.db(), &area, of, before_on).await? {
                return Err(Refused::because(Refusal::NotSuspended)
                    .with("on", from_on)
                    .into());
            }
        } else if !in_order {
            return Err(Refused::because(Refusal::SuspensionPeriod).into());
        } else {
            let parts = store::unsuspended(unit.db(), &area, of, (from_on, until_on)).await?;
            if parts != [(from_on, until_on)] {
                return Err(Refused::because(Refusal::SuspendedBefore).into());
            }
        }
        Ok(SuspensionDecision {
            institution_id: application.institution_id.clone(),
            name: facts.name,
            doctor_number: application.doctor_number.clone(),
            from_on: application.from_on,
            until_on: application.until_on.filter(|_| !application.lifted),
            lifted: application.lifted,
            ground: application.ground.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        _application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, from_on) = (unit.area().to_owned(), day(decision.from_on)?);
        let key = decision.institution_id.clone();
        if !decision.lifted {
            let suspension = Suspension {
                suspension_id: case_id.to_string(),
                institution_id: decision.institution_id,
                doctor_number: decision.doctor_number,
                from_on: decision.from_on,
                until_on: decision.until_on,
                ground: decision.ground,
                document_number: String::new(),
            };
            return suspend(unit, suspension).await;
        }
        let of = (key.as_str(), decision.doctor_number.as_str());
        let last_on = add_days(from_on, -1);
        for lifted in store::lift(unit.db(), &area, of, from_on).await? {
            // One that was to begin later has no day left.
            let suspension = Suspension {
                until_on: Some(last_on.into()),
                ..lifted
            };
            let what = What::SuspensionLifted(SuspensionLifted {
                suspension: Some(suspension),
            });
            tell(unit, &key, what).await?;
        }
        Ok(())
    }
}
