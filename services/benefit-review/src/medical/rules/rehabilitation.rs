//! Whether rehabilitation keeps to what was approved (Art. 47, Art. 48, Art. 62, third item).

use contracts::Refused;
use contracts::benefit_review::v1::{EncounterKind, Refusal};
use contracts::medical_agreement::v1::{Approval, ApprovalKind, CatalogueKind};

use rust_decimal::Decimal;

use super::institution::{day, holds, names};
use super::{Elsewhere, Facts, Finding, Question};

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

/// What plans allow of a treatment.
pub(super) struct Allowed {
    /// Units.
    pub(super) quantity: i32,
    /// Yuan; none where one of them leaves it to the catalogues.
    pub(super) at_most: Option<Decimal>,
}

/// Art. 47, Art. 48. How much of a treatment the plans allow that have begun by the day, and for how much; none where one of
/// them leaves it to the catalogues.
pub(super) fn allowed(asked: &Question<'_>) -> Option<Allowed> {
    let line = asked.line;
    let is_planned = asked.facts.kind == EncounterKind::Rehabilitation
        && line.kind == CatalogueKind::TreatmentItem;
    if !is_planned || plans(asked).any(|plan| plan.items.is_empty()) {
        return None;
    }
    let of_code = || {
        let items = begun(asked).flat_map(|plan| &plan.items);
        items.filter(|item| item.code == line.code)
    };
    let quantity = of_code()
        .map(|item| item.quantity)
        .reduce(i32::saturating_add)?;
    let at_most = of_code().map(|item| item.at_most.as_ref()?.decimal().ok());
    Some(Allowed {
        quantity,
        at_most: at_most.sum(),
    })
}

/// Art. 47, Art. 48. What other stays have of a treatment in the days of the plans that have begun by the day.
pub(super) fn in_plan<'a>(asked: &Question<'a>) -> impl Iterator<Item = &'a Elsewhere> + use<'a> {
    let plans: Vec<&Approval> = begun(asked).collect();
    let others = asked.facts.in_plan.get(&asked.line.code);
    let others = others.into_iter().flatten();
    others.filter(move |other| plans.iter().any(|plan| holds(plan, other.service_on)))
}

/// The approvals of rehabilitation at the institution that have begun by the day.
fn begun<'a>(asked: &Question<'a>) -> impl Iterator<Item = &'a Approval> + use<'a> {
    let on = asked.line.service_on;
    at_institution(asked.facts)
        .filter(move |plan| day(plan.from_on).is_some_and(|from_on| from_on <= on))
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
