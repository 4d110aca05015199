//! Section 2: benchmark, floating and notices, articles 25 and 26.

use chassis::testing::{AREA, TestService, clerk, employer, reason};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::rate_service_client::RateServiceClient;
use contracts::collection::v1::{
    DeliverRateFloatingNoticeRequest, FloatingFactRow, GetEmployerRateRequest,
    GetEmployerRateResponse, ListRateFloatingNoticesRequest, RateFloatingNotice, RateFloatingOrder,
    RateFloatingRunSummary, RateReassessmentForm, UploadFloatingFactsRequest,
};
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{
    Batch, BatchHeader, BatchTotals, GetCaseRequest, ListBatchFindingsRequest, RunState,
};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::registration_event::What;
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;
use uuid::Uuid;

use crate::support::*;

pub fn january() -> Month {
    Month::new(2027, 1).unwrap()
}

pub fn order() -> RateFloatingOrder {
    RateFloatingOrder {
        review_from_month: Some(Month::new(2025, 11).unwrap().into()),
        review_to_month: Some(month(10).into()),
        effective_month: Some(january().into()),
    }
}

pub fn fact(n: u32, injuries: u32, deaths: u32) -> FloatingFactRow {
    FloatingFactRow {
        employer_id: employer_id(n),
        from_month: order().review_from_month,
        to_month: order().review_to_month,
        benefits: yuan("1000"),
        injuries,
        deaths,
        ..FloatingFactRow::default()
    }
}

pub async fn upload(service: &TestService, rows: Vec<FloatingFactRow>) -> Batch {
    let sum: Decimal = rows
        .iter()
        .map(|row| row.benefits.as_ref().unwrap().decimal().unwrap())
        .sum();
    let message = UploadFloatingFactsRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: Uuid::now_v7().to_string(),
            reference: "考核事实".to_owned(),
        }),
        first_row: 0,
        totals: Some(BatchTotals {
            rows: rows.len() as u64,
            sum: Some(sum.into()),
        }),
        rows,
        lines: Vec::new(),
    };
    let informed = clerk(Department::Information, Duty::Handler);
    let mut client = RateServiceClient::new(service.connect(&informed).await);
    client
        .upload_floating_facts(tokio_stream::iter([message]))
        .await
        .unwrap()
        .into_inner()
        .batch
        .unwrap()
}

/// The information department states an accident of employer 1 in the period of the review.
pub async fn accident(service: &TestService) {
    upload(service, vec![fact(1, 1, 1)]).await;
}

/// The rate of employer 1 in a month.
pub async fn rate(service: &TestService, of: Month) -> GetEmployerRateResponse {
    let request = GetEmployerRateRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        month: Some(of.into()),
    };
    let mut client = RateServiceClient::new(service.connect(&employer(&employer_id(1))).await);
    client
        .get_employer_rate(request)
        .await
        .unwrap()
        .into_inner()
}

/// The notices, or those of them whose delivery is overdue.
pub async fn notices(service: &TestService, overdue: bool) -> Vec<RateFloatingNotice> {
    let request = ListRateFloatingNoticesRequest {
        pooling_area: AREA.to_owned(),
        overdue,
        ..ListRateFloatingNoticesRequest::default()
    };
    let mut client = RateServiceClient::new(service.connect(&handler()).await);
    client
        .list_rate_floating_notices(request)
        .await
        .unwrap()
        .into_inner()
        .notices
}

/// The mine's accident is stated, and rates float from January on.
pub async fn floats(service: &TestService) {
    service.clock().set(at(date!(2026 - 11 - 16)));
    upload(service, vec![fact(1, 1, 1)]).await;
    run(service, &order()).await;
}

// Art. 25
#[tokio::test]
async fn the_benchmark_follows_from_the_class_that_registration_told_and_the_table_of_the_month() {
    let service = collection().await;
    coal_mine(&service).await;
    let found = rate(&service, month(10)).await;
    assert_eq!(
        (
            found.risk_class,
            found.industry_code.as_str(),
            found.rate.as_str()
        ),
        (8, "06", "0.019")
    );
    let told = told(&service).await;
    assert!(
        matches!(&told[0].1, Happened::RateSet(set) if set.rate == "0.019" && set.risk_class == 8)
    );
}

// Art. 26
#[tokio::test]
async fn a_bad_review_period_raises_the_rate_and_the_employer_is_told() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 16)));
    let early = ordered(&service, &order()).await.unwrap_err();
    assert_eq!(reason(&early), "FACTS_MISSING");
    upload(&service, vec![fact(1, 1, 1)]).await;

    let done = run(&service, &order()).await;
    assert_eq!(done.state(), RunState::Done, "{}", done.error);
    let summary: RateFloatingRunSummary =
        chassis::wire::from_any(done.summary.as_ref().unwrap()).unwrap();
    assert_eq!((summary.employers, summary.tiers[0].tier), (1, 2));
    // One injury among two insured: above every bound of the incidence.
    assert_eq!(rate(&service, january()).await.rate, "0.0285");
    assert_eq!(rate(&service, month(12)).await.rate, "0.019");
    let notice = notices(&service, false).await.remove(0);
    assert_eq!(
        (notice.previous_rate.as_str(), notice.rate.as_str()),
        ("0.019", "0.0285")
    );
    // Five working days after Monday, 2026-11-16.
    assert_eq!(notice.notify_by, Some(date!(2026 - 11 - 23).into()));
    assert!(!notice.notify_by_provisional);
    assert!(notices(&service, true).await.is_empty());
    service.clock().set(at(date!(2026 - 11 - 24)));
    assert_eq!(notices(&service, true).await.len(), 1);

    let mut client = RateServiceClient::new(service.connect(&handler()).await);
    let mut delivery = DeliverRateFloatingNoticeRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        notice_id: notice.notice_id.clone(),
        delivered_on: Some(date!(2026 - 11 - 15).into()),
    };
    let status = client
        .deliver_rate_floating_notice(delivery.clone())
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "DELIVERED_BEFORE_DECIDED");
    delivery.delivered_on = Some(date!(2026 - 11 - 24).into());
    client
        .deliver_rate_floating_notice(delivery.clone())
        .await
        .unwrap();
    delivery.request_id = Uuid::now_v7().to_string();
    let status = client
        .deliver_rate_floating_notice(delivery)
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "NOTICE_DELIVERED");
}

// Art. 26
#[tokio::test]
async fn facts_that_cannot_be_are_refused_row_by_row() {
    let service = collection().await;
    coal_mine(&service).await;
    let mut responsible = fact(1, 0, 0);
    responsible.responsible_deaths = 1;
    let mut reversed = fact(1, 0, 0);
    reversed.to_month = Some(Month::new(2025, 1).unwrap().into());
    let batch = upload(
        &service,
        vec![
            fact(1, 0, 0),
            fact(1, 1, 0),
            fact(9, 0, 0),
            responsible,
            reversed,
        ],
    )
    .await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (1, 4));
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id,
        ..ListBatchFindingsRequest::default()
    };
    let informed = clerk(Department::Information, Duty::Handler);
    let mut batches = BatchServiceClient::new(service.connect(&informed).await);
    let findings = batches
        .list_batch_findings(request)
        .await
        .unwrap()
        .into_inner()
        .findings;
    let reasons: Vec<_> = findings
        .iter()
        .map(|f| f.reason.as_ref().unwrap().reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "FACTS_TWICE",
            "EMPLOYER_UNKNOWN",
            "FACTS_INCONSISTENT",
            "MONTHS_REVERSED"
        ]
    );

    let mut short = order();
    short.review_from_month = Some(month(9).into());
    let refused = ordered(&service, &short).await.unwrap_err();
    assert!(
        refused.message().contains("考核期不得少于12个月"),
        "{refused}"
    );
}

// Art. 26
#[tokio::test]
async fn an_employer_that_takes_part_again_begins_its_first_months_again() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    let mut again = registered(1, "06").remove(0);
    if let What::EmployerRegistered(told) = &mut again {
        told.employer.as_mut().unwrap().starts_on = Some(date!(2026 - 06 - 01).into());
    }
    tell(&service, vec![again]).await;
    floats(&service).await;
    assert_eq!(rate(&service, january()).await.rate, "0.019");
}

// Art. 26
// Art. 28
#[tokio::test]
async fn rates_do_not_float_for_a_month_that_is_assessed_or_being_assessed() {
    let service = collection().await;
    coal_mine(&service).await;
    for number in 10..=12 {
        assess(&service, month(number)).await;
    }
    upload(&service, vec![fact(1, 1, 1)]).await;
    let floating = preview(&service, &order()).await;
    let assessing = previewed_on(&service, january(), date!(2027 - 01 - 16)).await;
    let signed = async || {
        let request = GetCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: floating.run_id.clone(),
        };
        let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
        let case = cases.get_case(request).await.unwrap().into_inner().case;
        reason(&service.sign_off(&case.unwrap()).await.unwrap_err())
    };
    assert_eq!(signed().await, "MONTH_BEING_ASSESSED");
    let meanwhile = ordered(&service, &order()).await.unwrap_err();
    assert_eq!(reason(&meanwhile), "MONTH_BEING_ASSESSED");
    sign(&service, &assessing).await;
    assert_eq!(signed().await, "MONTH_ASSESSED");
    let after = ordered(&service, &order()).await.unwrap_err();
    assert_eq!(reason(&after), "MONTH_ASSESSED");
    assert_eq!(rate(&service, january()).await.rate, "0.019");
}

// Art. 26
#[tokio::test]
async fn occupational_diseases_raise_the_rate_where_the_area_counts_them() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    set(&service, "floating_occupational_diseases_from.up_1", "1").await;
    service.clock().set(at(date!(2026 - 11 - 16)));
    let diagnosed = FloatingFactRow {
        occupational_diseases: 1,
        ..fact(1, 0, 0)
    };
    upload(&service, vec![diagnosed]).await;
    run(&service, &order()).await;
    let notice = notices(&service, false).await.remove(0);
    assert_eq!((notice.tier, notice.rate.as_str()), (1, "0.0228"));
    assert!(notice.grounds.ends_with("职业病1人"), "{}", notice.grounds);

    let objection = RateReassessmentForm {
        employer_id: employer_id(1),
        notice_id: notice.notice_id,
        grounds: "诊断结论已被撤销".to_owned(),
        facts: Some(fact(1, 0, 0)),
    };
    approve(&service, &objection).await.unwrap();
    assert_eq!(rate(&service, january()).await.rate, "0.019");
}

// Art. 26
// Art. 31
#[tokio::test]
async fn accidents_count_over_the_insured_also_where_a_special_way_covers_their_months() {
    let service = collection().await;
    coal_mine(&service).await;
    let three_months = by_headcount(&service, 1, (month(10), month(12))).await;
    approve(&service, &three_months).await.unwrap();
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 16)));
    upload(&service, vec![fact(1, 1, 0)]).await;
    run(&service, &order()).await;
    // One injury among two insured: above every bound of the incidence.
    assert_eq!(rate(&service, january()).await.rate, "0.0285");
    let notice = notices(&service, false).await.remove(0);
    assert_eq!(notice.tier, 2);
}
