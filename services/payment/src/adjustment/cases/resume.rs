//! Payments that are resumed (forms 89-C and 89-D).

use chassis::wire::{day, month, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{
    PaymentResumed, Refusal, ResumeDecision, ResumeForm, Stop, StopCause,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::{rules, store};
use super::tell;
use crate::payroll;

/// Art. 89. Who is entitled again is paid again, and what was withheld for a missing proof alone is paid too.
pub struct PaymentResumption;

#[chassis::async_trait]
impl Case for PaymentResumption {
    type Application = ResumeForm;
    type Decision = ResumeDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::one_of(&[
            EvidenceKind::IdentityCard,
            EvidenceKind::AppraisalConclusion,
            EvidenceKind::MedicalOpinion,
            EvidenceKind::PublicSecurityProof,
            EvidenceKind::SurvivorChangeProof,
        ])]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let stop = open(unit, application).await?;
        let since_on = day(stop.since_on)?;
        let again_on = day(application.again_on)?;
        if again_on < since_on || again_on > unit.applied_on() {
            let refused = Refused::because(Refusal::ResumeDate);
            return Err(refused.with("since_on", since_on).into());
        }
        if stop.cause() == StopCause::ProofMissing {
            proven(unit, &stop).await?;
        }
        let makes_up = rules::makes_up(stop.cause(), &unit.law(since_on).await?)?;
        let from = rules::resumes_from(again_on, month(stop.from_month)?);
        Ok(ResumeDecision {
            stop_id: stop.stop_id,
            payee_name: stop.payee_name,
            cause: stop.cause,
            from_month: Some(from.into()),
            made_up: makes_up.value,
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
            resumed_month: decision.from_month,
            made_up: decision.made_up,
            resume_case_id: case_id.to_string(),
            ..open(unit, &application).await?
        };
        store::resume(unit.db(), &area, &stop).await?;
        let resumed = |stop| What::PaymentResumed(PaymentResumed { stop: Some(stop) });
        tell(unit, stop, resumed).await
    }
}

/// The stop that an application is about, which still stands.
async fn open(unit: &mut Unit, application: &ResumeForm) -> Result<Stop> {
    let area = unit.area().to_owned();
    unit.look_as_the_agency().await?;
    let found = store::find(unit.db(), &area, uuid(&application.stop_id)?).await?;
    let is_it = |row: &store::StopRow| {
        let by_employer = !application.employer_id.is_empty();
        row.is_open()
            && row.person_id.to_string() == application.person_id
            && (!by_employer || row.employer_id == application.employer_id)
    };
    let found = found.filter(is_it).map(Stop::from);
    found.ok_or_else(|| {
        Refused::because(Refusal::NotStopped)
            .with("stop_id", &application.stop_id)
            .into()
    })
}

/// Art. 88. A proof came after it was found to be missing.
async fn proven(unit: &mut Unit, stop: &Stop) -> Result<()> {
    let area = unit.area().to_owned();
    let payee_id = uuid(&stop.payee_id)?;
    match store::proof_missing_since(unit.db(), &area, payee_id).await? {
        None => Ok(()),
        Some(_) => Err(Refused::because(Refusal::ProofStillMissing)
            .with("name", &stop.payee_name)
            .into()),
    }
}
