//! Verification (forms 17-D and 2-5): what registration, collection and audit find together.

use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::audit::v1::OpenMatter;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    CertificateVerified, Refusal, VerificationForm, VerificationReview, VerificationState,
    VerificationWithheld,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::rounds::opinions::store as opinions;
use super::super::rounds::store::{self as rounds, VerificationRow};
use super::super::rules::{self, review};
use super::super::store;
use super::valid;
use crate::enrolment::store as enrolments;
use crate::events::tell;
use crate::{employer, exchange, peers};

/// Art. 17, Art. 18. A certificate is verified.
pub struct CertificateVerification;

#[chassis::async_trait]
impl Case for CertificateVerification {
    type Application = VerificationForm;
    type Decision = VerificationReview;

    fn subject(&self, application: &Self::Application) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        rules::verification_papers(&application.credit_code)
            .into_iter()
            .map(Needed)
            .collect()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let employer = employer::taking_part(unit, &application.employer_id).await?;
        let id = employer.employer_id.clone();
        if application.credit_code.is_empty() && application.organisation_code.is_empty() {
            return Err(Refused::because(Refusal::EmployerCodeMissing).into());
        }
        let certificate = valid(unit, &id, &application.certificate_number).await?;
        let called = awaited(unit, &id).await?;
        let enrolled = enrolments::headcount(unit.db(), &area, &id, today).await?;
        let reviewed = review::Reviewed {
            form: application,
            employer: &employer,
            enrolled: u32::try_from(enrolled).unwrap_or(u32::MAX),
            differences: &exchange::store::open_differences(unit.db(), &area, &id).await?,
            clearance: &peers::clearance(unit, &id).await?,
            payment: &peers::payment_state(unit, &id, today).await?,
            under_declarations: &peers::under_declarations(unit, &id).await?,
            handed_over: called.state == VerificationState::HandedOver as i32,
            audit: &audit(unit, called.round_id, &id).await?,
        };
        let findings = review::review(&reviewed, today);
        Ok(VerificationReview {
            name: employer::name_of(&employer),
            employer_id: id,
            certificate_number: certificate.certificate_number,
            due_on: Some(called.due_on.into()),
            employees_stated: u32::try_from(application.employees).unwrap_or_default(),
            employees_enrolled: reviewed.enrolled,
            stamped: !findings.iter().any(|finding| finding.violation),
            findings,
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
        let id = decision.employer_id.as_str();
        let certificate_number = valid(unit, id, &decision.certificate_number)
            .await?
            .certificate_number;
        let called = awaited(unit, id).await?;
        let state = if decision.stamped {
            let page = (id, certificate_number.as_str());
            store::stamp(unit.db(), &area, page, today, case_id).await?;
            VerificationState::Verified
        } else {
            VerificationState::Withheld
        };
        rounds::reviewed(unit.db(), &area, (called.round_id, id), state, case_id).await?;
        let employer_id = id.to_owned();
        let what = if decision.stamped {
            let stamped_on = Some(today.into());
            What::CertificateVerified(CertificateVerified {
                employer_id,
                certificate_number,
                stamped_on,
            })
        } else {
            let findings = decision.findings.iter().filter(|finding| finding.violation);
            let findings = findings.cloned().collect();
            What::VerificationWithheld(VerificationWithheld {
                employer_id,
                certificate_number,
                findings,
            })
        };
        tell(unit, id, what).await
    }
}

async fn awaited(unit: &mut Unit, employer_id: &str) -> Result<VerificationRow> {
    let area = unit.area().to_owned();
    let called = rounds::awaited(unit.db(), &area, employer_id).await?;
    called.ok_or_else(|| Refused::because(Refusal::NotCalled).into())
}

/// Art. 18. Audit's part in the joint result: its answer where it is a service of the platform, else
/// its last opinion on the round.
async fn audit(unit: &mut Unit, round_id: Uuid, employer_id: &str) -> Result<Vec<OpenMatter>> {
    if unit.platform().has_peer("audit") {
        return peers::audit_matters(unit, employer_id).await;
    }
    let area = unit.area().to_owned();
    let opinion = opinions::last(unit.db(), &area, round_id)
        .await?
        .ok_or_else(|| Refused::because(Refusal::AuditOpinionMissing))?;
    opinions::matters(unit.db(), &area, &opinion, employer_id).await
}
