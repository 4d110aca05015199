//! Patients in hand who are added to an agreement that ends (forms 40-G and 40-H).

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    AgreementEnd, PatientInHand, PatientListDecision, PatientListForm, PatientsListed, Refusal,
};
use contracts::reflect::label_of;
use law::Law;
use law::calendar::Term;
use time::Date;
use uuid::Uuid;

use super::super::rules;
use super::super::store::{self, AgreementRow};
use crate::events::tell;

/// Art. 40. Whoever is in an institution's care on the last day of its agreement is a patient in hand, though she or he came
/// after the end was told, or was forgotten then.
pub struct PatientListing;

#[chassis::async_trait]
impl Case for PatientListing {
    type Application = PatientListForm;
    type Decision = PatientListDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.institution_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The list says what becomes of each.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = unit.area().to_owned();
        let row = ending(unit, application).await?;
        let listed = store::patients(unit.db(), &area, &[row.agreement_id]).await?;
        if listed.is_empty() && row.end_kind == AgreementEnd::ByAudit as i32 {
            return Err(Refused::because(Refusal::AllInHand).into());
        }
        let added = || application.patients.iter();
        let all = listed.iter().map(|(_, patient)| patient).chain(added());
        let persons = all.map(|patient| uuid(&patient.person_id));
        rules::each_once(&persons.collect::<Result<Vec<_>>>()?)?;
        let admitted = added().map(|patient| day(patient.admitted_on));
        let care_until_on = row.care_until_on.max(maybe_day(application.care_until_on));
        let admitted = admitted.collect::<Result<Vec<Date>>>()?;
        rules::cared_for(&admitted, row.ends_on, care_until_on)?;
        Ok(PatientListDecision {
            institution_id: row.institution_id,
            name: row.name,
            agreement_id: row.agreement_id.to_string(),
            ends_on: Some(row.ends_on.into()),
            care_until_on: care_until_on.map(Into::into),
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
        let (area, today) = (unit.area().to_owned(), unit.today());
        let row = ending(unit, &application).await?;
        let added: (&[PatientInHand], _) = (&decision.patients, maybe_day(decision.care_until_on));
        store::add_patients(unit.db(), &area, &row, added).await?;
        let agreement = store::agreement(unit.db(), &area, row.agreement_id, today).await?;
        let what = What::PatientsListed(PatientsListed {
            agreement: Some(agreement),
        });
        tell(unit, &row.institution_id, what).await
    }
}

/// The agreement that ends, or whose patients in hand are cared for, on the day of the application.
async fn ending(unit: &mut Unit, form: &PatientListForm) -> Result<AgreementRow> {
    let (area, applied_on) = (unit.area().to_owned(), unit.applied_on());
    let of = (form.institution_id.as_str(), form.kind());
    let row = store::ending(unit.db(), &area, of, applied_on).await?;
    let kind = label_of("workinjury.medical_agreement.v1.InstitutionKind", form.kind);
    Ok(row.ok_or_else(|| {
        Refused::because(Refusal::NotEnding)
            .with("institution_id", &form.institution_id)
            .with("kind", kind)
    })?)
}
