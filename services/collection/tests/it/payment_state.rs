//! What others ask of an employer and its staff: benefit-review and registration.

use chassis::testing::AREA;
use contracts::Date as WireDate;
use contracts::Month as WireMonth;
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::{
    GetClearanceRequest, GetPaymentStateRequest, GetPaymentStateResponse,
};
use time::macros::date;

use crate::support::*;

// Art. 125
#[tokio::test]
async fn whether_a_person_was_insured_and_paid_for_is_told_as_of_any_day() {
    let service = collection().await;
    coal_mine(&service).await;
    let declared = declaration(month(10), month(10), vec![wage(1, "6500"), wage(2, "4000")]);
    approve(&service, &declared).await.unwrap();
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let mut arrears = ArrearsServiceClient::new(service.connect(&handler()).await);
    let mut state = async |who: Option<u16>, on: time::Date| -> GetPaymentStateResponse {
        let request = GetPaymentStateRequest {
            pooling_area: AREA.to_owned(),
            employer_id: employer_id(1),
            person_id: who
                .map(|who| person_id(who).to_string())
                .unwrap_or_default(),
            on: Some(WireDate::from(on)),
        };
        let answer = arrears.get_payment_state(request).await;
        answer.unwrap().into_inner()
    };

    let found = state(Some(1), date!(2026 - 10 - 20)).await;
    assert_eq!((found.insured, found.base), (true, yuan("6500.00")));
    assert!(found.paid_up, "nothing is due before the 25th");
    let found = state(Some(2), date!(2026 - 11 - 01)).await;
    assert_eq!((found.insured, found.base), (true, yuan("4000.00")));
    assert!(!found.paid_up);
    assert_eq!(found.unpaid_months, [month(10).into()]);

    let before = state(Some(1), date!(2026 - 09 - 30)).await;
    assert_eq!((before.insured, before.base), (false, None));
    let stranger = state(Some(9), date!(2026 - 10 - 20)).await;
    assert_eq!((stranger.insured, stranger.base), (false, None));
    let anybody = state(None, date!(2026 - 10 - 20)).await;
    assert_eq!((anybody.insured, anybody.base), (true, None));
    assert!(!state(None, date!(2026 - 09 - 30)).await.insured);
}

// Art. 16
#[tokio::test]
async fn months_in_which_people_are_insured_and_nothing_is_assessed_are_told_with_the_clearance() {
    let service = collection().await;
    coal_mine(&service).await;
    let unassessed = async || -> Vec<WireMonth> {
        let mut arrears = ArrearsServiceClient::new(service.connect(&handler()).await);
        let request = GetClearanceRequest {
            pooling_area: AREA.to_owned(),
            employer_id: employer_id(1),
        };
        let answer = arrears.get_clearance(request).await.unwrap().into_inner();
        answer.unassessed_months
    };
    let october = month(10).into();
    assert_eq!(unassessed().await, [october]);
    assess(&service, month(10)).await;
    assert_eq!(unassessed().await, []);

    // Declared after the month was sent, a person's October is paid back; declared in October and told
    // of after it, it is charged with November.
    service.clock().set(at(date!(2026 - 11 - 02)));
    let late = enrolled_late(1, 3, 5000, (month(10), month(11)));
    tell(&service, vec![late, enrolled(1, 4, 5000, month(10))]).await;
    assert_eq!(unassessed().await, [october, month(11).into()]);
    assess(&service, month(11)).await;
    assert_eq!(unassessed().await, [october]);
    let missed = back_payment(vec![owed(3, month(10), "5000")]);
    approve(&service, &missed).await.unwrap();
    assert_eq!(unassessed().await, []);
}
