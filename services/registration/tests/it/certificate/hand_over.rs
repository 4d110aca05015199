//! Those who did not come in time: article 21.

use chassis::testing::eventually;
use contracts::registration::v1::{
    DeregistrationForm, EmployerChangeForm, EmployerRegistrationForm,
};

use super::*;
use crate::deregistration;

// Art. 21
#[tokio::test]
async fn who_does_not_come_in_time_is_handed_to_audit_once_for_each_round() {
    let (service, _collection) = with_collection().await;
    let (late, good) = (register(&service, 1).await, register(&service, 2).await);
    report(&service, &good, vec![hired(&good, 1, TODAY)])
        .await
        .unwrap();
    report(&service, &late, vec![hired(&late, 2, TODAY)])
        .await
        .unwrap();
    let round = open_round(&service).await;
    let form = verification(&service, 2, 1).await;
    service.approve(&handler(), &form, PAPERS).await.unwrap();

    service.clock().set(datetime!(2028-02-01 09:00 +8));
    let as_of = date!(2028 - 02 - 01);
    let future = UnverifiedRunOrder {
        as_of: on(date!(2028 - 02 - 02)),
    };
    let refused = service.preview(&handler(), &future).await.unwrap_err();
    assert_eq!(reason(&refused), "HAND_OVER_IN_FUTURE");
    // Nobody has ordered anything: the day itself hands over.
    assert_eq!(
        handed_over_until(&service, 1).await,
        std::slice::from_ref(&late)
    );
    let on_time = run(&service, &UnverifiedRunOrder { as_of: on(DUE) }).await;
    assert_eq!(on_time.items, 0, "nothing was handed over on the last day");
    let handed = run(&service, &UnverifiedRunOrder { as_of: on(as_of) }).await;
    let summary: UnverifiedRunSummary = wire::from_any(handed.summary.as_ref().unwrap()).unwrap();
    assert_eq!((summary.unverified, summary.expired), (1, 0));
    let listed = unverified(&service).await;
    assert_eq!(
        (listed.len(), listed[0].employer_id.as_str()),
        (1, late.as_str())
    );
    assert_eq!(
        (listed[0].due_on, listed[0].handed_over_on),
        (on(DUE), on(as_of))
    );
    let again = run(&service, &UnverifiedRunOrder { as_of: on(as_of) }).await;
    assert_eq!(again.items, 0, "on a signed list already");
    assert_eq!(handed_over(&service).await, std::slice::from_ref(&late));

    // Urged by audit it comes after all, and the next round calls it only when a year is over.
    let form = verification(&service, 1, 1).await;
    let case = service.approve(&handler(), &form, PAPERS).await.unwrap();
    let review: VerificationReview = wire::from_any(&case.decision.unwrap()).unwrap();
    assert!(
        review
            .findings
            .iter()
            .any(|finding| finding.finding.contains("已转稽核"))
    );
    assert_eq!(unverified(&service).await, []);
    let states = verifications(&service, &round).await;
    assert!(
        states
            .iter()
            .all(|v| v.state() == VerificationState::Verified)
    );
}

// Art. 13, Art. 21
#[tokio::test]
async fn who_was_given_another_certificate_after_the_call_is_handed_over_with_that_one() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    let round = open_round(&service).await;
    let moved = EmployerChangeForm {
        employer_id: employer_id.clone(),
        effective_on: on(ROUND),
        address: "深圳市南山区科技路1号".to_owned(),
        ..EmployerChangeForm::default()
    };
    service.approve(&handler(), &moved, PAPERS).await.unwrap();
    let valid = certificates(&service, &employer_id).await.remove(0);
    let called = verifications(&service, &round).await.remove(0);
    assert_ne!(called.certificate_number, valid.certificate_number);

    service.clock().set(datetime!(2028-02-01 09:00 +8));
    handed_over_until(&service, 1).await;
    let events = told(&service).await;
    let number = events.iter().find_map(|(_, what)| match what {
        What::CertificateUnverified(late) => Some(&late.certificate.as_ref()?.certificate_number),
        _ => None,
    });
    assert_eq!(number, Some(&valid.certificate_number));
    let late = unverified(&service).await;
    assert_eq!(late.len(), 1);
    assert_eq!(late[0].certificate_number, valid.certificate_number);
    assert_eq!(late[0].handed_over_on, on(date!(2028 - 02 - 01)));

    let order = UnverifiedRunOrder {
        as_of: on(date!(2028 - 02 - 01)),
    };
    let list = run(&service, &order).await;
    let listed: Vec<UnverifiedRunItem> = items(&service, &list).await;
    let listed = listed[0].certificate.as_ref().unwrap();
    assert_eq!(listed.certificate_number, valid.certificate_number);
    assert_eq!(run(&service, &order).await.items, 0, "listed already");
    let called = verifications(&service, &round).await.remove(0);
    assert_eq!(called.state(), VerificationState::HandedOver);
}

// Art. 21
#[tokio::test]
async fn who_misses_two_rounds_is_handed_over_for_each_and_one_stamp_closes_both() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    report(&service, &employer_id, vec![hired(&employer_id, 1, TODAY)])
        .await
        .unwrap();
    let first = open_round(&service).await;
    service.clock().set(datetime!(2028-02-01 09:00 +8));
    let as_of = date!(2028 - 02 - 01);
    handed_over_until(&service, 1).await;
    run(&service, &UnverifiedRunOrder { as_of: on(as_of) }).await;
    let order = VerificationRunOrder {
        opens_on: on(as_of),
    };
    let second = run(&service, &order).await.run_id;
    assert_ne!(first, second);
    service.clock().set(datetime!(2028-06-01 09:00 +8));
    handed_over_until(&service, 2).await;
    let handed = run(
        &service,
        &UnverifiedRunOrder {
            as_of: on(date!(2028 - 06 - 01)),
        },
    )
    .await;
    assert_eq!(handed.items, 1, "only the round that is on no list yet");
    assert_eq!(
        handed_over(&service).await,
        [employer_id.as_str(), employer_id.as_str()]
    );
    assert_eq!(unverified(&service).await.len(), 2);

    let form = verification(&service, 1, 1).await;
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    assert_eq!(unverified(&service).await, []);
    let refused = service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOT_CALLED");
}

// Art. 21
#[tokio::test]
async fn a_certificate_not_renewed_after_expiry_is_handed_over_too() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    service.clock().set(datetime!(2031-01-30 09:00 +8));
    let today = date!(2031 - 01 - 30);
    assert_eq!(
        run(&service, &UnverifiedRunOrder { as_of: on(today) })
            .await
            .items,
        0
    );
    service.clock().set(datetime!(2031-01-31 09:00 +8));
    let today = date!(2031 - 01 - 31);
    handed_over_until(&service, 1).await;
    let handed = run(&service, &UnverifiedRunOrder { as_of: on(today) }).await;
    let summary: UnverifiedRunSummary = wire::from_any(handed.summary.as_ref().unwrap()).unwrap();
    assert_eq!((summary.unverified, summary.expired), (0, 1));
    let mut listed = unverified(&service).await;
    listed.retain(|one| !one.not_called);
    assert!(listed[0].expired && listed[0].due_on == on(date!(2031 - 01 - 30)));
    assert_eq!(handed_over(&service).await, [employer_id]);
}

// Art. 17, Art. 21
#[tokio::test]
async fn who_is_due_and_was_called_by_no_round_is_listed_and_not_handed_over() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    register(&service, 2).await;
    service.clock().set(datetime!(2027-11-02 09:00 +8));
    assert_eq!(unverified(&service).await, [], "due from today on");
    service.clock().set(datetime!(2027-11-03 09:00 +8));
    let listed = unverified(&service).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].employer_id.as_str(), listed[0].due_on),
        (employer_id.as_str(), on(ROUND))
    );
    assert!(listed[0].not_called && !listed[0].expired && listed[0].handed_over_on.is_none());

    // Called, it has its term; not come, it is handed over as who was called.
    open_round(&service).await;
    assert_eq!(unverified(&service).await, []);
    service.clock().set(datetime!(2028-02-01 09:00 +8));
    assert_eq!(handed_over_until(&service, 1).await, [employer_id]);
    let listed = unverified(&service).await;
    assert_eq!(listed.len(), 1);
    assert!(!listed[0].not_called && listed[0].due_on == on(DUE));
}

// Art. 21
#[tokio::test]
async fn a_list_in_pages_has_each_certificate_once_the_late_ones_before_those_not_called() {
    let (service, _collection) = with_collection().await;
    let late = register(&service, 3).await;
    service.clock().set(datetime!(2027-01-15 09:00 +8));
    let not_called = [register(&service, 1).await, register(&service, 2).await];
    open_round(&service).await;
    service.clock().set(datetime!(2028-02-01 09:00 +8));

    let mut listed = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListUnverifiedRequest {
            pooling_area: AREA.to_owned(),
            page_size: 1,
            page_token,
            ..ListUnverifiedRequest::default()
        };
        let page = client(&service)
            .await
            .list_unverified(request)
            .await
            .unwrap()
            .into_inner();
        listed.extend(page.certificates);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    let listed: Vec<_> = listed
        .iter()
        .map(|one| (one.employer_id.as_str(), one.not_called))
        .collect();
    assert_eq!(
        listed,
        [
            (late.as_str(), false),
            (not_called[0].as_str(), true),
            (not_called[1].as_str(), true)
        ]
    );
}

// Art. 14, Art. 21
#[tokio::test]
async fn what_an_employer_missed_before_it_ended_is_not_held_against_it_when_it_returns() {
    let (service, _collection) = with_collection().await;
    let (called, withheld, missed) = (
        register(&service, 1).await,
        register(&service, 2).await,
        register(&service, 3).await,
    );
    let hiring = [(&called, 1), (&withheld, 2), (&missed, 3)];
    for (employer_id, n) in hiring {
        let staff = vec![hired(employer_id, n, TODAY)];
        report(&service, employer_id, staff).await.unwrap();
    }
    let round = open_round(&service).await;
    // Nobody else comes: of the second, not all staff is enrolled.
    let form = verification(&service, 2, 9).await;
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let end = |employer_id: &str, ends_on| DeregistrationForm {
        ends_on: on(ends_on),
        ..deregistration::form(employer_id)
    };
    let again = |n, starts_on| EmployerRegistrationForm {
        starts_on: on(starts_on),
        ..registration_form(n)
    };
    service.clock().set(datetime!(2027-12-02 09:00 +8));
    for (employer_id, n) in [(&called, 1), (&withheld, 2)] {
        let form = end(employer_id, date!(2027 - 12 - 01));
        service.approve(&handler(), &form, PAPERS).await.unwrap();
        let form = again(n, date!(2027 - 12 - 02));
        service.approve(&handler(), &form, PAPERS).await.unwrap();
    }
    service.clock().set(datetime!(2028-02-01 09:00 +8));
    assert_eq!(
        handed_over_until(&service, 1).await,
        std::slice::from_ref(&missed)
    );
    let form = end(&missed, date!(2028 - 01 - 31));
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let form = again(3, date!(2028 - 02 - 01));
    service.approve(&handler(), &form, PAPERS).await.unwrap();

    // The days after bring nobody to audit, and nobody is awaited for what was before.
    service.clock().set(datetime!(2028-02-03 09:00 +8));
    assert_eq!(unverified(&service).await, []);
    for n in 1..=3 {
        let form = verification(&service, n, 1).await;
        let refused = service.approve(&handler(), &form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), "NOT_CALLED");
    }
    let called = verifications(&service, &round).await;
    let ended = called.iter().map(|called| called.state());
    assert_eq!(ended.collect::<Vec<_>>(), [VerificationState::Ended; 3]);
}

/// The employers that audit was told of, once there are `n` of them.
async fn handed_over_until(service: &TestService, n: usize) -> Vec<String> {
    eventually(async || Some(handed_over(service).await).filter(|told| told.len() == n)).await
}

/// The employers that audit was told of.
async fn handed_over(service: &TestService) -> Vec<String> {
    let events = told(service).await;
    let keys = events
        .into_iter()
        .filter(|(_, what)| matches!(what, What::CertificateUnverified(_)));
    keys.map(|(key, _)| key).collect()
}
