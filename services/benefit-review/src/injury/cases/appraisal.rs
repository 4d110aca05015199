//! Registration of an appraisal (forms 55-A and 55-B).

use chassis::wire::{day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    Conclusion, Refusal, WorkCapacityDecision, WorkCapacityForm, WorkCapacityRegistered,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::store::{self, Appraised};
use super::super::{concerns, registered, tell};

/// Art. 55. The appraisal of an injured employee is registered; the one concluded last holds.
pub struct WorkCapacityRegistration;

#[chassis::async_trait]
impl Case for WorkCapacityRegistration {
    type Application = WorkCapacityForm;
    type Decision = WorkCapacityDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::AppraisalConclusion)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        let of = (application.person_id.as_str(), application.name.as_str());
        let injury = registered(unit, of, &application.recognition_number).await?;
        concerns(&injury, &application.employer_id, unit.applied_on())?;
        let number = application.conclusion_number.as_str();
        let of_injury = |one: &Conclusion| {
            one.person_id == injury.person_id && one.recognition_number == injury.recognition_number
        };
        let concluded = store::conclusion(unit.db(), &area, &[number]).await?;
        let concluded = concluded.into_iter().find(of_injury).ok_or_else(|| {
            Refused::because(Refusal::ConclusionUnknown).with("conclusion_number", number)
        })?;
        let concluded_on = day(concluded.concluded_on)?;
        if concluded_on < day(injury.happened_on)? {
            return Err(Refused::because(Refusal::ConclusionDates)
                .with("concluded_on", concluded_on)
                .into());
        }
        let injury_id = uuid(&injury.injury_id)?;
        let last_on = store::appraised_on(unit.db(), &area, injury_id).await?;
        if last_on.is_some_and(|last_on| concluded_on <= last_on) {
            return Err(Refused::because(Refusal::ConclusionNotLater)
                .with("conclusion_number", number)
                .into());
        }
        Ok(WorkCapacityDecision {
            injury_id: injury.injury_id,
            person_id: injury.person_id,
            name: injury.name,
            conclusion_number: concluded.conclusion_number,
            concluded_on: concluded.concluded_on,
            disability_grade: concluded.disability_grade,
            nursing_grade: concluded.nursing_grade,
            disability_grade_before: injury.disability_grade,
            nursing_grade_before: injury.nursing_grade,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let number = application.recognition_number.as_str();
        let injury = registered(unit, (&decision.person_id, &decision.name), number).await?;
        let person_id = uuid(&decision.person_id)?;
        let new = Appraised {
            injury_id: uuid(&decision.injury_id)?,
            conclusion_number: &decision.conclusion_number,
            employer_id: &injury.employer_id,
            person_id,
            concluded_on: day(decision.concluded_on)?,
            disability_grade: decision.disability_grade,
            nursing_grade: decision.nursing_grade(),
            case_id,
        };
        store::appraise(unit.db(), &area, &new).await?;
        let injury = store::injury(unit.db(), &area, (person_id, number)).await?;
        let what = What::WorkCapacityRegistered(WorkCapacityRegistered { injury });
        tell(unit, &decision.person_id, what).await
    }
}
