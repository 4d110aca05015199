//! An adjustment of all benefits in the midst of which the service, or the connection to its database, ends: article 87.

use std::collections::BTreeMap;

use benefit_review::benefit::store::adjustments;
use chassis::testing::eventually;
use contracts::benefit_review::v1::medical_service_client::MedicalServiceClient;
use contracts::benefit_review::v1::{
    AdjustmentBasis, AdjustmentOrder, AdjustmentSummary, Benefit, ListBenefitsRequest, PayeeKind,
};
use contracts::common::v1::run_service_client::RunServiceClient;
use contracts::common::v1::{GetRunRequest, Run, RunState};
use sqlx::{Postgres, Transaction};
use time::Date;
use uuid::Uuid;

use super::*;

/// They take effect in three transactions.
const PERSONS: u32 = 10_500;

const JANUARY: Date = date!(2026 - 01 - 01);

/// A disability allowance of 3000 yuan and as many fen as the number, of a person of her or his own.
fn allowance(n: u32) -> Benefit {
    let since: contracts::Month = Month::of(date!(2022 - 05 - 01)).into();
    let person_id = Uuid::now_v7().to_string();
    Benefit {
        benefit_id: Uuid::now_v7().to_string(),
        kind: BenefitKind::DisabilityAllowance as i32,
        payer: Payer::Fund as i32,
        amount: Some((Decimal::from(3000) + Decimal::new(n.into(), 2)).into()),
        payee: PayeeKind::Person as i32,
        payee_id: person_id.clone(),
        person_id,
        name: "张三".to_owned(),
        recognition_number: format!("深人社认字〔2022〕{n}号"),
        employer_id: employer_id(1),
        claim_id: Uuid::now_v7().to_string(),
        case_id: Uuid::now_v7().to_string(),
        decided_on: on(date!(2022 - 05 - 20)),
        from_month: Some(since),
        adjusts_by: Some(AdjustmentBasis {
            disability_grade: 3,
            since_month: Some(since),
            ..AdjustmentBasis::default()
        }),
        ..Benefit::default()
    }
}

/// A transaction of somebody beside the service.
async fn beside(service: &TestService) -> Transaction<'static, Postgres> {
    let pool = service.platform.db().pool().clone();
    let mut beside = pool.begin().await.unwrap();
    let area = "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)";
    sqlx::query(area)
        .bind(AREA)
        .execute(&mut *beside)
        .await
        .unwrap();
    beside
}

/// Everybody has an allowance, and the area has set 150 yuan more for January.
async fn allowed() -> (TestService, BTreeMap<String, Decimal>) {
    let service = alone().await;
    let form = ParameterChangeForm {
        name: "disability_allowance_increase.3".to_owned(),
        value: "150".to_owned(),
        from: on(JANUARY),
        source: DOCUMENT.to_owned(),
    };
    let information = clerk(Department::Information, Duty::Handler);
    let set = service.approve(&information, &form, &[EvidenceKind::LocalRule]);
    set.await.unwrap();
    let told: Vec<Benefit> = (0..PERSONS).map(allowance).collect();
    let mut enters = beside(&service).await;
    let entered = benefit_review::benefit::store::insert(&mut enters, AREA, &told);
    entered.await.unwrap();
    enters.commit().await.unwrap();
    let more = |one: &Benefit| one.amount.as_ref().unwrap().decimal().unwrap() + Decimal::from(150);
    let due = told.iter().map(|one| (one.person_id.clone(), more(one)));
    (service, due.collect())
}

/// The run, once it is as far as it was not before, whatever stood in its way meanwhile.
async fn further(service: &TestService, run_id: &str, moved: impl Fn(&Run) -> bool) -> Run {
    let runs = RunServiceClient::new(service.connect(&handler()).await);
    let moved = eventually(async || {
        let request = GetRunRequest {
            pooling_area: AREA.to_owned(),
            run_id: run_id.to_owned(),
        };
        let seen = runs.clone().get_run(request).await.unwrap().into_inner();
        seen.run.filter(|run| moved(run))
    });
    moved.await
}

/// What was decided in the run: the new amount of each person, each once.
async fn adjusted(service: &TestService, run_id: &str) -> BTreeMap<String, Decimal> {
    let mut benefits = MedicalServiceClient::new(service.connect(&handler()).await);
    let mut request = ListBenefitsRequest {
        pooling_area: AREA.to_owned(),
        case_id: run_id.to_owned(),
        page_size: 1000,
        ..ListBenefitsRequest::default()
    };
    let mut found = BTreeMap::new();
    loop {
        let page = benefits.list_benefits(request.clone()).await.unwrap();
        let page = page.into_inner();
        for one in page.benefits {
            let yuan = one.amount.as_ref().unwrap().decimal().unwrap();
            let before = found.insert(one.person_id.clone(), yuan);
            assert_eq!(before, None, "{} is adjusted twice", one.person_id);
        }
        if page.next_page_token.is_empty() {
            return found;
        }
        request.page_token = page.next_page_token;
    }
}

// Art. 87
#[tokio::test]
async fn an_adjustment_that_is_stopped_wherever_it_stands_adjusts_everybody_once() {
    let (mut service, due) = allowed().await;
    let order = AdjustmentOrder {
        kinds: vec![BenefitKind::DisabilityAllowance as i32],
        ..adjustment_of("2026-01")
    };
    let ordered = service.order(&handler(), &order).await.unwrap();
    let run_id = ordered.run_id.as_str();
    // The service ends whenever something more was previewed.
    let mut run = ordered.clone();
    while run.state() == RunState::Previewing {
        let seen = run.items;
        let moved = |run: &Run| run.items > seen || run.state() != RunState::Previewing;
        run = further(&service, run_id, moved).await;
        service = service.replace(benefit_review::service()).await;
    }
    let summary: AdjustmentSummary =
        chassis::wire::from_any(run.summary.as_ref().unwrap()).unwrap();
    assert_eq!(summary.sums[0].benefits, i64::from(PERSONS));
    let sum: Decimal = due.values().sum();
    assert_eq!(summary.sums[0].after, Some(sum.into()));

    // Somebody decides benefits when it begins to take effect; the connection that waits for that ends.
    let mut decides = beside(&service).await;
    adjustments::share(&mut decides, AREA).await.unwrap();
    service.sign_off_run(&handler(), &run).await.unwrap();
    let cut = "SELECT bool_or(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let pool = service.platform.db().pool().clone();
    let is_cut = eventually(async || {
        let cut: Option<bool> = sqlx::query_scalar(cut).fetch_one(&pool).await.unwrap();
        cut
    });
    assert!(is_cut.await);
    assert!(adjusted(&service, run_id).await.is_empty());
    service = service.replace(benefit_review::service()).await;
    decides.rollback().await.unwrap();
    // It ends again with every part that took effect.
    let mut run = further(&service, run_id, |run| run.items_done > 0).await;
    while run.state() != RunState::Done {
        service = service.replace(benefit_review::service()).await;
        let seen = run.items_done;
        let moved = |run: &Run| run.items_done > seen || run.state() == RunState::Done;
        run = further(&service, run_id, moved).await;
    }
    assert_eq!(adjusted(&service, run_id).await, due);
    let told = "SELECT count(*), count(DISTINCT key) FROM event";
    let told: (i64, i64) = sqlx::query_as(told)
        .fetch_one(&mut *beside(&service).await)
        .await
        .unwrap();
    assert_eq!(told, (PERSONS.into(), PERSONS.into()));

    // The same order again finds nobody.
    let again = service.preview(&handler(), &order).await.unwrap();
    assert_eq!((again.items, again.error.as_str()), (0, ""));
}
