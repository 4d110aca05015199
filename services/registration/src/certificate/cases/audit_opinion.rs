//! Audit's opinion on a verification round (forms 18-A and 18-B).

use std::collections::BTreeSet;

use chassis::wire::{count, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::registration::v1::{AuditOpinionDecision, AuditOpinionForm, Refusal};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::rounds::opinions::store as opinions;

/// Art. 18. Audit says what it has on the employers of a round.
pub struct AuditOpinion;

#[chassis::async_trait]
impl Case for AuditOpinion {
    type Application = AuditOpinionForm;
    type Decision = AuditOpinionDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.round_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The papers that the matters rest on are audit's own, named one by one.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, round_id) = (unit.area().to_owned(), uuid(&application.round_id)?);
        let called = opinions::called(unit.db(), &area, round_id).await?;
        let stranger = application
            .matters
            .iter()
            .map(|matter| matter.employer_id.as_str())
            .find(|employer_id| {
                called
                    .binary_search_by(|one| one.as_str().cmp(employer_id))
                    .is_err()
            });
        if called.is_empty() || stranger.is_some() {
            return Err(Refused::because(Refusal::NotInRound)
                .with("employer_id", stranger.unwrap_or_default())
                .with("round_id", round_id)
                .into());
        }
        let violators: BTreeSet<&str> = application
            .matters
            .iter()
            .filter(|matter| matter.violation)
            .map(|matter| matter.employer_id.as_str())
            .collect();
        Ok(AuditOpinionDecision {
            round_id: application.round_id.clone(),
            employers: count(called.len()),
            violators: count(violators.len()),
            matters: application.matters.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        _application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let round_id = uuid(&decision.round_id)?;
        opinions::insert(
            unit.db(),
            &area,
            (round_id, case_id),
            today,
            &decision.matters,
        )
        .await
    }
}
