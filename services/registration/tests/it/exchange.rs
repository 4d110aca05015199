//! What authorities tell: articles 5, 6 and 125.

mod calls;
mod list;

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
    let repeated = "NOTICE_REPEATED".to_owned();
    assert_eq!(
        findings(&service, &batch).await,
        [
            (0, false, repeated.clone()),
            (1, true, repeated.clone()),
            (3, false, repeated)
        ]
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
    let reasons: Vec<(u64, String)> = findings(&service, &batch)
        .await
        .into_iter()
        .map(|(row, _, reason)| (row, reason))
        .collect();
    assert_eq!(
        reasons,
        [
            (3, "NOTICE_NEW_VALUE_MISSING".to_owned()),
            (4, "NOTICE_IN_FUTURE".to_owned()),
            (5, "ROW_INVALID".to_owned())
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

// Art. 125
#[tokio::test]
async fn what_is_told_otherwise_than_registered_is_listed_one_by_one() {
    let service = registration().await;
    let (employer_id, ids) = staffed(&service, 1).await;
    let changed = AuthorityNotice {
        name: "深圳市新名贸易有限公司".to_owned(),
        legal_representative: "赵六".to_owned(),
        address: String::new(),
        ..told_of(1, AuthorityNoticeKind::Changed, date!(2026 - 10 - 30))
    };
    let revoked = told_of(1, AuthorityNoticeKind::Revoked, date!(2026 - 10 - 31));
    let stranger = ResidentNotice {
        name: "另一人".to_owned(),
        ..resident(1, ResidentNoticeKind::Death)
    };
    receive(&service, changed.clone()).await.unwrap();
    receive(&service, revoked).await.unwrap();
    receive_resident(&service, stranger).await.unwrap();
    let open = differences(&service, DifferenceState::Open).await;
    assert_eq!(
        kinds(&open),
        [
            DifferenceKind::PersonName,
            DifferenceKind::Ended,
            DifferenceKind::LegalRepresentative,
            DifferenceKind::EmployerName
        ]
    );
    assert_eq!(
        (open[0].person_id.as_str(), open[0].told.as_str()),
        (ids[0].as_str(), "另一人")
    );
    assert_eq!(
        person(&service, &ids[0]).await.died_on,
        None,
        "a clerk looks first"
    );
    assert_eq!(open[1].told, "2026-10-31吊销");
    assert!(
        open[1..]
            .iter()
            .all(|difference| difference.employer_id == employer_id)
    );

    // The same once more is not found twice, and the employer's application settles it.
    let again = AuthorityNotice {
        notice_number: "GS-99".to_owned(),
        ..changed
    };
    assert_eq!(receive(&service, again).await.unwrap().differences, []);
    let form = EmployerChangeForm {
        employer_id,
        effective_on: on(TODAY),
        name: "深圳市新名贸易有限公司".to_owned(),
        ..EmployerChangeForm::default()
    };
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let settled = differences(&service, DifferenceState::Settled).await;
    assert_eq!(kinds(&settled), [DifferenceKind::EmployerName]);
}

// Art. 5, Art. 125
#[tokio::test]
async fn every_fact_that_a_notice_tells_is_held_against_the_register() {
    use DifferenceKind as Kind;
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let agreeing = AuthorityNotice {
        business_scope: facts(1).business_scope,
        organisation_code: credit_code(1)[8..17].to_owned(),
        ..told_of(1, AuthorityNoticeKind::Changed, date!(2026 - 10 - 29))
    };
    let answer = receive(&service, agreeing.clone()).await.unwrap();
    assert_eq!(answer.differences, []);

    let tell = |n: u32, other: AuthorityNotice| AuthorityNotice {
        notice_number: format!("GS-1-C{n}"),
        ..other
    };
    let cases = [
        (
            Kind::BusinessScope,
            AuthorityNotice {
                business_scope: "危险化学品批发".to_owned(),
                ..agreeing.clone()
            },
            ("日用百货批发", "危险化学品批发"),
        ),
        (
            Kind::EmployerType,
            AuthorityNotice {
                registration_type: "个体工商户".to_owned(),
                ..agreeing.clone()
            },
            ("企业", "有雇工的个体工商户"),
        ),
        (
            Kind::FoundedOn,
            AuthorityNotice {
                founded_on: on(date!(2020 - 01 - 07)),
                ..agreeing.clone()
            },
            ("2020-01-06", "2020-01-07"),
        ),
        (
            Kind::RegistrationNumber,
            AuthorityNotice {
                registration_number: "440301000009999".to_owned(),
                ..agreeing.clone()
            },
            ("440301000000001", "440301000009999"),
        ),
        (
            Kind::Phone,
            AuthorityNotice {
                phone: "0755-87654321".to_owned(),
                ..agreeing.clone()
            },
            ("0755-12345678", "0755-87654321"),
        ),
        (
            Kind::EmployerCode,
            AuthorityNotice {
                credit_code: credit_code(9),
                organisation_code: String::new(),
                ..agreeing.clone()
            },
            (&credit_code(1), &credit_code(9)),
        ),
    ];
    for (n, (kind, notice, said)) in (1..).zip(cases) {
        let answer = receive(&service, tell(n, notice)).await.unwrap();
        let found = &answer.differences;
        assert_eq!(kinds(found), [kind]);
        assert_eq!(found[0].employer_id, employer_id);
        assert_eq!((found[0].registered.as_str(), found[0].told.as_str()), said);
    }

    // What the employer then applies for settles what was told of it, industry and class included.
    let form = EmployerChangeForm {
        employer_id: employer_id.clone(),
        effective_on: on(TODAY),
        business_scope: "危险化学品批发".to_owned(),
        industry_code: "51".to_owned(),
        r#type: EmployerType::SoleProprietor as i32,
        contact_phone: "0755-87654321".to_owned(),
        ..EmployerChangeForm::default()
    };
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let mut settled = kinds(&differences(&service, DifferenceState::Settled).await);
    settled.sort_unstable();
    assert_eq!(
        settled,
        [Kind::EmployerType, Kind::Phone, Kind::BusinessScope]
    );
}

// Art. 5, Art. 9
#[tokio::test]
async fn who_reviews_a_registration_sees_on_what_the_last_notice_differs() {
    let service = registration().await;
    let told = AuthorityNotice {
        business_scope: "危险化学品批发".to_owned(),
        founded_on: on(date!(2020 - 01 - 07)),
        ..founded(1)
    };
    receive(&service, told).await.unwrap();
    let form = registration_form(1);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let seen: EmployerRegistrationDecision = decision(&service, &case).await;
    assert_eq!(
        seen.differences,
        [
            "成立日期不一致：申报“2020-01-06”，通报“2020-01-07”",
            "经营范围不一致：申报“日用百货批发”，通报“危险化学品批发”"
        ]
    );
}

// Art. 125
#[tokio::test]
async fn a_difference_is_settled_once_with_what_was_found() {
    let service = registration().await;
    receive(&service, founded(1)).await.unwrap();
    let found = differences(&service, DifferenceState::Open).await.remove(0);
    let request = SettleDifferenceRequest {
        pooling_area: AREA.to_owned(),
        difference_id: found.difference_id.clone(),
        settlement: "该单位没有职工".to_owned(),
        ..SettleDifferenceRequest::default()
    };
    let mut clerk = agency(&service, Duty::Handler).await;
    let denied = clerk.settle_difference(request.clone()).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
    let mut reviewer = agency(&service, Duty::Reviewer).await;
    let silent = SettleDifferenceRequest {
        settlement: String::new(),
        ..request.clone()
    };
    let invalid = reviewer.settle_difference(silent).await.unwrap_err();
    assert_eq!(invalid.code(), Code::InvalidArgument);
    let settled = reviewer
        .settle_difference(request.clone())
        .await
        .unwrap()
        .into_inner();
    let settled = settled.difference.unwrap();
    assert_eq!(settled.state(), DifferenceState::Settled);
    assert_eq!(settled.settlement, "该单位没有职工");
    let refused = reviewer
        .settle_difference(request.clone())
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "DIFFERENCE_SETTLED");
    let unknown = SettleDifferenceRequest {
        difference_id: Uuid::now_v7().to_string(),
        ..request
    };
    let missing = reviewer.settle_difference(unknown).await.unwrap_err();
    assert_eq!(missing.code(), Code::NotFound);
    let events = told(&service).await;
    assert!(matches!(
        &events[..],
        [
            (_, What::DifferenceFound(_)),
            (_, What::DifferenceSettled(_))
        ]
    ));
}
