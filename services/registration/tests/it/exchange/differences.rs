//! What is told otherwise than registered: articles 5, 9 and 125.

use super::*;

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
