//! Payments that are stopped (forms 89-A and 89-B).

use chassis::wire::{day, maybe_day, maybe_uuid, month, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{PaymentStopped, Refusal, Stop, StopCause, StopDecision, StopForm};
use law::Law;
use law::calendar::Term;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::{rules, store};
use super::tell;
use crate::account;
use crate::payroll;

/// Art. 89. Who no longer is entitled, refuses appraisal or treatment, or did not prove to be entitled, is not paid by the month
/// any more until it is resumed. What was decided before stays decided.
pub struct PaymentStop;

#[chassis::async_trait]
impl Case for PaymentStop {
    type Application = StopForm;
    type Decision = StopDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// What proves that somebody is not entitled any more; that a proof is missing is known.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        match application.cause() {
            StopCause::ProofMissing | StopCause::Unspecified => Vec::new(),
            StopCause::NoLongerEntitled => vec![Needed::one_of(&[
                EvidenceKind::DeathCertificate,
                EvidenceKind::PublicSecurityProof,
                EvidenceKind::CivilAffairsProof,
                EvidenceKind::SurvivorChangeProof,
                EvidenceKind::AppraisalConclusion,
            ])],
            StopCause::RefusesAppraisal | StopCause::RefusesTreatment => vec![Needed::one_of(&[
                EvidenceKind::MedicalOpinion,
                EvidenceKind::AppraisalConclusion,
                EvidenceKind::MedicalRecord,
                EvidenceKind::Other,
            ])],
        }
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        let person_id = uuid(&application.person_id)?;
        let named = maybe_uuid(&application.payee_id)?;
        let payee = account::payee(unit, person_id, named).await?;
        if payee.name != application.payee_name {
            return Err(Refused::because(Refusal::PayeeUnknown)
                .with("person_id", person_id)
                .into());
        }
        let of = (payee.payee_id, person_id);
        if let Some(stop_id) = store::open_stop(unit.db(), &area, of).await? {
            return Err(Refused::because(Refusal::StoppedAlready)
                .with("name", &payee.name)
                .with("stop_id", stop_id)
                .into());
        }
        let since_on = since(unit, application, (payee.payee_id, &payee.name)).await?;
        let last = payroll::runs::last_paid(unit).await?;
        let from = rules::stops_from(application.cause(), since_on, last);
        let known = account::known(unit, std::slice::from_ref(&payee)).await?;
        let accounts = known.iter().flat_map(|(_, accounts)| accounts);
        let own = accounts.filter(|account| account.person_id == person_id);
        let monthly: Decimal = own.map(|account| account.due.awarded(from)).sum();
        if monthly.is_zero() {
            return Err(Refused::because(Refusal::NothingToStop)
                .with("name", &payee.name)
                .with("month", from)
                .into());
        }
        let makes_up = rules::makes_up(application.cause(), &unit.law(since_on).await?)?;
        Ok(StopDecision {
            payee_id: payee.payee_id.to_string(),
            payee_name: payee.name,
            person_id: application.person_id.clone(),
            cause: application.cause,
            since_on: Some(since_on.into()),
            from_month: Some(from.into()),
            monthly: Some(monthly.into()),
            makes_up: makes_up.value,
            source: makes_up.citation().to_string(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        payroll::runs::hold(unit).await?;
        self.examine_again(unit, &application, &decision).await?;
        let stop = Stop {
            stop_id: case_id.to_string(),
            payee_id: decision.payee_id,
            payee_name: decision.payee_name,
            person_id: decision.person_id,
            cause: decision.cause,
            since_on: Some(day(decision.since_on)?.into()),
            from_month: Some(month(decision.from_month)?.into()),
            ..Stop::default()
        };
        store::stop(unit.db(), &area, &stop).await?;
        let stopped = |stop| What::PaymentStopped(PaymentStopped { stop: Some(stop) });
        tell(unit, stop, stopped).await
    }
}

/// The day on which the cause arose.
async fn since(
    unit: &mut Unit,
    application: &StopForm,
    (payee_id, name): (Uuid, &str),
) -> Result<Date> {
    let area = unit.area().to_owned();
    let since_on = maybe_day(application.since_on);
    if application.cause() == StopCause::ProofMissing {
        if since_on.is_some() {
            return Err(Refused::because(Refusal::StopDate).into());
        }
        let due_on = store::proof_missing_since(unit.db(), &area, payee_id).await?;
        return due_on.ok_or_else(|| {
            Refused::because(Refusal::ProofNotMissing)
                .with("name", name)
                .into()
        });
    }
    let applied_on = unit.applied_on();
    since_on
        .filter(|since_on| *since_on <= applied_on)
        .ok_or_else(|| Refused::because(Refusal::StopDate).into())
}
