//! Runs: previewed, signed, taking effect in slices, once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use chassis::testing::{AREA, TestService, clerk, eventually, reason};
use chassis::{Actor, Error, Result, Run, RunSlice, Service, Unit, wire};
use contracts::collection::v1::{DunningNotice, DunningOrder, DunningSummary, Refusal};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::run_service_client::RunServiceClient;
use contracts::common::v1::{
    Case, GetCaseRequest, GetRunRequest, ListCasesRequest, ListRunItemsRequest, RefuseCaseRequest,
    ReturnCaseRequest, ReviseCaseRequest, Run as RunMessage, RunState, StartRunRequest,
    SubmitCaseRequest,
};
use contracts::options::v1::{Department, Duty};
use contracts::{Month, Refused};
use law::Law;
use law::calendar::Term;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use tonic::Status;
use uuid::Uuid;

/// Duns employers 0 to 24, seven at a time.
#[derive(Clone, Default)]
struct Dunning {
    /// So many thousand employers more, previewed so many times as many at once.
    thousands: u32,
    /// How many items took effect here.
    items: Arc<AtomicUsize>,
    /// Taking effect fails while this is set.
    broken: Arc<AtomicBool>,
    /// No order is admitted any more while this is set.
    late: Arc<AtomicBool>,
}

#[chassis::async_trait]
impl Run for Dunning {
    type Order = DunningOrder;
    type Item = DunningNotice;
    type Summary = DunningSummary;

    fn subject(&self, order: &DunningOrder) -> String {
        order
            .month
            .and_then(|m| law::Month::try_from(m).ok())
            .map(|m| m.to_string())
            .unwrap_or_default()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    async fn admit(&self, _unit: &mut Unit, order: &DunningOrder) -> Result<()> {
        let late = self.late.load(Ordering::SeqCst);
        if late || Run::subject(self, order) > law::Month::new(2026, 11).unwrap().to_string() {
            return Err(Refused::because(Refusal::EmployerUnknown).into());
        }
        Ok(())
    }

    async fn preview(
        &self,
        _unit: &mut Unit,
        order: &DunningOrder,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<DunningNotice>>> {
        if Run::subject(self, order) == law::Month::new(2026, 1).unwrap().to_string() {
            return Err(Refused::because(Refusal::EmployerUnknown).into());
        }
        let from = after.map_or(0, |subject| subject.parse::<u32>().unwrap() + 1);
        let last = 25 + 1_000 * self.thousands;
        let items = (from..last.min(from + 7 + 700 * self.thousands))
            .map(|n| {
                (
                    format!("{n:05}"),
                    DunningNotice {
                        employer_id: n.to_string(),
                        ..Default::default()
                    },
                )
            })
            .collect();
        Ok(RunSlice::of(items))
    }

    fn add(&self, summary: &mut DunningSummary, order: &DunningOrder, _item: &DunningNotice) {
        summary.month = order.month;
        summary.employers += 1;
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        _run_id: Uuid,
        _order: &DunningOrder,
        items: &[(String, DunningNotice)],
    ) -> Result<()> {
        if self.broken.load(Ordering::SeqCst) {
            return Err(Error::internal("out of paper"));
        }
        let area = unit.area().to_owned();
        let subjects: Vec<String> = items.iter().map(|(subject, _)| subject.clone()).collect();
        sqlx::query("INSERT INTO dunned (pooling_area, employer) SELECT $1, unnest($2::text[])")
            .bind(area)
            .bind(subjects)
            .execute(unit.db())
            .await?;
        self.items.fetch_add(items.len(), Ordering::SeqCst);
        Ok(())
    }

    async fn finish(
        &self,
        _unit: &mut Unit,
        _run_id: Uuid,
        _order: &DunningOrder,
        _summary: &DunningSummary,
    ) -> Result<()> {
        Ok(())
    }
}

fn service(run: Dunning) -> Service {
    let tables = "CREATE TABLE dunned (pooling_area text, employer text,
             CONSTRAINT dunned_once UNIQUE (pooling_area, employer)); SELECT protect('dunned');";
    let migration = Migration::new(
        1001,
        "dunned".into(),
        MigrationType::Simple,
        sqlx::SqlStr::from_static(tables),
        false,
    );
    let tables = Migrator::with_migrations(vec![migration]);
    Service::new("collection").migrations(tables).run(run)
}

async fn set_up(run: Dunning) -> TestService {
    TestService::start(service(run)).await
}

fn handler() -> Actor {
    clerk(Department::Collection, Duty::Handler)
}

fn order(month: u8) -> Option<prost_types::Any> {
    let month = Month::from(law::Month::new(2026, month).unwrap());
    Some(wire::any(&DunningOrder { month: Some(month) }))
}

async fn start(service: &TestService, month: u8) -> Result<RunMessage, Status> {
    let mut runs = RunServiceClient::new(service.connect(&handler()).await);
    let request = StartRunRequest {
        pooling_area: AREA.to_owned(),
        order: order(month),
        ..StartRunRequest::default()
    };
    Ok(runs.start_run(request).await?.into_inner().run.unwrap())
}

/// Waits until the run is in `state`; it works in the background.
async fn wait_for(service: &TestService, run: &RunMessage, state: RunState) -> RunMessage {
    let mut runs = RunServiceClient::new(service.connect(&handler()).await);
    eventually(async || {
        let request = GetRunRequest {
            pooling_area: AREA.to_owned(),
            run_id: run.run_id.clone(),
        };
        let now = runs.get_run(request).await.unwrap().into_inner().run?;
        (now.state() == state).then_some(now)
    })
    .await
}

async fn case_of(service: &TestService, run: &RunMessage) -> Case {
    let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
    let request = GetCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: run.run_id.clone(),
    };
    cases
        .get_case(request)
        .await
        .unwrap()
        .into_inner()
        .case
        .unwrap()
}

async fn dunned(service: &TestService) -> i64 {
    let mut unit = service.platform.db().pool().begin().await.unwrap();
    sqlx::query(
        "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)",
    )
    .bind(AREA)
    .execute(&mut *unit)
    .await
    .unwrap();
    sqlx::query_scalar("SELECT count(*) FROM dunned")
        .fetch_one(&mut *unit)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_run_takes_effect_after_its_summary_is_signed_and_not_before() {
    let service = set_up(Dunning::default()).await;
    let run = start(&service, 9).await.unwrap();
    let run = wait_for(&service, &run, RunState::Previewed).await;
    let summary: DunningSummary = wire::from_any(run.summary.as_ref().unwrap()).unwrap();
    assert_eq!((run.items, summary.employers), (25, 25));
    assert_eq!(dunned(&service).await, 0);

    service
        .sign_off(&case_of(&service, &run).await)
        .await
        .unwrap();
    let run = wait_for(&service, &run, RunState::Done).await;
    assert_eq!((run.items_done, dunned(&service).await), (25, 25));
}

#[tokio::test]
async fn two_workers_on_one_run_do_each_item_once() {
    let run = Dunning {
        thousands: 20,
        ..Dunning::default()
    };
    let service = set_up(run.clone()).await;
    let _beside = service.beside(self::service(run.clone())).await;
    let started = start(&service, 9).await.unwrap();
    let previewed = wait_for(&service, &started, RunState::Previewed).await;
    assert_eq!(previewed.items, 20_025);
    service
        .sign_off(&case_of(&service, &previewed).await)
        .await
        .unwrap();
    let done = wait_for(&service, &previewed, RunState::Done).await;
    assert_eq!((done.items_done, dunned(&service).await), (20_025, 20_025));
    // Nor did anybody do a slice in vain.
    assert_eq!(run.items.load(Ordering::SeqCst), 20_025);
}

#[tokio::test]
async fn items_are_listed_with_their_forms() {
    let service = set_up(Dunning::default()).await;
    let run = start(&service, 9).await.unwrap();
    wait_for(&service, &run, RunState::Previewed).await;
    let mut runs = RunServiceClient::new(service.connect(&handler()).await);
    let request = ListRunItemsRequest {
        pooling_area: AREA.to_owned(),
        run_id: run.run_id,
        subject: "00017".to_owned(),
        ..ListRunItemsRequest::default()
    };
    let items = runs
        .list_run_items(request)
        .await
        .unwrap()
        .into_inner()
        .items;
    let notice: DunningNotice = wire::from_any(items[0].form.as_ref().unwrap()).unwrap();
    assert_eq!(
        (items.len(), notice.employer_id.as_str(), items[0].done),
        (1, "17", false)
    );
}

#[tokio::test]
async fn a_run_that_fails_stands_still_says_why_and_goes_on() {
    let run = Dunning::default();
    run.broken.store(true, Ordering::SeqCst);
    let service = set_up(run.clone()).await;
    let started = start(&service, 9).await.unwrap();
    wait_for(&service, &started, RunState::Previewed).await;
    service
        .sign_off(&case_of(&service, &started).await)
        .await
        .unwrap();
    let still = wait_for(&service, &started, RunState::TakingEffect).await;
    assert_eq!(still.items_done, 0);
    run.broken.store(false, Ordering::SeqCst);
    wait_for(&service, &started, RunState::Done).await;
    assert_eq!(dunned(&service).await, 25);
}

#[tokio::test]
async fn one_subject_has_one_live_run() {
    let service = set_up(Dunning::default()).await;
    let run = start(&service, 9).await.unwrap();
    assert_eq!(reason(&start(&service, 9).await.unwrap_err()), "RUN_LIVE");
    start(&service, 8).await.unwrap();

    wait_for(&service, &run, RunState::Previewed).await;
    let mut cases = CaseServiceClient::new(
        service
            .connect(&clerk(Department::Collection, Duty::Reviewer))
            .await,
    );
    let refusal = RefuseCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: run.run_id.clone(),
        reason: "名单有误".to_owned(),
        ..RefuseCaseRequest::default()
    };
    cases.refuse_case(refusal).await.unwrap();
    wait_for(&service, &run, RunState::Dropped).await;
    start(&service, 9).await.unwrap();
    assert_eq!(dunned(&service).await, 0);
}

#[tokio::test]
async fn a_preview_that_the_procedure_refuses_ends_the_run() {
    let service = set_up(Dunning::default()).await;
    let run = start(&service, 1).await.unwrap();
    let dropped = wait_for(&service, &run, RunState::Dropped).await;
    assert!(!dropped.error.is_empty());
}

#[tokio::test]
async fn an_order_that_is_not_admitted_leaves_no_run_and_one_that_no_longer_is_is_not_signed() {
    let dunning = Dunning::default();
    let service = set_up(dunning.clone()).await;
    let refused = start(&service, 12).await.unwrap_err();
    assert_eq!(reason(&refused), "EMPLOYER_UNKNOWN");

    let run = start(&service, 9).await.unwrap();
    wait_for(&service, &run, RunState::Previewed).await;
    dunning.late.store(true, Ordering::SeqCst);
    let case = case_of(&service, &run).await;
    let refused = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&refused), "EMPLOYER_UNKNOWN");
    wait_for(&service, &run, RunState::Previewed).await;
    dunning.late.store(false, Ordering::SeqCst);
    let case = case_of(&service, &run).await;
    service.sign_off(&case).await.unwrap();
    wait_for(&service, &run, RunState::Done).await;
}

#[tokio::test]
async fn an_order_is_no_application() {
    let service = set_up(Dunning::default()).await;
    let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
    for validate_only in [false, true] {
        let application = SubmitCaseRequest {
            pooling_area: AREA.to_owned(),
            application: order(9),
            validate_only,
            ..SubmitCaseRequest::default()
        };
        let refused = cases.submit_case(application).await.unwrap_err();
        assert_eq!(reason(&refused), "RUN_ORDER");
    }
    let request = ListCasesRequest {
        pooling_area: AREA.to_owned(),
        ..ListCasesRequest::default()
    };
    let listed = cases.list_cases(request).await.unwrap().into_inner().cases;
    assert_eq!(listed, []);
}

#[tokio::test]
async fn a_run_that_was_returned_is_started_again_and_not_revised() {
    let service = set_up(Dunning::default()).await;
    let run = start(&service, 9).await.unwrap();
    let run = wait_for(&service, &run, RunState::Previewed).await;
    let reviewer = clerk(Department::Collection, Duty::Reviewer);
    let mut cases = CaseServiceClient::new(service.connect(&reviewer).await);
    let back = ReturnCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: run.run_id.clone(),
        reason: "名单有误".to_owned(),
        ..ReturnCaseRequest::default()
    };
    cases.return_case(back).await.unwrap();

    let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
    let revision = ReviseCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: run.run_id,
        application: order(9),
        ..ReviseCaseRequest::default()
    };
    let refused = cases.revise_case(revision).await.unwrap_err();
    assert_eq!(reason(&refused), "RUN_ORDER");
    start(&service, 9).await.unwrap();
}
