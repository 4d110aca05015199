//! Signing of an agreement (forms 38-A and 38-B).

use chassis::wire::{count, day};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    AgreementDecision, AgreementForm, AgreementSigned, InstitutionKind, Refusal,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::{rules, store};
use crate::events::tell;

/// Art. 38. The agency signs an agreement with an institution.
pub struct AgreementSigning;

#[chassis::async_trait]
impl Case for AgreementSigning {
    type Application = AgreementForm;
    type Decision = AgreementDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.institution_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// A device institution also brings what it promises of its products (Art. 52).
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let mut papers = vec![
            EvidenceKind::PracticeLicence,
            EvidenceKind::ServiceAgreement,
        ];
        if application.kind() == InstitutionKind::Device {
            papers.push(EvidenceKind::QualityCommitment);
        }
        papers.into_iter().map(Needed::paper).collect()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, applied_on) = (unit.area().to_owned(), unit.applied_on());
        let facts = application.facts.clone().unwrap_or_default();
        let days = (day(application.starts_on)?, day(application.ends_on)?);
        let clauses = rules::complete(&application.clauses)?;
        rules::term(days, day(facts.licence_valid_until_on)?, applied_on)?;
        rules::may_refer(application.kind(), application.refers)?;
        rules::rates_once(&application.case_rates)?;
        let of = (application.institution_id.as_str(), application.kind());
        if store::overlaps(unit.db(), &area, of, days).await? {
            return Err(Refused::because(Refusal::AgreementOverlaps).into());
        }
        Ok(AgreementDecision {
            institution_id: application.institution_id.clone(),
            name: facts.name,
            kind: application.kind,
            starts_on: application.starts_on,
            ends_on: application.ends_on,
            notice_days: count(application.notice_days),
            clauses,
            refers: application.refers,
            case_rates: application.case_rates.clone(),
            rating: store::last_rating(unit.db(), &area, of).await?,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let id = decision.institution_id.as_str();
        let facts = application.facts.unwrap_or_default();
        let days = (day(decision.starts_on)?, day(decision.ends_on)?);
        // What the agency has seen of a licence is known from then on, whenever the agreement begins.
        store::keep_facts(unit.db(), &area, (id, today), &facts, case_id).await?;
        let new = store::New {
            agreement_id: case_id,
            institution_id: id,
            kind: decision.kind(),
            days,
        };
        store::insert(unit.db(), &area, &new).await?;
        let terms = store::Terms {
            agreement_id: case_id,
            institution_id: id,
            effective_on: days.0,
            clauses: &decision.clauses,
            notice_days: application.notice_days,
            refers: decision.refers,
            case_rates: &decision.case_rates,
            case_id,
        };
        store::keep_terms(unit.db(), &area, &terms).await?;
        let agreement = store::agreement(unit.db(), &area, case_id, today).await?;
        let signed = AgreementSigned {
            agreement: Some(agreement),
            facts: Some(facts),
        };
        tell(unit, id, What::AgreementSigned(signed)).await
    }
}
