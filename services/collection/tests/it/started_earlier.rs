//! An employer whose insurance began earlier than was registered: articles 8, 11 and 29.

use contracts::collection::v1::BackPaymentDecision;
use contracts::registration::v1::EmployerChanged;
use contracts::registration::v1::registration_event::What;
use time::macros::date;

use crate::support::*;

// Art. 11
// Art. 29
#[tokio::test]
async fn months_before_the_registered_day_are_paid_back_at_the_rate_of_the_first_industry() {
    let service = collection().await;
    let mut events = registered(1, "06");
    events.push(enrolled(1, 1, 6000, month(10)));
    service.clock().set(at(date!(2026 - 10 - 05)));
    tell(&service, events).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let december = law::Month::new(2023, 12).unwrap();
    let changed = registered(1, "06").into_iter().find_map(|what| match what {
        What::EmployerRegistered(told) => told.employer,
        _ => None,
    });
    let changed = What::EmployerChanged(EmployerChanged {
        employer: changed.map(|employer| contracts::registration::v1::Employer {
            starts_on: Some(date!(2023 - 12 - 01).into()),
            ..employer
        }),
        ..EmployerChanged::default()
    });
    let hired = enrolled_late(1, 2, 6000, (december, month(11)));
    tell(&service, vec![changed, hired]).await;
    let case = approve(&service, &back_payment(vec![owed(2, december, "6000")]))
        .await
        .unwrap();
    let decision: BackPaymentDecision = chassis::wire::from_any(&case.decision.unwrap()).unwrap();
    // Coal mining is of class 8: 1.9%.
    assert_eq!(decision.contribution, yuan("114.00"));
}
