//! Verification (forms 17-D and 2-5), renewal (19-A and 19-B) and replacement (20-A and 20-B).

use chassis::{Case, Needed, Page, Result, Unit};
use contracts::common::v1::EvidenceKind;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    CertificateReason, CertificateRenewalDecision, CertificateRenewalForm,
    CertificateReplacementDecision, CertificateReplacementForm, CertificateVerified,
    DifferenceState, Employer, Refusal, VerificationForm, VerificationReview, VerificationState,
    VerificationWithheld,
};
use contracts::{Refused, reflect};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::rounds::store::{self as rounds, VerificationRow};
use super::store::{self, CertificateRow};
use super::{issue, rules};
use crate::enrolment::store as enrolments;
use crate::events::tell;
use crate::{employer, exchange, peers};
use chassis::wire::day;

fn name_of(employer: &Employer) -> String {
    employer
        .facts
        .as_ref()
        .map(|facts| facts.name.clone())
        .unwrap_or_default()
}

/// The valid certificate of an employer, which is the one with this number.
async fn valid(unit: &mut Unit, employer_id: &str, number: &str) -> Result<CertificateRow> {
    let area = unit.area().to_owned();
    let valid = store::valid(unit.db(), &area, employer_id).await?;
    valid
        .filter(|valid| valid.certificate_number == number)
        .ok_or_else(|| {
            Refused::because(Refusal::CertificateUnknown)
                .with("certificate_number", number)
                .into()
        })
}

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
        rules::verification_papers(&application.employer_id)
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
        let certificate = valid(unit, &id, &application.certificate_number).await?;
        let called = awaited(unit, &id).await?;
        let facts = employer.facts.clone().unwrap_or_default();
        let enrolled = enrolments::headcount(unit.db(), &area, &id, today).await?;
        let reviewed = rules::Reviewed {
            form: application,
            facts: &facts,
            enrolled: u32::try_from(enrolled).unwrap_or(u32::MAX),
            differences: &differences(unit, &id).await?,
            clearance: &peers::clearance(unit, &id).await?,
            payment: &peers::payment_state(unit, &id, today).await?,
            handed_over: called.state == VerificationState::HandedOver as i32,
        };
        let findings = rules::review(&reviewed, today);
        Ok(VerificationReview {
            name: name_of(&employer),
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

/// Open differences with what registration authorities told of an employer, in Chinese.
async fn differences(unit: &mut Unit, employer_id: &str) -> Result<Vec<String>> {
    let area = unit.area().to_owned();
    let open = DifferenceState::Open as i32;
    let filter = exchange::store::Filter {
        kind: 0,
        state: open,
        employer_id,
    };
    let page = Page::of(0, "")?;
    let rows = exchange::store::differences(unit.db(), &area, &filter, &page).await?;
    let kind = |number| reflect::label_of("workinjury.registration.v1.DifferenceKind", number);
    Ok(rows
        .into_iter()
        .map(|row| format!("{}：{}", kind(row.kind), row.told))
        .collect())
}

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
            name: name_of(&employer),
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
            .ok_or_else(|| {
                Refused::because(Refusal::NoCertificate).with("employer_id", &employer.employer_id)
            })?;
        let happened_on = day(application.happened_on)?;
        rules::may_replace(
            application.reason(),
            happened_on,
            lost.valid_until_on,
            today,
        )?;
        Ok(CertificateReplacementDecision {
            name: name_of(&employer),
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
