//! Every form of a service with every mistake, through the RPCs that take forms.

use contracts::example;
use contracts::form::forms;
use contracts::options::v1::{Department, Duty};
use prost::Message;
use prost_reflect::{DynamicMessage, MessageDescriptor, Value};
use tonic::Code;

use super::super::{TestService, clerk};
use super::answer::Answers;
use super::mistakes::{self, Mistake};
use super::{Rpc, call, rpcs};

/// Applies on each form with each mistake.
pub async fn all(service: &TestService, answers: &mut Answers) {
    let before = service.rows().await;
    for (rpc, field) in [("SubmitCase", "application"), ("StartRun", "order")] {
        for method in rpcs(service.platform.name())
            .iter()
            .filter(|m| m.name() == rpc)
        {
            let mut rpc = Rpc::of(service, method).await;
            rpc.allowed = service
                .connect(&clerk(Department::Registration, Duty::Handler))
                .await;
            strange(&rpc, field, answers).await;
            for form in applied_on(service.platform.name()) {
                each_field(&rpc, field, &form, answers).await;
            }
        }
    }
    answers.unchanged("every form", "refused", &before, &service.rows().await);
}

/// The forms of the service on which somebody applies.
fn applied_on(service: &str) -> Vec<MessageDescriptor> {
    let own = format!("workinjury.{}.v1", service.replace('-', "_"));
    forms()
        .filter(|(message, form)| {
            let package = message.package_name();
            let ours = package == own || package == "workinjury.common.v1";
            // Rows of a list are forms too; they are tried as rows.
            ours && !form.applicants.is_empty() && !message.name().ends_with("Row")
        })
        .map(|(message, _)| message)
        .collect()
}

/// What is no form of the service, and what is not what it says.
async fn strange(rpc: &Rpc, field: &str, answers: &mut Answers) {
    let form = "workinjury.common.v1.ParameterChangeForm";
    for (what, name, bytes) in [
        (
            "no message of the contracts",
            "workinjury.Nothing",
            &b""[..],
        ),
        ("no form", "workinjury.common.v1.Worksheet", b""),
        ("no name", "", b""),
        ("not the form it says", form, &[0x0a, 0xff, 0x01]),
    ] {
        let answer = send(rpc, field, name, bytes).await;
        let (code, reason) = answers.has_reason(rpc, what, &answer);
        if code == Code::Ok {
            answers.wrong(&rpc.name, what, &format!("it was taken: {reason}"));
        }
    }
}

async fn each_field(rpc: &Rpc, field: &str, form: &MessageDescriptor, answers: &mut Answers) {
    for mistake in mistakes::of(&example::valid(form)) {
        let answer = send(
            rpc,
            field,
            form.full_name(),
            &mistake.message.encode_to_vec(),
        )
        .await;
        // A form that is no order of a run is refused as such.
        let other = answer
            .as_ref()
            .err()
            .map(super::super::reason)
            .unwrap_or_default();
        if rpc.method.name() != "SubmitCase" && other == "UNKNOWN_FORM" {
            continue;
        }
        let mistake = Mistake {
            path: format!("{field}.{}", mistake.path),
            ..mistake
        };
        answers.names_field(rpc, &mistake, &answer);
    }
}

async fn send(rpc: &Rpc, field: &str, name: &str, bytes: &[u8]) -> call::Answer {
    let mut request: DynamicMessage = rpc.request();
    if let Some(of) = rpc.method.input().get_field_by_name(field)
        && let Some(any) = of.kind().as_message()
    {
        request.set_field(&of, Value::Message(example::any(any, name, bytes)));
    }
    rpc.send(&rpc.allowed, &request).await
}
