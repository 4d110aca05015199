//! Replacement of a lost or damaged certificate (forms 20-A and 20-B).

use chassis::wire::day;
use chassis::{Case, Error, Needed, Result, Unit};
use contracts::common::v1::EvidenceKind;
use contracts::registration::v1::{CertificateReplacementDecision, CertificateReplacementForm};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::{issue, rules, store};
use super::valid;
use crate::employer;

/// Art. 20. A certificate that was lost or damaged is replaced.
pub struct CertificateReplacement;

#[chassis::async_trait]
impl Case for CertificateReplacement {
    type Application = CertificateReplacementForm;
    type Decision = CertificateReplacementDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::LossProof)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let employer = employer::taking_part(unit, &application.employer_id).await?;
        let lost = store::valid(unit.db(), &area, &employer.employer_id)
            .await?
            .ok_or_else(|| Error::internal("an employer that takes part has a certificate"))?;
        let happened_on = day(application.happened_on)?;
        rules::may_replace(
            application.reason(),
            happened_on,
            lost.valid_until_on,
            today,
        )?;
        Ok(CertificateReplacementDecision {
            name: employer::name_of(&employer),
            employer_id: employer.employer_id,
            replaced_certificate_number: lost.certificate_number,
            reason: application.reason,
            certificate_valid_until_on: Some(lost.valid_until_on.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        _application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let employer = employer::taking_part(unit, &decision.employer_id).await?;
        valid(
            unit,
            &employer.employer_id,
            &decision.replaced_certificate_number,
        )
        .await?;
        issue(unit, &employer, decision.reason(), case_id).await?;
        Ok(())
    }
}
