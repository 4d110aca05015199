//! Section 3: many months that a parameter has changed, assessed anew in the night: article 28.

use chassis::Actor;
use chassis::testing::{AREA, TestService, eventually};
use contracts::common::v1::ReadEventsRequest;
use rust_decimal::Decimal;
use time::macros::date;

use crate::support::*;

/// Assessed anew in five units.
const EMPLOYERS: u32 = 999;

/// Coal mines of one person each, whose wages all differ, since October; it is 5 October.
async fn mines() -> TestService {
    let service = collection().await;
    service.clock().set(at(date!(2026 - 10 - 05)));
    let mut events = Vec::new();
    for n in 1..=EMPLOYERS {
        events.extend(registered(n, "06"));
        events.push(enrolled(n, n.try_into().unwrap(), 5000 + n, month(10)));
    }
    tell(&service, events).await;
    service
}

/// Half of every rate since October, as when contributions were lowered for a time (人社部发〔2018〕25号).
async fn halve(service: &TestService) {
    set_from(
        service,
        "rate_reduction_ratio",
        "0.5",
        date!(2026 - 10 - 01),
    )
    .await;
}

/// What each employer is charged for October, by its form 3-10A and by the ledger, in how many entries.
async fn charged(service: &TestService) -> Vec<(String, Decimal, Decimal, i64)> {
    let of = "SELECT a.employer_id, a.contribution, sum(e.amount), count(*)
         FROM assessment a JOIN ledger_entry e USING (pooling_area, employer_id, month)
         GROUP BY a.employer_id, a.contribution ORDER BY a.employer_id";
    let area = ReadEventsRequest {
        pooling_area: AREA.to_owned(),
        ..ReadEventsRequest::default()
    };
    let actor = Actor::service("collection");
    let found = service.platform.glance(&actor, area, |unit, _| {
        Box::pin(async move { Ok(sqlx::query_as(of).fetch_all(unit.db()).await?) })
    });
    found.await.unwrap()
}

// Art. 25
// Art. 28
#[tokio::test]
async fn a_night_that_is_interrupted_goes_on_and_comes_out_as_if_the_law_had_been_known() {
    let known = mines().await;
    halve(&known).await;
    assess(&known, month(10)).await;
    let expected: Vec<_> = charged(&known).await;

    let mut service = mines().await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    halve(&service).await;
    // Somebody holds the form of the five hundredth, whom the third part assesses anew.
    let pool = service.platform.db().pool().clone();
    let mut holds = pool.begin().await.unwrap();
    let area = "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)";
    let area = sqlx::query(area).bind(AREA);
    area.execute(&mut *holds).await.unwrap();
    let form = sqlx::query("SELECT FROM assessment WHERE employer_id = $1 FOR UPDATE");
    let form = form.bind(employer_id(500));
    form.execute(&mut *holds).await.unwrap();
    service.clock().set(at(date!(2026 - 11 - 03)));
    let corrected = async |service: &TestService| {
        let charged = charged(service).await;
        charged.iter().filter(|of| of.3 == 2).count()
    };
    let two_parts = async || (corrected(&service).await == 400).then_some(());
    eventually(two_parts).await;
    service = service.replace(collection::service()).await;
    holds.rollback().await.unwrap();
    let all = async || (corrected(&service).await == EMPLOYERS as usize).then_some(());
    eventually(all).await;

    let found = charged(&service).await;
    let found: Vec<_> = found.into_iter().map(|of| (of.0, of.1, of.2)).collect();
    let expected: Vec<_> = expected.into_iter().map(|of| (of.0, of.1, of.2)).collect();
    assert_eq!(found, expected);
    assert_eq!(found.len(), EMPLOYERS as usize);
}
