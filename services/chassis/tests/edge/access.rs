//! Who gets in: by token, by certificate, and not at all.

use chassis::Actor;
use chassis::access::assert_policies;
use chassis::config::Tls;
use chassis::tls::Authority;
use contracts::common::v1::event_service_client::EventServiceClient;
use contracts::common::v1::{ListParkedEventsRequest, ReadEventsRequest};
use contracts::options::v1::{Caller, Department, Duty};
use contracts::registration::v1::SettleDifferenceRequest;
use contracts::registration::v1::exchange_service_client::ExchangeServiceClient;
use tonic::{Code, Request};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::fixture::{World, clerk, reason, with_token};

#[tokio::test]
async fn who_shows_neither_token_nor_known_certificate_is_told_to_log_in() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    // The CA signed it, but no service of the platform is called so.
    let mut client = EventServiceClient::new(world.channel_as(&fake, "gateway"));
    let status = client
        .read_events(ReadEventsRequest::default())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert_eq!(reason(&status), "TOKEN_MISSING");
}

#[tokio::test]
async fn a_service_is_known_by_its_certificate() {
    let world = World::new();
    let mut fake = world.serve().await.unwrap();
    let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
    client
        .read_events(ReadEventsRequest::default())
        .await
        .unwrap();
    let actor = fake.asked.recv().await.unwrap().actor.unwrap();
    assert_eq!(actor, Actor::service("collection"));
}

#[tokio::test]
async fn a_certificate_that_another_ca_signed_does_not_get_through() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let stranger = Authority::create(elsewhere.path())
        .unwrap()
        .certificate("collection")
        .unwrap();
    // Believes our CA, so that it is the server that turns it away.
    let own = Tls {
        ca: world.folder.path().join("ca.pem"),
        ..stranger
    };
    let mut client = EventServiceClient::new(world.channel(&fake, own));
    let status = client
        .read_events(ReadEventsRequest::default())
        .await
        .unwrap_err();
    assert!(
        matches!(status.code(), Code::Unavailable | Code::Unknown),
        "{status:?}"
    );
}

#[tokio::test]
async fn a_token_goes_before_the_certificate_of_who_forwards_it() {
    let world = World::new();
    let mut fake = world.serve().await.unwrap();
    let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
    let auditor = clerk(&[Department::Audit], &[]);
    client
        .list_parked_events(world.ask_as(&auditor, parked()))
        .await
        .unwrap();
    assert_eq!(fake.asked.recv().await.unwrap().actor.unwrap(), auditor);
}

#[tokio::test]
async fn a_bad_token_does_not_fall_back_to_the_certificate() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    let mut client = EventServiceClient::new(world.channel_as(&fake, "collection"));
    for token in ["", "nonsense", "a.b.c"] {
        let request = with_token(ReadEventsRequest::default(), token);
        let status = client.read_events(request).await.unwrap_err();
        assert_eq!(status.code(), Code::Unauthenticated);
        assert_eq!(reason(&status), "TOKEN_MALFORMED");
    }
    let mut request = Request::new(ReadEventsRequest::default());
    request
        .metadata_mut()
        .insert("authorization", "Basic dTpw".parse().unwrap());
    let status = client.read_events(request).await.unwrap_err();
    assert_eq!(reason(&status), "TOKEN_MALFORMED");
}

#[tokio::test]
async fn a_caller_of_another_kind_is_denied() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    let mut client = EventServiceClient::new(world.channel_as(&fake, "gateway"));
    let clerk = clerk(&[Department::Information], &[Duty::Leader]);
    let status = client
        .read_events(world.ask_as(&clerk, ReadEventsRequest::default()))
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    assert_eq!(reason(&status), "CALLER_DENIED");
    assert!(status.message().contains("此项业务由"), "{status}");

    let employer = Actor {
        caller: Caller::Employer,
        party: "91310000".to_owned(),
        ..clerk
    };
    let status = client
        .list_parked_events(world.ask_as(&employer, parked()))
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "CALLER_DENIED");
}

#[tokio::test]
async fn a_clerk_of_another_department_is_denied() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    let mut client = EventServiceClient::new(world.channel_as(&fake, "gateway"));
    for (departments, allowed) in [
        (vec![], false),
        (vec![Department::Finance], false),
        (vec![Department::Audit], true),
        (vec![Department::Finance, Department::Information], true),
    ] {
        let request = world.ask_as(&clerk(&departments, &[]), parked());
        let answer = client.list_parked_events(request).await;
        let denied = answer.err().map(|status| {
            let said = status.message();
            assert!(said.contains("信息") && said.contains("稽核"), "{said}");
            reason(&status)
        });
        let expected = (!allowed).then(|| "DEPARTMENT_DENIED".to_owned());
        assert_eq!(denied, expected, "{departments:?}");
    }
}

#[tokio::test]
async fn a_clerk_without_the_duty_is_denied() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    let mut client = ExchangeServiceClient::new(world.channel_as(&fake, "gateway"));
    for (duties, allowed) in [
        (vec![], false),
        (vec![Duty::Handler], false),
        (vec![Duty::Handler, Duty::Reviewer], true),
        (vec![Duty::Leader], true),
    ] {
        let clerk = clerk(&[Department::Registration], &duties);
        let request = world.ask_as(&clerk, SettleDifferenceRequest::default());
        let denied = client
            .settle_difference(request)
            .await
            .err()
            .map(|status| reason(&status));
        let expected = (!allowed).then(|| "DUTY_DENIED".to_owned());
        assert_eq!(denied, expected, "{duties:?}");
    }
}

#[tokio::test]
async fn an_rpc_that_no_contract_has_is_not_there_even_for_a_service() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    let mut client = tonic::client::Grpc::new(world.channel_as(&fake, "collection"));
    for path in [
        "/workinjury.common.v1.EventService/Drop",
        "/x.Y/Z",
        "/grpc.health.v1.Healthy/Check",
    ] {
        client.ready().await.unwrap();
        let codec = tonic_prost::ProstCodec::<(), ()>::default();
        let asked = client
            .unary(Request::new(()), path.parse().unwrap(), codec)
            .await;
        let status = asked.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented, "{path}");
        assert_eq!(reason(&status), "RPC_UNKNOWN");
    }
}

#[tokio::test]
async fn health_is_told_to_everybody() {
    let world = World::new();
    let fake = world.serve().await.unwrap();
    let mut client = HealthClient::new(world.channel_as(&fake, "stranger"));
    for service in ["", "workinjury.common.v1.EventService"] {
        let request = HealthCheckRequest {
            service: service.to_owned(),
        };
        let health = client.check(request).await.unwrap().into_inner();
        assert_eq!(
            health.status(),
            tonic_health::pb::health_check_response::ServingStatus::Serving
        );
    }
}

#[test]
fn a_service_that_no_contract_describes_does_not_start() {
    let without = assert_policies(["workinjury.common.v1.CaseService", "a.b.Unheard"]).unwrap_err();
    assert_eq!(without.0, ["a.b.Unheard"]);
    assert_policies(["workinjury.common.v1.CaseService", "grpc.health.v1.Health"]).unwrap();
}

fn parked() -> ListParkedEventsRequest {
    ListParkedEventsRequest {
        pooling_area: "310000".to_owned(),
        ..Default::default()
    }
}
