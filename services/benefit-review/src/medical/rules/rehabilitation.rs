//! Whether rehabilitation keeps to what was approved (Art. 47, Art. 48, Art. 62, third item).

use contracts::Refused;
use contracts::benefit_review::v1::{EncounterKind, Refusal};
use contracts::medical_agreement::v1::{Approval, ApprovalKind, CatalogueKind};

use super::institution::{day, holds, names};
use super::{Facts, Finding, Question};

/// Art. 47, Art. 48. The stay was approved, at this institution, for the day.
pub(super) fn approved(asked: &Question<'_>) -> Option<Finding> {
    if asked.facts.kind != EncounterKind::Rehabilitation || plans(asked).next().is_some() {
        return None;
    }
    let refused = Refused::because(Refusal::LineNoRehabilitation);
    Some(Finding::Refused(
        refused.with("service_on", asked.line.service_on),
    ))
}

/// Art. 62. A treatment stands in the plan that was approved; drugs and the bed are the catalogues' alone.
pub(super) fn planned(asked: &Question<'_>) -> Option<Finding> {
    if asked.facts.kind != EncounterKind::Rehabilitation {
        return None;
    }
    let line = asked.line;
    let lists = |plan: &Approval| {
        plan.items.is_empty() || plan.items.iter().any(|item| item.code == line.code)
    };
    if line.kind != CatalogueKind::TreatmentItem || plans(asked).any(lists) {
        return None;
    }
    let refused = Refused::because(Refusal::LineNotInPlan);
    Some(Finding::Refused(refused.with("code", &line.code)))
}

/// How much of a treatment the plans allow that have begun by the day; none where one of them leaves it to the
/// catalogues.
pub(super) fn quantity(asked: &Question<'_>) -> Option<i32> {
    let line = asked.line;
    let is_planned = asked.facts.kind == EncounterKind::Rehabilitation
        && line.kind == CatalogueKind::TreatmentItem;
    if !is_planned || plans(asked).any(|plan| plan.items.is_empty()) {
        return None;
    }
    let begun = at_institution(asked.facts)
        .filter(|plan| day(plan.from_on).is_some_and(|from_on| from_on <= line.service_on));
    let items = begun.flat_map(|plan| &plan.items);
    let of_code = items.filter(|item| item.code == line.code);
    of_code
        .map(|item| item.quantity)
        .reduce(i32::saturating_add)
}

/// The approvals of rehabilitation at the institution that hold on the day.
fn plans<'a>(asked: &Question<'a>) -> impl Iterator<Item = &'a Approval> + use<'a> {
    let on = asked.line.service_on;
    at_institution(asked.facts).filter(move |one| holds(one, on))
}

/// The approvals of rehabilitation at the institution.
fn at_institution(facts: &Facts) -> impl Iterator<Item = &Approval> {
    let approvals = facts.approvals.iter();
    approvals.filter(|one| one.kind() == ApprovalKind::Rehabilitation && names(one, facts))
}
