//! Everybody is charged once for each month, whatever charges it: articles 10, 28, 29 and 31.

use chassis::testing::{TestService, reason};
use chassis::wire;
use contracts::collection::v1::{BackPaymentDecision, BackPaymentDeclaration, BackPaymentReason};
use contracts::registration::v1::PreEnrolmentConfirmed;
use contracts::registration::v1::registration_event::What;
use law::Month;
use time::macros::date;

use crate::support::*;

fn confirmed(hired: &What, declared: Month) -> What {
    let What::PersonPreEnrolled(event) = hired else {
        panic!("not a pre-enrolment");
    };
    let enrolment = event.enrolment.clone().unwrap();
    What::PreEnrolmentConfirmed(PreEnrolmentConfirmed {
        enrolment_id: enrolment.enrolment_id,
        employer_id: enrolment.employer_id,
        declared_month: Some(declared.into()),
        ..PreEnrolmentConfirmed::default()
    })
}

const STAFF: &[(u16, &str)] = &[(1, "6000"), (2, "4000"), (3, "5000")];

/// The coal mine in November, with person 3, hired after October's window, and what else was told then.
async fn hired_after_the_window(hired: &What, told: Vec<What>) -> TestService {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 10 - 20)));
    tell(&service, [vec![hired.clone()], told].concat()).await;
    assess(&service, month(10)).await;
    declare(&service, month(11), STAFF).await;
    assess(&service, month(11)).await;
    service
}

// Art. 10
#[tokio::test]
async fn a_pre_enrolment_that_is_confirmed_late_is_charged_once() {
    let hired = pre_enrolled(1, 3, 5000, month(10));
    let service = hired_after_the_window(&hired, Vec::new()).await;
    let november = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(
        (november.headcount, november.back_payment),
        (3, yuan("95.00"))
    );
    service.clock().set(at(date!(2026 - 12 - 05)));
    tell(&service, vec![confirmed(&hired, month(12))]).await;
    declare(&service, month(12), STAFF).await;
    assess(&service, month(12)).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(
        (december.headcount, december.back_payment),
        (3, yuan("0.00"))
    );
}

// Art. 10
#[tokio::test]
async fn a_month_before_the_declaration_is_charged_at_its_own_rate() {
    let hired = pre_enrolled(1, 3, 5000, month(10));
    // From November in software (class 1, 0.2%).
    let moved = moved(1, "65", date!(2026 - 11 - 01));
    let service = hired_after_the_window(&hired, vec![moved]).await;
    let november = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(
        (november.contribution, november.back_payment),
        (yuan("30.00"), yuan("95.00"))
    );
    assert_eq!(november.pre_enrolment_months[0].rate, "0.019");
}

// Art. 10
// Art. 29
#[tokio::test]
async fn what_an_assessment_will_charge_is_not_paid_back_before() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let early = back_payment(vec![owed(1, month(10), "7000")]);
    let early = approve(&service, &early).await.unwrap_err();
    assert_eq!(reason(&early), "MONTH_NOT_ASSESSED");
    service.clock().set(at(date!(2026 - 10 - 20)));
    tell(&service, vec![pre_enrolled(1, 3, 5000, month(10))]).await;
    assess(&service, month(10)).await;
    service.clock().set(at(date!(2026 - 11 - 02)));
    let pre_enrolment = |row| BackPaymentDeclaration {
        reason: BackPaymentReason::PreEnrolment as i32,
        ..back_payment(vec![row])
    };
    let more = pre_enrolment(owed(3, month(10), "6000"));
    let waits = approve(&service, &more).await.unwrap_err();
    assert_eq!(reason(&waits), "CHARGED_WITH_ASSESSMENT");
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 01)));
    let case = approve(&service, &more).await.unwrap();
    let decision: BackPaymentDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    // The missing 1000 yuan, due with November: six days late, 19 x 0.0005 x 6.
    assert_eq!(decision.contribution, yuan("19.00"));
    assert_eq!(
        decision.months[0].due_on,
        Some(date!(2026 - 11 - 25).into())
    );
    assert_eq!(decision.late_fee, yuan("0.06"));
    // Who was there all along has no such grace.
    let all_along = pre_enrolment(owed(1, month(10), "7000"));
    let refused = approve(&service, &all_along).await.unwrap_err();
    assert_eq!(reason(&refused), "NOT_PRE_ENROLLED");
}

// Art. 31
#[tokio::test]
async fn what_a_special_way_covers_is_not_caught_up_by_the_payroll() {
    let service = collection().await;
    let mut events = registered(1, "62");
    events.push(enrolled(1, 1, 6000, month(10)));
    service.clock().set(at(date!(2026 - 10 - 05)));
    tell(&service, events).await;
    assess(&service, month(10)).await;
    let from_november = by_headcount(&service, 1, (month(11), month(12))).await;
    approve(&service, &from_november).await.unwrap();
    service.clock().set(at(date!(2026 - 11 - 20)));
    tell(&service, vec![pre_enrolled(1, 3, 5000, month(11))]).await;
    assess(&service, month(11)).await;
    assess(&service, month(12)).await;
    let december = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(december.pre_enrolment_months, []);
}

// Art. 10
#[tokio::test]
async fn who_ends_and_begins_again_in_a_month_is_charged_once_for_it() {
    let service = collection().await;
    coal_mine(&service).await;
    let first = enrolled(1, 3, 5000, month(10));
    let ended = ended(&first, date!(2026 - 10 - 18));
    tell(&service, vec![first]).await;
    service.clock().set(at(date!(2026 - 10 - 20)));
    let again = pre_enrolled(1, 3, 5000, month(10));
    tell(&service, vec![ended, again]).await;
    assess(&service, month(10)).await;
    let october = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!(october.headcount, 3);
    declare(&service, month(11), STAFF).await;
    assess(&service, month(11)).await;
    let november = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(
        (november.headcount, november.pre_enrolment_months),
        (3, vec![])
    );
}

// Art. 29
#[tokio::test]
async fn a_declaration_after_a_back_payment_corrects_it_and_does_not_cancel_it() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    // Provisional, at 209.00.
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 01)));
    let late = enrolled_late(1, 3, 5000, (month(11), month(12)));
    tell(&service, vec![late]).await;
    let missed = back_payment(vec![owed(3, month(11), "5000")]);
    // 95.00 for November.
    approve(&service, &missed).await.unwrap();
    declare(&service, month(11), STAFF).await;
    let november = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(
        (november.headcount, november.contribution),
        (3, yuan("285.00"))
    );
    // Nor can it be paid back a second time.
    service.clock().set(at(date!(2026 - 12 - 02)));
    let again = approve(&service, &missed).await.unwrap_err();
    assert_eq!(reason(&again), "BACK_PAYMENT_NOTHING");
}

// Art. 8
#[tokio::test]
async fn who_is_told_of_twice_is_insured_once() {
    let service = collection().await;
    coal_mine(&service).await;
    service.clock().set(at(date!(2026 - 10 - 09)));
    let hired = enrolled(1, 3, 5000, month(10));
    tell(&service, vec![hired.clone(), hired.clone()]).await;
    tell(&service, vec![enrolled(1, 4, 5000, month(10)), hired]).await;
    assert_eq!(assess(&service, month(10)).await.headcount, 4);
}
