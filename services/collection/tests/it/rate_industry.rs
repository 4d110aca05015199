//! Section 2: rates of employers that move to another industry, articles 25 and 26.

use chassis::testing::TestService;
use contracts::collection::v1::collection_event::Happened;
use time::macros::date;

use crate::rate::{accident, floats, january, notices, order, rate};
use crate::support::*;

/// The coal mine, whose accident raises its rate to 2.85% from January on.
async fn raised() -> TestService {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    floats(&service).await;
    assert_eq!(rate(&service, january()).await.rate, "0.0285");
    service
}

// Art. 26
#[tokio::test]
async fn a_rate_floats_on_while_the_industry_stays_the_same() {
    let service = raised().await;
    let from_february = |industry| moved(1, industry, date!(2027 - 02 - 01));
    tell(&service, vec![from_february("06")]).await;
    let february = january().next();
    assert_eq!(rate(&service, february).await.rate, "0.0285");
    let told = told(&service).await;
    assert!(
        matches!(&told.last().unwrap().1, Happened::RateSet(set) if set.rate == "0.0285" && set.tier == 2)
    );
    tell(&service, vec![from_february("65")]).await;
    assert_eq!(rate(&service, february).await.rate, "0.002");
    assert_eq!(rate(&service, january()).await.rate, "0.0285");
}

// Art. 25
// Art. 26
#[tokio::test]
async fn a_rate_floats_in_the_industry_that_was_reviewed_and_in_no_other_whenever_it_is_told() {
    let service = raised().await;
    // From a day before the tier holds, and told after it was set.
    tell(&service, vec![moved(1, "65", date!(2026 - 12 - 10))]).await;
    assert_eq!(rate(&service, january()).await.rate, "0.002");
    let Happened::RateSet(set) = told(&service).await.pop().unwrap().1 else {
        panic!("not a rate");
    };
    assert_eq!((set.tier, set.rate.as_str()), (0, "0.002"));
    // It was a mistake, and is taken back to the day.
    tell(&service, vec![moved(1, "06", date!(2026 - 12 - 10))]).await;
    assert_eq!(rate(&service, january()).await.rate, "0.0285");
    // Who leaves the industry and comes back begins at the benchmark.
    let moves = vec![
        moved(1, "65", date!(2027 - 02 - 01)),
        moved(1, "06", date!(2027 - 03 - 01)),
    ];
    tell(&service, moves).await;
    let march = january().plus(2);
    assert_eq!(rate(&service, january()).await.rate, "0.0285");
    assert_eq!(rate(&service, january().next()).await.rate, "0.002");
    assert_eq!(rate(&service, march).await.rate, "0.019");
}

// Art. 26
#[tokio::test]
async fn who_moves_to_another_industry_while_rates_are_signed_is_reviewed_in_it() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 16)));
    accident(&service).await;
    let run = preview(&service, &order()).await;
    tell(&service, vec![moved(1, "45", date!(2026 - 12 - 10))]).await;
    sign(&service, &run).await;
    let in_force = rate(&service, january()).await;
    let notice = notices(&service, false).await.remove(0);
    assert_eq!((in_force.industry_code.as_str(), in_force.tier), ("45", 2));
    assert_eq!(notice.rate, in_force.rate);
}
