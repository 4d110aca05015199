//! Claims for devices (forms 66-A and 5-6).

use chassis::wire::{uuid, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{DeviceClaimForm, DeviceDecision, Injury, PayeeKind, Refusal};
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::Device;
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::{Effect, approved, claimed, compensated, decide, enter, payee, rules, store};
use crate::benefit::store::claims;
use crate::injury::registered;

/// Art. 66, Art. 67. What the fitting or replacing of devices is worth.
pub struct DeviceClaim;

#[chassis::async_trait]
impl Case for DeviceClaim {
    type Application = DeviceClaimForm;
    type Decision = DeviceDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The committee's confirmation and the invoice, and the identity card where the person claims. The application
    /// on form 4-5 is proven by the approval that the claim names.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let mut papers = vec![EvidenceKind::DeviceConfirmation, EvidenceKind::Invoice];
        if application.employer_id.is_empty() && application.institution_id.is_empty() {
            papers.push(EvidenceKind::IdentityCard);
        }
        papers.into_iter().map(Needed::paper).collect()
    }

    /// Whose employer it is not is told so at once.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        // The present employer claims for an injury that another registered.
        unit.look_as_the_agency().await?;
        let injury = injured(unit, application).await?;
        paid(unit, &injury, application)?;
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let injury = injured(unit, application).await?;
        let payee = paid(unit, &injury, application)?;
        let amounts = (
            yuan(application.amount.as_ref())?,
            compensated(application)?,
        );
        rules::whole(&claimed(application)?, amounts, unit.applied_on())?;
        let approved = approved(unit, application).await?;
        fitted_by(application, &approved)?;
        decide(unit, &injury, (application, payee), &approved, None).await
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // Who takes of what a third party compensates of the injury, or claims one of these devices, meanwhile waits for
        // this, or this for that.
        let injury = injured(unit, &application).await?;
        claims::hold(unit.db(), &area, uuid(&injury.injury_id)?).await?;
        let devices = claimed(&application)?;
        let numbers: Vec<&str> = devices.iter().map(|device| device.serial_number).collect();
        store::hold(unit.db(), &area, &numbers).await?;
        self.examine_again(unit, &application, &decision).await?;
        let effect = Effect {
            claim_id: case_id,
            sequence: 0,
            case_id,
            before: None,
        };
        enter(unit, effect, &injury, (&application, &decision)).await
    }
}

/// The registered injury that devices are claimed for.
async fn injured(unit: &mut Unit, form: &DeviceClaimForm) -> Result<Injury> {
    let of = (form.person_id.as_str(), form.name.as_str());
    registered(unit, of, &form.recognition_number).await
}

/// Who claims, and is paid.
fn paid<'a>(
    unit: &Unit,
    injury: &Injury,
    form: &'a DeviceClaimForm,
) -> Result<(PayeeKind, &'a str), Refused> {
    let by = (form.employer_id.as_str(), form.institution_id.as_str());
    payee(unit, injury, by, &form.person_id)
}

/// Art. 66. An institution claims what it has fitted itself, and is told of nothing else.
fn fitted_by(form: &DeviceClaimForm, approved: &[Option<Device>]) -> Result<(), Refused> {
    let own = |found: &Option<Device>| {
        found
            .as_ref()
            .is_some_and(|found| found.institution_id == form.institution_id)
    };
    if form.institution_id.is_empty() {
        return Ok(());
    }
    let mut pairs = form.devices.iter().zip(approved);
    match pairs.find(|(_, found)| !own(found)) {
        Some((device, _)) => Err(Refused::because(Refusal::DeviceNotOfInstitution)
            .with("institution_id", &form.institution_id)
            .with("approval_id", &device.approval_id)
            .with("code", &device.code)),
        None => Ok(()),
    }
}
