//! Section 2: what an accepted objection to a floating rate leads to, article 26.

use chassis::testing::{AREA, TestService, reason};
use contracts::collection::v1::rate_service_client::RateServiceClient;
use contracts::collection::v1::{
    DeliverRateFloatingNoticeRequest, ListRateFloatingNoticesRequest, RateFloatingNotice,
    RateReassessmentForm,
};
use contracts::registration::v1::EmployerDeregistered;
use contracts::registration::v1::registration_event::What;
use time::macros::date;

use crate::rate;
use crate::support::*;

async fn notices(service: &TestService, overdue: bool) -> Vec<RateFloatingNotice> {
    let request = ListRateFloatingNoticesRequest {
        pooling_area: AREA.to_owned(),
        overdue,
        ..ListRateFloatingNoticesRequest::default()
    };
    let mut client = RateServiceClient::new(service.connect(&handler()).await);
    let listed = client.list_rate_floating_notices(request).await.unwrap();
    listed.into_inner().notices
}

// Art. 26
#[tokio::test]
async fn an_accepted_objection_is_told_in_the_place_of_the_first_notice_also_after_deregistration()
{
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 16)));
    rate::accident(&service).await;
    run(&service, &rate::order()).await;
    let first = notices(&service, false).await.remove(0);
    assert_eq!(first.superseded_by, "");

    service.clock().set(at(date!(2026 - 12 - 01)));
    let deregistered = EmployerDeregistered {
        employer_id: employer_id(1),
        ended_on: Some(date!(2026 - 11 - 30).into()),
        ..EmployerDeregistered::default()
    };
    tell(&service, vec![What::EmployerDeregistered(deregistered)]).await;
    let objection = RateReassessmentForm {
        employer_id: employer_id(1),
        notice_id: first.notice_id.clone(),
        grounds: "该起事故未被认定为工伤".to_owned(),
        facts: Some(rate::fact(1, 0, 0)),
    };
    approve(&service, &objection).await.unwrap();

    let [old, new] = notices(&service, false).await.try_into().unwrap();
    assert_eq!(
        (&old.notice_id, &old.superseded_by),
        (&first.notice_id, &new.notice_id)
    );
    let rates = (new.previous_rate.as_str(), new.rate.as_str(), new.tier);
    assert_eq!(rates, ("0.019", "0.019", 0));
    // Five working days after Tuesday, 1 December.
    let (decided_on, notify_by) = (date!(2026 - 12 - 01), date!(2026 - 12 - 08));
    assert_eq!(new.decided_on, Some(decided_on.into()));
    assert_eq!(new.notify_by, Some(notify_by.into()));

    // The first one needs no delivery any more, the new one does.
    service.clock().set(at(date!(2026 - 12 - 09)));
    let overdue = notices(&service, true).await;
    assert_eq!(overdue, std::slice::from_ref(&new));
    let mut client = RateServiceClient::new(service.connect(&handler()).await);
    let mut delivery = DeliverRateFloatingNoticeRequest {
        pooling_area: AREA.to_owned(),
        notice_id: old.notice_id,
        delivered_on: Some(date!(2026 - 12 - 09).into()),
        ..DeliverRateFloatingNoticeRequest::default()
    };
    let refused = client.deliver_rate_floating_notice(delivery.clone()).await;
    let refused = refused.unwrap_err();
    assert_eq!(reason(&refused), "NOTICE_SUPERSEDED");
    assert!(refused.message().contains(&new.notice_id), "{refused:?}");
    delivery.notice_id = new.notice_id;
    client.deliver_rate_floating_notice(delivery).await.unwrap();
}

// Art. 26
#[tokio::test]
async fn rates_that_float_again_for_the_same_month_are_told_in_the_place_of_the_first_notices() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 16)));
    rate::accident(&service).await;
    run(&service, &rate::order()).await;
    let first = notices(&service, false).await.remove(0);
    // The accident was not one: the rates of the month float once more.
    rate::upload(&service, vec![rate::fact(1, 0, 0)]).await;
    run(&service, &rate::order()).await;

    let [old, new] = notices(&service, false).await.try_into().unwrap();
    let superseded = (&first.notice_id, &new.notice_id);
    assert_eq!((&old.notice_id, &old.superseded_by), superseded);
    assert_ne!(old.rate, new.rate);
    let objection = RateReassessmentForm {
        employer_id: employer_id(1),
        notice_id: old.notice_id,
        grounds: "该起事故未被认定为工伤".to_owned(),
        facts: Some(rate::fact(1, 0, 0)),
    };
    let refused = approve(&service, &objection).await.unwrap_err();
    assert_eq!(reason(&refused), "NOTICE_SUPERSEDED");
    service.clock().set(at(date!(2026 - 12 - 09)));
    let overdue = notices(&service, true).await;
    assert_eq!(overdue, std::slice::from_ref(&new));
}
