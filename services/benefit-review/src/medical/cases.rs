//! The kinds of case of the section.

mod institution;
mod objection;
mod paper;
mod travel;
mod travel_review;

pub use institution::InstitutionClaim;
pub use objection::{Objection, objections};
pub use paper::PaperClaim;
pub use travel_review::TravelReview;

use chassis::Result;
use chassis::wire::yuan;
use contracts::benefit_review::v1::{
    Benefit, BenefitKind, EncounterKind, Injury, MedicalDecision, PayeeKind, Payer, Settlement,
};
use rust_decimal::Decimal;

use super::store::EncounterRow;
use crate::benefit::Claim;

/// What a settlement is worth: for what, from whom, and yuan of it.
fn worth(kind: EncounterKind, settled: &Settlement) -> Result<[(BenefitKind, Payer, Decimal); 4]> {
    let treatment = match kind {
        EncounterKind::Rehabilitation => BenefitKind::Rehabilitation,
        _ => BenefitKind::Medical,
    };
    let meals = BenefitKind::Meals;
    Ok([
        (treatment, Payer::Fund, yuan(settled.fund.as_ref())?),
        (treatment, Payer::Employer, yuan(settled.employer.as_ref())?),
        (meals, Payer::Fund, yuan(settled.meals.as_ref())?),
        (
            meals,
            Payer::Employer,
            yuan(settled.meals_of_employer.as_ref())?,
        ),
    ])
}

/// Art. 90. The difference to what was decided of a bill: to whom that was paid.
pub(super) fn difference<'a>(row: &'a EncounterRow, injury: &'a Injury) -> Claim<'a> {
    let (payee, payee_id) = match (row.is_online(), row.employer_id.as_str()) {
        (true, _) => (PayeeKind::Institution, row.institution_id.as_str()),
        (false, "") => (PayeeKind::Person, injury.person_id.as_str()),
        (false, employer_id) => (PayeeKind::Employer, employer_id),
    };
    Claim {
        injury,
        claim_id: row.encounter_id,
        payee,
        payee_id,
        is_difference: true,
    }
}

/// Art. 65, Art. 90. What a settlement gives beyond the one before it, where there was one.
pub(super) fn benefits(
    claim: Claim<'_>,
    row: &EncounterRow,
    settled: &Settlement,
    before: Option<&Settlement>,
) -> Result<Vec<Benefit>> {
    let mut amounts = worth(row.kind(), settled)?;
    if let Some(before) = before {
        for (amount, was) in amounts.iter_mut().zip(worth(row.kind(), before)?) {
            amount.2 -= was.2;
        }
    }
    let amounts = amounts.into_iter();
    Ok(amounts
        .filter_map(|(kind, payer, yuan)| claim.amount(kind, payer, yuan))
        .collect())
}

/// Adds a settlement to form 5-5.
fn add(decision: &mut MedicalDecision, settled: &Settlement) {
    decision.encounters += 1;
    decision.flags += i32::try_from(settled.flags.len()).unwrap_or(i32::MAX);
    for (sum, part) in [
        (&mut decision.total, &settled.total),
        (&mut decision.fund, &settled.fund),
        (&mut decision.employer, &settled.employer),
        (&mut decision.compensated, &settled.compensated),
        (&mut decision.nobody, &settled.nobody),
        (&mut decision.meals, &settled.meals),
        (&mut decision.meals_of_employer, &settled.meals_of_employer),
    ] {
        chassis::wire::add(sum, part.as_ref());
    }
}
