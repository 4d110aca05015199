//! Certificates: articles 17 to 21.

mod calls;

use chassis::testing::{AREA, As, TestService, employer as acting_employer, reason};
use chassis::wire;
use contracts::common::v1::EvidenceKind;
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::run_service_client::RunServiceClient;
use contracts::common::v1::{GetCaseRequest, GetRunRequest, Run, RunState, StartRunRequest};
use contracts::form::FormMessage;
use contracts::options::v1::Department;
use contracts::registration::v1::certificate_service_client::CertificateServiceClient;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    Certificate, CertificateReason, CertificateRenewalForm, CertificateReplacementForm,
    CertificateState, GetCertificateRequest, ListCertificatesRequest, ListUnverifiedRequest,
    ListVerificationsRequest, UnverifiedCertificate, UnverifiedRunOrder, UnverifiedRunSummary,
    Verification, VerificationForm, VerificationReview, VerificationRunOrder,
    VerificationRunSummary, VerificationState,
};
use law::Month;
use time::Date;
use time::macros::{date, datetime};

use crate::collection::{Books, with_collection};
use crate::support::*;
use calls::*;

// Art. 17
#[tokio::test]
async fn a_round_calls_those_whose_certificate_has_not_been_verified_for_a_year() {
    let (service, _collection) = with_collection().await;
    let (one, other) = (register(&service, 1).await, register(&service, 2).await);
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    register(&service, 3).await;

    let early = run(
        &service,
        &VerificationRunOrder {
            opens_on: on(ROUND),
        },
    )
    .await;
    assert!(early.error.contains("晚于今日"), "{}", early.error);
    service.clock().set(datetime!(2027-11-02 09:00 +8));
    let run = run(
        &service,
        &VerificationRunOrder {
            opens_on: on(ROUND),
        },
    )
    .await;
    let summary: VerificationRunSummary = wire::from_any(run.summary.as_ref().unwrap()).unwrap();
    assert_eq!((summary.employers, summary.due_on), (2, on(DUE)));
    let called = verifications(&service, &run.run_id).await;
    let mut ids: Vec<&str> = called.iter().map(|v| v.employer_id.as_str()).collect();
    ids.sort_unstable();
    let mut expected = [one.as_str(), other.as_str()];
    expected.sort_unstable();
    assert_eq!(ids, expected);
    assert!(
        called
            .iter()
            .all(|v| v.state() == VerificationState::Called && v.due_on == on(DUE))
    );
    let opened = told(&service).await;
    let opened = opened
        .iter()
        .filter(|(_, what)| matches!(what, What::VerificationOpened(_)));
    assert_eq!(opened.count(), 2);

    let again = open_round(&service).await;
    assert_eq!(verifications(&service, &again).await, [], "called already");
}

// Art. 17, Art. 18
#[tokio::test]
async fn a_certificate_in_order_is_stamped_with_the_date() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    let staff = (1..=2).map(|n| hired(&employer_id, n, TODAY)).collect();
    report(&service, &employer_id, staff).await.unwrap();
    let form = verification(&service, 1, 2).await;
    let refused = service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOT_CALLED");

    let round = open_round(&service).await;
    let missing = service
        .submit(&handler(), &form, &[EvidenceKind::BusinessLicence])
        .await;
    assert_eq!(reason(&missing.unwrap_err()), "EVIDENCE_MISSING");
    let other = VerificationForm {
        certificate_number: "44030099999999".to_owned(),
        ..form.clone()
    };
    let refused = service
        .approve(&handler(), &other, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "CERTIFICATE_UNKNOWN");

    let case = service
        .submit(&acting_employer(&employer_id), &form, PAPERS)
        .await
        .unwrap();
    let seen: VerificationReview = decision(&service, &case).await;
    assert!(seen.stamped, "{:?}", seen.findings);
    assert_eq!(
        (seen.employees_stated, seen.employees_enrolled, seen.due_on),
        (2, 2, on(DUE))
    );
    for department in [
        Department::Registration,
        Department::Collection,
        Department::Audit,
    ] {
        assert!(
            seen.findings
                .iter()
                .any(|finding| finding.department() == department)
        );
    }
    service.clock().set(datetime!(2027-11-05 09:00 +8));
    service.sign_off(&case).await.unwrap();
    let verified = &verifications(&service, &round).await[0];
    assert_eq!(verified.state(), VerificationState::Verified);
    assert_eq!(verified.stamped_on, on(date!(2027 - 11 - 05)));
    assert_eq!(
        certificates(&service, &employer_id).await[0].verified_on,
        on(date!(2027 - 11 - 05))
    );
    assert!(matches!(
        told(&service).await.last().unwrap().1,
        What::CertificateVerified(_)
    ));
    let refused = service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOT_CALLED");
}

// Art. 18
#[tokio::test]
async fn each_violation_withholds_the_stamp_until_it_is_made_good() {
    let (service, collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    report(&service, &employer_id, vec![hired(&employer_id, 1, TODAY)])
        .await
        .unwrap();
    let round = open_round(&service).await;
    let good = verification(&service, 1, 1).await;
    let unpaid = vec![Month::new(2027, 9).unwrap()];
    let cases = [
        (
            "职工参保登记",
            VerificationForm {
                employees: 3,
                ..good.clone()
            },
            Books::default(),
        ),
        (
            "登记事项变更",
            VerificationForm {
                legal_representative: "赵六".to_owned(),
                ..good.clone()
            },
            Books::default(),
        ),
        (
            "执照",
            VerificationForm {
                licence_valid_until_on: on(date!(2027 - 10 - 31)),
                ..good.clone()
            },
            Books::default(),
        ),
        (
            "申报工资",
            good.clone(),
            Books {
                declared: false,
                ..Books::default()
            },
        ),
        (
            "缴费",
            good.clone(),
            Books {
                principal: "50.00",
                ..Books::default()
            },
        ),
        (
            "缴费",
            good.clone(),
            Books {
                unpaid_months: unpaid,
                ..Books::default()
            },
        ),
    ];
    for (point, form, books) in cases {
        collection.knows(&employer_id, books);
        let case = service.approve(&handler(), &form, PAPERS).await.unwrap();
        let review: VerificationReview = wire::from_any(&case.decision.unwrap()).unwrap();
        let violated: Vec<&str> = review
            .findings
            .iter()
            .filter(|finding| finding.violation)
            .map(|finding| finding.point.as_str())
            .collect();
        assert_eq!((violated, review.stamped), (vec![point], false));
        let withheld = &verifications(&service, &round).await[0];
        assert_eq!(
            (withheld.state(), withheld.stamped_on),
            (VerificationState::Withheld, None)
        );
        let events = told(&service).await;
        let What::VerificationWithheld(event) = &events.last().unwrap().1 else {
            panic!("{events:?}")
        };
        assert_eq!(event.findings.len(), 1);
    }
    collection.knows(&employer_id, Books::default());
    service.approve(&handler(), &good, PAPERS).await.unwrap();
    assert_eq!(
        verifications(&service, &round).await[0].state(),
        VerificationState::Verified
    );
}

// Art. 19
#[tokio::test]
async fn a_certificate_is_renewed_at_expiry_with_reason_and_date() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    let old = certificates(&service, &employer_id).await.remove(0);
    assert_eq!(old.valid_until_on, on(date!(2030 - 11 - 01)));
    let form = CertificateRenewalForm {
        employer_id: employer_id.clone(),
        certificate_number: old.certificate_number.clone(),
    };
    service.clock().set(datetime!(2030-08-02 09:00 +8));
    let refused = service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "RENEWAL_TOO_EARLY");
    service.clock().set(datetime!(2030-11-10 09:00 +8));
    assert_eq!(
        certificates(&service, &employer_id).await[0].state(),
        CertificateState::Expired
    );
    let no_paper = service.submit(&handler(), &form, &[]).await.unwrap_err();
    assert_eq!(reason(&no_paper), "EVIDENCE_MISSING");
    service
        .approve(&acting_employer(&employer_id), &form, PAPERS)
        .await
        .unwrap();

    let both = certificates(&service, &employer_id).await;
    assert_eq!(
        (both[0].state(), both[0].reason()),
        (CertificateState::Valid, CertificateReason::Expiry)
    );
    assert_eq!(both[0].issued_on, on(date!(2030 - 11 - 10)));
    assert_eq!(both[0].valid_until_on, on(date!(2034 - 11 - 09)));
    assert_eq!(
        (both[1].state(), both[1].ended_on),
        (CertificateState::Withdrawn, both[0].issued_on)
    );
    let events = told(&service).await;
    let What::CertificateRenewed(event) = &events.last().unwrap().1 else {
        panic!("{events:?}")
    };
    assert_eq!(event.replaced_certificate_number, old.certificate_number);
    let refused = service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "CERTIFICATE_UNKNOWN");
}

// Art. 20
#[tokio::test]
async fn a_lost_or_damaged_certificate_is_replaced_on_proof_for_the_rest_of_its_term() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    let good = CertificateReplacementForm {
        employer_id: employer_id.clone(),
        reason: CertificateReason::Loss as i32,
        happened_on: on(date!(2027 - 01 - 10)),
        statement: "搬迁时遗失".to_owned(),
    };
    service.clock().set(datetime!(2027-02-01 09:00 +8));
    let no_proof = service
        .submit(&handler(), &good, &[EvidenceKind::BusinessLicence])
        .await;
    assert_eq!(reason(&no_proof.unwrap_err()), "EVIDENCE_MISSING");
    let expiry = CertificateReplacementForm {
        reason: CertificateReason::Expiry as i32,
        ..good.clone()
    };
    let future = CertificateReplacementForm {
        happened_on: on(date!(2027 - 02 - 02)),
        ..good.clone()
    };
    for (form, expected) in [(expiry, "REPLACEMENT_REASON"), (future, "LOSS_IN_FUTURE")] {
        let refused = service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    for reason in [CertificateReason::Loss, CertificateReason::Damage] {
        let form = CertificateReplacementForm {
            reason: reason as i32,
            ..good.clone()
        };
        service.approve(&handler(), &form, PAPERS).await.unwrap();
        let all = certificates(&service, &employer_id).await;
        assert_eq!(
            (all[0].state(), all[0].reason()),
            (CertificateState::Valid, reason)
        );
        assert_eq!(all[0].valid_until_on, on(date!(2030 - 11 - 01)));
        assert_eq!(all[1].state(), CertificateState::Replaced);
    }
    // What replaces it verifies nothing: the round of the year still calls the employer.
    let round = open_round(&service).await;
    assert_eq!(verifications(&service, &round).await.len(), 1);
    // An expired one is renewed instead.
    service.clock().set(datetime!(2030-11-10 09:00 +8));
    let refused = service
        .approve(&handler(), &good, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "REPLACEMENT_REASON");
}

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
    let future = run(
        &service,
        &UnverifiedRunOrder {
            as_of: on(date!(2028 - 02 - 02)),
        },
    )
    .await;
    assert!(future.error.contains("晚于今日"), "{}", future.error);
    let on_time = run(&service, &UnverifiedRunOrder { as_of: on(DUE) }).await;
    assert_eq!(on_time.items, 0, "the last day is not over");
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
    assert_eq!(again.items, 0, "handed over already");
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
    run(&service, &UnverifiedRunOrder { as_of: on(as_of) }).await;
    let order = VerificationRunOrder {
        opens_on: on(as_of),
    };
    let second = run(&service, &order).await.run_id;
    assert_ne!(first, second);
    service.clock().set(datetime!(2028-06-01 09:00 +8));
    let handed = run(
        &service,
        &UnverifiedRunOrder {
            as_of: on(date!(2028 - 06 - 01)),
        },
    )
    .await;
    assert_eq!(
        handed.items, 1,
        "only the round that was not handed over yet"
    );
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
    let handed = run(&service, &UnverifiedRunOrder { as_of: on(today) }).await;
    let summary: UnverifiedRunSummary = wire::from_any(handed.summary.as_ref().unwrap()).unwrap();
    assert_eq!((summary.unverified, summary.expired), (0, 1));
    let listed = unverified(&service).await;
    assert!(listed[0].expired && listed[0].due_on == on(date!(2031 - 01 - 30)));
    assert_eq!(handed_over(&service).await, [employer_id]);
}

/// The employers that audit was told of.
async fn handed_over(service: &TestService) -> Vec<String> {
    let events = told(service).await;
    let keys = events
        .into_iter()
        .filter(|(_, what)| matches!(what, What::CertificateUnverified(_)));
    keys.map(|(key, _)| key).collect()
}

// Art. 9
#[tokio::test]
async fn anybody_to_whom_a_certificate_is_shown_may_ask_whether_it_is_valid() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    let shown = certificates(&service, &employer_id).await.remove(0);
    let request = GetCertificateRequest {
        pooling_area: AREA.to_owned(),
        certificate_number: shown.certificate_number.clone(),
    };
    let answer = client(&service)
        .await
        .get_certificate(request.clone())
        .await
        .unwrap();
    assert_eq!(answer.into_inner().certificate, Some(shown));
    let unknown = GetCertificateRequest {
        certificate_number: "1".to_owned(),
        ..request
    };
    let missing = client(&service)
        .await
        .get_certificate(unknown)
        .await
        .unwrap_err();
    assert_eq!(missing.code(), tonic::Code::NotFound);
}
