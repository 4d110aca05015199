//! What others ask of an employer and its staff: benefit-review and registration.

use chassis::testing::{AREA, TestService, reason};
use chassis::wire;
use contracts::Date as WireDate;
use contracts::Month as WireMonth;
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::{
    BackPaymentDecision, GetClearanceRequest, GetClearanceResponse, GetPaymentStateRequest,
    GetPaymentStateResponse,
};
use contracts::registration::v1::EnrolmentEnded;
use contracts::registration::v1::registration_event::What;
use time::Date;
use time::macros::date;

use crate::books::{Books, paid};
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
    let state = async |who, on| state(&service, who, on).await;
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

pub async fn state(service: &TestService, who: Option<u16>, on: Date) -> GetPaymentStateResponse {
    let mut arrears = ArrearsServiceClient::new(service.connect(&handler()).await);
    let person = who.map(|who| person_id(who).to_string());
    let request = GetPaymentStateRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        person_id: person.unwrap_or_default(),
        on: Some(WireDate::from(on)),
    };
    let answer = arrears.get_payment_state(request).await;
    answer.unwrap().into_inner()
}

// Art. 125
#[tokio::test]
async fn a_month_for_which_a_person_was_not_charged_is_not_paid_up() {
    let books = Books {
        service: collection().await,
    };
    let service = &books.service;
    coal_mine(service).await;
    service.clock().set(at(date!(2026 - 10 - 20)));
    tell(service, vec![pre_enrolled(1, 4, 5000, month(10))]).await;
    assess(service, month(10)).await;
    books.on(date!(2026 - 10 - 26));
    let in_time = date!(2026 - 10 - 25);
    let paid = paid("A1", &employer_id(1), "190.00", in_time);
    books.send(vec![paid]).await;
    // Declared in November: October is to be paid back on form 3-11.
    service.clock().set(at(date!(2026 - 11 - 02)));
    let late = enrolled_late(1, 3, 5000, (month(10), month(11)));
    tell(service, vec![late]).await;

    let october = [month(10).into()];
    let on = date!(2026 - 11 - 01);
    let charged = state(service, Some(1), on).await;
    assert!(charged.paid_up && charged.unassessed_months.is_empty());
    let missed = state(service, Some(3), on).await;
    assert_eq!(
        (missed.paid_up, &*missed.unassessed_months),
        (false, &october[..])
    );
    assert_eq!(missed.unpaid_months, []);
    let anybody = state(service, None, on).await;
    assert_eq!(
        (anybody.paid_up, &*anybody.unassessed_months),
        (false, &october[..])
    );
    // Who was hired after the window is in time until the due date of November.
    assert!(state(service, Some(4), date!(2026 - 11 - 25)).await.paid_up);
    let late = state(service, Some(4), date!(2026 - 11 - 26)).await;
    assert_eq!(late.unassessed_months, [month(10).into(), month(11).into()]);
}

// Art. 29
// Art. 30
#[tokio::test]
async fn months_before_an_enrolment_that_are_told_later_are_paid_back_once() {
    let service = collection().await;
    coal_mine(&service).await;
    let third = enrolled(1, 3, 5000, month(10));
    tell(&service, vec![third]).await;
    let assessed = assess(&service, month(10)).await;
    assert_eq!(assessed.headcount, 3);
    service.clock().set(at(date!(2026 - 11 - 02)));
    // Enrolled since the middle of October, and before it since August, as is told in November.
    let late = enrolled_late(1, 3, 5000, (month(8), month(11)));
    let until = ended(&late, date!(2026 - 10 - 14));
    tell(&service, vec![late, until]).await;

    let on = date!(2026 - 11 - 01);
    let missed = state(&service, Some(3), on).await;
    assert!(missed.insured);
    assert_eq!(missed.unassessed_months, [month(8).into(), month(9).into()]);
    assert!(
        state(&service, Some(3), date!(2026 - 09 - 10))
            .await
            .insured
    );
    let october = back_payment(vec![owed(3, month(10), "5000")]);
    let refused = approve(&service, &october).await.unwrap_err();
    assert_eq!(reason(&refused), "BACK_PAYMENT_NOTHING");
    let months = || vec![owed(3, month(8), "5000"), owed(3, month(9), "5000")];
    let case = approve(&service, &back_payment(months())).await.unwrap();
    let decision: BackPaymentDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(decision.contribution, yuan("190.00"));
    let due_on: Vec<_> = decision.months.iter().map(|month| month.due_on).collect();
    assert_eq!(
        due_on,
        [
            Some(date!(2026 - 08 - 25).into()),
            Some(date!(2026 - 09 - 25).into())
        ]
    );
    // 95 yuan for 69 and for 38 days.
    assert_eq!(decision.late_fee, yuan("5.09"));
    let refused = approve(&service, &back_payment(months()))
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "BACK_PAYMENT_NOTHING");
    let paid_back = state(&service, Some(3), on).await;
    assert_eq!(paid_back.unassessed_months, []);

    let everybody = [(1, "6000"), (2, "4000"), (3, "5000")];
    declare(&service, month(11), &everybody).await;
    let assessed = assess(&service, month(11)).await;
    assert_eq!(assessed.headcount, 3);
    let november = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(november.contribution, yuan("285.00"));
    assert_eq!(november.pre_enrolment_months, []);
}

// Art. 125
#[tokio::test]
async fn a_person_is_insured_from_the_first_day_to_the_last() {
    let service = collection().await;
    coal_mine(&service).await;
    let mut hired = enrolled(1, 3, 5000, month(10));
    let What::PersonEnrolled(event) = &mut hired else {
        panic!("not an enrolment");
    };
    let enrolment = event.enrolment.as_mut().unwrap();
    enrolment.starts_on = Some(date!(2026 - 10 - 12).into());
    let ended = EnrolmentEnded {
        enrolment_id: enrolment.enrolment_id.clone(),
        employer_id: employer_id(1),
        ends_on: Some(date!(2026 - 10 - 28).into()),
        ..EnrolmentEnded::default()
    };
    tell(&service, vec![hired, What::EnrolmentEnded(ended)]).await;
    for (on, insured) in [
        (date!(2026 - 10 - 11), false),
        (date!(2026 - 10 - 12), true),
        (date!(2026 - 10 - 28), true),
        (date!(2026 - 10 - 29), false),
    ] {
        assert_eq!(state(&service, Some(3), on).await.insured, insured, "{on}");
    }
}

async fn unassessed(service: &TestService) -> Vec<WireMonth> {
    clearance(service).await.unassessed_months
}

async fn clearance(service: &TestService) -> GetClearanceResponse {
    let mut arrears = ArrearsServiceClient::new(service.connect(&handler()).await);
    let request = GetClearanceRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
    };
    arrears.get_clearance(request).await.unwrap().into_inner()
}

// Art. 16
// Art. 18
#[tokio::test]
async fn what_is_charged_is_owed_at_once_and_overdue_after_its_last_day_in_time() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    for (on, overdue, late_fee) in [
        (date!(2026 - 10 - 20), "0.00", "0.00"),
        (date!(2026 - 10 - 25), "0.00", "0.00"),
        // A day of 0.05% on 190 yuan.
        (date!(2026 - 10 - 26), "190.00", "0.10"),
    ] {
        service.clock().set(at(on));
        let found = clearance(&service).await;
        assert_eq!((found.cleared, found.principal), (false, yuan("190.00")));
        assert_eq!(
            (found.overdue_principal, found.late_fee),
            (yuan(overdue), yuan(late_fee)),
            "{on}"
        );
    }
}

// Art. 18
#[tokio::test]
async fn a_month_charged_provisionally_is_told_until_its_wages_are_declared() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    assess(&service, month(11)).await;
    let provisional = async |on| state(&service, None, on).await.provisional_months;
    let on = date!(2026 - 11 - 30);
    assert_eq!(provisional(on).await, [month(11).into()]);
    assert_eq!(provisional(date!(2026 - 10 - 31)).await, []);
    let roster = vec![wage(1, "6000"), wage(2, "4000")];
    let declared = declaration(month(11), month(11), roster);
    approve(&service, &declared).await.unwrap();
    assert_eq!(provisional(on).await, []);
}

// Art. 16
#[tokio::test]
async fn a_month_charged_provisionally_is_open_with_the_clearance_until_its_wages_are_declared() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    assess(&service, month(11)).await;
    assert_eq!(unassessed(&service).await, [month(11).into()]);
    let roster = vec![wage(1, "6000"), wage(2, "4000")];
    let declared = declaration(month(11), month(11), roster);
    approve(&service, &declared).await.unwrap();
    assert_eq!(unassessed(&service).await, []);
}

// Art. 16
#[tokio::test]
async fn months_in_which_people_are_insured_and_nothing_is_assessed_are_told_with_the_clearance() {
    let service = collection().await;
    coal_mine(&service).await;
    let october = month(10).into();
    assert_eq!(unassessed(&service).await, [october]);
    assess(&service, month(10)).await;
    assert_eq!(unassessed(&service).await, []);

    // Declared after the month was sent, a person's October is paid back; declared in October and told
    // of after it, it is charged with November.
    service.clock().set(at(date!(2026 - 11 - 02)));
    let late = enrolled_late(1, 3, 5000, (month(10), month(11)));
    tell(&service, vec![late, enrolled(1, 4, 5000, month(10))]).await;
    assert_eq!(unassessed(&service).await, [october, month(11).into()]);
    let everybody = [(1, "6000"), (2, "4000"), (3, "5000"), (4, "5000")];
    declare(&service, month(11), &everybody).await;
    assess(&service, month(11)).await;
    assert_eq!(unassessed(&service).await, [october]);
    let missed = back_payment(vec![owed(3, month(10), "5000")]);
    approve(&service, &missed).await.unwrap();
    assert_eq!(unassessed(&service).await, []);
}

// Art. 16
#[tokio::test]
async fn a_month_that_the_assessment_of_a_later_one_charged_is_assessed() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    let both = [(1, "6000"), (2, "4000")];
    declare(&service, month(11), &both).await;
    assess(&service, month(11)).await;
    // In time, and told of after November was counted: December's assessment charges both.
    tell(&service, vec![enrolled(1, 3, 5000, month(11))]).await;
    assert_eq!(unassessed(&service).await, [month(11).into()]);
    let three = [both[0], both[1], (3, "5000")];
    declare(&service, month(12), &three).await;
    assess(&service, month(12)).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(december.pre_enrolment_months.len(), 1);
    assert_eq!(unassessed(&service).await, []);
}

// Art. 16
// Art. 18
// Art. 31
// Art. 125
#[tokio::test]
async fn who_is_reported_late_for_months_that_a_special_way_covers_is_paid_for_with_them() {
    let service = collection().await;
    coal_mine(&service).await;
    let two_months = by_headcount(&service, 1, (month(10), month(11))).await;
    approve(&service, &two_months).await.unwrap();
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let late = enrolled_late(1, 3, 5000, (month(10), month(11)));
    tell(&service, vec![late]).await;
    let found = state(&service, Some(3), date!(2026 - 11 - 01)).await;
    assert_eq!(found.unassessed_months, []);
    assert!(found.insured && found.paid_up);
    assert_eq!(unassessed(&service).await, []);
    // What the special way does not cover is to be assessed still.
    service.clock().set(at(date!(2026 - 12 - 01)));
    assert_eq!(unassessed(&service).await, [month(12).into()]);
}
