//! Deregistration by force: article 14.

use contracts::registration::v1::{
    AuthorityNoticeKind, DifferenceState, ForcedDeregistrationDecision, ForcedDeregistrationForm,
    ForcibleEmployer, ListForcibleRequest, RegistrationAuthority, StaffChangeDecision,
};

use super::*;
use crate::exchange::{differences, receive, told_of};

/// The application to end an employer whose licence was revoked on 1 November 2028.
pub fn form(employer_id: &str) -> ForcedDeregistrationForm {
    ForcedDeregistrationForm {
        employer_id: employer_id.to_owned(),
        ground: Ground::LicenceRevoked as i32,
        licence_ended_on: on(date!(2028 - 11 - 01)),
        document_number: "深市监吊〔2028〕1号".to_owned(),
        grounds: "执照被吊销，连续两年未办理验证".to_owned(),
    }
}

async fn forcible(service: &TestService) -> Vec<ForcibleEmployer> {
    let request = ListForcibleRequest {
        pooling_area: AREA.to_owned(),
        ..ListForcibleRequest::default()
    };
    client(service)
        .await
        .list_forcible(request)
        .await
        .unwrap()
        .into_inner()
        .employers
}

// Art. 14
#[tokio::test]
async fn an_employer_whose_licence_ended_is_deregistered_by_force_after_two_years_unverified() {
    let (service, collection) = with_collection().await;
    let gone = employing(&service, date!(2026 - 11 - 02)).await;
    let running = register(&service, 2).await;
    // What it owes does not hinder the agency, and is stated.
    collection.knows(
        &gone,
        Books {
            principal: "88.00",
            unassessed_months: vec![Month::new(2026, 11).unwrap()],
            ..Books::default()
        },
    );
    service.clock().set(datetime!(2028-11-01 09:00 +8));
    receive(
        &service,
        told_of(1, AuthorityNoticeKind::Revoked, date!(2028 - 11 - 01)),
    )
    .await
    .unwrap();
    assert_eq!(forcible(&service).await, []);
    let refused = service
        .approve(&handler(), &form(&gone), &[])
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "FORCED_TOO_EARLY");
    assert!(
        refused.message().contains("2028-11-02"),
        "{}",
        refused.message()
    );

    service.clock().set(datetime!(2028-11-02 09:00 +8));
    let list = forcible(&service).await;
    assert_eq!(list.len(), 1);
    assert_eq!(
        (list[0].employer_id.as_str(), list[0].ground()),
        (gone.as_str(), Ground::LicenceRevoked)
    );
    assert_eq!(list[0].licence_ended_on, on(date!(2028 - 11 - 01)));
    assert_eq!(list[0].last_verified_on, on(TODAY));
    for (form, expected) in [
        (
            ForcedDeregistrationForm {
                ground: Ground::Bankrupt as i32,
                ..form(&gone)
            },
            "FORCED_GROUND",
        ),
        (
            ForcedDeregistrationForm {
                licence_ended_on: on(date!(2028 - 11 - 03)),
                ..form(&gone)
            },
            "LICENCE_NOT_ENDED",
        ),
    ] {
        let refused = service.approve(&handler(), &form, &[]).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    // Nobody loses insurance for days before the one that the authority told.
    for otherwise in [
        ForcedDeregistrationForm {
            ground: Ground::LicenceCancelled as i32,
            ..form(&gone)
        },
        ForcedDeregistrationForm {
            licence_ended_on: on(date!(2027 - 11 - 01)),
            ..form(&gone)
        },
    ] {
        let refused = service.approve(&handler(), &otherwise, &[]).await;
        let refused = refused.unwrap_err();
        assert_eq!(reason(&refused), "FORCED_OTHERWISE_TOLD");
        let told = refused.message();
        assert!(told.contains("工商行政管理机关通报"), "{told}");
        assert!(told.contains("自2028-11-01起营业执照被吊销"), "{told}");
    }
    let case = service.submit(&handler(), &form(&gone), &[]).await.unwrap();
    let seen: ForcedDeregistrationDecision = decision(&service, &case).await;
    let told = seen.licence_end.clone().unwrap();
    assert_eq!(told.authority(), RegistrationAuthority::IndustryAndCommerce);
    assert_eq!(told.ground(), Ground::LicenceRevoked);
    assert_eq!(told.ended_on, on(date!(2028 - 11 - 01)));
    assert_eq!(seen.ends_on, on(date!(2028 - 11 - 01)));
    assert_eq!(
        seen.clearance.clone().unwrap().unassessed_months,
        [Month::new(2026, 11).unwrap().into()]
    );
    assert_eq!(
        seen.clearance.unwrap().principal.unwrap().as_text(),
        "88.00"
    );
    service.sign_off(&case).await.unwrap();
    assert_eq!(forcible(&service).await, []);
    assert_eq!(separated(&service, &gone).await.len(), 1);
    // What the authority told agrees with the register now.
    assert_eq!(differences(&service, DifferenceState::Open).await, []);
    assert_eq!(
        differences(&service, DifferenceState::Settled).await.len(),
        1
    );
    let list = deregistered(&service).await;
    assert!(list[0].forced && list[0].ended_on == on(date!(2028 - 11 - 01)));
    let other = employer(&service, &running, None).await.unwrap();
    assert_eq!(other.state(), EmployerState::Registered);
}

// Art. 14, Art. 16
#[tokio::test]
async fn who_was_hired_after_the_end_was_never_insured_and_is_not_kept_apart() {
    let (service, _collection) = with_collection().await;
    let employer_id = employing(&service, TODAY).await;
    service.clock().set(datetime!(2028-11-02 09:00 +8));
    let late = vec![hired(&employer_id, 2, date!(2028 - 11 - 02))];
    report(&service, &employer_id, late).await.unwrap();
    let before = told(&service).await.len();
    let form = form(&employer_id);
    service.approve(&handler(), &form, &[]).await.unwrap();

    let told = told(&service).await.split_off(before);
    let ends = told.iter().filter_map(|(_, what)| match what {
        What::EnrolmentEnded(ended) => Some(ended.ends_on),
        _ => None,
    });
    let ends: Vec<_> = ends.collect();
    assert_eq!(ends, [form.licence_ended_on; 2]);
    let staff = enrolled(&service, &employer_id, date!(2028 - 11 - 02)).await;
    let names = staff.iter().map(|one| &one.person.as_ref().unwrap().name);
    assert_eq!(names.collect::<Vec<_>>(), [&name(1)]);
    let apart = separated(&service, &employer_id).await;
    let names = apart.iter().map(|one| one.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), [name(1)]);
}

// Art. 14
// Art. 16
#[tokio::test]
async fn nobody_stays_insured_past_a_forced_end_that_is_told_later() {
    let (service, _collection) = with_collection().await;
    let gone = register(&service, 1).await;
    let hired_on = date!(2026 - 11 - 02);
    let rows = (1..=3).map(|n| hired(&gone, n, hired_on)).collect();
    report(&service, &gone, rows).await.unwrap();
    service.clock().set(datetime!(2028-12-20 09:00 +8));
    // One left before the end, one after it; one was hired and left after it, one stays.
    let (own_day, after) = (date!(2028 - 10 - 20), date!(2028 - 12 - 19));
    let hired_after = date!(2028 - 12 - 01);
    let end = StaffChangeKind::End;
    let hired_late = vec![hired(&gone, 4, hired_after)];
    report(&service, &gone, hired_late).await.unwrap();
    let leave = vec![
        left(&gone, 1, end, own_day),
        left(&gone, 2, StaffChangeKind::Retirement, after),
        left(&gone, 4, end, after),
    ];
    report(&service, &gone, leave).await.unwrap();

    let revoked = told_of(1, AuthorityNoticeKind::Revoked, date!(2028 - 11 - 01));
    receive(&service, revoked).await.unwrap();
    let before = told(&service).await.len();
    let case = service.submit(&handler(), &form(&gone), &[]).await.unwrap();
    let seen: ForcedDeregistrationDecision = decision(&service, &case).await;
    assert_eq!(seen.enrolments_to_end, 3);
    service.sign_off(&case).await.unwrap();
    let ended_on = date!(2028 - 11 - 01);
    let by_employer = EnrolmentEnd::EmployerDeregistered;
    let mut spells = Vec::new();
    for month in [date!(2026 - 11 - 01), date!(2028 - 12 - 01)] {
        for enrolment in enrolled(&service, &gone, month).await {
            spells.push((enrolment.starts_on, enrolment.ends_on, enrolment.end()));
        }
    }
    assert_eq!(
        spells,
        [
            (on(hired_on), on(own_day), EnrolmentEnd::RelationEnded),
            (on(hired_on), on(ended_on), by_employer),
            (on(hired_on), on(ended_on), by_employer),
        ]
    );
    let told = told(&service).await.split_off(before);
    let ends = told.iter().filter(
        |(_, what)| matches!(what, What::EnrolmentEnded(ended) if ended.ends_on == on(ended_on)),
    );
    assert_eq!(ends.count(), 3);
    // Who never was insured through it on one of its days is not of its staff.
    let apart = separated(&service, &gone).await;
    assert_eq!(apart.len(), 3);
    // That somebody has retired is known still.
    let next = register(&service, 2).await;
    let rows = roster(&next, vec![hired(&next, 2, date!(2028 - 12 - 20))]);
    let case = service.submit(&handler(), &rows, PAPERS).await.unwrap();
    let seen: StaffChangeDecision = decision(&service, &case).await;
    let remarks = seen
        .remarks
        .iter()
        .filter_map(|found| found.reason.as_ref());
    let remarks: Vec<&str> = remarks.map(|found| found.reason.as_str()).collect();
    assert_eq!(remarks, ["HIRED_AFTER_RETIREMENT"]);
    assert!(
        apart
            .iter()
            .all(|person| person.separated_on == on(ended_on))
    );
}
