//! Deregistration: articles 14 to 16.

mod forced;

use chassis::Actor;
use chassis::testing::{AREA, TestService, employer as acting_employer, reason};
use contracts::collection::v1::UnderDeclarationState;
use contracts::common::v1::EvidenceKind;
use contracts::options::v1::Duty;
use contracts::registration::v1::deregistration_service_client::DeregistrationServiceClient;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    Deregistration, DeregistrationDecision, DeregistrationForm, DeregistrationGround as Ground,
    EmployerState, EnrolmentEnd, EnrolmentState, ListDeregistrationsRequest,
    ListSeparatedEmployeesRequest, SeparatedEmployee, StaffChangeKind,
};
use law::Month;
use time::Date;
use time::macros::{date, datetime};

use crate::collection::{Books, with_collection};
use crate::support::*;

/// The application of an employer whose licence was cancelled, to end today.
pub fn form(employer_id: &str) -> DeregistrationForm {
    DeregistrationForm {
        employer_id: employer_id.to_owned(),
        ground: Ground::LicenceCancelled as i32,
        ends_on: on(TODAY),
        document_number: "深市监注〔2026〕8号".to_owned(),
        document_issuer: "深圳市市场监督管理局".to_owned(),
        document_issued_on: on(date!(2026 - 10 - 30)),
        ..DeregistrationForm::default()
    }
}

/// Employer 1, with person 1 hired on that day.
async fn employing(service: &TestService, hired_on: Date) -> String {
    let employer_id = register(service, 1).await;
    let staff = vec![hired(&employer_id, 1, hired_on)];
    report(service, &employer_id, staff).await.unwrap();
    employer_id
}

async fn client(service: &TestService) -> DeregistrationServiceClient<chassis::testing::As> {
    DeregistrationServiceClient::new(service.connect(&handler()).await)
}

async fn separated(service: &TestService, employer_id: &str) -> Vec<SeparatedEmployee> {
    let request = ListSeparatedEmployeesRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id.to_owned(),
        ..ListSeparatedEmployeesRequest::default()
    };
    let answer = client(service)
        .await
        .list_separated_employees(request)
        .await
        .unwrap();
    answer.into_inner().employees
}

async fn deregistered(service: &TestService) -> Vec<Deregistration> {
    deregistered_for(service, &handler()).await
}

/// The deregistrations that somebody sees.
async fn deregistered_for(service: &TestService, actor: &Actor) -> Vec<Deregistration> {
    let request = ListDeregistrationsRequest {
        pooling_area: AREA.to_owned(),
        ..ListDeregistrationsRequest::default()
    };
    DeregistrationServiceClient::new(service.connect(actor).await)
        .list_deregistrations(request)
        .await
        .unwrap()
        .into_inner()
        .deregistrations
}

// Art. 15
#[tokio::test]
async fn each_kind_of_deregistration_asks_for_its_own_papers() {
    use EvidenceKind::{CancellationNotice, DissolutionApproval, RegistrationCertificate};
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    for (ground, right, wrong) in [
        (
            Ground::LicenceCancelled,
            CancellationNotice,
            DissolutionApproval,
        ),
        (
            Ground::LicenceRevoked,
            CancellationNotice,
            DissolutionApproval,
        ),
        (Ground::Bankrupt, CancellationNotice, DissolutionApproval),
        (Ground::Dissolved, DissolutionApproval, CancellationNotice),
        (Ground::Abolished, DissolutionApproval, CancellationNotice),
        (Ground::Merged, DissolutionApproval, CancellationNotice),
        (Ground::Ended, DissolutionApproval, CancellationNotice),
    ] {
        let form = DeregistrationForm {
            ground: ground as i32,
            ..form(&employer_id)
        };
        for papers in [&[wrong, RegistrationCertificate][..], &[right], &[]] {
            let refused = service.submit(&handler(), &form, papers).await.unwrap_err();
            assert_eq!(
                reason(&refused),
                "EVIDENCE_MISSING",
                "{ground:?} with {papers:?}"
            );
        }
        service
            .submit(&handler(), &form, &[right, RegistrationCertificate])
            .await
            .unwrap();
    }
}

// Art. 14
#[tokio::test]
async fn what_cannot_be_deregistered_is_refused_with_the_reason() {
    let (service, _collection) = with_collection().await;
    let employer_id = employing(&service, date!(2026 - 10 - 20)).await;
    let good = || form(&employer_id);
    let other = DeregistrationForm {
        ground: Ground::Other as i32,
        ..good()
    };
    let tomorrow = DeregistrationForm {
        ends_on: on(date!(2026 - 11 - 03)),
        ..good()
    };
    let before_hiring = DeregistrationForm {
        ends_on: on(date!(2026 - 10 - 19)),
        ..good()
    };
    let unknown = DeregistrationForm {
        successor_employer_id: credit_code(9),
        ..good()
    };
    let itself = DeregistrationForm {
        successor_employer_id: employer_id.clone(),
        ..good()
    };
    for (form, expected) in [
        (other, "OTHER_GROUND_UNEXPLAINED"),
        (tomorrow, "END_NOT_ALLOWED"),
        (before_hiring, "END_NOT_ALLOWED"),
        (unknown, "SUCCESSOR_UNKNOWN"),
        (itself, "SUCCESSOR_UNKNOWN"),
        (form(&credit_code(9)), "EMPLOYER_UNKNOWN"),
    ] {
        let refused = service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
}

// Art. 16
#[tokio::test]
async fn nobody_is_deregistered_with_contributions_or_late_fees_open() {
    let (service, collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    collection.knows(
        &employer_id,
        Books {
            principal: "1234.50",
            late_fee: "6.17",
            ..Books::default()
        },
    );
    let case = service
        .submit(&handler(), &form(&employer_id), PAPERS)
        .await
        .unwrap();
    let refused = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&refused), "ARREARS_OPEN");
    assert!(
        refused.message().contains("1234.50元、滞纳金6.17元"),
        "{}",
        refused.message()
    );

    collection.knows(
        &employer_id,
        Books {
            late_fee: "6.17",
            ..Books::default()
        },
    );
    let refused = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&refused), "ARREARS_OPEN");

    let unassessed = |number| Books {
        unassessed_months: vec![Month::new(2026, number).unwrap()],
        ..Books::default()
    };
    collection.knows(&employer_id, unassessed(10));
    let refused = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&refused), "MONTHS_UNASSESSED");
    assert!(refused.message().contains("2026-10"), "{refused}");

    // Whether wages were declared too low has to be settled first.
    for state in [
        UnderDeclarationState::Open,
        UnderDeclarationState::HandedOver,
    ] {
        let under_declared = vec![UnderDeclarationState::MadeGood, state];
        collection.knows(
            &employer_id,
            Books {
                under_declared,
                ..Books::default()
            },
        );
        let refused = service.sign_off(&case).await.unwrap_err();
        assert_eq!(reason(&refused), "FINDINGS_OPEN");
        assert!(refused.message().contains("1项"), "{refused}");
    }

    // What comes after the end is nobody's to pay.
    collection.knows(&employer_id, unassessed(12));
    service.sign_off(&case).await.unwrap();
    let ended = employer(&service, &employer_id, None).await.unwrap();
    assert_eq!(ended.state(), EmployerState::Deregistered);
}

// Art. 16, Art. 19
#[tokio::test]
async fn a_deregistered_employer_ends_with_its_enrolments_and_its_certificate() {
    let (service, _collection) = with_collection().await;
    let (employer_id, successor) = (register(&service, 1).await, register(&service, 2).await);
    let staff = (1..=3)
        .map(|n| hired(&employer_id, n, date!(2026 - 10 - 08)))
        .collect();
    report(&service, &employer_id, staff).await.unwrap();
    // Who left before is staff of it all the same; who came back counts once.
    let came_and_went = vec![
        hired(&employer_id, 4, date!(2026 - 10 - 08)),
        left(&employer_id, 4, StaffChangeKind::End, date!(2026 - 11 - 01)),
        left(&employer_id, 3, StaffChangeKind::End, date!(2026 - 10 - 20)),
        hired(&employer_id, 3, date!(2026 - 10 - 22)),
    ];
    report(&service, &employer_id, came_and_went).await.unwrap();
    let certificate = employer(&service, &employer_id, None)
        .await
        .unwrap()
        .certificate_number;
    let before = told(&service).await.len();

    let form = DeregistrationForm {
        ground: Ground::Merged as i32,
        successor_employer_id: successor.clone(),
        ..form(&employer_id)
    };
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let seen: DeregistrationDecision = decision(&service, &case).await;
    assert_eq!(seen.enrolments_to_end, 3);
    assert!(seen.clearance.unwrap().cleared);
    assert_eq!(seen.voided_certificate_number, certificate);
    service.sign_off(&case).await.unwrap();

    let gone = employer(&service, &employer_id, None).await.unwrap();
    assert_eq!(
        (gone.state(), gone.ended_on),
        (EmployerState::Deregistered, on(TODAY))
    );
    assert_eq!(gone.certificate_number, "");
    for enrolment in enrolled(&service, &employer_id, TODAY).await {
        if enrolment.person.as_ref().unwrap().name == name(4) {
            assert_eq!(enrolment.end(), EnrolmentEnd::RelationEnded);
            continue;
        }
        assert_eq!(enrolment.state(), EnrolmentState::Ended);
        assert_eq!(enrolment.end(), EnrolmentEnd::EmployerDeregistered);
        assert_eq!(enrolment.ends_on, on(TODAY));
    }
    // The staff is kept apart, and who is insured elsewhere is seen to be.
    service.clock().set(datetime!(2026-11-03 09:00 +8));
    report(
        &service,
        &successor,
        vec![hired(&successor, 1, date!(2026 - 11 - 03))],
    )
    .await
    .unwrap();
    let apart = separated(&service, &employer_id).await;
    assert_eq!(apart.len(), 4);
    let again: Vec<&str> = apart
        .iter()
        .filter(|one| one.insured_again)
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(again, [name(1)]);
    assert!(apart.iter().all(|one| one.separated_on == on(TODAY)));

    let list = deregistered(&service).await;
    assert_eq!(
        (list.len(), list[0].separated_employees, list[0].forced),
        (1, 4, false)
    );
    assert_eq!(list[0].successor_employer_id, successor);
    let told = told(&service).await;
    let events: Vec<&What> = told[before..]
        .iter()
        .map(|(_, what)| what)
        .take(5)
        .collect();
    assert!(
        matches!(
            events[..],
            [
                What::EnrolmentEnded(_),
                What::EnrolmentEnded(_),
                What::EnrolmentEnded(_),
                What::CertificateVoided(_),
                What::EmployerDeregistered(_)
            ]
        ),
        "{events:?}"
    );
    let refused = report(&service, &employer_id, vec![hired(&employer_id, 5, TODAY)])
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "EMPLOYER_DEREGISTERED");
}

// Art. 16
#[tokio::test]
async fn staff_that_joins_between_two_signatures_stops_the_deregistration() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    let case = service
        .submit(&handler(), &form(&employer_id), PAPERS)
        .await
        .unwrap();
    sign(&service, &case.case_id, Duty::Reviewer).await.unwrap();
    report(&service, &employer_id, vec![hired(&employer_id, 1, TODAY)])
        .await
        .unwrap();
    let refused = sign(&service, &case.case_id, Duty::Leader)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "FACTS_CHANGED");
    let still = employer(&service, &employer_id, None).await.unwrap();
    assert_eq!(still.state(), EmployerState::Registered);
}

// Art. 14
#[tokio::test]
async fn an_employer_applies_for_itself_only_and_never_by_force() {
    let (service, _collection) = with_collection().await;
    let (one, other) = (register(&service, 1).await, register(&service, 2).await);
    let actor = acting_employer(&one);
    service
        .submit(&actor, &form(&other), PAPERS)
        .await
        .unwrap_err();
    service
        .submit(&actor, &forced::form(&one), &[])
        .await
        .unwrap_err();
    service.approve(&actor, &form(&one), PAPERS).await.unwrap();
    let seen = deregistered_for(&service, &acting_employer(&other)).await;
    assert_eq!(seen, []);
}
