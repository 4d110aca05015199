//! What can happen to a case. Each function runs in a journaled unit.

use contracts::common::v1::{
    Case, CaseState, Evidence, Reason, Refusal, RefuseCaseRequest, ReturnCaseRequest,
    ReviseCaseRequest, SignCaseRequest, SubmitCaseRequest,
};
use contracts::options::v1::Duty;
use contracts::{Refused, reflect};
use law::calendar::Deadline;
use prost::Message;
use uuid::Uuid;

use super::examine::{self, Accepted, Decision, Examined};
use super::expect::{expect_awaited, expect_no_order, expect_state};
use super::present::{present, remarks};
use super::store::{self, CaseRow, RevisionRow, SignatureRow, StepRow};
use super::{AnyCase, signature};
use crate::error::OrRefuse;
use crate::{Error, Result, Unit, run};

/// Takes an application in; `examined` is shown with it.
pub async fn submit(
    unit: &mut Unit,
    request: SubmitCaseRequest,
    examined: Option<Result<Decision>>,
) -> Result<Case> {
    let (case, revision) = draft(unit, &request).await?;
    open(unit, &case, &revision, examined).await
}

/// Takes an application in under an id that is known beforehand: that of a run.
pub async fn submit_as(unit: &mut Unit, case_id: Uuid, request: SubmitCaseRequest) -> Result<Case> {
    let (mut case, revision) = draft_any(unit, &request).await?;
    case.case_id = case_id;
    open(unit, &case, &revision, None).await
}

async fn open(
    unit: &mut Unit,
    case: &CaseRow,
    revision: &RevisionRow,
    examined: Option<Result<Decision>>,
) -> Result<Case> {
    store::insert(unit.db(), case).await?;
    take_in(unit, case, revision, "").await?;
    let remarks = remarks(unit, case).await?;
    Ok(Case {
        remarks,
        ..present(unit, case, examined).await?
    })
}

/// The case that a submission would make.
pub async fn draft(unit: &mut Unit, request: &SubmitCaseRequest) -> Result<(CaseRow, RevisionRow)> {
    let drafted = draft_any(unit, request).await?;
    expect_no_order(unit, &drafted.0)?;
    Ok(drafted)
}

async fn draft_any(unit: &mut Unit, request: &SubmitCaseRequest) -> Result<(CaseRow, RevisionRow)> {
    let application = request.application.clone().unwrap_or_default();
    let Accepted { kind, json, party } =
        examine::accept(unit, &application, &request.evidence).await?;
    let due = due(unit, &*kind).await?;
    let case = CaseRow {
        pooling_area: unit.area().to_owned(),
        case_id: Uuid::now_v7(),
        kind: kind.application_name(),
        subject: kind.subject(&application.value)?,
        state: CaseState::Submitted as i32,
        revision: 1,
        department: examine::department_of(unit.actor(), kind.application_form()) as i32,
        awaited: duty_at(&*kind, 1) as i32,
        party,
        applicant: unit.actor().id.clone(),
        decision: None,
        decision_digest: String::new(),
        reasons: "[]".to_owned(),
        due_on: due.map(|due| due.due_on),
        due_provisional: due.is_some_and(|due| !due.holidays_known),
        submitted_at: unit.now(),
        decided_at: None,
    };
    Ok((case, revision_of(json, &request.evidence)))
}

/// Takes in a new revision of a returned application; its chain of signatures starts again. `examined`
/// is shown with it.
pub async fn revise(
    unit: &mut Unit,
    request: ReviseCaseRequest,
    examined: Option<Result<Decision>>,
) -> Result<Case> {
    let mut case = lock(unit, &request.case_id).await?;
    expect_state(&case, &[CaseState::Returned])?;
    let application = request.application.clone().unwrap_or_default();
    let Accepted { kind, json, party } =
        examine::accept(unit, &application, &request.evidence).await?;
    if party != case.party {
        return Err(Error::invalid(
            "application",
            "申请表",
            "补正不能更换申请单位或申请人，请撤回后重新申请",
        ));
    }
    if kind.application_name() != case.kind {
        let other = kind.application_name();
        return Err(Refused::because(Refusal::UnknownForm)
            .with("form", other)
            .into());
    }
    expect_no_order(unit, &case)?;
    case.subject = kind.subject(&application.value)?;
    case.revision += 1;
    case.state = CaseState::Submitted as i32;
    case.awaited = duty_at(&*kind, 1) as i32;
    case.decision = None;
    case.decision_digest.clear();
    "[]".clone_into(&mut case.reasons);
    let due = due(unit, &*kind).await?;
    case.due_on = due.map(|due| due.due_on);
    case.due_provisional = due.is_some_and(|due| !due.holidays_known);
    store::update(unit.db(), &case).await?;
    take_in(unit, &case, &revision_of(json, &request.evidence), "").await?;
    present(unit, &case, examined).await
}

/// Ends a case at the applicant's wish.
pub async fn withdraw(unit: &mut Unit, case_id: &str) -> Result<Case> {
    let mut case = lock(unit, case_id).await?;
    let open = [
        CaseState::Submitted,
        CaseState::Returned,
        CaseState::InSigning,
    ];
    expect_state(&case, &open)?;
    let actor = unit.actor();
    let own = actor.speaks_for_itself() && actor.party == case.party;
    if !own && actor.id != case.applicant {
        return Err(Error::Denied("只有申请人可以撤回申请。".to_owned()));
    }
    end(unit, &mut case, CaseState::Withdrawn, Vec::new(), "").await
}

/// Sends an application back for supplement.
pub async fn send_back(unit: &mut Unit, request: ReturnCaseRequest) -> Result<Case> {
    let mut case = lock(unit, &request.case_id).await?;
    expect_awaited(unit, &case)?;
    case.state = CaseState::Returned as i32;
    case.awaited = 0;
    case.decision = None;
    case.decision_digest.clear();
    case.reasons = reasons_json(&[written(&request.reason)])?;
    store::update(unit.db(), &case).await?;
    // A run is not corrected but started again.
    run::drop_run(unit, case.case_id).await?;
    note(unit, &case, &request.reason).await?;
    present(unit, &case, None).await
}

/// Refuses an application: with the written reason, and those that the examination found.
pub async fn refuse(
    unit: &mut Unit,
    request: RefuseCaseRequest,
    examined: Option<Examined>,
) -> Result<Case> {
    let mut case = lock(unit, &request.case_id).await?;
    expect_awaited(unit, &case)?;
    let mut reasons = vec![written(&request.reason)];
    match examined.map(|examined| examined.decision) {
        Some(Err(Error::Refused(refused))) => reasons.push(refused.reason()),
        // What stands in its way belongs on the file, and nobody can see it now.
        Some(Err(unseen)) if unseen.is_passing() => return Err(unseen),
        _ => {}
    }
    end(
        unit,
        &mut case,
        CaseState::Refused,
        reasons,
        &request.reason,
    )
    .await
}

/// Signs the next step; the last signature makes the case take effect.
pub async fn sign(
    unit: &mut Unit,
    request: SignCaseRequest,
    examined: Option<Examined>,
) -> Result<Case> {
    let mut case = lock(unit, &request.case_id).await?;
    expect_awaited(unit, &case)?;
    let examined = examined
        .filter(|e| e.revision == case.revision)
        .ok_or_else(|| Error::Conflict("the case was revised meanwhile".to_owned()))?;
    let kind = examine::kind_of(unit, &case.kind)?;
    let chain = chain_of(unit, &case).await?;
    let step = next_step(&chain);
    let last = usize::try_from(step).is_ok_and(|s| s == kind.decision_form().signatures.len());

    let decision = match examined.decision {
        Ok(decision) => to_be_signed(&case, decision, last)?,
        Err(why) => return Err(examine::stands_in_the_way(why, &request.decision_digest)),
    };
    if request.decision_digest.is_empty() {
        let unseen = "必须填写，请查看办件，核对核定表后填写其摘要";
        return Err(Error::invalid("decision_digest", "核定表摘要", unseen));
    }
    if request.decision_digest != decision.digest {
        return Err(Refused::because(Refusal::DecisionChanged).into());
    }
    let signed = signature::sign(
        &case,
        (step, duty_at(&*kind, step)),
        unit.actor(),
        unit.now(),
        &decision.digest,
        &request.opinion,
        chain.last(),
    )?;
    store::insert_signature(unit.db(), &case, &signed)
        .await
        .or_refuse(store::ONCE_EACH, Refused::because(Refusal::SignedBefore))?;
    case.state = if last {
        CaseState::Approved
    } else {
        CaseState::InSigning
    } as i32;
    case.awaited = if last {
        0
    } else {
        duty_at(&*kind, step + 1) as i32
    };
    case.decided_at = last.then(|| unit.now());
    case.decision_digest = decision.digest;
    case.decision = Some(decision.json);
    store::update(unit.db(), &case).await?;
    note(unit, &case, &request.opinion).await?;
    if last {
        if !store::take_turn(unit.db(), &case, &examined.snapshot).await? {
            let meanwhile = "another case of the subject took effect meanwhile";
            return Err(Error::Conflict(meanwhile.to_owned()));
        }
        take_effect(unit, &*kind, &case).await?;
    }
    present(unit, &case, None).await
}

/// The decision that a signer signs: what is computed now for the first, what the first signed for
/// those after; the last one signs only what still holds.
fn to_be_signed(case: &CaseRow, now: Decision, last: bool) -> Result<Decision> {
    let Some(frozen) = &case.decision else {
        return Ok(now);
    };
    if last && now.digest != case.decision_digest {
        return Err(Refused::because(Refusal::FactsChanged).into());
    }
    Ok(Decision {
        json: frozen.clone(),
        digest: case.decision_digest.clone(),
    })
}

async fn take_effect(unit: &mut Unit, kind: &dyn AnyCase, case: &CaseRow) -> Result<()> {
    let application = store::revision(unit.db(), case).await?.application;
    let application = reflect::from_json(&case.kind, &application)?;
    let decision = case.decision.as_deref().unwrap_or("{}");
    let decision = reflect::from_json(&kind.decision_name(), decision)?;
    examine::work_on(unit, case).await?;
    kind.take_effect(unit, case.case_id, &application, &decision)
        .await
}

async fn take_in(
    unit: &mut Unit,
    case: &CaseRow,
    revision: &RevisionRow,
    text: &str,
) -> Result<()> {
    store::insert_revision(unit.db(), case, revision).await?;
    // The clerk who took the application in has a part in it and may not sign it later.
    let kind = examine::kind_of(unit, &case.kind)?;
    if unit.actor().is_clerk() && duty_at(&*kind, 1) != Duty::Handler {
        let digest = &revision.application_digest;
        let signed = signature::sign(
            case,
            store::TAKEN_IN,
            unit.actor(),
            unit.now(),
            digest,
            "",
            None,
        )?;
        store::insert_signature(unit.db(), case, &signed).await?;
    }
    note(unit, case, text).await
}

async fn end(
    unit: &mut Unit,
    case: &mut CaseRow,
    state: CaseState,
    reasons: Vec<Reason>,
    text: &str,
) -> Result<Case> {
    case.state = state as i32;
    case.awaited = 0;
    case.reasons = reasons_json(&reasons)?;
    case.decided_at = Some(unit.now());
    store::update(unit.db(), case).await?;
    run::drop_run(unit, case.case_id).await?;
    note(unit, case, text).await?;
    present(unit, case, None).await
}

async fn note(unit: &mut Unit, case: &CaseRow, text: &str) -> Result<()> {
    let step = StepRow {
        at: unit.now(),
        state: case.state,
        revision: case.revision,
        actor: unit.actor().id.clone(),
        actor_name: unit.actor().name.clone(),
        note: text.to_owned(),
    };
    store::insert_step(unit.db(), case, &step).await
}

async fn lock(unit: &mut Unit, case_id: &str) -> Result<CaseRow> {
    let id = case_id
        .parse()
        .map_err(|_| Error::not_found("办件", case_id))?;
    let area = unit.area().to_owned();
    let case = store::lock(unit.db(), &area, id).await?;
    case.ok_or_else(|| Error::not_found("办件", case_id))
}

/// Signatures of the present revision.
async fn chain_of(unit: &mut Unit, case: &CaseRow) -> Result<Vec<SignatureRow>> {
    let all = store::signatures(unit.db(), &case.pooling_area, case.case_id).await?;
    Ok(all
        .into_iter()
        .filter(|s| s.revision == case.revision)
        .collect())
}

fn next_step(chain: &[SignatureRow]) -> i32 {
    chain.last().map_or(1, |signature| signature.step + 1)
}

/// The last day for the decision on what is submitted today.
async fn due(unit: &mut Unit, kind: &dyn AnyCase) -> Result<Option<Deadline>> {
    let today = unit.today();
    let term = kind.term(&unit.law(today).await?)?;
    Ok(term.map(|term| Deadline::after(today, term, unit.platform().holidays())))
}

/// The duty that signs at `step`, counted from 1; none after the last.
fn duty_at(kind: &dyn AnyCase, step: i32) -> Duty {
    usize::try_from(step - 1)
        .ok()
        .and_then(|at| kind.decision_form().signatures.get(at))
        .and_then(|duty| Duty::try_from(*duty).ok())
        .unwrap_or(Duty::Unspecified)
}

fn revision_of(application: String, evidence: &[Evidence]) -> RevisionRow {
    RevisionRow {
        application_digest: reflect::digest(application.as_bytes()),
        application,
        evidence: evidence.iter().map(Message::encode_to_vec).collect(),
    }
}

fn written(sentence: &str) -> Reason {
    Reason {
        reason: "WRITTEN".to_owned(),
        sentence: sentence.to_owned(),
        source: String::new(),
    }
}

fn reasons_json(reasons: &[Reason]) -> Result<String> {
    let texts: Vec<[&str; 3]> = reasons
        .iter()
        .map(|r| [r.reason.as_str(), r.sentence.as_str(), r.source.as_str()])
        .collect();
    Ok(serde_json::to_string(&texts)?)
}
