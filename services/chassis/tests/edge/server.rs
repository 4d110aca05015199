//! The server: it tells how it is, ends politely, and carries traces.

use chassis::{Actor, Config, telemetry};
use contracts::common::v1::ReadEventsRequest;
use contracts::common::v1::event_service_client::EventServiceClient;
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::exchange_service_client::ExchangeServiceClient;
use opentelemetry::trace::TracerProvider;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tracing::Instrument;
use tracing_subscriber::layer::SubscriberExt;

use crate::fixture::{Fake, World, clerk, reason};

async fn get(fake: &Fake, path: &str) -> (u16, String) {
    let answer = reqwest::get(format!("http://{}{path}", fake.running.http))
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_call_under_way_is_answered_before_the_server_ends_and_a_new_one_is_not_taken() {
    let world = World::new();
    let mut fake = world.serve().await.unwrap();
    fake.hold();
    let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
    let mut late = EventServiceClient::new(world.channel_as(&fake, "collection"));
    let mut calls = tokio::task::JoinSet::new();
    calls.spawn(async move { client.read_events(ReadEventsRequest::default()).await });
    fake.asked.recv().await.expect("the call has arrived");

    let shutdown = fake.tasks.shutdown();
    let mut stopping = tokio::task::JoinSet::new();
    stopping.spawn(fake.running.stop());
    shutdown.cancelled().await;
    let status = late
        .read_events(ReadEventsRequest::default())
        .await
        .unwrap_err();
    assert!(
        matches!(status.code(), Code::Unavailable | Code::Unknown),
        "{status:?}"
    );

    fake.may_answer.add_permits(1);
    calls
        .join_next()
        .await
        .unwrap()
        .unwrap()
        .expect("the call is answered");
    assert!(
        stopping.join_next().await.unwrap().unwrap(),
        "everything has ended"
    );
}

#[tokio::test]
async fn how_a_server_ends_can_be_watched_from_outside() {
    let world = World::new();
    let mut fake = world.serve().await.unwrap();
    fake.hold();
    let http = fake.running.http;
    let look = async |path| {
        let answer = reqwest::get(format!("http://{http}{path}")).await;
        answer.unwrap().status().as_u16()
    };
    let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
    let mut calls = tokio::task::JoinSet::new();
    calls.spawn(async move { client.read_events(ReadEventsRequest::default()).await });
    fake.asked.recv().await.expect("the call has arrived");

    let mut stopping = tokio::task::JoinSet::new();
    stopping.spawn(fake.running.stop());
    while look("/readyz").await != 503 {}
    assert_eq!(look("/livez").await, 200);
    fake.may_answer.add_permits(1);
    calls.join_next().await.unwrap().unwrap().unwrap();
    assert!(stopping.join_next().await.unwrap().unwrap());
    assert!(reqwest::get(format!("http://{http}/livez")).await.is_err());
}

#[tokio::test]
async fn a_call_that_never_ends_does_not_hold_up_the_end_for_longer_than_configured() {
    let world = World::new();
    let config = Config {
        drain_seconds: 0,
        ..world.config("registration")
    };
    let mut fake = Fake::start(&config).await.unwrap();
    fake.hold();
    let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
    let mut calls = tokio::task::JoinSet::new();
    calls.spawn(async move { client.read_events(ReadEventsRequest::default()).await });
    fake.asked.recv().await.expect("the call has arrived");
    assert!(!fake.running.stop().await);
}

#[tokio::test]
async fn a_service_says_when_it_is_not_ready() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    assert_eq!(get(&fake, "/livez").await.0, 200);
    assert_eq!(get(&fake, "/readyz").await.0, 200);

    let mut client = HealthClient::new(world.channel_as(&fake, "gateway"));
    let request = HealthCheckRequest {
        service: "workinjury.common.v1.EventService".to_owned(),
    };
    let mut watched = client.watch(request).await.unwrap().into_inner();
    assert_eq!(
        watched.message().await.unwrap().unwrap().status(),
        ServingStatus::Serving
    );
    fake.ready.send_replace(false);
    assert_eq!(
        watched.message().await.unwrap().unwrap().status(),
        ServingStatus::NotServing
    );
    assert_eq!(get(&fake, "/readyz").await.0, 503);
    assert_eq!(get(&fake, "/livez").await.0, 200);
    fake.ready.send_replace(true);
    assert_eq!(
        watched.message().await.unwrap().unwrap().status(),
        ServingStatus::Serving
    );

    assert!(
        fake.running.stop().await,
        "who watches does not hold up the end"
    );
    assert_eq!(
        watched.message().await.unwrap().unwrap().status(),
        ServingStatus::NotServing
    );
    assert!(watched.message().await.unwrap().is_none());
}

#[tokio::test]
async fn a_handler_that_panics_is_answered_as_a_defect() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    fake.may_answer.close();
    let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
    let status = client
        .read_events(ReadEventsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(reason(&status), "INTERNAL");
}

#[tokio::test]
async fn calls_are_counted_by_method_and_code_and_denials_by_reason() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    let mut service = EventServiceClient::new(world.channel_as(&fake, "collection"));
    service
        .read_events(ReadEventsRequest::default())
        .await
        .unwrap();
    let mut stranger = EventServiceClient::new(world.channel_as(&fake, "stranger"));
    stranger
        .read_events(ReadEventsRequest::default())
        .await
        .unwrap_err();

    let (_, metrics) = get(&fake, "/metrics").await;
    let method = r#"method="workinjury.common.v1.EventService/ReadEvents""#;
    for code in ["Ok", "Unauthenticated"] {
        let counted = metrics.lines().any(|line| {
            line.starts_with("rpc_seconds_count")
                && line.contains(method)
                && line.contains(&format!("code=\"{code}\""))
        });
        assert!(counted, "{code} in {metrics}");
    }
    assert!(
        metrics.contains(r#"rpc_denied_total{reason="TOKEN_MISSING"}"#),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_call_is_cut_off_at_the_configured_deadline() {
    let world = World::new();
    let config = Config {
        deadline_seconds: 0,
        ..world.config("registration")
    };
    let fake = Fake::start(&config).await.unwrap();
    fake.hold();
    let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
    let status = client
        .read_events(ReadEventsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(reason(&status), "DEADLINE_EXCEEDED");
}

#[tokio::test]
async fn calls_beyond_the_greatest_number_wait_for_their_turn() {
    let world = World::new();
    let config = Config {
        max_concurrent_calls: 1,
        ..world.config("registration")
    };
    let mut fake = Fake::start(&config).await.unwrap();
    fake.hold();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
        calls.spawn(async move { client.read_events(ReadEventsRequest::default()).await });
    }
    for _ in 0..3 {
        fake.asked.recv().await.unwrap();
        assert!(fake.asked.try_recv().is_err(), "one at a time");
        fake.may_answer.add_permits(1);
        calls.join_next().await.unwrap().unwrap().unwrap();
    }
}

#[tokio::test]
async fn uploads_that_take_their_time_stop_no_other_call() {
    let world = World::new();
    let config = Config {
        max_concurrent_calls: 1,
        max_concurrent_streams: 1,
        ..world.config("registration")
    };
    let mut fake = Fake::start(&config).await.unwrap();
    fake.hold();
    let authority = clerk(&[Department::Registration], &[Duty::Handler]);
    let mut slow = ExchangeServiceClient::new(world.channel_as(&fake, "collection"));
    let upload = world.ask_as(&authority, tokio_stream::pending());
    let mut calls = tokio::task::JoinSet::new();
    calls.spawn(async move { slow.upload_authority_notices(upload).await.map(|_| ()) });
    fake.asked.recv().await.expect("the upload has arrived");
    let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
    calls.spawn(async move {
        client
            .read_events(ReadEventsRequest::default())
            .await
            .map(|_| ())
    });
    let arrived = tokio::time::timeout(std::time::Duration::from_secs(10), fake.asked.recv());
    assert!(arrived.await.is_ok(), "the call waits behind the upload");
}

#[tokio::test]
async fn a_stream_that_brings_nothing_is_ended_with_a_word_on_how_to_go_on() {
    let world = World::new();
    let config = Config {
        stream_idle_seconds: 0,
        ..world.config("registration")
    };
    let fake = Fake::start(&config).await.unwrap();
    let authority = clerk(&[Department::Registration], &[Duty::Handler]);
    let mut silent = ExchangeServiceClient::new(world.channel_as(&fake, "collection"));
    let upload = world.ask_as(&authority, tokio_stream::pending());
    let ended = silent.upload_authority_notices(upload).await.unwrap_err();
    assert_eq!(ended.code(), Code::DeadlineExceeded);
    assert_eq!(reason(&ended), "STREAM_IDLE");
    assert!(ended.message().contains("续传"), "{}", ended.message());
}

#[tokio::test]
async fn one_caller_does_not_take_all_places_of_streams() {
    let world = World::new();
    let config = Config {
        max_streams_of_a_caller: 1,
        ..world.config("registration")
    };
    let mut fake = Fake::start(&config).await.unwrap();
    fake.hold();
    let one = clerk(&[Department::Registration], &[Duty::Handler]);
    let other = Actor {
        id: "clerk-2".to_owned(),
        ..one.clone()
    };
    let client = || ExchangeServiceClient::new(world.channel_as(&fake, "collection"));
    let mut calls = tokio::task::JoinSet::new();
    let (first, second) = (client(), client());
    for (mut client, actor) in [(first, &one), (second, &other)] {
        let upload = world.ask_as(actor, tokio_stream::pending());
        calls.spawn(async move { client.upload_authority_notices(upload).await.map(|_| ()) });
    }
    let mut again = client();
    for _ in 0..2 {
        fake.asked.recv().await.expect("the upload has arrived");
    }
    let upload = world.ask_as(&one, tokio_stream::pending());
    let refused = again.upload_authority_notices(upload).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    assert_eq!(reason(&refused), "TOO_MANY_STREAMS");
}

#[tokio::test]
async fn the_trace_of_the_caller_goes_on_in_the_service_that_is_called() {
    // Only this thread's, on which this test and its server run.
    let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build();
    let traces = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(traces));

    let world = World::new();
    let mut fake = world.serve().await.unwrap();
    let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
    let span = tracing::info_span!("the change that asks");
    let parent = span.in_scope(telemetry::current_trace_parent);
    client
        .read_events(ReadEventsRequest::default())
        .instrument(span)
        .await
        .unwrap();

    let seen = fake.asked.recv().await.unwrap().trace_parent;
    let (trace, span) = (
        |text: &str| text[3..35].to_owned(),
        |text: &str| text[36..52].to_owned(),
    );
    assert_eq!(trace(&seen), trace(&parent));
    assert_ne!(span(&seen), span(&parent), "it has a span of its own");
}

#[test]
fn a_peer_to_which_the_connection_broke_may_be_asked_again() {
    for code in [Code::Unavailable, Code::Cancelled, Code::Unknown] {
        let error = chassis::Error::from(Status::new(code, "transport error"));
        assert!(error.is_passing(), "{code:?}");
    }
}
