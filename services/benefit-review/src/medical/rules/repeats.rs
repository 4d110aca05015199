//! Whether the same was settled before, or somebody lies in two beds (Art. 62).

use contracts::Refused;
use contracts::benefit_review::v1::{EncounterKind, LineOutcome, Refusal};

use super::{Elsewhere, Finding, Line, Question};

/// Art. 62. The same service of the same day, as often and for the same price, is paid once, also where another
/// institution sends it: to the bill that got something for it first.
pub(super) fn once(asked: &Question<'_>) -> Option<Finding> {
    let line = asked.line;
    let had = asked.facts.had.get(&line.number).copied();
    let mut others = asked.facts.elsewhere.get(&line.service())?.iter();
    let same = others.find(|other| is_exact(line, other) && gives_way(had, other))?;
    let refused = Refused::because(Refusal::LineRepeated);
    let refused = refused
        .with("service_on", line.service_on)
        .with("code", &line.code);
    let refused = refused.with("encounter_id", same.encounter_id);
    Some(match same.outcome {
        // The other one may get nothing yet.
        LineOutcome::Review => Finding::Review(refused),
        _ => Finding::Refused(refused),
    })
}

/// Whether another line of the service is the same in quantity and price.
pub(super) fn is_exact(line: &Line, other: &Elsewhere) -> bool {
    other.quantity == line.quantity && other.unit_price == line.unit_price
}

/// Whether a line gives way to the same one in another bill. What got something keeps it: whoever let the other one be
/// paid later took it for another service. Of two that wait for a person, the bill that was settled later gives way.
fn gives_way(had: Option<LineOutcome>, other: &Elsewhere) -> bool {
    let got = matches!(had, Some(LineOutcome::Paid | LineOutcome::Cut));
    match other.outcome {
        LineOutcome::Paid | LineOutcome::Cut => !got,
        LineOutcome::Review => !got && (other.before || had != Some(LineOutcome::Review)),
        // What the other bill did not get does not stand in the way.
        _ => false,
    }
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
