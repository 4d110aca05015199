//! The filing of an accident (forms 5-1 and 53-A).

use chassis::wire::{day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    Accident, AccidentDecision, AccidentFiled, AccidentForm, Refusal,
};
use law::Law;
use law::calendar::Term;
use time::Date;
use uuid::Uuid;

use super::super::{person, rules, store, tell};

/// Art. 53. An accident is filed, by whatever channel it was told.
pub struct AccidentFiling;

#[chassis::async_trait]
impl Case for AccidentFiling {
    type Application = AccidentForm;
    type Decision = AccidentDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// It is told at once, with papers or without.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, happened_on) = (unit.area().to_owned(), day(application.happened_on)?);
        if happened_on > unit.applied_on() {
            let refused = Refused::because(Refusal::AccidentInFuture);
            return Err(refused.with("happened_on", happened_on).into());
        }
        let known = person(unit, &application.person_id, &application.name).await?;
        let id = application.employer_id.as_str();
        let of = (id, uuid(&application.person_id)?, happened_on);
        if let Some(filed) = store::filed(unit.db(), &area, of).await? {
            return Err(Refused::because(Refusal::AccidentFiled)
                .with("happened_on", happened_on)
                .with("accident_id", filed.accident_id)
                .into());
        }
        // Whoever was not insured is filed all the same: the employer pays, or the fund in advance.
        let (_, insured) = rules::insured_on(&known.enrolments, id, happened_on, false);
        Ok(AccidentDecision {
            employer_id: application.employer_id.clone(),
            person_id: application.person_id.clone(),
            name: application.name.clone(),
            happened_on: application.happened_on,
            filed_on: Some(unit.applied_on().into()),
            insured,
            recognition_due_on: Some(due(unit, happened_on).await?.into()),
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
        let days = (
            day(decision.happened_on)?,
            day(decision.filed_on)?,
            day(decision.recognition_due_on)?,
        );
        store::file(unit.db(), &area, (case_id, &application), days).await?;
        let accident = Accident {
            accident_id: case_id.to_string(),
            employer_id: application.employer_id,
            person_id: application.person_id.clone(),
            name: application.name,
            cause: application.cause,
            happened_on: application.happened_on,
            filed_on: decision.filed_on,
            channel: application.channel,
            institution: application.institution,
            recognition_due_on: decision.recognition_due_on,
            injury_id: String::new(),
        };
        let what = What::AccidentFiled(AccidentFiled {
            accident: Some(accident),
        });
        tell(unit, &application.person_id, what).await
    }
}

/// Art. 58. The employer's last day to apply for recognition.
pub(super) async fn due(unit: &mut Unit, happened_on: Date) -> Result<Date> {
    let law = unit.law(happened_on).await?;
    let due_on = rules::recognition_due(happened_on, &law, unit.platform().holidays())?;
    Ok(due_on)
}
