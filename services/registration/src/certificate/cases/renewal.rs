//! Renewal at expiry (forms 19-A and 19-B).

use chassis::{Case, Needed, Result, Unit};
use contracts::common::v1::EvidenceKind;
use contracts::registration::v1::{
    CertificateReason, CertificateRenewalDecision, CertificateRenewalForm,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::{issue, rules};
use super::valid;
use crate::employer;

/// Art. 19. A certificate is renewed at expiry.
pub struct CertificateRenewal;

#[chassis::async_trait]
impl Case for CertificateRenewal {
    type Application = CertificateRenewalForm;
    type Decision = CertificateRenewalDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The old certificate is taken back; of one that is lost the loss is proved (Art. 20).
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::one_of(&[
            EvidenceKind::RegistrationCertificate,
            EvidenceKind::LossProof,
        ])]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let today = unit.today();
        let employer = employer::taking_part(unit, &application.employer_id).await?;
        let old = valid(unit, &employer.employer_id, &application.certificate_number).await?;
        let law = unit.law(today).await?;
        let term_days = law.integer("verification_term_days")?.value;
        rules::may_renew(old.valid_until_on, term_days, today)?;
        let years = law.integer("certificate_valid_years")?.value;
        Ok(CertificateRenewalDecision {
            name: employer::name_of(&employer),
            employer_id: employer.employer_id,
            withdrawn_certificate_number: old.certificate_number,
            reason: CertificateReason::Expiry as i32,
            certificate_valid_years: u32::try_from(years).unwrap_or_default(),
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
            &decision.withdrawn_certificate_number,
        )
        .await?;
        issue(unit, &employer, CertificateReason::Expiry, case_id).await?;
        Ok(())
    }
}
