//! Every RPC of a service tried with everything that its contract does not allow.
//!
//! What is tried is read from the descriptors: who is not named, which fields there are and how far
//! they may go. So a new RPC, form or list is tried as soon as its contract is written.

mod answer;
mod call;
mod forms;
mod lists;
mod mistakes;
mod strangers;

use std::collections::BTreeMap;

use contracts::common::v1::{EvidenceKind, ParameterChangeForm, SubmitCaseRequest};
use contracts::options::v1::{Caller, Department, Duty, Policy};
use contracts::policy::{grpc_path, is_everywhere, policy_of};
use contracts::{common::v1::Evidence, example, reflect};
use prost::Message as _;
use prost_reflect::{DynamicMessage, MethodDescriptor, Value};
use tonic::Code;
use uuid::Uuid;

use super::{AREA, As, TestService, clerk, outsider, party};
use crate::{Actor, wire};
use answer::Answers;

/// An area in which nobody on the bench may act.
const ELSEWHERE: &str = "110100";

/// Tries every RPC of the service; panics with all answers that were not as they should be.
///
/// # Panics
/// When an answer has no reason, names no field, or is that of a defect; when something was changed
/// by a request that was refused; when an RPC was not tried.
pub async fn every_rpc(service: &TestService) {
    let mut answers = Answers::default();
    let used = use_an_id(service).await;
    for method in rpcs(service.platform.name()) {
        let before = service.rows().await;
        let rpc = Rpc::of(service, &method).await;
        strangers::all(service, &rpc, &mut answers).await;
        rpc.malformed(&mut answers).await;
        rpc.each_field(&mut answers).await;
        rpc.id_of_another(&used, &mut answers).await;
        answers.unchanged(&rpc.name, "refused", &before, &service.rows().await);
        rpc.valid(service, &mut answers).await;
        if method.is_client_streaming() {
            lists::all(
                service,
                &rpc.sent_by_its_sender(service).await,
                &mut answers,
            )
            .await;
        }
    }
    forms::all(service, &mut answers).await;
    answers.conclude(&rpcs(service.platform.name()));
}

/// The RPCs that the contracts say the service serves: its own and those that all serve.
fn rpcs(service: &str) -> Vec<MethodDescriptor> {
    let own = format!("workinjury.{}.v1", service.replace('-', "_"));
    reflect::pool()
        .services()
        .filter(|s| is_everywhere(s) || s.package_name() == own)
        .flat_map(|s| s.methods().collect::<Vec<_>>())
        .collect()
}

/// One RPC and somebody who may call it.
struct Rpc {
    name: String,
    path: String,
    method: MethodDescriptor,
    policy: Policy,
    allowed: As,
}

impl Rpc {
    #[expect(clippy::expect_used, reason = "a service does not start without")]
    async fn of(service: &TestService, method: &MethodDescriptor) -> Self {
        let policy = policy_of(method).expect("a policy");
        Self {
            name: method.full_name().to_owned(),
            path: grpc_path(method),
            allowed: service.connect_as(&named(&policy)).await,
            method: method.clone(),
            policy,
        }
    }

    /// What a tax bureau may send is its to send, where it collects for the agency.
    async fn sent_by_its_sender(mut self, service: &TestService) -> Self {
        if self.policy.callers().any(|c| c == Caller::TaxBureau) {
            self.allowed = service.connect_as(&of_kind(Caller::TaxBureau)).await;
        }
        self
    }

    fn request(&self) -> DynamicMessage {
        example::valid(&self.method.input())
    }

    async fn send(&self, channel: &As, message: &DynamicMessage) -> call::Answer {
        call::once(channel, self, vec![message.encode_to_vec()]).await
    }

    /// What is no message of the contract at all.
    async fn malformed(&self, answers: &mut Answers) {
        let cut = vec![0x0a, 0xff, 0x01];
        let answer = call::once(&self.allowed, self, vec![cut]).await;
        answers.expect(
            self,
            "cut off",
            &answer,
            Code::InvalidArgument,
            "MESSAGE_MALFORMED",
        );

        let mut large = self.request().encode_to_vec();
        // A field that no contract has, of five megabytes.
        prost::encoding::bytes::encode(15_000, &vec![0_u8; 5 << 20], &mut large);
        let answer = call::once(&self.allowed, self, vec![large]).await;
        answers.expect(
            self,
            "too large",
            &answer,
            Code::OutOfRange,
            "MESSAGE_TOO_LARGE",
        );

        let empty = DynamicMessage::new(self.method.input());
        let answer = self.send(&self.allowed, &empty).await;
        answers.names_fields(
            self,
            "empty",
            &answer,
            &example::required(&self.method.input()),
        );
    }

    /// Each field in turn, in every way in which it can be wrong.
    async fn each_field(&self, answers: &mut Answers) {
        for mistake in mistakes::of(&self.request()) {
            let answer = self.send(&self.allowed, &mistake.message).await;
            answers.names_field(self, &mistake, &answer);
        }
    }

    /// An id under which something else was changed before.
    async fn id_of_another(&self, used: &Uuid, answers: &mut Answers) {
        let Some(field) = self.method.input().get_field_by_name("request_id") else {
            return;
        };
        let mut message = self.request();
        message.set_field(&field, Value::String(used.to_string()));
        let answer = self.send(&self.allowed, &message).await;
        answers.expect(
            self,
            "the id of another request",
            &answer,
            Code::FailedPrecondition,
            "REQUEST_ID_REUSED",
        );
    }

    /// Within the bounds of its contract: taken, or refused for a reason and with nothing done. Sent
    /// again under the same id it has the same answer, and nothing is written twice.
    async fn valid(&self, service: &TestService, answers: &mut Answers) {
        let mut message = self.request();
        if let Some(field) = self.method.input().get_field_by_name("request_id") {
            message.set_field(&field, Value::String(Uuid::now_v7().to_string()));
        }
        let before = service.rows().await;
        let answer = self.send(&self.allowed, &message).await;
        answers.has_reason(self, "within its bounds", &answer);
        let after = service.rows().await;
        if answer.is_err() && !self.method.is_client_streaming() {
            answers.unchanged(&self.name, "refused", &before, &after);
        }
        let repeated = self.send(&self.allowed, &message).await;
        answers.same(self, "repeated", &answer, &repeated);
        answers.unchanged(&self.name, "repeated", &after, &service.rows().await);
    }
}

/// Somebody whom the policy names, a clerk where it can be one.
fn named(policy: &Policy) -> Actor {
    let department = policy.departments().next();
    let duty = policy.duties().next();
    let callers: Vec<Caller> = policy.callers().collect();
    let first = callers.first().copied().unwrap_or(Caller::Clerk);
    if callers.contains(&Caller::Clerk) {
        return clerk(
            department.unwrap_or(Department::Registration),
            duty.unwrap_or(Duty::Handler),
        );
    }
    of_kind(
        callers
            .into_iter()
            .find(|c| !matches!(c, Caller::Service | Caller::Public))
            .unwrap_or(first),
    )
}

/// Somebody of this kind.
fn of_kind(caller: Caller) -> Actor {
    match caller {
        Caller::Clerk => clerk(Department::Registration, Duty::Handler),
        Caller::Service => Actor::service("collection"),
        Caller::Employer | Caller::Institution => party(caller, example::CREDIT_CODE),
        Caller::Person => party(caller, example::UUID),
        _ => outsider(caller),
    }
}

/// Changes something under an id that no other request may use then.
#[expect(
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]
async fn use_an_id(service: &TestService) -> Uuid {
    let request_id = Uuid::now_v7();
    let request = SubmitCaseRequest {
        pooling_area: AREA.to_owned(),
        request_id: request_id.to_string(),
        application: Some(wire::any(&ParameterChangeForm {
            name: "area_average_monthly_wage".to_owned(),
            value: "12000".to_owned(),
            from: Some(time::macros::date!(2026 - 07 - 01).into()),
            source: "深人社发〔2026〕1号".to_owned(),
        })),
        evidence: vec![Evidence {
            kind: EvidenceKind::LocalRule as i32,
            ..Evidence::default()
        }],
        ..SubmitCaseRequest::default()
    };
    let channel = service
        .connect(&clerk(Department::Information, Duty::Handler))
        .await;
    let mut cases = contracts::common::v1::case_service_client::CaseServiceClient::new(channel);
    cases
        .submit_case(request)
        .await
        .expect("a parameter change is taken in");
    request_id
}

impl TestService {
    async fn connect_as(&self, actor: &Actor) -> As {
        match actor.caller {
            Caller::Service => self.connect_as_service(&actor.id).await,
            _ => self.connect(actor).await,
        }
    }

    /// What every table holds, as the server's superuser sees it.
    async fn rows(&self) -> BTreeMap<String, String> {
        super::database::contents(self.platform.db()).await
    }
}
