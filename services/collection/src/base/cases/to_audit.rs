//! What was not made good in its term goes to audit.

use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, Refusal, UnderDeclarationHandedOver, UnderDeclarationHandover,
    UnderDeclarationHandoverForm, UnderDeclarationState,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::open_finding;
use crate::base::store;
use crate::wire;

/// Art. 24. An employer that neither makes good nor provides its documents is handed to audit.
pub struct HandToAudit;

#[async_trait]
impl Case for HandToAudit {
    type Application = UnderDeclarationHandoverForm;
    type Decision = UnderDeclarationHandover;

    fn subject(&self, application: &UnderDeclarationHandoverForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// What the finding rests on is in its own case.
    fn evidence(&self, _application: &UnderDeclarationHandoverForm) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &UnderDeclarationHandoverForm,
    ) -> Result<UnderDeclarationHandover> {
        let found = open_finding(unit, &application.finding_id, &application.employer_id).await?;
        if found.state == UnderDeclarationState::HandedOver as i32 {
            return Err(handed_over(found.finding_id).into());
        }
        let make_good_by = found
            .make_good_by
            .ok_or_else(|| Refused::because(Refusal::MakeGoodNoticeUndelivered))?;
        if unit.today() <= make_good_by {
            return Err(Refused::because(Refusal::MakeGoodTermRunning)
                .with("make_good_by", make_good_by)
                .into());
        }
        Ok(UnderDeclarationHandover {
            finding: Some(found.shown()?),
            facts: application.facts.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: UnderDeclarationHandoverForm,
        decision: UnderDeclarationHandover,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let finding_id = wire::uuid(&application.finding_id)?;
        if !store::hand_over(unit.db(), &area, finding_id).await? {
            return Err(handed_over(finding_id).into());
        }
        let found = decision.finding.unwrap_or_default();
        let event = UnderDeclarationHandedOver {
            employer_id: found.employer_id,
            finding_id: found.finding_id,
            kind: found.kind,
            from_month: found.from_month,
            to_month: found.to_month,
            missing_base: found.missing_base,
            made_good_base: found.made_good_base,
            make_good_by: found.make_good_by,
            case_id: case_id.to_string(),
            facts: decision.facts,
        };
        let happened = Some(Happened::UnderDeclarationHandedOver(event));
        unit.tell(application.employer_id, &CollectionEvent { happened })
            .await
    }
}

fn handed_over(finding_id: Uuid) -> Refused {
    Refused::because(Refusal::FindingHandedOver).with("finding_id", finding_id)
}
