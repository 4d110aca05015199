//! Reviews of decided claims (forms 90-C and 90-D).

use chassis::wire::uuid;
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    DeviceReviewDecision, DeviceReviewForm, Injury, PayeeKind, Refusal,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::super::store::{self, ClaimRow, Filter};
use super::super::{Effect, approved, claimed, decide, differences, enter, payee};
use crate::benefit::store::claims;
use crate::injury::store::injury;

/// Art. 90. Somebody objects to what was decided of a claim: it is decided anew by what is known now, and adjusted
/// where that is another amount.
pub struct DeviceReview;

#[chassis::async_trait]
impl Case for DeviceReview {
    type Application = DeviceReviewForm;
    type Decision = DeviceReviewDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    /// Whom the claim does not concern is told so at once.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        // An employer may object to a claim that the person made.
        unit.look_as_the_agency().await?;
        decided(unit, application).await?;
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (row, injury) = decided(unit, application).await?;
        let (form, before) = (row.form()?, row.decision()?);
        let approved = approved(unit, &form).await?;
        let paid = (before.payee(), before.payee_id.as_str());
        let own = Some(row.claim_id);
        let after = decide(unit, &injury, (&form, paid), &approved, own).await?;
        let (fund, employer) = differences(Some(&before), &after)?;
        Ok(DeviceReviewDecision {
            claim_id: row.claim_id.to_string(),
            sequence: row.sequence + 1,
            person_id: injury.person_id,
            name: injury.name,
            recognition_number: injury.recognition_number,
            before: Some(before),
            after: Some(after),
            fund_difference: Some(fund.into()),
            employer_difference: Some(employer.into()),
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
        let (row, injury) = decided(unit, &application).await?;
        let form = row.form()?;
        // Another claim of the injury, or one for one of its devices, waits for this, or this for that.
        claims::hold(unit.db(), &area, uuid(&injury.injury_id)?).await?;
        let devices = claimed(&form)?;
        let numbers: Vec<&str> = devices.iter().map(|device| device.serial_number).collect();
        store::hold(unit.db(), &area, &numbers).await?;
        self.examine_again(unit, &application, &decision).await?;
        let (before, after) = (
            decision.before.unwrap_or_default(),
            decision.after.unwrap_or_default(),
        );
        let effect = Effect {
            claim_id: row.claim_id,
            sequence: decision.sequence,
            case_id,
            before: Some(&before),
        };
        enter(unit, effect, &injury, (&form, &after)).await
    }
}

/// The claim that a form objects to, as it was decided last, with its injury as it stands: revoked or not.
async fn decided(unit: &mut Unit, form: &DeviceReviewForm) -> Result<(ClaimRow, Injury)> {
    let (area, person_id) = (unit.area().to_owned(), uuid(&form.person_id)?);
    let unknown = || {
        let refused = Refused::because(Refusal::DeviceClaimUnknown);
        refused.with("claim_id", &form.claim_id)
    };
    let filter = Filter {
        claim_id: Some(uuid(&form.claim_id)?),
        person_id: Some(person_id),
        ..Filter::default()
    };
    let last = store::list(unit.db(), &area, filter, (None, 1))
        .await?
        .pop();
    let last = last.ok_or_else(unknown)?;
    let of = (person_id, form.recognition_number.as_str());
    let injury = injury(unit.db(), &area, of).await?.ok_or_else(unknown)?;
    let before = last.decision()?;
    let by = (form.employer_id.as_str(), form.institution_id.as_str());
    let (kind, id) = payee(unit, &injury, by, &form.person_id)?;
    // An institution objects to what it claimed itself.
    let own = kind != PayeeKind::Institution || before.payee_id == id;
    if own && injury.name == form.name && before.recognition_number == form.recognition_number {
        return Ok((last, injury));
    }
    Err(unknown().into())
}
