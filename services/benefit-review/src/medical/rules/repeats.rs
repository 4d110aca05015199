//! Whether the same was settled before, or somebody lies in two beds (Art. 62).

use contracts::Refused;
use contracts::benefit_review::v1::{EncounterKind, Refusal};

use super::{Finding, Question};

/// Art. 62. The same service of the same day, as often and for the same price, in a bill that was settled before, is
/// the same one, also where another institution sends it.
pub(super) fn once(asked: &Question<'_>) -> Option<Finding> {
    let line = asked.line;
    let others = asked
        .facts
        .elsewhere
        .get(&(line.code.clone(), line.service_on))?;
    let same = others
        .iter()
        .find(|other| other.quantity == line.quantity && other.unit_price == line.unit_price)?;
    let refused = Refused::because(Refusal::LineRepeated);
    let refused = refused
        .with("service_on", line.service_on)
        .with("code", &line.code);
    let refused = refused.with("encounter_id", same.encounter_id);
    Some(match same.in_review {
        // The other one may get nothing yet.
        true => Finding::Review(refused),
        false => Finding::Refused(refused),
    })
}

/// Art. 62. A person in hospital is in one; the day of a transfer is a day of both.
pub(super) fn not_in_two_beds(asked: &Question<'_>) -> Option<Finding> {
    let on = asked.line.service_on;
    if !is_stay(asked.facts.kind) {
        return None;
    }
    let other = asked
        .facts
        .stays
        .iter()
        .find(|stay| stay.admitted_on < on && on < stay.until_on)?;
    let refused = Refused::because(Refusal::LineOverlaps).with("service_on", on);
    Some(Finding::Review(
        refused.with("encounter_id", other.encounter_id),
    ))
}

/// Whether somebody stays overnight.
#[must_use]
pub fn is_stay(kind: EncounterKind) -> bool {
    matches!(
        kind,
        EncounterKind::Inpatient | EncounterKind::Rehabilitation
    )
}
