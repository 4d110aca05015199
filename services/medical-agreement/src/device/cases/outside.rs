//! Devices from an institution out of the area (forms 51-A and 51-B).

use chassis::wire::day;
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::{
    Approval, ApprovalKind, Clause, InstitutionKind, OutsideDeviceDecision, OutsideDeviceForm,
    Refusal,
};
use law::Law;
use law::calendar::Term;
use time::Date;
use uuid::Uuid;

use super::super::{approve, rules};
use super::asked::{Asked, approved, examine};
use crate::agreement::store::{self as agreements, Filter};
use crate::approval::decided;
use crate::patient::{Stated, papers};
use crate::treatment::rules::outside;

/// Art. 51. What nobody in the area supplies an injured employee gets elsewhere, for no more than the
/// area's own catalogue allows.
pub struct OutsideDeviceApproval;

#[chassis::async_trait]
impl Case for OutsideDeviceApproval {
    type Application = OutsideDeviceForm;
    type Decision = OutsideDeviceDecision;

    /// Cases of one person take effect one after the other: no device is approved twice.
    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        papers(&[EvidenceKind::DeviceConfirmation])
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let area = application.outside_area.as_str();
        outside(unit.area(), area)
            .map_err(|_| Refused::because(Refusal::DeviceArea).with("outside_area", area))?;
        let asked = Asked {
            stated: Stated {
                person_id: &application.person_id,
                name: &application.name,
                recognition_number: &application.recognition_number,
            },
            employer_id: &application.employer_id,
            confirmed_on: day(application.confirmed_on)?,
            confirmed: &application.confirmed,
            items: &application.items,
        };
        let found = examine(unit, &asked).await?;
        let own = own_institutions(unit, found.days.0).await?;
        let codes: Vec<&str> = found.items.iter().map(|item| item.code.as_str()).collect();
        let finding = rules::nobody_supplies(&own, &codes)?;
        Ok(OutsideDeviceDecision {
            person_id: found.patient.person_id.to_string(),
            name: found.patient.name,
            recognition_number: found.patient.recognition_number,
            confirmation_number: application.confirmation_number.clone(),
            reason: application.reason.clone(),
            finding,
            outside_area: application.outside_area.clone(),
            institution_name: application.institution_name.clone(),
            agreement_agency: application.agreement_agency.clone(),
            from_on: Some(found.days.0.into()),
            until_on: Some(found.days.1.into()),
            items: found.items,
            worksheet: Some(found.worksheet.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let approval = decided(
            (ApprovalKind::OutsideDevice, case_id),
            (
                decision.person_id,
                decision.name,
                decision.recognition_number,
            ),
            (String::new(), decision.institution_name),
            (decision.from_on, decision.until_on),
            approved(&decision.items),
        );
        let approval = Approval {
            outside_area: decision.outside_area,
            ..approval
        };
        approve(unit, approval, &application.employer_id, &decision.items).await
    }
}

/// The area's own institutions under agreement for devices on a day, with the clauses of their agreements;
/// who is suspended supplies nothing.
async fn own_institutions(unit: &mut Unit, on: Date) -> Result<Vec<(String, Vec<Clause>)>> {
    let area = unit.area().to_owned();
    let filter = Filter {
        kind: InstitutionKind::Device as i32,
        running: true,
        ..Filter::default()
    };
    let all = agreements::list_agreements(unit.db(), &area, (filter, on), (None, i64::MAX)).await?;
    let mut own = Vec::with_capacity(all.len());
    for row in all {
        let of = (row.institution_id.as_str(), "");
        if !agreements::suspended(unit.db(), &area, of, on).await? {
            own.push((row.name.clone(), row.clauses()));
        }
    }
    Ok(own)
}
