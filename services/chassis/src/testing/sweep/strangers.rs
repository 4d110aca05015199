//! Everybody whom the contract of an RPC does not name.

use contracts::options::v1::{Caller, Department, Duty};
use prost_reflect::Value;
use tonic::Code;

use super::super::TestService;
use super::answer::Answers;
use super::lists::ANOTHER;
use super::{ELSEWHERE, Rpc, named, of_kind};
use crate::Areas;

/// Calls as each of them; `rpc` would be well otherwise.
pub async fn all(service: &TestService, rpc: &Rpc, answers: &mut Answers) {
    without_token(service, rpc, answers).await;
    of_another_kind(service, rpc, answers).await;
    of_another_desk(service, rpc, answers).await;
    of_another_area(service, rpc, answers).await;
    of_another_party(service, rpc, answers).await;
}

async fn without_token(service: &TestService, rpc: &Rpc, answers: &mut Answers) {
    let nobody = service.connect_as_nobody().await;
    let answer = rpc.send(&nobody, &rpc.request()).await;
    let is_public = rpc.policy.callers().any(|named| named == Caller::Public);
    let (code, told) = match is_public {
        true => (Code::Ok, ""),
        false => (Code::Unauthenticated, "TOKEN_MISSING"),
    };
    answers.expect(rpc, "nobody", &answer, code, told);
    let actor = named(&rpc.policy);
    for (what, token, reason) in [
        (
            "an expired token",
            service.bench.expired_token(&actor),
            "TOKEN_EXPIRED",
        ),
        (
            "another issuer's token",
            service.bench.foreign_token(&actor),
            "TOKEN_KEY_UNKNOWN",
        ),
        (
            "no token",
            "一".escape_unicode().to_string(),
            "TOKEN_MALFORMED",
        ),
    ] {
        let channel = service
            .bench
            .connect(&service.url(), None, Some(token))
            .await;
        let answer = rpc.send(&channel, &rpc.request()).await;
        answers.expect(rpc, what, &answer, Code::Unauthenticated, reason);
    }
}

async fn of_another_kind(service: &TestService, rpc: &Rpc, answers: &mut Answers) {
    for number in 1..=8 {
        let Ok(caller) = Caller::try_from(number) else {
            continue;
        };
        let named = |named: Caller| named == caller || named == Caller::Public;
        if rpc.policy.callers().any(named) {
            continue;
        }
        let channel = service.connect_as(&of_kind(caller)).await;
        let answer = rpc.send(&channel, &rpc.request()).await;
        answers.expect(
            rpc,
            caller.as_str_name(),
            &answer,
            Code::PermissionDenied,
            "CALLER_DENIED",
        );
    }
}

async fn of_another_desk(service: &TestService, rpc: &Rpc, answers: &mut Answers) {
    if !rpc.policy.callers().any(|named| named == Caller::Clerk) {
        return;
    }
    let departments: Vec<Department> = rpc.policy.departments().collect();
    let duties: Vec<Duty> = rpc.policy.duties().collect();
    if !departments.is_empty() {
        let mut actor = named(&rpc.policy);
        actor.departments = (1..=7)
            .filter_map(|n| Department::try_from(n).ok())
            .filter(|d| !departments.contains(d))
            .collect();
        let answer = rpc
            .send(&service.connect_as(&actor).await, &rpc.request())
            .await;
        answers.expect(
            rpc,
            "another department",
            &answer,
            Code::PermissionDenied,
            "DEPARTMENT_DENIED",
        );
    }
    if !duties.is_empty() {
        let mut actor = named(&rpc.policy);
        actor.duties = (1..=4)
            .filter_map(|n| Duty::try_from(n).ok())
            .filter(|d| !duties.contains(d))
            .collect();
        let answer = rpc
            .send(&service.connect_as(&actor).await, &rpc.request())
            .await;
        answers.expect(
            rpc,
            "another duty",
            &answer,
            Code::PermissionDenied,
            "DUTY_DENIED",
        );
    }
}

/// Services act in every area, and what is open to all kinds of callers rests on the law alone.
async fn of_another_area(service: &TestService, rpc: &Rpc, answers: &mut Answers) {
    let mut actor = named(&rpc.policy);
    if actor.caller == Caller::Service || rpc.policy.callers.len() == 8 {
        return;
    }
    actor.areas = Areas::Some(vec![ELSEWHERE.to_owned()]);
    let answer = rpc
        .send(&service.connect_as(&actor).await, &rpc.request())
        .await;
    answers.expect(
        rpc,
        "another area",
        &answer,
        Code::PermissionDenied,
        "DENIED",
    );
}

/// An employer, a person or an institution asks for the list of another one: an empty list would be no answer.
async fn of_another_party(service: &TestService, rpc: &Rpc, answers: &mut Answers) {
    let parties = [
        (Caller::Employer, "employer_id", ANOTHER),
        (
            Caller::Person,
            "person_id",
            "0190163d-8694-739b-aea5-966c26f8ad92",
        ),
        (Caller::Institution, "institution_id", ANOTHER),
    ];
    for (caller, field, another) in parties {
        let field = rpc.method.input().get_field_by_name(field);
        let may_call = rpc.policy.callers().any(|named| named == caller);
        let Some(field) = field.filter(|_| may_call && rpc.method.name().starts_with("List"))
        else {
            continue;
        };
        let mut request = rpc.request();
        request.set_field(&field, Value::String(another.to_owned()));
        let channel = service.connect_as(&of_kind(caller)).await;
        let answer = rpc.send(&channel, &request).await;
        let what = "the list of another party";
        answers.expect(rpc, what, &answer, Code::PermissionDenied, "DENIED");
    }
}
