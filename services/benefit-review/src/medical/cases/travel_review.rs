//! Travel, board and lodging decided anew on objection (forms 90-J and 90-K).

use std::collections::BTreeSet;

use chassis::wire::{day, uuid, yuan};
use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::benefit_review::v1::{
    BenefitKind, CorrectedFact, Injury, MedicalClaimForm, MedicalDecision, Payer, Refusal,
    TravelGranted, TravelReviewDecision, TravelReviewForm,
};
use contracts::common::v1::EvidenceKind;
use contracts::{Money, Refused};
use law::calendar::Term;
use law::{Law, Sheet};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::store::{self, NewTravel};
use super::PaperClaim;
use super::paper::{payee, tickets, unclaimed};
use super::travel::travel;
use crate::benefit::cases::facts;
use crate::benefit::{self, Claim};
use crate::injury::concerns;
use crate::injury::store::injury;

/// Art. 64, Art. 90. The travel part of a form 5-4 is decided anew by what is known now, on trips and nights as they are
/// corrected; the difference is a new fact.
pub struct TravelReview;

/// A claim as it was decided last, with the injury as it stands: revoked or not.
struct Decided {
    sequence: i32,
    form: MedicalClaimForm,
    granted: TravelGranted,
    injury: Injury,
}

#[async_trait]
impl Case for TravelReview {
    type Application = TravelReviewForm;
    type Decision = TravelReviewDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The tickets that something was stated otherwise of; grounds need no paper.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let papers: &[EvidenceKind] = match application.corrected {
            Some(_) => &[EvidenceKind::Ticket, EvidenceKind::CorrectionProof],
            None => &[],
        };
        papers.iter().copied().map(Needed::paper).collect()
    }

    /// Whom the claim does not concern is told so at once.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        unit.look_as_the_agency().await?;
        decided(unit, application).await?;
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        unit.look_as_the_agency().await?;
        let last = decided(unit, application).await?;
        let (form, corrected) = stated(application, &last)?;
        let claim_id = uuid(&application.claim_id)?;
        one_of_each(&tickets(&form))?;
        unclaimed(unit, &tickets(&form), Some(claim_id)).await?;
        let mut sheet = Sheet::new();
        let of = (&form, &last.injury, Some(claim_id));
        let travel = travel(unit, of, &mut sheet).await?;
        let due = travel.by_fund.0 + travel.by_fund.1;
        let due = sheet.fen("基金支付合计", due, "交通费 + 食宿费");
        let (before, after) = (
            last.granted,
            TravelGranted {
                travel: Some(travel.by_fund.0.into()),
                lodging: Some(travel.by_fund.1.into()),
                travel_of_employer: Some(travel.by_employer.0.into()),
                lodging_of_employer: Some(travel.by_employer.1.into()),
                nights: travel.nights.into_iter().map(Into::into).collect(),
                worksheet: Some(sheet.result(due).into()),
            },
        );
        let [travel, lodging, of_employer, lodging_of_employer] = differences(&before, &after)?;
        Ok(TravelReviewDecision {
            claim_id: application.claim_id.clone(),
            sequence: last.sequence + 1,
            person_id: last.injury.person_id,
            name: last.injury.name,
            recognition_number: last.injury.recognition_number,
            upheld: [travel, lodging, of_employer, lodging_of_employer]
                .iter()
                .all(Decimal::is_zero),
            travel_difference: Some(travel.into()),
            lodging_difference: Some(lodging.into()),
            employer_travel_difference: Some(of_employer.into()),
            employer_lodging_difference: Some(lodging_of_employer.into()),
            before: Some(before),
            after: Some(after),
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
        let person_id = uuid(&application.person_id)?;
        store::hold_person(unit.db(), person_id).await?;
        self.examine_again(unit, &application, &decision).await?;
        let last = decided(unit, &application).await?;
        let (form, _) = stated(&application, &last)?;
        let (before, after) = (
            decision.before.unwrap_or_default(),
            decision.after.unwrap_or_default(),
        );
        let claim_id = uuid(&decision.claim_id)?;
        let new = NewTravel {
            claim_id,
            sequence: decision.sequence,
            person_id,
            employer_id: benefit::employer(&last.injury),
            case_id,
            decided_on: unit.today(),
            form: &form,
            granted: &after,
        };
        store::keep_travel(unit.db(), &area, new).await?;
        // Tickets and nights that were stated by mistake may be claimed by whoever had them.
        store::free_invoices(unit.db(), &area, claim_id).await?;
        store::claim_invoices(unit.db(), &area, claim_id, &tickets(&form)).await?;
        store::free_nights(unit.db(), &area, (person_id, claim_id)).await?;
        let nights = after.nights.iter().map(|night| day(Some(*night)));
        let nights = nights.collect::<Result<Vec<_>>>()?;
        store::grant_nights(unit.db(), &area, (person_id, claim_id), &nights).await?;
        let (payee, payee_id) = payee(&form);
        let claim = Claim {
            injury: &last.injury,
            claim_id,
            payee,
            payee_id,
            is_difference: true,
        };
        let amounts = KINDS.into_iter().zip(differences(&before, &after)?);
        let benefits = amounts.filter_map(|((kind, payer), yuan)| claim.amount(kind, payer, yuan));
        benefit::decide(unit, case_id, benefits.collect()).await
    }
}

/// For what, and who bears it, in the order of what is granted.
const KINDS: [(BenefitKind, Payer); 4] = [
    (BenefitKind::Travel, Payer::Fund),
    (BenefitKind::Lodging, Payer::Fund),
    (BenefitKind::Travel, Payer::Employer),
    (BenefitKind::Lodging, Payer::Employer),
];

fn parts(granted: &TravelGranted) -> Result<[Decimal; 4]> {
    let part = |money: &Option<Money>| yuan(money.as_ref());
    Ok([
        part(&granted.travel)?,
        part(&granted.lodging)?,
        part(&granted.travel_of_employer)?,
        part(&granted.lodging_of_employer)?,
    ])
}

/// Yuan that a decision adds to the one before.
fn differences(before: &TravelGranted, after: &TravelGranted) -> Result<[Decimal; 4]> {
    let (before, after) = (parts(before)?, parts(after)?);
    Ok(std::array::from_fn(|at| after[at] - before[at]))
}

/// The claim that a form objects to, as it was decided last.
async fn decided(unit: &mut Unit, form: &TravelReviewForm) -> Result<Decided> {
    let (area, claim_id) = (unit.area().to_owned(), uuid(&form.claim_id)?);
    let unknown = || {
        let refused = Refused::because(Refusal::TravelClaimUnknown);
        refused.with("claim_id", &form.claim_id)
    };
    let signed = chassis::decided::<PaperClaim>(unit, claim_id).await?;
    let (claim, decision) = signed.ok_or_else(unknown)?;
    let of = (uuid(&form.person_id)?, form.recognition_number.as_str());
    let injury = injury(unit.db(), &area, of).await?.ok_or_else(unknown)?;
    let is_it = claim.person_id == form.person_id
        && claim.recognition_number == form.recognition_number
        && injury.name == form.name
        && !(claim.trips.is_empty() && claim.lodgings.is_empty());
    let first = granted(decision);
    let last = match store::reviewed_travel(unit.db(), &area, claim_id).await? {
        Some(row) => (row.sequence, row.form()?, row.granted()?),
        None => (0, claim, first),
    };
    let [_, _, of_employer, lodging_of_employer] = parts(&last.2)?;
    // What an employer neither claimed nor bears is no business of its.
    let concerned = form.employer_id.is_empty()
        || last.1.employer_id == form.employer_id
        || !(of_employer + lodging_of_employer).is_zero();
    if !is_it || !concerned {
        return Err(unknown().into());
    }
    concerns(&injury, &form.employer_id, unit.applied_on())?;
    let (sequence, form, granted) = last;
    Ok(Decided {
        sequence,
        form,
        granted,
        injury,
    })
}

/// What form 5-5 granted of travel, board and lodging; its worksheet is that of all it decided.
fn granted(decision: MedicalDecision) -> TravelGranted {
    TravelGranted {
        travel: decision.travel,
        lodging: decision.lodging,
        travel_of_employer: decision.travel_of_employer,
        lodging_of_employer: decision.lodging_of_employer,
        nights: decision.nights,
        worksheet: decision.worksheet,
    }
}

/// Art. 90. Form 5-4 as it was decided on last, or as the review corrects it, with what that says otherwise.
fn stated(
    review: &TravelReviewForm,
    last: &Decided,
) -> Result<(MedicalClaimForm, Vec<CorrectedFact>)> {
    let refused = || Refused::because(Refusal::TravelCorrection).with("claim_id", &review.claim_id);
    let found = [&review.found_by, &review.basis];
    let Some(new) = &review.corrected else {
        return match found.iter().all(|one| one.is_empty()) {
            true => Ok((last.form.clone(), Vec::new())),
            false => Err(refused().into()),
        };
    };
    let same = MedicalClaimForm {
        trips: new.trips.clone(),
        lodgings: new.lodgings.clone(),
        ..last.form.clone()
    };
    if same != *new || last.form == *new || found.iter().any(|one| one.is_empty()) {
        return Err(refused().into());
    }
    let found = CorrectedFact {
        sequence: last.sequence,
        found_by: review.found_by.clone(),
        basis: review.basis.clone(),
        ..CorrectedFact::default()
    };
    Ok((new.clone(), facts(&last.form, new, &found)?))
}

/// No ticket and no invoice is on a form twice.
fn one_of_each(tickets: &[String]) -> Result<(), Refused> {
    let mut seen = BTreeSet::new();
    match tickets.iter().find(|one| !seen.insert(one.as_str())) {
        Some(number) => Err(Refused::because(Refusal::ClaimTwice).with("number", number)),
        None => Ok(()),
    }
}
