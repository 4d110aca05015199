//! Changes of the pool of experts (forms 49-C and 49-D).

use chassis::wire::{day, maybe_day};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::{ExpertChange, ExpertDecision, ExpertForm, Refusal};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::store;

/// Art. 49. An expert enters the pool, is known otherwise from a day on, or leaves it.
pub struct ExpertPoolChange;

#[chassis::async_trait]
impl Case for ExpertPoolChange {
    type Application = ExpertForm;
    type Decision = ExpertDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.expert_number.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The agency's own appointment.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, number) = (unit.area().to_owned(), application.expert_number.as_str());
        let (from_on, until_on) = (day(application.from_on)?, maybe_day(application.until_on));
        if from_on < unit.applied_on() || until_on.is_some_and(|until_on| until_on < from_on) {
            let refused = Refused::because(Refusal::ExpertTerm);
            return Err(refused.with("from_on", from_on).into());
        }
        let enters = application.change() == ExpertChange::Entry;
        if !enters && !store::in_pool(unit.db(), &area, number, from_on).await? {
            return Err(Refused::because(Refusal::ExpertUnknown)
                .with("expert", number)
                .with("on", from_on)
                .into());
        }
        if application.change() != ExpertChange::Exit {
            let of = (number, (!enters).then_some(from_on));
            let term = (from_on, until_on);
            if store::overlaps_in_pool(unit.db(), &area, of, term).await? {
                let refused = Refused::because(Refusal::ExpertKnown);
                return Err(refused.with("expert", number).into());
            }
        }
        Ok(ExpertDecision {
            expert_number: application.expert_number.clone(),
            name: application.name.clone(),
            institution_id: application.institution_id.clone(),
            specialty: application.specialty.clone(),
            title: application.title.clone(),
            change: application.change,
            from_on: application.from_on,
            until_on: application.until_on,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        _application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, number) = (unit.area().to_owned(), decision.expert_number.as_str());
        if decision.change() != ExpertChange::Entry {
            store::leave_pool(unit.db(), &area, number, day(decision.from_on)?).await?;
        }
        if decision.change() != ExpertChange::Exit {
            store::enter_pool(unit.db(), &area, case_id, &decision).await?;
        }
        Ok(())
    }
}
