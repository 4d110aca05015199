//! Batches: rows are kept, checked and answered one by one.

use chassis::testing::{AREA, As, TestService, eventually, outsider, reason};
use chassis::{Batch, Error, Finding, Numbered, Platform, Result, Service, Unit};
use contracts::collection::v1::settlement_service_client::SettlementServiceClient;
use contracts::collection::v1::{
    PaidRow, PaymentChannel, PaymentKind, Refusal, UploadPaidListRequest,
};
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{
    Batch as BatchMessage, BatchFinding, BatchHeader, BatchState, BatchTotals, GetBatchRequest,
    ListBatchFindingsRequest,
};
use contracts::options::v1::Caller;
use contracts::{Money, Refused};
use rust_decimal::Decimal;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use time::macros::date;
use tonic::Status;
use uuid::Uuid;

mod door;
mod long;
mod streams;
mod told;

/// Enters rows of employers whose number does not begin with X, unless the table `jam` has a row.
struct Rows;

#[chassis::async_trait]
impl Batch for Rows {
    type Row = PaidRow;

    fn amount(&self, row: &PaidRow) -> Decimal {
        row.amount
            .as_ref()
            .and_then(|a| a.decimal().ok())
            .unwrap_or_default()
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        _batch_id: Uuid,
        rows: &[Numbered<PaidRow>],
    ) -> Result<Vec<Finding>> {
        let jammed = sqlx::query_scalar("SELECT EXISTS (SELECT FROM jam)");
        if jammed.fetch_one(unit.db()).await? {
            return Err(Error::internal("the list is jammed"));
        }
        let (good, bad): (Vec<_>, Vec<_>) = rows
            .iter()
            .partition(|numbered| !numbered.row.employer_id.starts_with('X'));
        let area = unit.area().to_owned();
        let references: Vec<String> = good
            .iter()
            .map(|numbered| numbered.row.payment_reference.clone())
            .collect();
        sqlx::query("INSERT INTO entered (pooling_area, reference) SELECT $1, unnest($2::text[])")
            .bind(area)
            .bind(references)
            .execute(unit.db())
            .await?;
        Ok(bad
            .into_iter()
            .map(|n| Finding::refused(n.number, Refused::because(Refusal::EmployerUnknown)))
            .collect())
    }
}

fn service() -> Service {
    let migration = Migration::new(
        1001,
        "entered".into(),
        MigrationType::Simple,
        sqlx::SqlStr::from_static(
            "CREATE TABLE entered (pooling_area text, reference text UNIQUE); SELECT protect('entered');
             CREATE TABLE jam (yes boolean);",
        ),
        false,
    );
    Service::new("collection")
        .migrations(Migrator::with_migrations(vec![migration]))
        .batch(Rows)
        .grpc(|platform: Platform| door::server(platform))
}

fn row(number: u64) -> PaidRow {
    PaidRow {
        payment_reference: format!("R{number}"),
        employer_id: "91440300MA5G3F1XX0".to_owned(),
        amount: Some(Money::from_text("10.50")),
        kind: PaymentKind::Unspecified as i32,
        paid_on: Some(date!(2026 - 10 - 10).into()),
        arrived_on: Some(date!(2026 - 10 - 11).into()),
        channel: PaymentChannel::try_from(1).unwrap() as i32,
        ..PaidRow::default()
    }
}

fn part(
    id: &str,
    first_row: u64,
    rows: Vec<PaidRow>,
    totals: Option<(u64, &str)>,
) -> UploadPaidListRequest {
    UploadPaidListRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: id.to_owned(),
            reference: "清单1".to_owned(),
        }),
        first_row,
        rows,
        totals: totals.map(|(rows, sum)| BatchTotals {
            rows,
            sum: Some(Money::from_text(sum)),
        }),
        lines: Vec::new(),
    }
}

async fn upload(channel: &As, parts: Vec<UploadPaidListRequest>) -> Result<BatchMessage, Status> {
    let mut client = SettlementServiceClient::new(channel.clone());
    let reply = client.upload_paid_list(tokio_stream::iter(parts)).await?;
    Ok(reply.into_inner().batch.unwrap())
}

/// The batch as it stands; none before it is opened.
async fn kept(channel: &As, id: &str) -> Option<BatchMessage> {
    let request = GetBatchRequest {
        pooling_area: AREA.to_owned(),
        batch_id: id.to_owned(),
    };
    let found = BatchServiceClient::new(channel.clone())
        .get_batch(request)
        .await;
    found.ok()?.into_inner().batch
}

async fn findings(channel: &As, id: &str) -> Vec<BatchFinding> {
    let mut client = BatchServiceClient::new(channel.clone());
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: id.to_owned(),
        ..ListBatchFindingsRequest::default()
    };
    client
        .list_batch_findings(request)
        .await
        .unwrap()
        .into_inner()
        .findings
}

async fn entered(service: &TestService) -> i64 {
    let mut unit = service.platform.db().pool().begin().await.unwrap();
    sqlx::query(
        "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)",
    )
    .bind(AREA)
    .execute(&mut *unit)
    .await
    .unwrap();
    sqlx::query_scalar("SELECT count(*) FROM entered")
        .fetch_one(&mut *unit)
        .await
        .unwrap()
}

fn id() -> String {
    Uuid::now_v7().to_string()
}

async fn set_up() -> (TestService, As) {
    let service = TestService::start(service()).await;
    let channel = service.connect(&outsider(Caller::TaxBureau)).await;
    (service, channel)
}

#[tokio::test]
async fn a_bad_row_never_spoils_a_good_one() {
    let (service, channel) = set_up().await;
    let id = id();
    let mut rows: Vec<PaidRow> = (0..6).map(row).collect();
    rows[2].employer_id = "X1".to_owned();
    rows[4].amount = Some(Money::from_text("ten"));
    let batch = upload(&channel, vec![part(&id, 0, rows, Some((6, "52.50")))])
        .await
        .unwrap();
    assert_eq!(batch.state(), BatchState::Done);
    assert_eq!((batch.accepted_rows, batch.refused_rows), (4, 2));
    assert_eq!(batch.accepted_sum, Some(Money::from_text("42.00")));
    assert_eq!(entered(&service).await, 4);
    let found = findings(&channel, &id).await;
    assert_eq!(found.iter().map(|f| f.row).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(found[0].reason.as_ref().unwrap().reason, "EMPLOYER_UNKNOWN");
    assert_eq!(found[1].label, "实缴金额");
    assert!(
        found[1].content.contains("\"ten\""),
        "the row is kept as it was received"
    );
    let places: Vec<u64> = found.iter().map(|f| f.line).collect();
    assert_eq!(places, [3, 5], "of what is no file, the place from 1");
    let path = format!("/v1/collection/batches/{id}/findings?poolingArea={AREA}");
    let said = format!("共6行，接受4行，退回2行。逐行原因见 {path}");
    assert!(batch.summary.starts_with(&said), "{}", batch.summary);
    assert_eq!(kept(&channel, &id).await.unwrap().summary, batch.summary);
}

#[tokio::test]
async fn a_broken_stream_resumes_after_the_last_row_kept() {
    let (service, channel) = set_up().await;
    let id = id();
    upload(
        &channel,
        vec![part(&id, 0, (0..3).map(row).collect(), None)],
    )
    .await
    .unwrap();
    assert_eq!(
        entered(&service).await,
        0,
        "nothing is entered before the totals"
    );
    let so_far = kept(&channel, &id).await.unwrap();
    assert_eq!(
        (so_far.state(), so_far.received_rows),
        (BatchState::Receiving, 3)
    );

    let rest = part(&id, 3, (3..5).map(row).collect(), Some((5, "52.50")));
    assert_eq!(upload(&channel, vec![rest]).await.unwrap().accepted_rows, 5);
}

#[tokio::test]
async fn the_same_batch_twice_changes_nothing() {
    let (service, channel) = set_up().await;
    let id = id();
    let parts = vec![
        part(&id, 0, (0..3).map(row).collect(), None),
        part(&id, 3, (3..5).map(row).collect(), Some((5, "52.50"))),
    ];
    let first = upload(&channel, parts.clone()).await.unwrap();
    assert_eq!(upload(&channel, parts).await.unwrap(), first);
    assert_eq!(entered(&service).await, 5);
}

#[tokio::test]
async fn rows_that_skip_or_change_are_refused() {
    let (_service, channel) = set_up().await;
    let id = id();
    upload(
        &channel,
        vec![part(&id, 0, (0..3).map(row).collect(), None)],
    )
    .await
    .unwrap();
    let gap = upload(&channel, vec![part(&id, 5, vec![row(5)], None)])
        .await
        .unwrap_err();
    assert_eq!(reason(&gap), "BATCH_GAP");
    let changed = vec![part(&id, 0, (10..13).map(row).collect(), None)];
    assert_eq!(
        reason(&upload(&channel, changed).await.unwrap_err()),
        "BATCH_CHANGED"
    );
}

#[tokio::test]
async fn a_stream_that_another_has_overtaken_loses_no_row() {
    let (service, channel) = set_up().await;
    let id = id();
    let (send, parts) = tokio::sync::mpsc::channel(1);
    let mut slow = SettlementServiceClient::new(channel.clone());
    let overtaken = tokio::task::JoinSet::from_iter([async move {
        let parts = tokio_stream::wrappers::ReceiverStream::new(parts);
        slow.upload_paid_list(parts).await
    }]);
    send.send(part(&id, 0, (0..2).map(row).collect(), None))
        .await
        .unwrap();
    eventually(async || (kept(&channel, &id).await?.received_rows == 2).then_some(())).await;

    // The sender took it for broken and went on, cutting its rows in another way.
    upload(&channel, vec![part(&id, 2, vec![row(2)], None)])
        .await
        .unwrap();
    send.send(part(&id, 2, (2..4).map(row).collect(), Some((4, "42.00"))))
        .await
        .unwrap();
    drop(send);
    let refused = overtaken.join_all().await.remove(0).unwrap_err();
    assert_eq!(reason(&refused), "BATCH_CHANGED");

    let rest = part(&id, 3, vec![row(3)], Some((4, "42.00")));
    assert_eq!(upload(&channel, vec![rest]).await.unwrap().accepted_rows, 4);
    assert_eq!(entered(&service).await, 4);
}

#[tokio::test]
async fn totals_that_disagree_reject_the_batch_whole() {
    let (service, channel) = set_up().await;
    let id = id();
    let wrong = part(&id, 0, (0..3).map(row).collect(), Some((3, "31.49")));
    let rejected = upload(&channel, vec![wrong]).await.unwrap_err();
    assert_eq!(reason(&rejected), "BATCH_TOTALS");
    assert!(
        rejected.message().contains("31.50"),
        "{}",
        rejected.message()
    );
    assert_eq!(entered(&service).await, 0);
}

#[tokio::test]
async fn a_stream_without_a_header_is_refused() {
    let (_service, channel) = set_up().await;
    let mut headless = part(&id(), 0, vec![row(0)], None);
    headless.header = None;
    assert_eq!(
        reason(&upload(&channel, vec![headless]).await.unwrap_err()),
        "INVALID_FIELD"
    );
    assert_eq!(
        reason(&upload(&channel, vec![]).await.unwrap_err()),
        "INVALID_FIELD"
    );
}

/// Why the batch stands still, and how many do so by the metrics of the service.
async fn still(service: &TestService, id: &str) -> (String, String) {
    let mut unit = service.platform.db().pool().begin().await.unwrap();
    sqlx::query(
        "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)",
    )
    .bind(AREA)
    .execute(&mut *unit)
    .await
    .unwrap();
    let why = sqlx::query_scalar("SELECT error FROM batch WHERE batch_id = $1::uuid")
        .bind(id)
        .fetch_one(&mut *unit)
        .await
        .unwrap();
    let metrics = format!("http://{}/metrics", service.running.http);
    let metrics = reqwest::get(metrics).await.unwrap().text().await.unwrap();
    let count = metrics
        .lines()
        .find_map(|line| line.strip_prefix("queue_length{queue=\"batches_standing_still\"} "));
    (why, count.unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_batch_that_cannot_be_entered_says_why_and_goes_on() {
    let (service, channel) = set_up().await;
    let pool = service.platform.db().pool();
    let jam = sqlx::query("INSERT INTO jam VALUES (true)");
    jam.execute(pool).await.unwrap();
    let id = id();
    let list = part(&id, 0, vec![row(0)], Some((1, "10.50")));
    let failed = upload(&channel, vec![list]).await.unwrap_err();
    assert_eq!(reason(&failed), "INTERNAL");
    let (why, _) = still(&service, &id).await;
    assert_eq!(why, "internal: the list is jammed");
    eventually(async || (still(&service, &id).await.1 == "1").then_some(())).await;

    let clear = sqlx::query("DELETE FROM jam");
    clear.execute(pool).await.unwrap();
    eventually(async || (still(&service, &id).await.1 == "0").then_some(())).await;
    let batch = kept(&channel, &id).await.unwrap();
    assert_eq!(batch.state(), BatchState::Done);
    assert_eq!(still(&service, &id).await.0, "");
    assert_eq!(entered(&service).await, 1);
}
