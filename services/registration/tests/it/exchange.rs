//! What authorities tell: articles 5, 6 and 125.

mod calls;
mod differences;
mod list;
mod senders;

use chassis::Actor;
use chassis::testing::{AREA, As, TestService, clerk, outsider, reason};
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{Batch, BatchHeader, BatchTotals, ListBatchFindingsRequest};
use contracts::options::v1::{Caller, Department, Duty};
use contracts::registration::v1::exchange_service_client::ExchangeServiceClient;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    AuthorityNotice, AuthorityNoticeKind, Difference, DifferenceKind, DifferenceState,
    EmployerChangeForm, EmployerRegistrationDecision, EmployerType, EnrolmentEnd, GetPersonRequest,
    ListAuthorityNoticesRequest, ListDifferencesRequest, ListResidentNoticesRequest,
    ListUnregisteredEmployersRequest, Person, ReceiveAuthorityNoticeRequest,
    ReceiveAuthorityNoticeResponse, ReceiveResidentNoticeRequest, ReceiveResidentNoticeResponse,
    RegistrationAuthority, ResidentNotice, ResidentNoticeKind, SettleDifferenceRequest,
    UploadAuthorityNoticesRequest, UploadResidentNoticesRequest,
};
use time::Date;
use time::macros::date;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::support::*;
pub use calls::*;
pub use list::{send_persons, working};

// Art. 5
#[tokio::test]
async fn employers_founded_and_not_registered_are_listed_until_they_register_or_end() {
    let service = registration().await;
    for n in 1..=3 {
        let answer = receive(&service, founded(n)).await.unwrap();
        assert_eq!(answer.record.unwrap().employer_id, "");
        assert_eq!(kinds(&answer.differences), [DifferenceKind::NotRegistered]);
    }
    assert_eq!(
        unregistered(&service).await,
        [facts(3).name, facts(2).name, facts(1).name]
    );

    register(&service, 1).await;
    let ended = told_of(2, AuthorityNoticeKind::Cancelled, date!(2026 - 10 - 30));
    receive(&service, ended).await.unwrap();
    assert_eq!(unregistered(&service).await, [facts(3).name]);
    // Registering settled the difference, too.
    let settled = differences(&service, DifferenceState::Settled).await;
    assert_eq!(
        (settled.len(), settled[0].told.as_str()),
        (1, facts(1).name.as_str())
    );
}

// Art. 5
#[tokio::test]
async fn a_notice_number_counts_once() {
    let service = registration().await;
    let first = receive(&service, founded(1)).await.unwrap();
    let again = receive(&service, founded(1)).await.unwrap();
    assert_eq!(first, again);
    let other = AuthorityNotice {
        name: "别的公司".to_owned(),
        ..founded(1)
    };
    let refused = receive(&service, other.clone()).await.unwrap_err();
    assert_eq!(reason(&refused), "NOTICE_REPEATED");

    let rows = [founded(1), other, founded(2), founded(2)];
    let batch = upload_authority(&service, &rows).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (3, 1));
    let repeated = |row, refused| {
        let (column, reason) = ("通报编号".to_owned(), "NOTICE_REPEATED".to_owned());
        (row, refused, column, reason)
    };
    assert_eq!(
        findings(&service, &batch).await,
        [repeated(0, false), repeated(1, true), repeated(3, false)]
    );
    let request = ListAuthorityNoticesRequest {
        pooling_area: AREA.to_owned(),
        ..ListAuthorityNoticesRequest::default()
    };
    let mut client = agency(&service, Duty::Handler).await;
    let kept = client
        .list_authority_notices(request)
        .await
        .unwrap()
        .into_inner()
        .records;
    assert_eq!(kept.len(), 2);
}

// Art. 5
#[tokio::test]
async fn a_notice_without_its_date_or_of_the_future_is_refused() {
    let service = registration().await;
    let undated = AuthorityNotice {
        founded_on: None,
        ..founded(1)
    };
    assert_eq!(
        reason(&receive(&service, undated).await.unwrap_err()),
        "NOTICE_FOUNDING_DATE"
    );
    let tomorrow = told_of(1, AuthorityNoticeKind::Changed, date!(2026 - 11 - 03));
    assert_eq!(
        reason(&receive(&service, tomorrow).await.unwrap_err()),
        "NOTICE_IN_FUTURE"
    );
    let request = ReceiveAuthorityNoticeRequest {
        pooling_area: AREA.to_owned(),
        notice: Some(founded(1)),
        ..ReceiveAuthorityNoticeRequest::default()
    };
    let employer = chassis::testing::employer(&credit_code(1));
    let mut client = ExchangeServiceClient::new(service.connect(&employer).await);
    let denied = client.receive_authority_notice(request).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
}

// Art. 6
#[tokio::test]
async fn a_death_that_public_security_tells_ends_every_enrolment_of_the_dead() {
    let service = registration().await;
    let (employer_id, ids) = staffed(&service, 2).await;
    let answer = receive_resident(&service, resident(1, ResidentNoticeKind::Death))
        .await
        .unwrap();
    let record = answer.record.unwrap();
    assert!(record.took_effect && record.person_id == ids[0]);
    let staff = enrolled(&service, &employer_id, TODAY).await;
    assert_eq!(staff[0].ends_on, None, "the living stays");
    let before = enrolled(&service, &employer_id, date!(2026 - 10 - 25)).await;
    assert_eq!(before[0].end(), EnrolmentEnd::Death);
    assert_eq!(before[0].ends_on, on(date!(2026 - 10 - 25)));
    let told = told(&service).await;
    assert!(matches!(
        &told[told.len() - 2..],
        [(employer, What::EnrolmentEnded(_)), (person, What::PersonDied(_))]
            if *employer == employer_id && *person == ids[0]
    ));
    // The same death from another office is no news; another day is a difference.
    let again = ResidentNotice {
        notice_number: "GA-9".to_owned(),
        ..resident(1, ResidentNoticeKind::Death)
    };
    let answer = receive_resident(&service, again.clone()).await.unwrap();
    assert!(!answer.record.unwrap().took_effect && answer.differences.is_empty());
    let later = ResidentNotice {
        notice_number: "GA-10".to_owned(),
        happened_on: on(date!(2026 - 10 - 26)),
        ..again
    };
    let answer = receive_resident(&service, later).await.unwrap();
    assert_eq!(kinds(&answer.differences), [DifferenceKind::DeathDate]);
    assert_eq!(
        person(&service, &ids[0]).await.died_on,
        on(date!(2026 - 10 - 25))
    );
}

// Art. 6
#[tokio::test]
async fn changed_names_and_numbers_reach_the_register_and_others() {
    let service = registration().await;
    let (_, ids) = staffed(&service, 3).await;
    let named = ResidentNotice {
        new_name: "职工甲".to_owned(),
        ..resident(1, ResidentNoticeKind::NameChanged)
    };
    let numbered = ResidentNotice {
        new_citizen_id: citizen(12),
        ..resident(2, ResidentNoticeKind::NumberChanged)
    };
    let taken = ResidentNotice {
        notice_number: "GA-11".to_owned(),
        new_citizen_id: citizen(12),
        ..resident(3, ResidentNoticeKind::NumberChanged)
    };
    assert!(
        receive_resident(&service, named)
            .await
            .unwrap()
            .record
            .unwrap()
            .took_effect
    );
    assert!(
        receive_resident(&service, numbered)
            .await
            .unwrap()
            .record
            .unwrap()
            .took_effect
    );
    let answer = receive_resident(&service, taken).await.unwrap();
    assert_eq!(kinds(&answer.differences), [DifferenceKind::NumberTaken]);

    assert_eq!(person(&service, &ids[0]).await.name, "职工甲");
    assert_eq!(person(&service, &ids[1]).await.identity_number, citizen(12));
    assert_eq!(person(&service, &ids[2]).await.identity_number, citizen(3));
    let changed: Vec<String> = told(&service)
        .await
        .into_iter()
        .filter(|(_, what)| matches!(what, What::PersonChanged(_)))
        .map(|(key, _)| key)
        .collect();
    assert_eq!(changed, ids[..2]);
}

// Art. 6
#[tokio::test]
async fn births_and_households_are_told_on_and_change_nothing() {
    let service = registration().await;
    let (_, ids) = staffed(&service, 1).await;
    let born = ResidentNotice {
        citizen_id: citizen(77),
        name: "新生儿".to_owned(),
        parent_citizen_id: citizen(1),
        ..resident(77, ResidentNoticeKind::Birth)
    };
    let moved = ResidentNotice {
        address: "广州市天河区".to_owned(),
        ..resident(1, ResidentNoticeKind::HouseholdMoved)
    };
    for notice in [born, moved] {
        let record = receive_resident(&service, notice)
            .await
            .unwrap()
            .record
            .unwrap();
        assert!(!record.took_effect && record.person_id == ids[0]);
    }
    let events = told(&service).await;
    let households: Vec<ResidentNoticeKind> = events
        .iter()
        .filter_map(|(key, what)| match what {
            What::HouseholdChanged(changed) if *key == ids[0] => Some(changed.kind()),
            _ => None,
        })
        .collect();
    assert_eq!(
        households,
        [
            ResidentNoticeKind::Birth,
            ResidentNoticeKind::HouseholdMoved
        ]
    );
}

// Art. 6
#[tokio::test]
async fn notices_in_bulk_are_answered_row_by_row_and_sending_them_again_changes_nothing() {
    let service = registration().await;
    let (_, ids) = staffed(&service, 3).await;
    let rows = [
        // The number changes twice, and each change names the one before.
        ResidentNotice {
            new_citizen_id: citizen(11),
            ..resident(1, ResidentNoticeKind::NumberChanged)
        },
        ResidentNotice {
            new_citizen_id: citizen(12),
            name: name(1),
            ..resident(11, ResidentNoticeKind::NumberChanged)
        },
        resident(2, ResidentNoticeKind::Death),
        resident(3, ResidentNoticeKind::NameChanged),
        ResidentNotice {
            happened_on: on(date!(2026 - 11 - 03)),
            ..resident(3, ResidentNoticeKind::Death)
        },
        ResidentNotice {
            citizen_id: "440301199005010023".to_owned(),
            ..resident(4, ResidentNoticeKind::Death)
        },
        resident(5, ResidentNoticeKind::Death),
    ];
    let batch = upload_resident(&service, &rows).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (4, 3));
    let refused =
        |row, column: &str, reason: &str| (row, true, column.to_owned(), reason.to_owned());
    assert_eq!(
        findings(&service, &batch).await,
        [
            refused(3, "变更后姓名", "NOTICE_NEW_VALUE_MISSING"),
            refused(4, "发生日期", "NOTICE_IN_FUTURE"),
            refused(5, "公民身份号码", "ROW_INVALID")
        ]
    );
    assert_eq!(person(&service, &ids[0]).await.identity_number, citizen(12));
    assert!(person(&service, &ids[1]).await.died_on.is_some());
    let unknown = differences(&service, DifferenceState::Open).await;
    assert_eq!(kinds(&unknown), [DifferenceKind::PersonUnknown]);

    let before = told(&service).await.len();
    let batch = upload_resident(&service, &rows).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (4, 3));
    assert_eq!(told(&service).await.len(), before);
    let request = ListResidentNoticesRequest {
        pooling_area: AREA.to_owned(),
        ..ListResidentNoticesRequest::default()
    };
    let mut client = agency(&service, Duty::Handler).await;
    let kept = client
        .list_resident_notices(request)
        .await
        .unwrap()
        .into_inner()
        .records;
    assert_eq!(kept.len(), 4);
}
