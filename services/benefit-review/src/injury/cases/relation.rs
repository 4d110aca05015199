//! Changes of the labour relation (forms 5-3 and 60-A).

use chassis::wire::{day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    Injury, Refusal, RelationChange as Change, RelationChangeDecision, RelationChangeForm,
    RelationChanged, RelationState,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::store::{self, Relation};
use super::super::{concerns, person, registered, rules, tell};

/// Art. 60. An injured employee goes to another employer, or the labour relation ends.
pub struct RelationChange;

#[chassis::async_trait]
impl Case for RelationChange {
    type Application = RelationChangeForm;
    type Decision = RelationChangeDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The end of the one relation, or the contract of the other.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let paper = match application.change() {
            Change::Transfer => EvidenceKind::LabourContract,
            _ => EvidenceKind::RelationEndProof,
        };
        vec![Needed::paper(paper)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let of = (application.person_id.as_str(), application.name.as_str());
        let injury = registered(unit, of, &application.recognition_number).await?;
        let changes_on = day(application.changes_on)?;
        let after = rules::after_change(injury.relation(), application.change())?;
        let new = application.new_employer_id.as_str();
        if application.employer_id != new {
            concerns(&injury, &application.employer_id, unit.applied_on())?;
        }
        let from_on = rules::from_on(after, changes_on);
        if from_on <= day(injury.relation_from_on)? || changes_on > unit.applied_on() {
            let refused = Refused::because(Refusal::RelationDate);
            return Err(refused.with("changes_on", changes_on).into());
        }
        let fits = match after {
            RelationState::Transferred => {
                let known = person(unit, &application.person_id, &application.name).await?;
                let (_, insured) = rules::insured_on(&known.enrolments, new, changes_on, false);
                new != injury.present_employer_id && insured
            }
            _ => new.is_empty(),
        };
        if !fits {
            return Err(Refused::because(Refusal::RelationEmployer).into());
        }
        Ok(RelationChangeDecision {
            injury_id: injury.injury_id,
            person_id: injury.person_id,
            name: injury.name,
            before: injury.relation,
            after: after as i32,
            employer_id_before: injury.present_employer_id,
            employer_id_after: new.to_owned(),
            changes_on: application.changes_on,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let change = Relation {
            injury_id: uuid(&decision.injury_id)?,
            person_id: uuid(&decision.person_id)?,
            from_on: rules::from_on(decision.after(), day(decision.changes_on)?),
            state: decision.after(),
            employer_id: &decision.employer_id_after,
            case_id,
        };
        relate(unit, &change, &application.recognition_number).await
    }
}

/// Art. 59, Art. 60. Keeps who stands beside an injured employee from now on, and tells it.
pub(super) async fn relate(
    unit: &mut Unit,
    change: &Relation<'_>,
    recognition_number: &str,
) -> Result<()> {
    let area = unit.area().to_owned();
    store::relate(unit.db(), &area, change).await?;
    let of = (change.person_id, recognition_number);
    let injury: Option<Injury> = store::injury(unit.db(), &area, of).await?;
    let what = What::RelationChanged(RelationChanged { injury });
    tell(unit, &change.person_id.to_string(), what).await
}
