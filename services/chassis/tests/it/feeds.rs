//! The event feed: each event has one effect at its reader, whoever stops when.

use std::sync::Arc;

use chassis::testing::{AREA, Bench, TestService, clerk, eventually};
use chassis::{Actor, Error, Reaction, Result, Service, Told, Unit};
use contracts::common::v1::event_service_client::EventServiceClient;
use contracts::common::v1::{
    ListParkedEventsRequest, ParkedEvent, ReadEventsRequest, ReplayParkedEventRequest,
};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{PersonDied, RegistrationEvent};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use time::macros::datetime;
use uuid::Uuid;

use crate::bare;

/// A reader that keeps what it saw, and cannot apply events about `poison` while it is told so.
struct Keeper;

const POISON: &str = "poison";
/// Its events wait as long as a test holds the advisory lock 7.
const SLOW: &str = "slow";
/// Its events meet somebody else as often as they say.
const CONTESTED: &str = "contested";

#[chassis::async_trait]
impl Reaction for Keeper {
    const FEED: &'static str = "registration";
    type Event = RegistrationEvent;

    async fn apply(&self, unit: &mut Unit, events: &[Told<RegistrationEvent>]) -> Result<()> {
        for told in events {
            let poisoned: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM poisoned)")
                .fetch_one(unit.db())
                .await?;
            let Some(What::PersonDied(died)) = &told.event.what else {
                continue;
            };
            if told.key == POISON && poisoned {
                return Err(Error::internal("this event cannot be applied"));
            }
            if told.key == CONTESTED {
                // What a sequence counted is not undone with the transaction.
                let tries: i64 = sqlx::query_scalar("SELECT nextval('tries')")
                    .fetch_one(unit.db())
                    .await?;
                if tries <= died.person_id.parse().unwrap() {
                    return Err(Error::Conflict("somebody was faster".to_owned()));
                }
            }
            if told.key == SLOW {
                sqlx::query("SELECT pg_advisory_xact_lock_shared(7)")
                    .execute(unit.db())
                    .await?;
            }
            let area = unit.area().to_owned();
            sqlx::query("INSERT INTO seen (pooling_area, key, what) VALUES ($1, $2, $3)")
                .bind(area)
                .bind(&told.key)
                .bind(&died.person_id)
                .execute(unit.db())
                .await?;
        }
        Ok(())
    }
}

fn keeper() -> Service {
    let tables = "CREATE TABLE seen (pooling_area text, key text, what text, place bigint GENERATED ALWAYS AS IDENTITY);
         SELECT protect('seen');
         CREATE TABLE poisoned (yes boolean); INSERT INTO poisoned VALUES (true);
         CREATE SEQUENCE tries;";
    let migration = Migration::new(
        1001,
        "seen".into(),
        MigrationType::Simple,
        sqlx::SqlStr::from_static(tables),
        false,
    );
    Service::new("collection")
        .migrations(Migrator::with_migrations(vec![migration]))
        .reaction(Keeper)
}

async fn bench() -> (TestService, TestService) {
    let bench = Arc::new(Bench::at(datetime!(2026-11-02 09:00 +8)));
    let teller = bench.start(bare(), &[]).await;
    let reader = bench
        .start(keeper(), &[("registration", teller.url())])
        .await;
    (teller, reader)
}

async fn tell(teller: &TestService, key: &str, what: &str) {
    tell_all(teller, &[(key, what)]).await;
}

async fn tell_all(teller: &TestService, events: &[(&str, &str)]) {
    let died = |(key, what): &(&str, &str)| {
        let died = PersonDied {
            person_id: (*what).to_owned(),
            ..PersonDied::default()
        };
        let what = Some(What::PersonDied(died));
        ((*key).to_owned(), RegistrationEvent { what })
    };
    let events: Vec<_> = events.iter().map(died).collect();
    teller
        .platform
        .do_once(
            &Actor::service("registration"),
            AREA,
            "test",
            Uuid::now_v7(),
            move |unit| Box::pin(unit.tell_all(events)),
        )
        .await
        .unwrap();
}

async fn seen(reader: &TestService) -> Vec<String> {
    let mut unit = reader.platform.db().pool().begin().await.unwrap();
    sqlx::query(
        "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)",
    )
    .bind(AREA)
    .execute(&mut *unit)
    .await
    .unwrap();
    sqlx::query_scalar("SELECT what FROM seen ORDER BY place")
        .fetch_all(&mut *unit)
        .await
        .unwrap()
}

/// Waits until `count` events were seen; the reader works in the background.
async fn wait_for(reader: &TestService, count: usize) -> Vec<String> {
    eventually(async || {
        let seen = seen(reader).await;
        (seen.len() >= count).then_some(seen)
    })
    .await
}

fn clerk_of_information() -> Actor {
    clerk(Department::Information, Duty::Handler)
}

async fn parked(reader: &TestService) -> Vec<ParkedEvent> {
    let mut client = EventServiceClient::new(reader.connect(&clerk_of_information()).await);
    let request = ListParkedEventsRequest {
        pooling_area: AREA.to_owned(),
        ..ListParkedEventsRequest::default()
    };
    client
        .list_parked_events(request)
        .await
        .unwrap()
        .into_inner()
        .parked_events
}

#[tokio::test]
async fn events_arrive_once_and_in_order() {
    let (teller, reader) = bench().await;
    for number in 0..20 {
        tell(&teller, "a", &number.to_string()).await;
    }
    let expected: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    assert_eq!(wait_for(&reader, 20).await, expected);
}

#[tokio::test]
async fn a_reader_that_starts_again_goes_on_where_it_stopped() {
    let (teller, reader) = bench().await;
    tell(&teller, "a", "1").await;
    wait_for(&reader, 1).await;
    let cursor: String = sqlx::query_scalar("SELECT cursor FROM feed_cursor")
        .fetch_one(reader.platform.db().pool())
        .await
        .unwrap();
    let mut client = EventServiceClient::new(teller.connect_as_service("collection").await);
    let mut read = async |cursor: &str| {
        let request = ReadEventsRequest {
            cursor: cursor.to_owned(),
            ..ReadEventsRequest::default()
        };
        client
            .read_events(request)
            .await
            .unwrap()
            .into_inner()
            .events
    };
    assert!(
        read(&cursor).await.is_empty(),
        "the cursor moved with the effect"
    );
    assert_eq!(read("").await.len(), 1, "the feed keeps what was read");
}

#[tokio::test]
async fn a_cursor_never_jumps_over_a_late_commit() {
    let (teller, reader) = bench().await;
    // A transaction that began to write first and commits last.
    let mut late = teller.platform.db().pool().begin().await.unwrap();
    sqlx::query(
        "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)",
    )
    .bind(AREA)
    .execute(&mut *late)
    .await
    .unwrap();
    let event = RegistrationEvent {
        what: Some(What::PersonDied(PersonDied {
            person_id: "late".to_owned(),
            ..Default::default()
        })),
    };
    sqlx::query(
        "INSERT INTO event (pooling_area, key, kind, payload, happened_at, trace_parent, request_id)
         VALUES ($1, 'a', 'workinjury.registration.v1.RegistrationEvent', $2, now(), '', $3)",
    )
    .bind(AREA)
    .bind(prost::Message::encode_to_vec(&event))
    .bind(Uuid::now_v7())
    .execute(&mut *late)
    .await
    .unwrap();
    tell(&teller, "a", "early").await;
    let mut client = EventServiceClient::new(teller.connect_as_service("collection").await);
    let served = client
        .read_events(ReadEventsRequest::default())
        .await
        .unwrap()
        .into_inner()
        .events;
    assert!(
        served.is_empty(),
        "what is above a running transaction is not served"
    );
    late.commit().await.unwrap();
    assert_eq!(wait_for(&reader, 2).await, ["late", "early"]);
}

#[tokio::test]
async fn an_event_that_cannot_be_applied_is_parked_and_holds_up_only_its_key() {
    let (teller, reader) = bench().await;
    tell(&teller, POISON, "1").await;
    tell(&teller, POISON, "2").await;
    tell(&teller, "fine", "3").await;
    assert_eq!(wait_for(&reader, 1).await, ["3"]);
    let waiting = parked(&reader).await;
    assert_eq!(waiting.len(), 2);
    assert_eq!(waiting[0].error, "internal: this event cannot be applied");
    assert_eq!(waiting[1].error, "", "it waits behind the first");

    sqlx::query("DELETE FROM poisoned")
        .execute(reader.platform.db().pool())
        .await
        .unwrap();
    let mut client = EventServiceClient::new(reader.connect(&clerk_of_information()).await);
    let replay = ReplayParkedEventRequest {
        pooling_area: AREA.to_owned(),
        parked_event_id: waiting[0].parked_event_id.clone(),
        ..ReplayParkedEventRequest::default()
    };
    let applied = client
        .replay_parked_event(replay)
        .await
        .unwrap()
        .into_inner()
        .applied;
    assert_eq!(applied, 2);
    assert_eq!(seen(&reader).await, ["3", "1", "2"]);
    assert!(parked(&reader).await.is_empty());
}

#[tokio::test]
async fn what_conflicts_for_a_while_is_tried_until_it_is_through() {
    let (teller, reader) = bench().await;
    tell_all(&teller, &[(CONTESTED, "2"), ("fine", "after")]).await;
    assert_eq!(wait_for(&reader, 2).await, ["2", "after"]);
    assert_eq!(parked(&reader).await, []);
}

#[tokio::test]
async fn what_conflicts_for_ever_is_parked_and_does_not_stop_the_feed() {
    let (teller, reader) = bench().await;
    let for_ever = i64::MAX.to_string();
    tell_all(&teller, &[(CONTESTED, &for_ever), ("fine", "after")]).await;
    assert_eq!(wait_for(&reader, 1).await, ["after"]);
    let waiting = parked(&reader).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].error, "conflict: somebody was faster");
}

#[tokio::test]
async fn events_too_large_for_one_answer_come_in_several() {
    let (teller, reader) = bench().await;
    let large = "x".repeat(24 << 20);
    tell_all(&teller, &[("a", &large), ("b", &large), ("c", &large)]).await;
    assert_eq!(wait_for(&reader, 3).await.len(), 3);
}

/// Does somebody in the reader's database wait for a lock of one of these types?
async fn waits_for(reader: &TestService, types: &[&str]) -> bool {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_locks w JOIN pg_stat_activity a USING (pid)
             WHERE a.datname = current_database() AND NOT w.granted AND w.locktype = ANY ($1))",
    )
    .bind(types)
    .fetch_one(reader.platform.db().pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn a_slice_that_is_at_work_during_a_replay_leaves_no_event_behind() {
    let (teller, reader) = bench().await;
    tell(&teller, POISON, "first").await;
    eventually(async || (parked(&reader).await.len() == 1).then_some(())).await;
    let pool = reader.platform.db().pool();
    let heal = sqlx::query("DELETE FROM poisoned");
    heal.execute(pool).await.unwrap();
    let mut barrier = pool.acquire().await.unwrap();
    let close = sqlx::query("SELECT pg_advisory_lock(7)");
    close.execute(&mut *barrier).await.unwrap();

    tell_all(&teller, &[(SLOW, "between"), (POISON, "second")]).await;
    eventually(async || waits_for(&reader, &["advisory"]).await.then_some(())).await;
    let replay = ReplayParkedEventRequest {
        pooling_area: AREA.to_owned(),
        parked_event_id: parked(&reader).await[0].parked_event_id.clone(),
        ..ReplayParkedEventRequest::default()
    };
    let mut client = EventServiceClient::new(reader.connect(&clerk_of_information()).await);
    let (replayed, ()) = tokio::join!(client.replay_parked_event(replay), async {
        eventually(async || {
            let is_through = parked(&reader).await.is_empty();
            (is_through || waits_for(&reader, &["transactionid", "tuple"]).await).then_some(())
        })
        .await;
        let open = sqlx::query("SELECT pg_advisory_unlock(7)");
        open.execute(&mut *barrier).await.unwrap();
    });
    assert_eq!(replayed.unwrap().into_inner().applied, 2);
    assert_eq!(seen(&reader).await, ["between", "first", "second"]);
    assert_eq!(parked(&reader).await, []);
}

#[tokio::test]
async fn a_clerk_does_not_read_the_feed() {
    let service = TestService::start(bare()).await;
    let mut client = EventServiceClient::new(service.connect(&clerk_of_information()).await);
    let denied = client
        .read_events(ReadEventsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(denied.code(), tonic::Code::PermissionDenied);
}
