//! The end of a stay and its evaluation (forms 49-A and 49-B).

use chassis::wire::{count, day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    Refusal, Rehabilitation, RehabilitationEnded, RehabilitationEvaluationDecision,
    RehabilitationEvaluationForm,
};
use law::Law;
use law::calendar::{Term, add_months};
use uuid::Uuid;

use super::super::store::Stays;
use super::super::{rules, stay, store};
use crate::approval;
use crate::events::tell;
use crate::patient::papers;

/// Art. 49. An institution evaluates a stay that ended, and says how the employee lives on.
pub struct RehabilitationEvaluation;

#[chassis::async_trait]
impl Case for RehabilitationEvaluation {
    type Application = RehabilitationEvaluationForm;
    type Decision = RehabilitationEvaluationDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        papers(&[])
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        unit.look_as_the_agency().await?;
        let stay = own_stay(unit, application).await?;
        rules::goes_on(&stay)?;
        let ended_on = day(application.ended_on)?;
        let (from_on, until_on) = (day(stay.from_on)?, day(stay.until_on)?);
        if ended_on < from_on || ended_on > until_on.min(unit.applied_on()) {
            return Err(Refused::because(Refusal::RehabilitationEndDate)
                .with("ended_on", ended_on)
                .with("from_on", from_on)
                .with("until_on", until_on)
                .into());
        }
        let law = unit.law(ended_on).await?;
        let months = law.integer("rehabilitation_follow_up_months")?.value;
        let due_on = add_months(ended_on, i32::try_from(months).unwrap_or_default());
        Ok(RehabilitationEvaluationDecision {
            person_id: stay.person_id,
            name: stay.name,
            recognition_number: stay.recognition_number,
            institution_id: stay.institution_id,
            ended_on: application.ended_on,
            effect: application.effect,
            function: application.function.clone(),
            social_plan: application.social_plan.clone(),
            disability_guidance: application.disability_guidance.clone(),
            family_guidance: application.family_guidance.clone(),
            rehabilitation_id: stay.rehabilitation_id,
            from_on: stay.from_on,
            follow_up_months: count(months),
            follow_up_due_on: Some(due_on.into()),
        })
    }

    /// What was approved for days after the end holds no longer.
    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        _application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, ended_on) = (unit.area().to_owned(), day(decision.ended_on)?);
        let id = uuid(&decision.rehabilitation_id)?;
        let before = stay(unit, id).await?;
        store::insert_end(unit.db(), &area, (&before, case_id), &decision).await?;
        for approval_id in store::approvals_after(unit.db(), &area, id, ended_on).await? {
            approval::end(unit, approval_id, ended_on).await?;
        }
        let ended = RehabilitationEnded {
            rehabilitation: Some(stay(unit, id).await?),
        };
        let what = What::RehabilitationEnded(ended);
        tell(unit, &decision.person_id, what).await
    }
}

/// The stay that is evaluated, of the person who is named and at the institution that evaluates it: of those that nobody has
/// evaluated yet the one that the day falls into, however many were approved since.
async fn own_stay(unit: &mut Unit, form: &RehabilitationEvaluationForm) -> Result<Rehabilitation> {
    let area = unit.area().to_owned();
    let which = Stays {
        person_id: Some(uuid(&form.person_id)?),
        recognition_number: &form.recognition_number,
        institution_id: &form.institution_id,
        ..Stays::default()
    };
    let stays = store::stays(unit.db(), &area, which, (None, i64::MAX)).await?;
    let stays: Vec<Rehabilitation> = stays.into_iter().map(Into::into).collect();
    let found = rules::evaluated(&stays, day(form.ended_on)?);
    let found = found.filter(|stay| stay.name == form.name).cloned();
    Ok(found.ok_or_else(|| Refused::because(Refusal::NotRehabilitated))?)
}
