//! A finding turns out to be about nothing that is missing, or missing any more.

use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::collection::v1::{NothingMissingDecision, NothingMissingForm};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::{finding_not_open, open_finding, tell_changed};
use crate::base::store;
use crate::wire;

/// Art. 24. A finding is closed, in its term or with audit, once the documents that were refused are there or
/// wages are proved otherwise, and nothing has to be made good any more.
pub struct NothingMissing;

#[async_trait]
impl Case for NothingMissing {
    type Application = NothingMissingForm;
    type Decision = NothingMissingDecision;

    fn subject(&self, application: &NothingMissingForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &NothingMissingForm) -> Vec<Needed> {
        vec![Needed::one_of(&[
            EvidenceKind::WageStatistics,
            EvidenceKind::WagePaymentDetail,
        ])]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &NothingMissingForm,
    ) -> Result<NothingMissingDecision> {
        let found = open_finding(unit, &application.finding_id, &application.employer_id).await?;
        Ok(NothingMissingDecision {
            finding: Some(found.shown()?),
            facts: application.facts.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: NothingMissingForm,
        decision: NothingMissingDecision,
    ) -> Result<()> {
        // What is made good meanwhile was not seen by who signed.
        self.examine_again(unit, &application, &decision).await?;
        let area = unit.area().to_owned();
        let finding_id = wire::uuid(&application.finding_id)?;
        let made_good = decision.finding.unwrap_or_default().made_good_base;
        let of = (finding_id, wire::yuan(made_good.as_ref())?);
        let closed = store::close_with_nothing_missing(unit.db(), &area, of).await?;
        let closed = closed.ok_or_else(|| finding_not_open(finding_id))?;
        tell_changed(unit, case_id, &closed).await
    }
}
