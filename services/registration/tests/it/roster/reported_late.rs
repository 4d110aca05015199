//! Days before an enrolment that were not reported with it: articles 8 and 29.

use time::Date;
use time::macros::datetime;

use super::*;

const FIRST: Date = date!(2026 - 02 - 03);
const REPORTED: Date = date!(2026 - 10 - 08);
const BEFORE: Date = date!(2026 - 10 - 07);

/// An employer whose person 1 was first reported as hired on [`REPORTED`].
async fn reported(service: &TestService) -> String {
    let employer_id = register(service, 1).await;
    let first = vec![hired(&employer_id, 1, REPORTED)];
    report(service, &employer_id, first).await.unwrap();
    employer_id
}

/// First and last days with the ends, of the enrolments with an employer in the month of `day`.
async fn spells(service: &TestService, employer_id: &str, day: Date) -> Vec<Spell> {
    let enrolled = enrolled(service, employer_id, day).await;
    let spells = enrolled.iter();
    spells.map(|e| (e.starts_on, e.ends_on, e.end())).collect()
}

type Spell = (
    Option<contracts::Date>,
    Option<contracts::Date>,
    EnrolmentEnd,
);

// Art. 8
// Art. 29
#[tokio::test]
async fn who_was_hired_before_the_day_first_reported_is_enrolled_for_the_days_before_it() {
    let service = registration().await;
    let employer_id = reported(&service).await;
    let before = told(&service).await.len();

    let form = roster(&employer_id, vec![hired(&employer_id, 1, FIRST)]);
    let case = submitted(&service, &form).await;
    let seen: StaffChangeDecision = decision(&service, &case).await;
    assert_eq!(reasons(&seen), []);
    assert_eq!((seen.enrolled, seen.ended, seen.first_time), (1, 0, 0));
    assert_eq!(found(&seen.remarks), [(0, "ENROLLED_SINCE")]);
    service.sign_off(&case).await.unwrap();

    let (late, first) = (
        (on(FIRST), on(BEFORE), EnrolmentEnd::ReportedLate),
        (on(REPORTED), None, EnrolmentEnd::Unspecified),
    );
    assert_eq!(spells(&service, &employer_id, FIRST).await, [late]);
    assert_eq!(
        spells(&service, &employer_id, REPORTED).await,
        [late, first]
    );
    assert_eq!(spells(&service, &employer_id, TODAY).await, [first]);

    let told = told(&service).await;
    let [
        (_, What::PersonEnrolled(begun)),
        (_, What::EnrolmentEnded(ended)),
    ] = &told[before..]
    else {
        panic!("told: {told:?}")
    };
    assert!(!begun.first_time);
    assert_eq!(begun.from_month, Some(Month::of(FIRST).into()));
    assert_eq!(begun.declared_month, Some(Month::of(TODAY).into()));
    let enrolment = begun.enrolment.as_ref().unwrap();
    assert_eq!(ended.enrolment_id, enrolment.enrolment_id);
    assert_eq!(
        (ended.ends_on, ended.end()),
        (on(BEFORE), EnrolmentEnd::ReportedLate)
    );

    // What is covered now is so once.
    let again = vec![hired(&employer_id, 1, date!(2026 - 03 - 01))];
    let refused = report(&service, &employer_id, again).await.unwrap_err();
    assert_eq!(reason(&refused), "ROSTER_EMPTY");
}

// Art. 10
// Art. 29
#[tokio::test]
async fn days_reported_late_wait_for_no_window() {
    let service = registration().await;
    let employer_id = reported(&service).await;
    service.clock().set(datetime!(2026-11-20 09:00 +8));
    report(&service, &employer_id, vec![hired(&employer_id, 1, FIRST)])
        .await
        .unwrap();
    let told = told(&service).await;
    let [
        ..,
        (_, What::PersonEnrolled(begun)),
        (_, What::EnrolmentEnded(_)),
    ] = &told[..]
    else {
        panic!("told: {told:?}")
    };
    assert_eq!(begun.declared_month, Some(Month::of(TODAY).next().into()));
}

// Art. 12
// Art. 29
#[tokio::test]
async fn who_left_between_leaves_on_a_later_roster_too() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    for row in [
        hired(&employer_id, 1, REPORTED),
        hired(&employer_id, 1, FIRST),
    ] {
        report(&service, &employer_id, vec![row]).await.unwrap();
    }
    let last = date!(2026 - 04 - 30);
    let leaves = left(&employer_id, 1, StaffChangeKind::End, last);
    report(&service, &employer_id, vec![leaves.clone()])
        .await
        .unwrap();
    let told = told(&service).await.pop().unwrap().1;
    let What::EnrolmentEnded(ended) = told else {
        panic!("told: {told:?}")
    };
    assert_eq!(ended.ends_on, on(last));
    assert_eq!(
        spells(&service, &employer_id, FIRST).await,
        [(on(FIRST), on(last), EnrolmentEnd::RelationEnded)]
    );
    let now = (on(REPORTED), None, EnrolmentEnd::Unspecified);
    assert_eq!(spells(&service, &employer_id, TODAY).await, [now]);
    let again = report(&service, &employer_id, vec![leaves]).await;
    assert_eq!(reason(&again.unwrap_err()), "ROSTER_EMPTY");
}

// Art. 12
// Art. 29
#[tokio::test]
async fn who_left_between_and_came_back_is_enrolled_for_the_days_of_both() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let (last, again) = (date!(2026 - 04 - 30), date!(2026 - 06 - 01));
    let rows = vec![
        hired(&employer_id, 1, REPORTED),
        hired(&employer_id, 1, FIRST),
        left(&employer_id, 1, StaffChangeKind::End, last),
        hired(&employer_id, 1, again),
    ];
    let case = submitted(&service, &roster(&employer_id, rows)).await;
    let seen: StaffChangeDecision = decision(&service, &case).await;
    assert_eq!(reasons(&seen), []);
    assert_eq!((seen.enrolled, seen.ended), (3, 1));
    service.sign_off(&case).await.unwrap();
    assert_eq!(
        spells(&service, &employer_id, last).await,
        [(on(FIRST), on(last), EnrolmentEnd::RelationEnded)]
    );
    assert_eq!(
        spells(&service, &employer_id, REPORTED).await,
        [
            (on(again), on(BEFORE), EnrolmentEnd::ReportedLate),
            (on(REPORTED), None, EnrolmentEnd::Unspecified)
        ]
    );
}
