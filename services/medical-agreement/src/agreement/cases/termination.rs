//! The end of an agreement before its term (forms 40-A and 40-B).

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{
    AgreementEnd, AgreementEndDecision, AgreementEndForm, Refusal,
};
use contracts::options::v1::Caller;
use law::Law;
use law::calendar::Term;
use time::Date;
use uuid::Uuid;

use super::super::store::{AgreementRow, End};
use super::super::{at, end, rules};

/// Art. 40. An agreement ends before its term.
pub struct AgreementTermination;

#[chassis::async_trait]
impl Case for AgreementTermination {
    type Application = AgreementEndForm;
    type Decision = AgreementEndDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.institution_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::TerminationNotice)]
    }

    /// Whoever hands it in may end it so: nobody for the other side, and nobody for audit.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        let end = application.end();
        let is_institution = unit.actor().caller == Caller::Institution;
        if end == AgreementEnd::ByAudit || (is_institution && end == AgreementEnd::ByAgency) {
            let label = contracts::reflect::label_of(
                "workinjury.medical_agreement.v1.AgreementEnd",
                end as i32,
            );
            let refused = Refused::because(Refusal::EndByOther);
            return Err(refused.with("end", label).into());
        }
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let row = ending(unit, application).await?;
        let (end, ends_on) = (application.end(), day(application.ends_on)?);
        let notified_on = maybe_day(application.notified_on);
        let days = (ends_on, unit.applied_on());
        let earliest_on = rules::earliest_end(end, notified_on, row.notice_days, days)?;
        if ends_on < earliest_on || ends_on > row.ends_on {
            return Err(Refused::because(Refusal::EndOfTerm)
                .with("ends_on", ends_on)
                .into());
        }
        let admitted = application
            .patients
            .iter()
            .map(|patient| day(patient.admitted_on));
        let admitted: Vec<Date> = admitted.collect::<Result<_>>()?;
        let persons = application
            .patients
            .iter()
            .map(|patient| uuid(&patient.person_id));
        rules::each_once(&persons.collect::<Result<Vec<_>>>()?)?;
        let care_until_on = maybe_day(application.care_until_on);
        rules::cared_for(&admitted, ends_on, care_until_on)?;
        Ok(AgreementEndDecision {
            institution_id: row.institution_id,
            name: row.name,
            agreement_id: row.agreement_id.to_string(),
            end: application.end,
            ground: application.ground.clone(),
            earliest_on: Some(earliest_on.into()),
            ends_on: application.ends_on,
            care_until_on: application.care_until_on,
            patients: application.patients.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        _case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let row = ending(unit, &application).await?;
        let ended = End {
            kind: decision.end(),
            ends_on: day(decision.ends_on)?,
            care_until_on: maybe_day(decision.care_until_on),
            patients: &decision.patients,
        };
        end(unit, row.agreement_id, &ended).await
    }
}

/// The agreement on its last day, whose end nobody has told yet.
async fn ending(unit: &mut Unit, form: &AgreementEndForm) -> Result<AgreementRow> {
    let ends_on = day(form.ends_on)?;
    let row = at(unit, &form.institution_id, form.kind(), ends_on).await?;
    if row.end_kind != AgreementEnd::Unspecified as i32 {
        return Err(Refused::because(Refusal::EndOfTerm)
            .with("ends_on", ends_on)
            .into());
    }
    Ok(row)
}
