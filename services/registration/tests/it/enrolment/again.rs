//! Who registers a second time: articles 5, 7, 11 and 14.

use contracts::registration::v1::change_service_client::ChangeServiceClient;
use contracts::registration::v1::{
    AuthorityNoticeKind, DifferenceState, EmployerChangeForm, ListEmployerFactsRequest,
    ListRiskClassesRequest,
};
use law::identity::SocialCreditCode;

use super::*;
use crate::change::change;
use crate::deregistration;
use crate::exchange::{differences, receive, told_of, unregistered};

/// The application of employer number `n` with the older of its codes alone.
fn by_organisation_code(n: u32) -> EmployerRegistrationForm {
    let mut form = registration_form(n);
    of(&mut form).organisation_code = organisation_code(n);
    of(&mut form).credit_code.clear();
    form
}

fn organisation_code(n: u32) -> String {
    credit_code(n)[8..17].to_owned()
}

async fn end(service: &TestService, employer_id: &str, ends_on: time::Date) {
    let end = DeregistrationForm {
        ends_on: on(ends_on),
        ..deregistration::form(employer_id)
    };
    service.approve(&handler(), &end, PAPERS).await.unwrap();
}

// Art. 7
#[tokio::test]
async fn an_employer_registers_once_whichever_code_it_shows() {
    let service = registration().await;
    let both = |n| {
        let mut form = registration_form(n);
        of(&mut form).organisation_code = organisation_code(n);
        form
    };
    for (n, first, others) in [
        (1, registration_form(1), [by_organisation_code(1), both(1)]),
        (2, by_organisation_code(2), [registration_form(2), both(2)]),
        (3, both(3), [registration_form(3), by_organisation_code(3)]),
    ] {
        service.approve(&handler(), &first, PAPERS).await.unwrap();
        let employer_id = employer(&service, &credit_code(n), None)
            .await
            .unwrap()
            .employer_id;
        let told_before = told(&service).await.len();
        for again in [&first, &others[0], &others[1]] {
            let again = service.approve(&handler(), again, PAPERS).await;
            let again = again.unwrap_err();
            assert_eq!(reason(&again), "EMPLOYER_ALREADY_REGISTERED", "{n}");
            assert!(again.message().contains(&employer_id), "{again}");
        }
        assert_eq!(told(&service).await.len(), told_before);
        let same = employer(&service, &organisation_code(n), None).await;
        assert_eq!(same.unwrap().employer_id, employer_id);
    }
}

// Art. 7
#[tokio::test]
async fn a_code_that_is_typed_otherwise_makes_no_other_employer_and_is_told_how_to_write_it() {
    let service = registration().await;
    let credit = register(&service, 1).await;
    let organisation = organisation_code(1);
    let wide: String = credit
        .chars()
        .filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0))
        .collect();
    let mut hyphenated = organisation.clone();
    hyphenated.insert(8, '-');
    let number = facts(1).registration_number;
    let mut forms = Vec::new();
    for (typed, written, place) in [
        (credit.to_lowercase(), &credit, 0),
        (wide.clone(), &credit, 0),
        (hyphenated.clone(), &organisation, 1),
        (organisation.to_lowercase(), &organisation, 1),
        (number.replace('1', "１"), &number, 2),
    ] {
        let mut form = registration_form(1);
        let facts = of(&mut form);
        *[
            &mut facts.credit_code,
            &mut facts.organisation_code,
            &mut facts.registration_number,
        ][place] = typed;
        forms.push((form, written));
    }
    for (form, written) in forms {
        let refused = service.approve(&handler(), &form, PAPERS).await;
        tells_how_to_write(&refused.unwrap_err(), written);
    }
    for (typed, written) in [
        (credit.to_lowercase(), &credit),
        (wide, &credit),
        (hyphenated, &organisation),
    ] {
        let found = employer(&service, &typed, None).await;
        tells_how_to_write(&found.unwrap_err(), written);
        let rows = vec![hired(&typed, 1, TODAY)];
        let reported = report(&service, &credit, rows).await;
        tells_how_to_write(&reported.unwrap_err(), written);
    }
}

/// Was the call refused with how the code is written?
fn tells_how_to_write(refused: &tonic::Status, code: &str) {
    assert_eq!(refused.code(), Code::InvalidArgument, "{refused}");
    let sentence = format!("请写作{code}");
    assert!(refused.message().contains(&sentence), "{refused}");
}

// Art. 7, Art. 11
#[tokio::test]
async fn nobody_takes_on_a_code_whose_organisation_is_another_employer() {
    let service = registration().await;
    register(&service, 1).await;
    let form = by_organisation_code(2);
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let by_credit_code = EmployerChangeForm {
        credit_code: credit_code(2),
        ..change(&credit_code(1))
    };
    let by_organisation_code = EmployerChangeForm {
        organisation_code: organisation_code(1),
        ..change(&organisation_code(2))
    };
    for form in [by_credit_code, by_organisation_code] {
        let refused = service.approve(&handler(), &form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), "CODE_OF_OTHER_EMPLOYER");
    }
}

// Art. 5, Art. 7, Art. 125
#[tokio::test]
async fn who_registered_with_one_code_is_not_missed_under_the_other() {
    let service = registration().await;
    let told = |n: u32, by_credit_code: bool| {
        let mut notice = told_of(n, AuthorityNoticeKind::Founded, date!(2020 - 01 - 06));
        if !by_credit_code {
            notice.credit_code.clear();
            notice.organisation_code = organisation_code(n);
        }
        notice.registration_number = format!("OLD-{n}");
        notice
    };
    for notice in [told(1, true), told(2, false)] {
        receive(&service, notice).await.unwrap();
    }
    assert_eq!(unregistered(&service).await.len(), 2);
    let forms = [by_organisation_code(1), registration_form(2)];
    for form in &forms {
        let case = service.submit(&handler(), form, PAPERS).await.unwrap();
        let seen: EmployerRegistrationDecision = decision(&service, &case).await;
        let differing = "工商注册号不一致";
        let differs = seen.differences.iter().any(|one| one.contains(differing));
        assert!(differs, "{:?}", seen.differences);
        service.sign_off(&case).await.unwrap();
    }
    assert_eq!(unregistered(&service).await, <[String; 0]>::default());
    assert_eq!(differences(&service, DifferenceState::Open).await, []);
    // What is told of it later is about it, too.
    for (n, by_credit_code) in [(1, true), (2, false)] {
        let notice = contracts::registration::v1::AuthorityNotice {
            notice_number: format!("GS-{n}-later"),
            ..told(n, by_credit_code)
        };
        let record = receive(&service, notice).await.unwrap().record.unwrap();
        let known = employer(&service, &credit_code(n), None).await.unwrap();
        assert_eq!(record.employer_id, known.employer_id);
    }
}

// Art. 7, Art. 14
#[tokio::test]
async fn an_employer_that_was_deregistered_registers_again_and_keeps_its_number() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    end(&service, &employer_id, TODAY).await;
    service.clock().set(datetime!(2026-11-10 09:00 +8));
    let mut form = registration_form(1);
    of(&mut form).address = "深圳市南山区科技路1号".to_owned();
    form.starts_on = on(TODAY);
    let overlapping = service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&overlapping), "START_NOT_ALLOWED");
    form.starts_on = on(date!(2026 - 11 - 09));
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let seen: EmployerRegistrationDecision = decision(&service, &case).await;
    assert!(seen.returning);
    service.sign_off(&case).await.unwrap();

    let now = employer(&service, &employer_id, None).await.unwrap();
    assert_eq!(now.state(), EmployerState::Registered);
    assert_eq!((now.starts_on, now.ended_on), (form.starts_on, None));
    assert_eq!(now.facts, form.facts);
    assert!(!now.certificate_number.is_empty());
    let before = employer(&service, &employer_id, Some(TODAY)).await.unwrap();
    assert_eq!(before.facts, Some(facts(1)));

    // It may turn out to have been back earlier, and not before it had ended.
    let since = |day| EmployerChangeForm {
        effective_on: on(date!(2026 - 11 - 10)),
        starts_on: on(day),
        ..change(&employer_id)
    };
    let refused = service.approve(&handler(), &since(TODAY), PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "START_NOT_ALLOWED");
    let first_on = date!(2026 - 11 - 03);
    service
        .approve(&handler(), &since(first_on), PAPERS)
        .await
        .unwrap();
    let now = employer(&service, &employer_id, Some(first_on))
        .await
        .unwrap();
    assert_eq!((now.starts_on, now.facts), (on(first_on), form.facts));
    let before = employer(&service, &employer_id, Some(TODAY)).await.unwrap();
    assert_eq!(before.facts, Some(facts(1)));
}

// Art. 7, Art. 11, Art. 14
#[tokio::test]
async fn an_employer_returns_under_any_code_that_it_had_and_keeps_its_number() {
    let (service, _collection) = with_collection().await;
    // Numbered by the organisation code; it has taken on the credit code since.
    let first = by_organisation_code(1);
    service.approve(&handler(), &first, PAPERS).await.unwrap();
    let employer_id = organisation_code(1);
    let taken_on = EmployerChangeForm {
        credit_code: credit_code(1),
        ..change(&employer_id)
    };
    service
        .approve(&handler(), &taken_on, PAPERS)
        .await
        .unwrap();
    // Numbered by a credit code, and another authority gave it another one.
    let moved_id = register(&service, 2).await;
    let moved = SocialCreditCode::with_check(&format!("93440300{}", organisation_code(3)));
    let moved = EmployerChangeForm {
        credit_code: moved.unwrap().to_string(),
        ..change(&moved_id)
    };
    service.approve(&handler(), &moved, PAPERS).await.unwrap();
    let with_code = |code: &str| {
        let mut form = registration_form(2);
        of(&mut form).credit_code = code.to_owned();
        form
    };
    let mut day = TODAY;
    for (employer_id, form) in [
        (&employer_id, registration_form(1)),
        (&employer_id, by_organisation_code(1)),
        (&moved_id, with_code(&moved.credit_code)),
        (&moved_id, with_code(&moved_id)),
        (&moved_id, by_organisation_code(3)),
    ] {
        end(&service, employer_id, day).await;
        day = day.next_day().unwrap();
        service.clock().advance(Duration::days(1));
        let form = EmployerRegistrationForm {
            starts_on: on(day),
            employer_id: employer_id.clone(),
            ..form
        };
        let itself = acting_employer(employer_id);
        let case = service.submit(&itself, &form, PAPERS).await.unwrap();
        let seen: EmployerRegistrationDecision = decision(&service, &case).await;
        assert!(seen.returning, "{form:?}");
        assert_eq!(seen.employer_id, *employer_id);
        service.sign_off(&case).await.unwrap();
        let now = employer(&service, employer_id, None).await.unwrap();
        assert_eq!(now.state(), EmployerState::Registered);
        assert_eq!(
            (now.employer_id, now.facts),
            (employer_id.clone(), form.facts)
        );
    }
}

// Art. 7
#[tokio::test]
async fn nobody_returns_as_somebody_else_or_for_somebody_else() {
    let (service, _collection) = with_collection().await;
    let (gone, other) = (register(&service, 1).await, register(&service, 2).await);
    end(&service, &gone, TODAY).await;
    end(&service, &other, TODAY).await;
    service.clock().advance(Duration::days(1));
    let form = |n, employer_id: &str| EmployerRegistrationForm {
        starts_on: on(TODAY.next_day().unwrap()),
        employer_id: employer_id.to_owned(),
        ..registration_form(n)
    };
    let itself = acting_employer(&gone);
    // The number of another, or, with none stated, the codes of another.
    for form in [form(1, &other), form(2, &other), form(2, "")] {
        let denied = service.submit(&itself, &form, PAPERS).await;
        assert_eq!(denied.unwrap_err().code(), Code::PermissionDenied);
    }
    // Its own number with the codes of another, registered or not: the same is told of both.
    for n in [2, 3] {
        for actor in [&itself, &handler()] {
            let refused = service.approve(actor, &form(n, &gone), PAPERS).await;
            let refused = refused.unwrap_err();
            assert_eq!(reason(&refused), "RETURN_OF_OTHER");
            assert!(!refused.message().contains(&other), "{refused}");
        }
    }
    let first = form(3, &credit_code(3));
    let first = service.approve(&handler(), &first, PAPERS).await;
    assert_eq!(reason(&first.unwrap_err()), "RETURN_OF_OTHER");
    let back = form(1, &gone);
    service.approve(&itself, &back, PAPERS).await.unwrap();
    let now = employer(&service, &gone, None).await.unwrap();
    assert_eq!(now.state(), EmployerState::Registered);
}

// Art. 7, Art. 11, Art. 14
#[tokio::test]
async fn what_changed_after_the_end_of_an_employer_gives_way_when_it_returns() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    for (effective_on, scope, industry) in [
        (date!(2026 - 10 - 26), "煤炭开采", "06"),
        (TODAY, "计算机软件", "65"),
    ] {
        let form = EmployerChangeForm {
            effective_on: on(effective_on),
            business_scope: scope.to_owned(),
            industry_code: industry.to_owned(),
            ..change(&employer_id)
        };
        service.approve(&handler(), &form, PAPERS).await.unwrap();
    }
    end(&service, &employer_id, date!(2026 - 10 - 20)).await;
    let form = EmployerRegistrationForm {
        starts_on: on(date!(2026 - 10 - 22)),
        ..registration_form(1)
    };
    service.approve(&handler(), &form, PAPERS).await.unwrap();

    let mut client = ChangeServiceClient::new(service.connect(&handler()).await);
    let of_employer = ListEmployerFactsRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id.clone(),
        ..ListEmployerFactsRequest::default()
    };
    let listed = client.list_employer_facts(of_employer).await.unwrap();
    let periods = listed.into_inner().periods.into_iter();
    let periods: Vec<_> = periods
        .map(|period| (period.from_on, period.until_on, period.facts))
        .collect();
    let (first_on, last_on) = (on(date!(2026 - 01 - 01)), on(date!(2026 - 10 - 21)));
    assert_eq!(
        periods,
        [
            (form.starts_on, None, form.facts),
            (first_on, last_on, Some(facts(1)))
        ]
    );
    let of_employer = ListRiskClassesRequest {
        pooling_area: AREA.to_owned(),
        employer_id,
        ..ListRiskClassesRequest::default()
    };
    let listed = client.list_risk_classes(of_employer).await.unwrap();
    let classes = listed.into_inner().risk_classes.into_iter();
    let classes: Vec<_> = classes
        .map(|class| (class.from_on, class.until_on, class.risk_class))
        .collect();
    assert_eq!(classes, [(form.starts_on, None, 2), (first_on, last_on, 2)]);
}
