//! What an application is checked for before anybody looks at it, and what its decision would be.

use contracts::common::v1::{CaseState, Evidence, EvidenceKind, Refusal};
use contracts::options::v1::{Caller, Department, Form};
use contracts::{Refused, form, reflect};
use prost::{Message, Name};
use prost_types::Any;
use serde_json::Value;
use time::Date;
use uuid::Uuid;

use super::present::is_visible;
use super::store::{self, CaseRow};
use super::{AnyCase, Case, CaseTimes, Needed};
use crate::clock::SHANGHAI;
use crate::{Actor, Error, Result, Unit, wire};

/// What the decision on a revision would be now, or the refusal that stands in its way.
pub struct Examined {
    pub revision: i32,
    /// What was visible when the examination began.
    pub snapshot: String,
    pub decision: Result<Decision>,
}

/// A decision form as canonical JSON with its digest.
#[derive(Clone, Debug)]
pub struct Decision {
    pub json: String,
    pub digest: String,
}

/// The application of a case of the kind `C` that awaits a signature, for what is too long to stand on its
/// decision: the unit goes back to the instant of the first signature, as the decision did. `None` for
/// every other case, and for one that the caller may not see.
///
/// # Errors
/// When the case cannot be read.
pub async fn awaiting<C: Case>(unit: &mut Unit, case_id: Uuid) -> Result<Option<C::Application>> {
    let found = awaits_signature(unit, case_id)
        .await?
        .filter(|case| case.kind == C::Application::full_name() && is_visible(unit.actor(), case));
    let Some(case) = found else {
        return Ok(None);
    };
    let revision = store::revision(unit.db(), &case).await?;
    let application = reflect::from_json(&case.kind, &revision.application)?;
    work_on(unit, &case).await?;
    unit.go_back_to_decision();
    Ok(Some(C::Application::decode(&*application)?))
}

/// What was applied for and decided in a case of the kind `C` that took effect; `None` for every other case.
///
/// # Errors
/// When the case cannot be read.
pub async fn decided<C: Case>(
    unit: &mut Unit,
    case_id: Uuid,
) -> Result<Option<(C::Application, C::Decision)>> {
    let area = unit.area().to_owned();
    let found = store::find(unit.db(), &area, case_id).await?;
    let in_effect = |case: &CaseRow| {
        case.kind == C::Application::full_name() && case.state == CaseState::Approved as i32
    };
    let Some(case) = found.filter(in_effect) else {
        return Ok(None);
    };
    let revision = store::revision(unit.db(), &case).await?;
    let application = reflect::from_json(&case.kind, &revision.application)?;
    let signed = case.decision.unwrap_or_default();
    let decision = reflect::from_json(&C::Decision::full_name(), &signed)?;
    let application = C::Application::decode(&*application)?;
    Ok(Some((application, C::Decision::decode(&*decision)?)))
}

/// The applications of a kind that were handed in by a day and await a signature still, with the subject
/// of each, the earliest first.
///
/// # Errors
/// When the cases cannot be read.
pub async fn undecided<C: Case>(
    unit: &mut Unit,
    handed_in_by: Date,
) -> Result<Vec<(String, C::Application)>> {
    let (area, name) = (unit.area().to_owned(), C::Application::full_name());
    let before = law::calendar::add_days(handed_in_by, 1);
    let before = before.midnight().assume_offset(SHANGHAI);
    let found = store::undecided(unit.db(), &area, &name, before).await?;
    let read = found.into_iter().map(|(subject, application)| {
        let application = reflect::from_json(&name, &application)?;
        Ok((subject, C::Application::decode(&*application)?))
    });
    read.collect()
}

/// The cases of a kind about a subject that await a signature still, the earliest first.
///
/// # Errors
/// When the cases cannot be read.
pub async fn undecided_on<C: Case>(unit: &mut Unit, subject: &str) -> Result<Vec<Uuid>> {
    let (area, name) = (unit.area().to_owned(), C::Application::full_name());
    store::undecided_on(unit.db(), &area, &name, subject).await
}

async fn awaits_signature(unit: &mut Unit, case_id: Uuid) -> Result<Option<CaseRow>> {
    let area = unit.area().to_owned();
    let case = store::find(unit.db(), &area, case_id).await?;
    Ok(case.filter(|case| case.decided_at.is_none() && case.awaited != 0))
}

/// Examines a case that awaits a signature; `None` for one that does not.
pub async fn examine(unit: &mut Unit, case_id: Uuid) -> Result<Option<Examined>> {
    let Some(case) = awaits_signature(unit, case_id).await? else {
        return Ok(None);
    };
    let snapshot = store::snapshot(unit.db()).await?;
    let revision = store::revision(unit.db(), &case).await?;
    let kind = kind_of(unit, &case.kind)?;
    let application = reflect::from_json(&case.kind, &revision.application)?;
    work_on(unit, &case).await?;
    unit.go_back_to_decision();
    let decision = decide(unit, &*kind, &application).await;
    Ok(Some(Examined {
        revision: case.revision,
        snapshot,
        decision,
    }))
}

/// Tells the unit when the case was handed in and decided.
pub async fn work_on(unit: &mut Unit, case: &CaseRow) -> Result<()> {
    let decided = store::first_signature(unit.db(), case).await?;
    unit.work_on(CaseTimes {
        case_id: Some(case.case_id),
        applied: Some(case.submitted_at),
        decided,
    });
    Ok(())
}

/// When another case was handed in, for what was decided in it; it is decided now.
pub async fn handed_in(unit: &mut Unit, case_id: Uuid) -> Result<CaseTimes> {
    let area = unit.area().to_owned();
    let case = store::find(unit.db(), &area, case_id).await?;
    let case = case.ok_or_else(|| Error::not_found("业务办件", case_id))?;
    Ok(CaseTimes {
        case_id: Some(case_id),
        applied: Some(case.submitted_at),
        decided: None,
    })
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

/// Why there is nothing to sign. Who names no digest has seen that there is none and is told of the case;
/// who names one has seen a decision and is told what stands in its way since.
pub fn stands_in_the_way(why: Error, digest: &str) -> Error {
    match why {
        Error::Refused(refused) if digest.is_empty() => Refused::because(Refusal::CaseUndecided)
            .with("reasons", refused.reason().sentence)
            .into(),
        other => other,
    }
}

/// The declared kind of case called `name`.
pub fn kind_of(unit: &Unit, name: &str) -> Result<std::sync::Arc<dyn AnyCase>> {
    unit.platform().case(name).cloned().ok_or_else(|| {
        Refused::because(Refusal::UnknownForm)
            .with("form", name)
            .into()
    })
}

/// An application that may be taken in.
pub struct Accepted {
    pub kind: std::sync::Arc<dyn AnyCase>,
    /// Canonical JSON.
    pub json: String,
    /// Whose it is, whoever hands it in; empty for the agency's own.
    pub party: String,
}

/// Checks an application that arrives, whose fields the codec has checked: who applies, and its evidence.
pub async fn accept(unit: &mut Unit, application: &Any, evidence: &[Evidence]) -> Result<Accepted> {
    let kind = kind_of(unit, wire::name_in(application))?;
    let json = reflect::to_json(&kind.application_name(), &application.value)?;
    let subject = kind.subject(&application.value)?;
    let party = party_of(unit.actor().caller, kind.application_form(), subject, &json)?;
    may_apply(unit.actor(), kind.application_form(), &party)?;
    let today = unit.today();
    let law = unit.law(today).await?;
    let mut missing: Vec<String> = kind
        .papers(unit, &application.value)
        .await?
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
    Ok(Accepted { kind, json, party })
}

/// What the province asks for beyond the procedure, where the service has the parameter
/// `extra_evidence` for the form (`extra_evidence.2_1`): titles of papers, separated by `、`.
fn local_evidence(unit: &Unit, law: &law::Law, form_number: &str) -> Result<Vec<String>> {
    let entry = form_number.replace('-', "_").to_ascii_lowercase();
    let name = format!("extra_evidence.{entry}");
    if unit.platform().catalogue().definition(&name).is_none() {
        return Ok(Vec::new());
    }
    // An area that has set nothing asks for nothing.
    let Ok(titles) = law.text(&name) else {
        return Ok(Vec::new());
    };
    Ok(titles
        .value
        .split('、')
        .filter(|t| !t.is_empty())
        .map(str::to_owned)
        .collect())
}

fn kind_label(kind: EvidenceKind) -> String {
    reflect::label_of("workinjury.common.v1.EvidenceKind", kind as i32)
}

/// Whose an application is that `caller` hands in: of a form on which employers, persons or
/// institutions apply, the one that it names, or else the one that it is about.
fn party_of(caller: Caller, paper: &Form, subject: String, json: &str) -> Result<String> {
    let parties = [Caller::Employer, Caller::Institution, Caller::Person];
    if !parties
        .iter()
        .any(|party| paper.applicants.contains(&(*party as i32)))
    {
        return Ok(String::new());
    }
    let application: Value = serde_json::from_str(json)?;
    let named = |field: &str| {
        application
            .get(field)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let named = match caller {
        Caller::Employer => named("employerId"),
        Caller::Institution => named("institutionId"),
        Caller::Person => named("personId"),
        _ => ["employerId", "institutionId", "personId"]
            .into_iter()
            .find_map(named),
    };
    Ok(named.unwrap_or(subject))
}

/// Who fills in the form is the form's to say; an employer, a person or an institution applies for
/// itself only, a clerk for the department that handles the form.
fn may_apply(actor: &Actor, paper: &Form, party: &str) -> Result<()> {
    if !paper.applicants.contains(&(actor.caller as i32)) {
        return Err(Refused::because(Refusal::Applicant)
            .with("form", &paper.title)
            .with("caller", form::caller_label(actor.caller))
            .into());
    }
    if actor.speaks_for_itself() && party != actor.party {
        return Err(Error::Denied(
            "只能为本单位或本人提交申请。请核对申请表上的编号。".to_owned(),
        ));
    }
    if actor.is_clerk() {
        in_department(actor, department_of(actor, paper))?;
    }
    Ok(())
}

/// Art. 148. The department in which an application is signed: that which handles the form, or that of the
/// clerk who sends it there.
pub fn department_of(actor: &Actor, paper: &Form) -> Department {
    let of_clerk = |department: &Department| actor.is_clerk() && actor.in_department(*department);
    form::departments(paper)
        .find(of_clerk)
        .unwrap_or_else(|| paper.department())
}

/// Is the clerk of the department that handles the form?
fn in_department(actor: &Actor, department: Department) -> Result<()> {
    if department == Department::Unspecified || actor.in_department(department) {
        return Ok(());
    }
    Err(Error::Denied(format!(
        "此表单由{}办理，您不属于该部门。请转交该部门。",
        form::department_label(department)
    )))
}
