//! What an application is checked for before anybody looks at it, and what its decision would be.

use contracts::common::v1::{Evidence, EvidenceKind, Refusal};
use contracts::options::v1::{Caller, Department};
use contracts::{Refused, Violation, form, reflect};
use prost_types::Any;
use serde_json::Value;
use uuid::Uuid;

use super::{AnyCase, Needed, store};
use crate::{Actor, Error, Result, Unit, wire};

/// What the decision on a revision would be now, or the refusal that stands in its way.
pub struct Examined {
    pub revision: i32,
    pub decision: Result<Decision>,
}

/// A decision form as canonical JSON with its digest.
#[derive(Clone, Debug)]
pub struct Decision {
    pub json: String,
    pub digest: String,
}

/// Examines a case that awaits a signature; `None` for one that does not.
pub async fn examine(unit: &mut Unit, case_id: Uuid) -> Result<Option<Examined>> {
    let area = unit.area().to_owned();
    let Some(case) = store::find(unit.db(), &area, case_id).await? else {
        return Ok(None);
    };
    if case.decided_at.is_some() || case.awaited == 0 {
        return Ok(None);
    }
    let revision = store::revision(unit.db(), &case).await?;
    let kind = kind_of(unit, &case.kind)?;
    let application = reflect::from_json(&case.kind, &revision.application)?;
    // Later signers sign what the first one signed: late fees do not grow from desk to desk.
    if let Some(first) = store::first_signature(unit.db(), &case).await? {
        unit.work_as_of(first);
    }
    let decision = decide(unit, &*kind, &application).await;
    Ok(Some(Examined {
        revision: case.revision,
        decision,
    }))
}

/// Computes the decision on an application.
pub async fn decide(unit: &mut Unit, kind: &dyn AnyCase, application: &[u8]) -> Result<Decision> {
    let decision = kind.examine(unit, application).await?;
    let json = reflect::to_json(&kind.decision_name(), &decision)?;
    Ok(Decision {
        digest: reflect::digest(json.as_bytes()),
        json,
    })
}

/// The declared kind of case called `name`.
pub fn kind_of(unit: &Unit, name: &str) -> Result<std::sync::Arc<dyn AnyCase>> {
    unit.platform().case(name).cloned().ok_or_else(|| {
        Refused::because(Refusal::UnknownForm)
            .with("form", name)
            .into()
    })
}

/// Checks an application that arrives: its fields, who applies, and its evidence. Answers its kind
/// and its canonical JSON.
pub async fn accept(
    unit: &mut Unit,
    application: &Any,
    evidence: &[Evidence],
) -> Result<(std::sync::Arc<dyn AnyCase>, String)> {
    let kind = kind_of(unit, wire::name_in(application))?;
    let violations: Vec<Violation> = kind
        .violations(&application.value)?
        .into_iter()
        .map(|v| Violation {
            path: format!("application.{}", v.path),
            ..v
        })
        .collect();
    if !violations.is_empty() {
        return Err(Error::Invalid(violations));
    }
    let json = reflect::to_json(&kind.application_name(), &application.value)?;
    may_apply(
        unit.actor(),
        &*kind,
        &kind.subject(&application.value)?,
        &json,
    )?;
    let today = unit.today();
    let law = unit.law(today).await?;
    let mut missing: Vec<String> = kind
        .evidence(&application.value)?
        .into_iter()
        .filter(|Needed(any_of)| !evidence.iter().any(|e| any_of.contains(&e.kind())))
        .map(|Needed(any_of)| {
            any_of
                .iter()
                .map(|k| kind_label(*k))
                .collect::<Vec<_>>()
                .join("或")
        })
        .collect();
    missing.extend(
        local_evidence(unit, &law, &kind.application_form().number)?
            .into_iter()
            .filter(|title| {
                !evidence
                    .iter()
                    .any(|e| e.kind() == EvidenceKind::Other && e.title == *title)
            }),
    );
    if !missing.is_empty() {
        return Err(Refused::because(Refusal::EvidenceMissing)
            .with("evidence", missing.join("、"))
            .into());
    }
    Ok((kind, json))
}

/// What the province asks for beyond the procedure, where the service has the parameter
/// `extra_evidence` for the form: titles of papers, separated by `、`.
fn local_evidence(unit: &Unit, law: &law::Law, form_number: &str) -> Result<Vec<String>> {
    let name = format!("extra_evidence.{form_number}");
    if unit.platform().catalogue().definition(&name).is_none() {
        return Ok(Vec::new());
    }
    let titles = law.text(&name)?.value;
    Ok(titles
        .split('、')
        .filter(|t| !t.is_empty())
        .map(str::to_owned)
        .collect())
}

fn kind_label(kind: EvidenceKind) -> String {
    reflect::label_of("workinjury.common.v1.EvidenceKind", kind as i32)
}

/// Who fills in the form is the form's to say; an employer, a person or an institution applies for
/// itself only, a clerk for the department that handles the form.
fn may_apply(actor: &Actor, kind: &dyn AnyCase, subject: &str, json: &str) -> Result<()> {
    let paper = kind.application_form();
    if !paper.applicants.contains(&(actor.caller as i32)) {
        return Err(Refused::because(Refusal::Applicant)
            .with("form", &paper.title)
            .with("caller", form::caller_label(actor.caller))
            .into());
    }
    if actor.speaks_for_itself() && subject != actor.party {
        let application: Value = serde_json::from_str(json)?;
        let field = if actor.caller == Caller::Person {
            "personId"
        } else {
            "employerId"
        };
        if application.get(field).and_then(Value::as_str) != Some(&actor.party) {
            return Err(Error::Denied(
                "只能为本单位或本人提交申请。请核对申请表上的编号。".to_owned(),
            ));
        }
    }
    if actor.is_clerk() {
        in_department(actor, paper.department())?;
    }
    Ok(())
}

/// Is the clerk of the department that handles the form?
pub fn in_department(actor: &Actor, department: Department) -> Result<()> {
    if department == Department::Unspecified || actor.in_department(department) {
        return Ok(());
    }
    Err(Error::Denied(format!(
        "此表单由{}办理，您不属于该部门。请转交该部门。",
        form::department_label(department)
    )))
}
