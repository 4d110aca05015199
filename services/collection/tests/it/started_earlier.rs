//! An employer whose insurance began earlier than was registered: articles 8, 11 and 29.

use contracts::collection::v1::BackPaymentDecision;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{Employer, EmployerChanged};
use time::Date;
use time::macros::date;

use crate::support::*;

// Art. 11
// Art. 29
#[tokio::test]
async fn months_before_the_registered_day_are_paid_back_at_the_rate_of_the_first_industry() {
    // Told one after the other, or caught up with all at once.
    for together in [false, true] {
        paid_back(together).await;
    }
}

async fn paid_back(together: bool) {
    let service = collection().await;
    let mut events = registered(1, "06");
    events.push(enrolled(1, 1, 6000, month(10)));
    service.clock().set(at(date!(2026 - 10 - 05)));
    if together {
        events.push(started_on(date!(2023 - 12 - 01)));
    }
    tell(&service, events).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let december = law::Month::new(2023, 12).unwrap();
    if !together {
        tell(&service, vec![started_on(date!(2023 - 12 - 01))]).await;
    }
    let hired = enrolled_late(1, 2, 6000, (december, month(11)));
    tell(&service, vec![hired]).await;
    let case = approve(&service, &back_payment(vec![owed(2, december, "6000")]))
        .await
        .unwrap();
    let decision: BackPaymentDecision = chassis::wire::from_any(&case.decision.unwrap()).unwrap();
    // Coal mining is of class 8: 1.9%.
    assert_eq!(decision.contribution, yuan("114.00"));
}

/// Registration tells that the insurance of employer 1 began on a day.
fn started_on(starts_on: Date) -> What {
    let registered = registered(1, "06").into_iter().find_map(|what| match what {
        What::EmployerRegistered(told) => told.employer,
        _ => None,
    });
    What::EmployerChanged(EmployerChanged {
        employer: registered.map(|employer| Employer {
            starts_on: Some(starts_on.into()),
            ..employer
        }),
        ..EmployerChanged::default()
    })
}
