//! A case as it is shown.

use contracts::common::v1::{Case, CaseState, CaseStep, Reason, Refusal, Signature};
use contracts::{Refused, reflect};
use time::OffsetDateTime;
use uuid::Uuid;

use super::examine::Decision;
use super::store::{self, CaseRow};
use crate::clock::SHANGHAI;
use crate::{Actor, Error, Result, Unit, wire};

/// The case whole: forms, evidence, signatures. `examined` shows what the decision would be while
/// nobody has signed, and what stands in its way.
pub async fn present(
    unit: &mut Unit,
    row: &CaseRow,
    examined: Option<Result<Decision>>,
) -> Result<Case> {
    let mut case = head(unit, row)?;
    let revision = store::revision(unit.db(), row).await?;
    case.application = Some(wire::any_of(
        &row.kind,
        reflect::from_json(&row.kind, &revision.application)?,
    ));
    case.evidence = revision.evidence()?;
    case.signatures = store::signatures(unit.db(), &row.pooling_area, row.case_id)
        .await?
        .into_iter()
        .map(Signature::from)
        .collect();
    match examined {
        Some(Ok(decision)) if row.decision.is_none() => {
            show_decision(unit, &mut case, &decision.json)?;
            case.decision_digest = decision.digest;
        }
        Some(Err(Error::Refused(refused))) => case.reasons.push(refused.reason()),
        Some(Err(error)) => return Err(error),
        _ => {}
    }
    if let Some(frozen) = &row.decision {
        show_decision(unit, &mut case, frozen)?;
    }
    Ok(case)
}

fn show_decision(unit: &Unit, case: &mut Case, json: &str) -> Result<()> {
    if let Some(kind) = unit.platform().case(&case.kind) {
        let name = kind.decision_name();
        case.decision = Some(wire::any_of(&name, reflect::from_json(&name, json)?));
    }
    Ok(())
}

/// The case as a line of a queue.
pub fn head(unit: &Unit, row: &CaseRow) -> Result<Case> {
    let title = unit
        .platform()
        .case(&row.kind)
        .map(|k| k.application_form().title.clone());
    let reasons: Vec<[String; 3]> = serde_json::from_str(&row.reasons)?;
    Ok(Case {
        case_id: row.case_id.to_string(),
        pooling_area: row.pooling_area.clone(),
        kind: row.kind.clone(),
        title: title.unwrap_or_default(),
        subject: row.subject.clone(),
        state: row.state,
        revision: row.revision.unsigned_abs(),
        applicant: row.applicant.clone(),
        decision_digest: row.decision_digest.clone(),
        awaited: row.awaited,
        submitted_at: Some(wire::timestamp(row.submitted_at)),
        due_on: row.due_on.map(Into::into),
        due_provisional: row.due_provisional,
        overdue: row.decided_at.is_none() && row.due_on.is_some_and(|due| due < unit.today()),
        decided_at: row.decided_at.map(wire::timestamp),
        reasons: reasons
            .into_iter()
            .map(|[reason, sentence, source]| Reason {
                reason,
                sentence,
                source,
            })
            .collect(),
        ..Case::default()
    })
}

/// The same may have been applied for twice by mistake, or have to be decided in turn.
pub async fn remarks(unit: &mut Unit, case: &CaseRow) -> Result<Vec<Reason>> {
    let beside = store::open_beside(unit.db(), case).await?;
    let remark = |(case_id, submitted_at): (Uuid, OffsetDateTime)| {
        Refused::because(Refusal::CaseOpen)
            .with("case_id", case_id)
            .with("submitted_on", submitted_at.to_offset(SHANGHAI).date())
            .reason()
    };
    Ok(beside.into_iter().map(remark).collect())
}

/// What happened to the case, each signature beside the step that it made.
pub async fn history(unit: &mut Unit, row: &CaseRow) -> Result<Vec<CaseStep>> {
    let signatures = store::signatures(unit.db(), &row.pooling_area, row.case_id).await?;
    let steps = store::steps(unit.db(), &row.pooling_area, row.case_id).await?;
    Ok(steps
        .into_iter()
        .map(|step| CaseStep {
            signature: signatures
                .iter()
                .find(|s| {
                    s.revision == step.revision && s.signer == step.actor && s.signed_at == step.at
                })
                .cloned()
                .map(Signature::from),
            at: Some(wire::timestamp(step.at)),
            state: step.state,
            revision: step.revision.unsigned_abs(),
            actor: step.actor,
            actor_name: step.actor_name,
            note: step.note,
        })
        .collect())
}

/// Clerks see the cases of their areas; everybody else those that they applied for themselves.
pub fn is_visible(actor: &Actor, row: &CaseRow) -> bool {
    actor.is_clerk() || actor.speaks_for_itself() || actor.id == row.applicant
}

pub fn state_label(state: i32) -> String {
    let known = CaseState::try_from(state).unwrap_or(CaseState::Unspecified);
    reflect::label_of("workinjury.common.v1.CaseState", known as i32)
}
