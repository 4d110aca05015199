//! Long-term benefits settled once for all (forms 59-A and 59-B).

use chassis::wire::{day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    OneOffSettlementDecision, OneOffSettlementForm, Refusal, RelationChange, RelationState,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::store::Relation;
use super::super::{concerns, registered, rules};
use super::relation::relate;

/// Art. 59. A rural migrant worker has long-term benefits settled once for all, and the relation ends.
pub struct OneOffSettlement;

#[chassis::async_trait]
impl Case for OneOffSettlement {
    type Application = OneOffSettlementForm;
    type Decision = OneOffSettlementDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// What both apply for in writing, and what they agree with the agency.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        let papers = [
            EvidenceKind::SettlementApplication,
            EvidenceKind::SettlementAgreement,
        ];
        papers.into_iter().map(Needed::paper).collect()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let of = (application.person_id.as_str(), application.name.as_str());
        let injury = registered(unit, of, &application.recognition_number).await?;
        concerns(&injury, &application.employer_id, unit.applied_on())?;
        if !application.explained
            || !application.rural_resident
            || day(application.agreed_on)? > unit.applied_on()
        {
            return Err(Refused::because(Refusal::NotExplained).into());
        }
        rules::after_change(injury.relation(), RelationChange::End)?;
        rules::has_long_term_benefit(injury.disability_grade)?;
        let ends_on = day(application.relation_ends_on)?;
        let in_order = day(injury.relation_from_on)? <= ends_on
            && day(application.agreed_on)? <= ends_on
            && ends_on <= unit.applied_on();
        if !in_order {
            let refused = Refused::because(Refusal::RelationDate);
            return Err(refused.with("changes_on", ends_on).into());
        }
        Ok(OneOffSettlementDecision {
            injury_id: injury.injury_id,
            person_id: injury.person_id,
            name: injury.name,
            disability_grade: injury.disability_grade,
            agreement_number: application.agreement_number.clone(),
            relation_ends_on: application.relation_ends_on,
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
            from_on: rules::from_on(RelationState::Settled, day(decision.relation_ends_on)?),
            state: RelationState::Settled,
            employer_id: "",
            case_id,
        };
        relate(unit, &change, &application.recognition_number).await
    }
}
