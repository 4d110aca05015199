//! Section 2: what an accepted objection to a floating rate leads to, article 26.

use chassis::testing::{AREA, TestService, reason};
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::rate_service_client::RateServiceClient;
use contracts::collection::v1::{
    DeliverRateFloatingNoticeRequest, GetBalanceRequest, RateFloatingNotice, RateReassessmentForm,
};
use contracts::registration::v1::EmployerDeregistered;
use contracts::registration::v1::registration_event::What;
use law::Month;
use time::macros::date;
use uuid::Uuid;

use crate::rate::{fact, floats, january, notices, order, rate, upload};
use crate::support::*;

/// The coal mine, whose accident raises its rate from January on, and the notice that tells it.
async fn floated() -> (TestService, RateFloatingNotice) {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    floats(&service).await;
    let notice = notices(&service, false).await.remove(0);
    (service, notice)
}

/// The mine objects to what a notice tells: there was no accident.
fn objection(notice: &RateFloatingNotice) -> RateReassessmentForm {
    RateReassessmentForm {
        employer_id: employer_id(1),
        notice_id: notice.notice_id.clone(),
        grounds: "该起事故未被认定为工伤".to_owned(),
        facts: Some(fact(1, 0, 0)),
    }
}

// Art. 26
#[tokio::test]
async fn an_objection_is_to_a_notice_and_its_period_and_comes_in_time() {
    let (service, notice) = floated().await;
    service.clock().set(at(date!(2026 - 11 - 24)));
    let delivery = DeliverRateFloatingNoticeRequest {
        pooling_area: AREA.to_owned(),
        notice_id: notice.notice_id.clone(),
        delivered_on: Some(date!(2026 - 11 - 24).into()),
        ..DeliverRateFloatingNoticeRequest::default()
    };
    let mut client = RateServiceClient::new(service.connect(&handler()).await);
    client.deliver_rate_floating_notice(delivery).await.unwrap();

    let objection = objection(&notice);
    let mut wrong = objection.clone();
    wrong.facts.as_mut().unwrap().to_month = Some(month(9).into());
    assert_eq!(
        reason(&approve(&service, &wrong).await.unwrap_err()),
        "PERIOD_MISMATCH"
    );
    let unknown = RateReassessmentForm {
        notice_id: Uuid::now_v7().to_string(),
        ..objection.clone()
    };
    assert_eq!(
        reason(&approve(&service, &unknown).await.unwrap_err()),
        "NOTICE_UNKNOWN"
    );
    let in_time = service.submit(&handler(), &objection, PAPERS).await;
    service.clock().set(at(date!(2027 - 01 - 24)));
    assert_eq!(
        reason(&approve(&service, &objection).await.unwrap_err()),
        "OBJECTION_LATE"
    );
    service.sign_off(&in_time.unwrap()).await.unwrap();
    assert_eq!(rate(&service, january()).await.rate, "0.019");
    let told = told(&service).await;
    assert!(matches!(&told.last().unwrap().1, Happened::RateSet(set) if set.tier == 0));
}

// Art. 26
#[tokio::test]
async fn an_accepted_objection_is_told_in_the_place_of_the_first_notice_also_after_deregistration()
{
    let (service, first) = floated().await;
    assert_eq!(first.superseded_by, "");

    service.clock().set(at(date!(2026 - 12 - 01)));
    let deregistered = EmployerDeregistered {
        employer_id: employer_id(1),
        ended_on: Some(date!(2026 - 11 - 30).into()),
        ..EmployerDeregistered::default()
    };
    tell(&service, vec![What::EmployerDeregistered(deregistered)]).await;
    approve(&service, &objection(&first)).await.unwrap();

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
    let (service, first) = floated().await;
    // The accident was not one: the rates of the month float once more.
    upload(&service, vec![fact(1, 0, 0)]).await;
    run(&service, &order()).await;

    let [old, new] = notices(&service, false).await.try_into().unwrap();
    let superseded = (&first.notice_id, &new.notice_id);
    assert_eq!((&old.notice_id, &old.superseded_by), superseded);
    assert_ne!(old.rate, new.rate);
    let refused = approve(&service, &objection(&old)).await.unwrap_err();
    assert_eq!(reason(&refused), "NOTICE_SUPERSEDED");
    service.clock().set(at(date!(2026 - 12 - 09)));
    let overdue = notices(&service, true).await;
    assert_eq!(overdue, std::slice::from_ref(&new));
}

// Art. 26
// Art. 28
#[tokio::test]
async fn an_objection_corrects_what_was_assessed_only_where_it_changes_the_rate() {
    let (service, notice) = floated().await;
    assess(&service, month(11)).await;
    assess(&service, month(12)).await;
    service.clock().set(at(date!(2027 - 01 - 05)));
    let roster = vec![wage(1, "6000.20"), wage(2, "4000")];
    approve(&service, &declaration(january(), january(), roster))
        .await
        .unwrap();
    assess(&service, january()).await;
    service.clock().set(at(date!(2027 - 02 - 05)));
    let late = back_payment(vec![owed(2, january(), "4000.20")]);
    approve(&service, &late).await.unwrap();
    // 10000.20 x 2.85% and 0.20 x 2.85%, each to the fen; on 10000.40 together it would be 285.01.
    assert_eq!(due(&service, january()).await, "285.02");

    let mut objection = objection(&notice);
    objection.facts = Some(fact(1, 1, 1));
    approve(&service, &objection).await.unwrap();
    assert_eq!(due(&service, january()).await, "285.02");
    objection.facts = Some(fact(1, 0, 0));
    // What the first notice said is said by another by now.
    let superseded = approve(&service, &objection).await.unwrap_err();
    assert_eq!(reason(&superseded), "NOTICE_SUPERSEDED");
    let in_force = notices(&service, false).await.into_iter();
    let mut in_force = in_force.filter(|notice| notice.superseded_by.is_empty());
    objection.notice_id = in_force.next().unwrap().notice_id;
    approve(&service, &objection).await.unwrap();
    // 10000.40 x 1.9%.
    assert_eq!(due(&service, january()).await, "190.01");
    let found = assessment(&service, 1, january()).await.unwrap();
    assert_eq!(found.contribution, yuan("190.01"));
    let lines = found.worksheet.unwrap().lines;
    let value = |label: &str| {
        lines
            .iter()
            .find(|l| l.label == label)
            .unwrap()
            .value
            .clone()
    };
    assert_eq!(
        (value("原核定金额"), value("差额")),
        ("285.02".to_owned(), "-95.01".to_owned())
    );
}

/// What employer 1 was charged for a month, back-payments and corrections included.
async fn due(service: &TestService, of: Month) -> String {
    let request = GetBalanceRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        on: None,
    };
    let mut client = ArrearsServiceClient::new(service.connect(&handler()).await);
    let balance = client.get_balance(request).await.unwrap().into_inner();
    let month = balance
        .months
        .into_iter()
        .find(|m| m.month == Some(of.into()));
    month.unwrap().due.unwrap().to_string()
}
