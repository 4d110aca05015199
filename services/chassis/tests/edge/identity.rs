//! Tokens: whose are accepted, and what they say.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chassis::config;
use chassis::identity::{Identity, Issuer, TokenError};
use chassis::{Actor, Areas};
use contracts::options::v1::{Caller, Department, Duty};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PublicKeyData};
use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::fixture::{World, clerk};

const MINUTE: Duration = Duration::MINUTE;

async fn identity(world: &World) -> Identity {
    Identity::load(&world.issuer.settings()).await.unwrap()
}

#[tokio::test]
async fn a_token_makes_the_actor_that_it_was_issued_for() {
    let world = World::new();
    let identity = identity(&world).await;
    let clerk = clerk(
        &[Department::Registration, Department::Audit],
        &[Duty::Handler],
    );
    let bureau = Actor {
        caller: Caller::TaxBureau,
        areas: Areas::All,
        ..clerk.clone()
    };
    let person = Actor {
        caller: Caller::Person,
        party: "0199".to_owned(),
        ..clerk.clone()
    };
    for actor in [clerk, bureau, person] {
        let token = world.issuer.token(&actor, MINUTE).unwrap();
        assert_eq!(identity.verify(&token).await.unwrap(), actor);
    }
}

#[tokio::test]
async fn a_token_is_accepted_neither_after_its_time_nor_for_longer_than_a_day() {
    let world = World::new();
    let identity = identity(&world).await;
    let actor = clerk(&[], &[]);
    let late = world.issuer.token(&actor, -MINUTE).unwrap();
    assert_eq!(
        identity.verify(&late).await.unwrap_err(),
        TokenError::Expired
    );
    let long = world.issuer.token(&actor, Duration::days(2)).unwrap();
    assert_eq!(
        identity.verify(&long).await.unwrap_err(),
        TokenError::TooLong
    );
}

#[tokio::test]
async fn a_token_for_another_system_or_by_another_issuer_is_not_accepted() {
    let mut world = World::new();
    let identity = identity(&world).await;
    let actor = clerk(&[], &[]);
    world.issuer.audience = "pensions".to_owned();
    let token = world.issuer.token(&actor, MINUTE).unwrap();
    assert_eq!(
        identity.verify(&token).await.unwrap_err(),
        TokenError::Audience
    );
    world.issuer.audience = "workinjury".to_owned();
    world.issuer.issuer = "https://issuer.elsewhere".to_owned();
    let token = world.issuer.token(&actor, MINUTE).unwrap();
    assert_eq!(
        identity.verify(&token).await.unwrap_err(),
        TokenError::Issuer
    );
}

#[tokio::test]
async fn a_token_signed_by_another_key_is_not_accepted() {
    let world = World::new();
    let identity = identity(&world).await;
    let ours = world.issuer.token(&clerk(&[], &[]), MINUTE).unwrap();
    let forger = World::new();
    let forged = forger
        .issuer
        .token(&clerk(&[], &[Duty::Leader]), MINUTE)
        .unwrap();
    assert_eq!(
        identity.verify(&forged).await.unwrap_err(),
        TokenError::UnknownKey
    );

    // With our header, so that it names our key.
    let (header, _) = ours.split_once('.').unwrap();
    let (_, rest) = forged.split_once('.').unwrap();
    let forged = format!("{header}.{rest}");
    assert_eq!(
        identity.verify(&forged).await.unwrap_err(),
        TokenError::Malformed
    );
}

#[tokio::test]
async fn the_published_key_does_not_serve_as_a_shared_secret() {
    let world = World::new();
    let identity = identity(&world).await;
    let jwks = std::fs::read_to_string(world.issuer.settings().jwks).unwrap();
    let jwks: serde_json::Value = serde_json::from_str(&jwks).unwrap();
    let key = &jwks["keys"][0];
    let header = Header {
        kid: key["kid"].as_str().map(str::to_owned),
        ..Header::new(Algorithm::HS256)
    };
    let secret = EncodingKey::from_base64_secret(key["x"].as_str().unwrap());
    let secret =
        secret.unwrap_or_else(|_| EncodingKey::from_secret(key["x"].as_str().unwrap().as_bytes()));
    let claims = json!({
        "iss": world.issuer.issuer, "aud": world.issuer.audience, "sub": "x", "caller": "clerk",
        "exp": OffsetDateTime::now_utc().unix_timestamp() + 60,
    });
    let token = encode(&header, &claims, &secret).unwrap();
    assert_eq!(
        identity.verify(&token).await.unwrap_err(),
        TokenError::Malformed
    );
}

#[tokio::test]
async fn a_token_never_makes_a_service_nor_a_party_without_its_number() {
    let world = World::new();
    let identity = identity(&world).await;
    let service = world
        .issuer
        .token(&Actor::service("collection"), MINUTE)
        .unwrap();
    assert_eq!(
        identity.verify(&service).await.unwrap_err(),
        TokenError::Claim("caller")
    );
    let employer = Actor {
        caller: Caller::Employer,
        ..clerk(&[], &[])
    };
    let nobody = world.issuer.token(&employer, MINUTE).unwrap();
    assert_eq!(
        identity.verify(&nobody).await.unwrap_err(),
        TokenError::Claim("party")
    );
}

#[tokio::test]
async fn the_tokens_of_an_oidc_provider_are_read_claim_by_claim() {
    let folder = tempfile::tempdir().unwrap();
    let key = KeyPair::generate().unwrap();
    // An uncompressed point: 4, then both coordinates.
    let (x, y) = key.der_bytes()[1..].split_at(32);
    let encoded = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let jwks = json!({"keys": [
        {"kty": "AKP", "kid": "of-tomorrow", "pub": "AA"},
        {"kty": "EC", "crv": "P-256", "kid": "ec-1", "use": "sig", "x": encoded(x), "y": encoded(y)},
    ]});
    let file = folder.path().join("jwks.json");
    std::fs::write(&file, jwks.to_string()).unwrap();
    let settings = config::Identity {
        issuer: "https://id.example.cn".to_owned(),
        jwks: file.display().to_string(),
        ..Default::default()
    };
    let identity = Identity::load(&settings).await.unwrap();
    let header = Header {
        kid: Some("ec-1".to_owned()),
        ..Header::new(Algorithm::ES256)
    };
    let signing = EncodingKey::from_ec_der(&key.serialize_der());
    let verify = async |changes: serde_json::Value| {
        let mut claims = json!({
            "iss": "https://id.example.cn", "aud": ["account", "workinjury"], "sub": "c-7",
            "name": "王芳", "caller": "clerk", "areas": ["310000"], "departments": ["finance"],
            "duties": ["reviewer"], "exp": OffsetDateTime::now_utc().unix_timestamp() + 300,
        });
        for (claim, value) in changes.as_object().unwrap() {
            claims[claim] = value.clone();
        }
        identity
            .verify(&encode(&header, &claims, &signing).unwrap())
            .await
    };

    let actor = verify(json!({})).await.unwrap();
    let expected = clerk(&[Department::Finance], &[Duty::Reviewer]);
    assert_eq!(
        actor,
        Actor {
            id: "c-7".to_owned(),
            ..expected
        }
    );
    assert_eq!(
        verify(json!({"areas": "*"})).await.unwrap().areas,
        Areas::All
    );

    let in_an_hour = OffsetDateTime::now_utc().unix_timestamp() + 3600;
    for (change, error) in [
        (
            json!({"nbf": in_an_hour, "exp": in_an_hour + 60}),
            TokenError::NotYetValid,
        ),
        (json!({"aud": null}), TokenError::Claim("aud")),
        (json!({"iss": null}), TokenError::Claim("iss")),
        (json!({"sub": ""}), TokenError::Claim("sub")),
        (json!({"caller": "king"}), TokenError::Claim("caller")),
        (json!({"areas": "310000"}), TokenError::Claim("areas")),
        (
            json!({"departments": ["fnance"]}),
            TokenError::Claim("departments"),
        ),
        (json!({"duties": ["boss"]}), TokenError::Claim("duties")),
    ] {
        assert_eq!(verify(change).await.unwrap_err(), error);
    }
}

#[tokio::test]
async fn a_new_key_is_accepted_as_soon_as_a_token_names_it() {
    let world = World::new();
    let identity = identity(&world).await;
    let taken_back = world.issuer.token(&clerk(&[], &[]), MINUTE).unwrap();
    identity.verify(&taken_back).await.unwrap();
    let next = Issuer::create(world.folder.path()).unwrap();
    let token = next.token(&clerk(&[], &[]), MINUTE).unwrap();
    identity.verify(&token).await.unwrap();
    // Also one that was good before, and is kept as such.
    assert_eq!(
        identity.verify(&taken_back).await.unwrap_err(),
        TokenError::UnknownKey
    );
}

#[tokio::test]
async fn unknown_keys_do_not_make_every_call_a_call_of_the_issuer() {
    let world = World::new();
    let jwks = std::fs::read_to_string(world.issuer.settings().jwks).unwrap();
    let fetched = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&fetched);
    let router = axum::Router::new().route(
        "/jwks",
        axum::routing::get(move || async move {
            counter.fetch_add(1, Ordering::SeqCst);
            jwks
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks", listener.local_addr().unwrap());
    let mut background = tokio::task::JoinSet::new();
    background.spawn(async { axum::serve(listener, router).await });

    let settings = config::Identity {
        jwks: url,
        ..world.issuer.settings()
    };
    let identity = Identity::load(&settings).await.unwrap();
    let token = world.issuer.token(&clerk(&[], &[]), MINUTE).unwrap();
    identity.verify(&token).await.unwrap();
    assert_eq!(fetched.load(Ordering::SeqCst), 1);

    let unknown = World::new().issuer.token(&clerk(&[], &[]), MINUTE).unwrap();
    for _ in 0..20 {
        assert_eq!(
            identity.verify(&unknown).await.unwrap_err(),
            TokenError::UnknownKey
        );
    }
    assert_eq!(fetched.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn keys_that_cannot_be_read_say_which_setting_to_look_at() {
    let settings = config::Identity {
        jwks: "/nowhere.json".to_owned(),
        ..Default::default()
    };
    let error = Identity::load(&settings).await.err().unwrap().to_string();
    assert!(
        error.contains("/nowhere.json") && error.contains("identity.jwks"),
        "{error}"
    );
}
