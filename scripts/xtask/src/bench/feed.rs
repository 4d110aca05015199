//! The feed: enrolments that registration told, read by collection over gRPC and applied.
//!
//! The events are in registration's table before, held back by a transaction that began before them:
//! readers never pass one that may still commit. What is counted begins with its end and ends when
//! collection's cursor is at the last event.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use chassis::wire;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    ContractType, Enrolment, EnrolmentState, IdentityKind, Person, PersonEnrolled,
    RegistrationEvent, Sex,
};
use futures::FutureExt;
use law::Month;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rust_decimal::Decimal;
use sqlx::{Connection, PgConnection, query, query_scalar};
use time::{Date, macros::date};
use uuid::Uuid;

use super::platform::{AREA, Platform};
use super::target::Target;
use super::{Sample, Scenario, copy, population};

pub const SCENARIO: Scenario = Scenario {
    name: "feed",
    what: "Enrolments that registration told (`PersonEnrolled`), read by collection over gRPC and applied until \
           its cursor is at the end of the feed. The rosters of employers with 20 insured each, employers in \
           no order; 1,000 events of a transaction.",
    peer: "`COPY` of the rows that came of it into an empty table with the columns, keys and constraints of \
           collection's insured, in the order of the feed.",
    unit: "events",
    sizes: &[100_000, 1_000_000],
    target: Target::RateOrSpeed(50_000, 40),
    limit: None,
    measure: |platform, events| measure(platform, events).boxed(),
};

/// Events of one transaction.
const SLICE: usize = 1_000;

/// How often the cursor is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

async fn measure(platform: &Platform, events: u64) -> Result<Sample> {
    let mut collection = platform.owner("collection").await?;
    let mut registration = platform.owner("registration").await?;
    let mut holding = platform.owner("registration").await?;
    let mut holding = holding.begin().await?;
    query("SELECT pg_current_xact_id()")
        .execute(&mut *holding)
        .await?;
    let end = tell(&mut registration, events).await?;
    platform.settle("registration")?;
    platform.settle("collection")?;

    let begun = Instant::now();
    holding.rollback().await?;
    while cursor(&mut collection).await? != Some(end.clone()) {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let took = begun.elapsed();

    let rows = copy::out(&mut collection, "SELECT * FROM insured").await?;
    copy::peer_like(&mut collection, "insured").await?;
    platform.settle("collection")?;
    let (copied, peer) = copy::into_peer(&mut collection, &rows).await?;
    ensure!(copied == events, "{copied} enrolments were applied");
    Ok(Sample::new(events, took, peer))
}

/// Tells of enrolments; answers the cursor of the last.
async fn tell(db: &mut PgConnection, events: u64) -> Result<String> {
    let today = chassis::Clock::system().today();
    let mut employers: Vec<u64> = (0..population::employers_of(events)).collect();
    employers.shuffle(&mut ChaCha8Rng::seed_from_u64(events));
    let staff = |employer: &u64| {
        let first = employer * population::STAFF;
        first..(first + population::STAFF).min(events)
    };
    let persons: Vec<u64> = employers.iter().flat_map(staff).collect();
    for slice in persons.chunks(SLICE) {
        let events = slice.iter().map(|n| enrolled(*n, today));
        insert(db, &events.collect::<Result<Vec<_>>>()?).await?;
    }
    let last =
        "SELECT tx::text || ':' || position FROM event ORDER BY tx DESC, position DESC LIMIT 1";
    Ok(query_scalar(last).fetch_one(db).await?)
}

/// Person `n` is insured through an employer for the first time.
fn enrolled(n: u64, today: Date) -> Result<PersonEnrolled> {
    let person = Person {
        person_id: Uuid::now_v7().to_string(),
        identity_kind: IdentityKind::CitizenId as i32,
        identity_number: format!("44030019{n:010}"),
        name: format!("职工{n}"),
        sex: Sex::Female as i32,
        born_on: Some(date!(1990 - 01 - 01).into()),
        nationality: "CHN".to_owned(),
        died_on: None,
        card_number: format!("440300{n:010}"),
    };
    let wage = Decimal::new(500_000 + i64::try_from(n % 700_000)?, 2);
    let enrolment = Enrolment {
        enrolment_id: Uuid::now_v7().to_string(),
        employer_id: population::employer_id(n / population::STAFF),
        person_id: person.person_id.clone(),
        state: EnrolmentState::Enrolled as i32,
        starts_on: Some(today.into()),
        contract_type: ContractType::FixedTerm as i32,
        wage: Some(wage.into()),
        person: Some(person),
        ..Enrolment::default()
    };
    Ok(PersonEnrolled {
        enrolment: Some(enrolment),
        from_month: Some(Month::of(today).into()),
        first_time: true,
        declared_month: Some(Month::of(today).into()),
    })
}

/// Writes events as registration does, in one transaction.
async fn insert(db: &mut PgConnection, enrolled: &[PersonEnrolled]) -> Result<()> {
    let (mut keys, mut payloads, mut kind) = (Vec::new(), Vec::new(), String::new());
    for enrolled in enrolled {
        let enrolment = enrolled.enrolment.as_ref();
        keys.push(enrolment.map(|enrolment| enrolment.employer_id.clone()));
        let event = wire::any(&RegistrationEvent {
            what: Some(What::PersonEnrolled(enrolled.clone())),
        });
        wire::name_in(&event).clone_into(&mut kind);
        payloads.push(event.value);
    }
    query(
        "INSERT INTO event (pooling_area, key, kind, payload, happened_at, trace_parent, request_id)
         SELECT $1, told.key, $2, told.payload, now(), '', $3
         FROM unnest($4::text[], $5::bytea[]) WITH ORDINALITY AS told (key, payload, place)
         ORDER BY told.place",
    )
    .bind(AREA)
    .bind(kind)
    .bind(Uuid::now_v7())
    .bind(keys)
    .bind(payloads)
    .execute(db)
    .await?;
    Ok(())
}

async fn cursor(db: &mut PgConnection) -> Result<Option<String>> {
    let kept = query_scalar("SELECT cursor FROM feed_cursor WHERE feed = 'registration'");
    Ok(kept.fetch_optional(db).await?)
}
