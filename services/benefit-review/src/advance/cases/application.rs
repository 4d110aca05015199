//! Applications for an advance, and the notice to the employer (forms 75-A and 75-B).

use chassis::wire::{day, uuid, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    AdvanceApplicant, AdvanceForm, AdvanceKind, AdvanceNotice, AdvanceReason, Eligibility, Injury,
    Refusal,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::{Deadline, Term};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::{injured, rules, store};
use crate::injury::concerns;

/// Art. 75, Art. 76. An advance is taken, and the employer that did not insure has a few days to pay first.
pub struct AdvanceApplication;

#[chassis::async_trait]
impl Case for AdvanceApplication {
    type Application = AdvanceForm;
    type Decision = AdvanceNotice;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    /// The employer is urged within it.
    fn term(&self, law: &Law) -> Result<Option<Term>> {
        let days = law.integer("advance_notice_working_days")?.value;
        Ok(Some(working_days(days)))
    }

    /// Art. 75, Art. 76. The papers of who applies and why.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let mut papers = vec![
            EvidenceKind::RecognitionDecision,
            EvidenceKind::AdvanceApplication,
        ];
        match application.applicant() {
            AdvanceApplicant::Employer => papers.extend([
                EvidenceKind::RegistrationCertificate,
                EvidenceKind::PaidListOrAgreement,
            ]),
            AdvanceApplicant::Relative => {
                papers.extend([EvidenceKind::IdentityCard, EvidenceKind::KinshipProof]);
            }
            _ => papers.push(EvidenceKind::IdentityCard),
        }
        match application.reason() {
            AdvanceReason::LicenceRevoked => papers.push(EvidenceKind::LicenceRevocationProof),
            AdvanceReason::EnforcementSuspended => {
                papers.push(EvidenceKind::EnforcementSuspension);
            }
            AdvanceReason::ThirdPartyUnpaid => papers.extend([
                EvidenceKind::CivilJudgment,
                EvidenceKind::ThirdPartyUnpaidProof,
            ]),
            AdvanceReason::ThirdPartyUnknown => {
                papers.push(EvidenceKind::ThirdPartyUnknownProof);
            }
            _ => {}
        }
        if application.basic_medical.is_some() {
            papers.push(EvidenceKind::BasicMedicalProof);
        }
        let of_employee = rules::kind(application.reason()) == AdvanceKind::Employer
            && application.applicant() != AdvanceApplicant::Employer;
        if of_employee {
            papers.push(EvidenceKind::RefusalToPayProof);
        }
        let mut needed: Vec<Needed> = papers.into_iter().map(Needed::paper).collect();
        if of_employee {
            let either = [EvidenceKind::LabourContract, EvidenceKind::LabourAgreement];
            needed.push(Needed::one_of(&either));
        }
        needed
    }

    /// Art. 78. What was not recognised and registered is told so at once.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        unit.look_as_the_agency().await?;
        injury(unit, application).await?;
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        unit.look_as_the_agency().await?;
        let (area, decided_on) = (unit.area().to_owned(), unit.decided_on());
        let injury = injury(unit, application).await?;
        rules::whole(application)?;
        rules::in_force(&unit.law(day(injury.happened_on)?).await?)?;
        let kind = rules::kind(application.reason());
        let insured = injury.eligibility() == Eligibility::Eligible;
        if insured && kind == AdvanceKind::Employer {
            let refused = Refused::because(Refusal::AdvanceInsured);
            return Err(refused.with("employer_id", injury.employer_id).into());
        }
        let of = (uuid(&injury.injury_id)?, kind);
        if let Some(advance_id) = store::of_injury(unit.db(), &area, of).await? {
            let refused = Refused::because(Refusal::AdvanceTaken);
            return Err(refused.with("advance_id", advance_id).into());
        }
        // Who applies itself, and who has paid its contributions, is not urged.
        let urged = !insured && application.applicant() != AdvanceApplicant::Employer;
        let days = unit.law(decided_on).await?;
        let days = days.integer("advance_payment_working_days")?.value;
        let holidays = unit.platform().holidays();
        let pay_by = Deadline::after(decided_on, working_days(days), holidays).due_on;
        let basic_medical = application.basic_medical.as_ref();
        let basic_medical = basic_medical.map(|money| yuan(Some(money))).transpose()?;
        Ok(AdvanceNotice {
            injury_id: injury.injury_id,
            person_id: injury.person_id,
            name: injury.name,
            recognition_number: injury.recognition_number,
            employer_id: injury.employer_id,
            kind: kind as i32,
            applicant: application.applicant,
            reason: application.reason,
            third_party_name: application.third_party_name.clone(),
            basic_medical: Some(basic_medical.unwrap_or(Decimal::ZERO).into()),
            pay_by: urged.then(|| pay_by.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        _application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        store::insert(unit.db(), &area, (case_id, &decision)).await
    }
}

/// The injury of the form; an employer applies for its own alone.
async fn injury(unit: &mut Unit, form: &AdvanceForm) -> Result<Injury> {
    let of = (form.person_id.as_str(), form.name.as_str());
    let injury = injured(unit, of, &form.recognition_number).await?;
    concerns(&injury, &form.employer_id, unit.applied_on())?;
    Ok(injury)
}

/// A term in working days.
fn working_days(days: i64) -> Term {
    Term::WorkingDays(u16::try_from(days).unwrap_or(u16::MAX))
}
