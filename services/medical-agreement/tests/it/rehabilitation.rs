//! Section 3: articles 46 to 49.

mod candidates;
mod draws;
mod evaluation;
mod extension;
mod rules;
mod stays;

use chassis::testing::{AREA, As, TestService, clerk, party, reason};
use contracts::common::v1::{Case, EvidenceKind, ParameterChangeForm};
use contracts::medical_agreement::v1::rehabilitation_service_client::RehabilitationServiceClient;
use contracts::medical_agreement::v1::{
    ApprovalKind, ApprovedItem, DrawExpertsRequest, ExpertChange, ExpertDraw, ExpertForm,
    ExpertOpinion, InstitutionKind, ListRehabilitationsRequest, RecordOpinionsRequest,
    Rehabilitation, RehabilitationForm, RehabilitationGoal,
};
use contracts::options::v1::{Caller, Department, Duty};
use contracts::registration::v1::Person;
use rust_decimal::Decimal;
use time::Date;
use time::macros::{date, datetime};
use tonic::Status;

use crate::support::*;

const REHABILITATION: InstitutionKind = InstitutionKind::Rehabilitation;

/// The section's service, called by a clerk of the business department.
async fn section(service: &TestService) -> RehabilitationServiceClient<As> {
    RehabilitationServiceClient::new(service.connect(&handler()).await)
}

/// A town with institution 1 to rehabilitate, somebody insured there, and `experts` in the pool.
async fn town(experts: u16) -> (Town, Person) {
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, REHABILITATION).await;
    for n in 1..=experts {
        enter(&town.service, n).await.unwrap();
    }
    (town, person)
}

/// Expert `n`, who works at institution 50 + `n` and enters the pool today.
fn expert(n: u16) -> ExpertForm {
    ExpertForm {
        expert_number: format!("ZJ{n:03}"),
        name: format!("专家{n}"),
        institution_id: institution_id(50 + n),
        specialty: "康复医学".to_owned(),
        title: "主任医师".to_owned(),
        change: ExpertChange::Entry as i32,
        from_on: on(TODAY),
        until_on: None,
    }
}

async fn enter(service: &TestService, n: u16) -> Result<Case, Status> {
    service.approve(&handler(), &expert(n), &[]).await
}

/// An item of a plan, of so many yuan at most.
fn item(code: &str, yuan: i64) -> ApprovedItem {
    ApprovedItem {
        code: code.to_owned(),
        name: "运动疗法".to_owned(),
        quantity: 30,
        at_most: Some(Decimal::from(yuan).into()),
    }
}

/// A plan of institution 1 for sixty days from 2026-11-10 on, of 9000 yuan.
fn plan(person: &Person) -> RehabilitationForm {
    RehabilitationForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: "深人社工认〔2026〕1号".to_owned(),
        employer_id: credit_code("91", 1),
        relative_name: String::new(),
        treating_institution_id: institution_id(1),
        goals: vec![
            RehabilitationGoal::Body as i32,
            RehabilitationGoal::Vocation as i32,
        ],
        items: vec![item("KF001", 6000), item("KF002", 3000)],
        from_on: on(date!(2026 - 11 - 10)),
        until_on: on(date!(2027 - 01 - 08)),
        expected_effect: "恢复右手抓握功能".to_owned(),
        cost: Some(Decimal::from(9000).into()),
    }
}

/// Draws `number` experts of any specialty for a case.
async fn draw(service: &TestService, case: &Case, number: i32) -> Result<ExpertDraw, Status> {
    let request = DrawExpertsRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        number,
        ..DrawExpertsRequest::default()
    };
    let drawn = section(service).await.draw_experts(request).await?;
    Ok(drawn.into_inner().draw.unwrap())
}

/// What an expert finds today: value for so many days, or none.
fn opinion(expert_number: &str, days: i32) -> ExpertOpinion {
    ExpertOpinion {
        expert_number: expert_number.to_owned(),
        has_value: days > 0,
        days,
        effect: "可恢复部分功能".to_owned(),
        text: String::new(),
        given_on: on(TODAY),
    }
}

async fn record(
    service: &TestService,
    case: &Case,
    opinions: Vec<ExpertOpinion>,
) -> Result<ExpertDraw, Status> {
    let request = RecordOpinionsRequest {
        pooling_area: AREA.to_owned(),
        request_id: String::new(),
        case_id: case.case_id.clone(),
        opinions,
    };
    let recorded = section(service).await.record_opinions(request).await?;
    Ok(recorded.into_inner().draw.unwrap())
}

/// Three experts are drawn for a case and find these days.
async fn hear(service: &TestService, case: &Case, days: [i32; 3]) -> ExpertDraw {
    let drawn = draw(service, case, 3).await.unwrap();
    let opinions = drawn.seated.iter().zip(days);
    let opinions = opinions.map(|(number, days)| opinion(number, days));
    record(service, case, opinions.collect()).await.unwrap()
}

/// Has a plan approved with experts who find ninety days.
async fn approve(service: &TestService, form: &RehabilitationForm) -> Case {
    let case = service.submit(&handler(), form, PAPERS).await.unwrap();
    hear(service, &case, [90; 3]).await;
    service.sign_off(&case).await.unwrap()
}

/// Stays that fit a request, as somebody sees them.
async fn stays(
    service: &TestService,
    caller: &chassis::Actor,
    request: ListRehabilitationsRequest,
) -> Vec<Rehabilitation> {
    let request = ListRehabilitationsRequest {
        pooling_area: AREA.to_owned(),
        ..request
    };
    let mut client = RehabilitationServiceClient::new(service.connect(caller).await);
    let listed = client.list_rehabilitations(request).await.unwrap();
    listed.into_inner().rehabilitations
}

/// The area sets a parameter from 2026-01-01 on.
async fn set(service: &TestService, name: &str, value: &str) {
    let change = ParameterChangeForm {
        name: name.to_owned(),
        value: value.to_owned(),
        from: on(date!(2026 - 01 - 01)),
        source: "深人社规〔2025〕1号".to_owned(),
    };
    let information = clerk(Department::Information, Duty::Handler);
    let papers = [EvidenceKind::LocalRule];
    let changed = service.approve(&information, &change, &papers).await;
    changed.unwrap();
}
