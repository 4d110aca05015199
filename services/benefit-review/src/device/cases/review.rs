//! Reviews of decided claims (forms 90-C and 90-D).

use chassis::wire::{uuid, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    ClaimedDevice, CorrectedFact, DeviceClaimForm, DeviceReviewDecision, DeviceReviewForm, Injury,
    PayeeKind, Refusal,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use time::Date;
use uuid::Uuid;

use super::super::store::{self, ClaimRow, Filter};
use super::super::{
    Effect, approved, claimed, compensated, decide, differences, enter, payee, rules,
};
use crate::benefit::cases::facts;
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

    /// What proves that something was stated otherwise than it is; a reason needs no paper.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let corrected = application.corrected.is_some();
        let paper = corrected.then_some(EvidenceKind::CorrectionProof);
        paper.into_iter().map(Needed::paper).collect()
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
        let before = row.decision()?;
        let (form, corrected) = stated(unit.applied_on(), application, &row)?;
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
            corrected,
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
        let (form, _) = stated(unit.applied_on(), &application, &row)?;
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

/// Art. 90. Form 66-A of a claim as it was decided last, or as the review corrects it, with what that says otherwise.
fn stated(
    applied_on: Date,
    review: &DeviceReviewForm,
    row: &ClaimRow,
) -> Result<(DeviceClaimForm, Vec<CorrectedFact>)> {
    let (old, before) = (row.form()?, row.decision()?);
    let found = [&review.found_by, &review.basis];
    let Some(new) = &review.corrected else {
        return match found.iter().all(|one| one.is_empty()) {
            true => Ok((old, Vec::new())),
            false => Err(not_corrected(review).into()),
        };
    };
    let same = DeviceClaimForm {
        devices: new.devices.clone(),
        amount: new.amount.clone(),
        compensated: new.compensated.clone(),
        ..old.clone()
    };
    let of = |one: &ClaimedDevice| {
        let numbers = [&one.approval_id, &one.code, &one.serial_number];
        numbers.map(String::clone)
    };
    let mut decided = before
        .devices
        .iter()
        .zip(old.devices.iter().zip(&new.devices));
    // What was recognised is the claim's own, and nobody else claims it.
    let kept = decided.all(|(decided, (old, new))| decided.payer == 0 || of(old) == of(new));
    let fits = same == *new && kept && old.devices.len() == new.devices.len();
    if !fits || old == *new || found.iter().any(|one| one.is_empty()) {
        return Err(not_corrected(review).into());
    }
    let amounts = (yuan(new.amount.as_ref())?, compensated(new)?);
    rules::whole(&claimed(new)?, amounts, applied_on)?;
    let found = CorrectedFact {
        sequence: row.sequence,
        found_by: review.found_by.clone(),
        basis: review.basis.clone(),
        ..CorrectedFact::default()
    };
    let facts = facts(&old, new, &found)?;
    Ok((new.clone(), facts))
}

fn not_corrected(review: &DeviceReviewForm) -> Refused {
    Refused::because(Refusal::DeviceCorrection).with("claim_id", &review.claim_id)
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
