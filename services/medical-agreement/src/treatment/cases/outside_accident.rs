//! Treatment where an accident happened outside of the area (forms 41-A and 41-B).

use chassis::wire::{day, maybe_day};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::{
    Approval, ApprovalKind, OutsideAccidentDecision, OutsideAccidentReport, Refusal,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::rules;
use super::{grant, proposed, within_days};
use crate::patient::{self, Stated};

/// Art. 41. What comes first is an agreement institution of that place; in an emergency it is the nearest.
const NO_AGREEMENT: &str = "救治医疗机构不是事故发生地的协议机构，也未注明紧急情况，请核实选择该机构的原因（第四十一条）。";

/// Art. 56. Whoever was not insured is reported all the same: who pays is said when the injury is registered.
const NOT_INSURED: &str = "该职工在事故发生之日没有由该单位参保。报告照常受理，费用由谁负担待工伤登记时核查（第五十六条）。";

/// Art. 41. Who had an accident outside of the area is treated there until the injury is stable. The report
/// comes after the accident, and may come before the injury is recognised.
pub struct OutsideAccident;

#[chassis::async_trait]
impl Case for OutsideAccident {
    type Application = OutsideAccidentReport;
    type Decision = OutsideAccidentDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// A report is not held up by papers.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let happened_on = day(application.happened_on)?;
        let from_on = maybe_day(application.continued_from_on).unwrap_or(happened_on);
        let days = (from_on, day(application.expected_stable_on)?);
        if happened_on > unit.today() || happened_on > from_on {
            let refused = Refused::because(Refusal::AccidentDate);
            return Err(refused.with("happened_on", happened_on).into());
        }
        rules::outside(unit.area(), &application.institution_area)?;
        within_days(unit, days, "outside_accident_days_at_most").await?;
        let stated = Stated {
            person_id: &application.person_id,
            name: &application.name,
            recognition_number: &application.recognition_number,
        };
        let employer_id = application.employer_id.as_str();
        let patient = patient::injured(unit, stated, from_on).await?;
        let (person_id, then) = (patient.person_id, Some(happened_on));
        let is_insured = patient::insures(unit, person_id, employer_id, then).await?;
        let approval = proposed(unit, ApprovalKind::OutsideAccident, patient, days).await?;
        let is_chosen_well = application.agreed_there || application.emergency;
        let mut notes = Vec::new();
        notes.extend((!is_chosen_well).then(|| NO_AGREEMENT.to_owned()));
        notes.extend((!is_insured).then(|| NOT_INSURED.to_owned()));
        Ok(OutsideAccidentDecision {
            approval: Some(Approval {
                institution_name: application.institution_name.clone(),
                outside_area: application.institution_area.clone(),
                happened_on: application.happened_on,
                ..approval
            }),
            employer_id: application.employer_id.clone(),
            happened_on: application.happened_on,
            injury: application.injury.clone(),
            agreed_there: application.agreed_there,
            emergency: application.emergency,
            notes,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        grant(unit, case_id, decision.approval, &application.employer_id).await
    }
}
