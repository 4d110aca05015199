//! Pre-enrolment: article 10.

use chassis::testing::{AREA, TestService, clerk, eventually, reason};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::parameter_service_client::ParameterServiceClient;
use contracts::common::v1::{
    EvidenceKind, ListParametersRequest, ParameterChangeForm, ReturnCaseRequest, ReviseCaseRequest,
    Run, RunState,
};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    EnrolmentState, ListPreEnrolmentsRequest, PreEnrolmentRunOrder, PreEnrolmentRunSummary,
};
use law::Month;
use time::Date;
use time::macros::{date, datetime};
use tonic::Status;

use crate::collection::with_collection;
use crate::support::*;

// Art. 10
#[tokio::test]
async fn who_is_hired_after_the_window_is_pre_enrolled_and_enrolled_in_the_next_one() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    service.clock().set(datetime!(2026-11-16 09:00 +8));
    report(
        &service,
        &employer_id,
        vec![hired(&employer_id, 1, date!(2026 - 11 - 16))],
    )
    .await
    .unwrap();
    let waiting = pre_enrolled(&service).await;
    assert_eq!(waiting, 1);
    let told_first = told(&service).await;
    let (_, What::PersonPreEnrolled(event)) = told_first.last().unwrap() else {
        panic!("{told_first:?}")
    };
    assert_eq!(event.from_month, Some(Month::new(2026, 11).unwrap().into()));
    assert_eq!(
        event.declared_month,
        Some(Month::new(2026, 12).unwrap().into())
    );

    // Not before the window of the next month.
    let refused = previewed(&service, 11).await.unwrap_err();
    assert_eq!(reason(&refused), "PRE_ENROLMENT_MONTH");
    service.clock().set(datetime!(2026-12-01 09:00 +8));
    let run = previewed(&service, 12).await.unwrap();
    let summary: PreEnrolmentRunSummary =
        chassis::wire::from_any(run.summary.as_ref().unwrap()).unwrap();
    assert_eq!((summary.employers, summary.persons), (1, 1));
    sign(&service, &run.run_id, Duty::Reviewer).await.unwrap();
    // Nor with a signature that comes after it.
    service.clock().set(datetime!(2026-12-16 09:00 +8));
    let refused = sign(&service, &run.run_id, Duty::Leader).await.unwrap_err();
    assert_eq!(reason(&refused), "PRE_ENROLMENT_MONTH");
    assert_eq!(pre_enrolled(&service).await, 1);
    service.clock().set(datetime!(2026-12-15 09:00 +8));
    sign(&service, &run.run_id, Duty::Leader).await.unwrap();
    let run = service.run_done(&handler(), &run.run_id).await.unwrap();
    assert_eq!(run.state(), RunState::Done, "{}", run.error);
    assert_eq!(pre_enrolled(&service).await, 0);
    let enrolled = enrolled(&service, &employer_id, date!(2026 - 12 - 01)).await;
    assert_eq!(enrolled[0].state(), EnrolmentState::Enrolled);
    assert_eq!(enrolled[0].starts_on, on(date!(2026 - 11 - 16)));
    let told = told(&service).await;
    assert!(matches!(
        told.last().unwrap().1,
        What::PreEnrolmentConfirmed(_)
    ));
}

// Art. 10
#[tokio::test]
async fn a_roster_that_came_within_the_window_takes_effect_as_handed_in_whoever_signs_when() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let form = |who| roster(&employer_id, vec![hired(&employer_id, who, TODAY)]);
    let late = service.submit(&handler(), &form(1), PAPERS).await.unwrap();
    let split = service.submit(&handler(), &form(2), PAPERS).await.unwrap();
    sign(&service, &split.case_id, Duty::Reviewer)
        .await
        .unwrap();
    service.clock().set(datetime!(2026-11-16 09:00 +8));
    sign(&service, &split.case_id, Duty::Leader).await.unwrap();
    service.clock().set(datetime!(2026-12-16 09:00 +8));
    service.sign_off(&late).await.unwrap();
    let states: Vec<_> = enrolled(&service, &employer_id, TODAY)
        .await
        .iter()
        .map(|enrolment| enrolment.state())
        .collect();
    assert_eq!(states, [EnrolmentState::Enrolled; 2]);
    // Who is charged for which month goes by the day on which the employer declared.
    let declared: Vec<_> = told(&service)
        .await
        .into_iter()
        .filter_map(|(_, what)| match what {
            What::PersonEnrolled(event) => Some(event.declared_month),
            _ => None,
        })
        .collect();
    assert_eq!(declared, [Some(Month::of(TODAY).into()); 2]);
}

// Art. 10
#[tokio::test]
async fn a_hire_that_a_supplement_adds_after_the_window_is_pre_enrolled() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let rows = vec![hired(&employer_id, 1, TODAY)];
    let form = roster(&employer_id, rows.clone());
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let reviewer = clerk(Department::Registration, Duty::Reviewer);
    let mut cases = CaseServiceClient::new(service.connect(&reviewer).await);
    let request = ReturnCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        reason: "请补报漏报的人员".to_owned(),
        ..ReturnCaseRequest::default()
    };
    cases.return_case(request).await.unwrap();
    service.clock().set(datetime!(2026-11-16 09:00 +8));
    let added = hired(&employer_id, 2, date!(2026 - 11 - 16));
    let form = roster(&employer_id, [rows, vec![added]].concat());
    let request = ReviseCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id,
        application: Some(chassis::wire::any(&form)),
        evidence: case.evidence,
        ..ReviseCaseRequest::default()
    };
    let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
    let case = cases.revise_case(request).await.unwrap().into_inner().case;
    service.sign_off(&case.unwrap()).await.unwrap();
    assert_eq!(pre_enrolled(&service).await, 2);
}

// Art. 10, Art. 22
#[tokio::test]
async fn the_window_ends_on_the_day_that_collection_has_and_is_set_there() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    let own = ParameterChangeForm {
        name: "declaration_due_day".to_owned(),
        value: "25".to_owned(),
        from: on(date!(2026 - 12 - 01)),
        source: "粤社保〔2026〕1号".to_owned(),
    };
    let information = clerk(Department::Information, Duty::Handler);
    let refused = service
        .approve(&information, &own, &[EvidenceKind::LocalRule])
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "PARAMETER_OF_OTHER_SERVICE");

    service.clock().set(datetime!(2026-11-30 09:00 +8));
    eventually(async || {
        Some(due_day(&service, date!(2026 - 12 - 01)).await).filter(|day| day == "20")
    })
    .await;
    assert_eq!(due_day(&service, date!(2026 - 11 - 30)).await, "15");
    service.clock().set(datetime!(2026-12-20 09:00 +8));
    let last = hired(&employer_id, 1, date!(2026 - 12 - 18));
    report(&service, &employer_id, vec![last]).await.unwrap();
    assert_eq!(pre_enrolled(&service).await, 0);
    service.clock().set(datetime!(2026-12-21 09:00 +8));
    let late = hired(&employer_id, 2, date!(2026 - 12 - 18));
    report(&service, &employer_id, vec![late]).await.unwrap();
    assert_eq!(pre_enrolled(&service).await, 1);
}

// Art. 10, Art. 22
#[tokio::test]
async fn what_collection_set_while_nobody_was_at_work_is_taken_over_with_every_value_in_between() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    service.clock().set(datetime!(2027-02-18 09:00 +8));
    eventually(async || {
        Some(due_day(&service, date!(2027 - 02 - 18)).await).filter(|day| day == "18")
    })
    .await;
    assert_eq!(due_day(&service, date!(2027 - 01 - 31)).await, "20");
    assert_eq!(due_day(&service, date!(2026 - 11 - 30)).await, "15");
    let hire = hired(&employer_id, 1, date!(2027 - 02 - 17));
    report(&service, &employer_id, vec![hire]).await.unwrap();
    assert_eq!(pre_enrolled(&service).await, 0);
}

/// The last day of the window, as registration has it on a date.
async fn due_day(service: &TestService, on: Date) -> String {
    let request = ListParametersRequest {
        pooling_area: AREA.to_owned(),
        on: Some(on.into()),
    };
    let mut parameters = ParameterServiceClient::new(service.connect(&handler()).await);
    let answer = parameters.list_parameters(request).await.unwrap();
    let mut all = answer.into_inner().parameters.into_iter();
    let found = all.find(|parameter| parameter.name == "declaration_due_day");
    let found = found.unwrap();
    assert_eq!(
        (found.set_by.as_str(), found.area_may_set),
        ("collection", false)
    );
    found.value
}

async fn pre_enrolled(service: &TestService) -> usize {
    let request = ListPreEnrolmentsRequest {
        pooling_area: AREA.to_owned(),
        ..ListPreEnrolmentsRequest::default()
    };
    let mut client = enrolment(service).await;
    client
        .list_pre_enrolments(request)
        .await
        .unwrap()
        .into_inner()
        .enrolments
        .len()
}

/// Orders the run for a month of 2026; answers it previewed.
async fn previewed(service: &TestService, month: u8) -> Result<Run, Status> {
    let order = PreEnrolmentRunOrder {
        month: Some(Month::new(2026, month).unwrap().into()),
    };
    service.preview(&handler(), &order).await
}
