//! What registration tells when a recorded death is revoked: articles 6, 10, 12 and 28.

use chassis::testing::TestService;
use contracts::registration::v1::registration_event::What;
use time::Date;
use time::macros::date;

use crate::support::*;

// Art. 6
// Art. 12
// Art. 28
#[tokio::test]
async fn who_was_taken_for_dead_is_charged_for_the_months_since_and_for_none_twice() {
    let service = collection().await;
    coal_mine(&service).await;
    let staff = [(1, "6000"), (2, "4000"), (3, "5000")];
    let taken_for_dead = enrolled(1, 3, 5000, month(10));
    tell(&service, vec![taken_for_dead.clone()]).await;
    assess(&service, month(10)).await;
    declare(&service, month(11), &staff).await;
    assess(&service, month(11)).await;
    service.clock().set(at(date!(2026 - 12 - 02)));
    let died = ended(&taken_for_dead, date!(2026 - 10 - 20));
    tell(&service, vec![died.clone()]).await;
    let of = async |n| amounts(&principal(&service, 1, month(n)).await);
    assert_eq!(of(11).await, ["285.00", "-95.00"]);

    // She lives: the enrolment stays ended, and another goes on from the next day.
    let goes_on = going_on(date!(2026 - 10 - 21));
    tell(&service, vec![died, goes_on]).await;
    declare(&service, month(12), &staff).await;
    assess(&service, month(12)).await;
    assert_eq!(of(10).await, ["285.00"]);
    assert_eq!(of(11).await, ["285.00", "95.00", "-95.00"]);
    assert_eq!(of(12).await, ["285.00"]);
    // Due with December, whose bill has it first: nobody was late.
    let november = principal(&service, 1, month(11)).await;
    let added = november.iter().find(|of| of.amount == yuan("95.00"));
    assert_eq!(added.unwrap().value_on, Some(date!(2026 - 12 - 25).into()));
}

/// Registration tells in November that person 3 goes on in the coal mine, from a day in October on.
fn going_on(starts_on: Date) -> What {
    let mut goes_on = pre_enrolled(1, 3, 5000, month(11));
    if let What::PersonPreEnrolled(told) = &mut goes_on {
        told.from_month = Some(month(10).into());
        told.goes_on = true;
        let enrolment = told.enrolment.as_mut().unwrap();
        enrolment.starts_on = Some(starts_on.into());
    }
    goes_on
}

// Art. 6
// Art. 12
// Art. 28
#[tokio::test]
async fn what_was_told_not_to_have_been_and_was_is_charged_however_the_events_come() {
    for at_once in [true, false] {
        let service = collection().await;
        coal_mine(&service).await;
        let staff = [(1, "6000"), (2, "4000"), (3, "5000")];
        let hired = enrolled(1, 3, 5000, month(10));
        tell(&service, vec![hired.clone()]).await;
        assess(&service, month(10)).await;
        declare(&service, month(11), &staff).await;
        assess(&service, month(11)).await;
        service.clock().set(at(date!(2026 - 12 - 02)));
        // The death is told on 10 September, and corrected to 20 October.
        let none = ended(&hired, date!(2026 - 09 - 10));
        let was = going_on(date!(2026 - 10 - 05));
        let until = ended(&was, date!(2026 - 10 - 20));
        let events = vec![none.clone(), none, was, until];
        if at_once {
            tell(&service, events).await;
        } else {
            for event in events {
                tell(&service, vec![event]).await;
            }
        }
        declare(&service, month(12), &staff[..2]).await;
        assess(&service, month(12)).await;
        let of = async |n| amounts(&principal(&service, 1, month(n)).await);
        assert_eq!(of(10).await, ["285.00", "95.00", "-95.00"], "{at_once}");
        assert_eq!(of(11).await, ["285.00", "-95.00"], "{at_once}");
        assert_eq!(of(12).await, ["190.00"], "{at_once}");
    }
}

/// October to December, with person 3 in the coal mine since October; it is 20 December.
async fn charged_through_december() -> (TestService, What) {
    let service = collection().await;
    coal_mine(&service).await;
    let staff = [(1, "6000"), (2, "4000"), (3, "5000")];
    let hired = enrolled(1, 3, 5000, month(10));
    tell(&service, vec![hired.clone()]).await;
    assess(&service, month(10)).await;
    for of in [11, 12] {
        declare(&service, month(of), &staff).await;
        assess(&service, month(of)).await;
    }
    service.clock().set(at(date!(2026 - 12 - 20)));
    (service, hired)
}

// Art. 6
// Art. 12
// Art. 28
#[tokio::test]
async fn of_two_ends_that_come_together_the_last_holds() {
    let (service, hired) = charged_through_december().await;
    let ends = vec![
        ended(&hired, date!(2026 - 12 - 10)),
        ended(&hired, date!(2026 - 10 - 20)),
    ];
    tell(&service, ends).await;
    let of = async |n| amounts(&principal(&service, 1, month(n)).await);
    assert_eq!(of(10).await, ["285.00"]);
    assert_eq!(of(11).await, ["285.00", "-95.00"]);
    assert_eq!(of(12).await, ["285.00", "-95.00"]);
}

// Art. 6
// Art. 12
// Art. 28
#[tokio::test]
async fn an_enrolment_that_ended_before_it_began_is_charged_for_nothing() {
    let (service, hired) = charged_through_december().await;
    let before = ended(&hired, date!(2026 - 09 - 30));
    tell(&service, vec![before.clone()]).await;
    tell(&service, vec![before]).await;
    for n in [10, 11, 12] {
        let found = amounts(&principal(&service, 1, month(n)).await);
        assert_eq!(found, ["285.00", "-95.00"], "{n}");
    }
}

/// Person 3 is hired by the coal mine on 5 October.
fn hired_on_the_fifth() -> What {
    let mut hired = enrolled(1, 3, 5000, month(10));
    if let What::PersonEnrolled(told) = &mut hired {
        let enrolment = told.enrolment.as_mut().unwrap();
        enrolment.starts_on = Some(date!(2026 - 10 - 05).into());
    }
    hired
}

// Art. 6
// Art. 12
// Art. 28
#[tokio::test]
async fn who_had_died_in_the_month_before_the_day_of_hire_is_not_charged_whenever_it_is_told() {
    let (hired, staff) = (hired_on_the_fifth(), [(1, "6000"), (2, "4000")]);
    let had_died = ended(&hired, date!(2026 - 10 - 02));
    let had_left = ended(&hired, date!(2026 - 10 - 20));
    for (known, charged, through) in [
        (vec![hired.clone(), had_died.clone()], vec!["190.00"], 9),
        (vec![hired.clone()], vec!["285.00", "-95.00"], 10),
        (vec![hired.clone()], vec!["285.00", "-95.00"], 11),
        (vec![hired.clone(), had_left], vec!["285.00", "-95.00"], 11),
    ] {
        let service = collection().await;
        coal_mine(&service).await;
        tell(&service, known).await;
        if through < 10 {
            assess(&service, month(10)).await;
        }
        for of in 10..=through {
            declare(&service, month(of), &staff).await;
            assess(&service, month(of)).await;
        }
        service.clock().set(at(date!(2026 - 12 - 02)));
        tell(&service, vec![had_died.clone()]).await;
        let october = amounts(&principal(&service, 1, month(10)).await);
        assert_eq!(october, charged, "told after month {through}");
    }
}

// Art. 12
// Art. 28
#[tokio::test]
async fn who_dies_on_the_day_of_hire_is_charged_for_the_month() {
    let (service, hired) = (collection().await, hired_on_the_fifth());
    coal_mine(&service).await;
    tell(&service, vec![hired.clone()]).await;
    assess(&service, month(10)).await;
    tell(&service, vec![ended(&hired, date!(2026 - 10 - 05))]).await;
    let october = amounts(&principal(&service, 1, month(10)).await);
    assert_eq!(october, ["285.00"]);
}
