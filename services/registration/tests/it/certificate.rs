//! Certificates: articles 17 to 21.

mod calls;
mod hand_over;
mod renewal;
mod verification;

use chassis::testing::{AREA, As, TestService, clerk, employer as acting_employer, reason};
use chassis::wire;
use contracts::audit::v1::OpenMatter;
use contracts::collection::v1::UnderDeclarationState;
use contracts::common::v1::EvidenceKind;
use contracts::common::v1::run_service_client::RunServiceClient;
use contracts::common::v1::{ListRunItemsRequest, Run, RunItem, RunState};
use contracts::form::FormMessage;
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::certificate_service_client::CertificateServiceClient;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    AuditMatter, AuditOpinionForm, AuthorityNotice, AuthorityNoticeKind, Certificate,
    CertificateReason, CertificateRenewalForm, CertificateReplacementForm, CertificateState,
    DifferenceState, EmployerType, GetCertificateRequest, ListCertificatesRequest,
    ListUnverifiedRequest, ListVerificationsRequest, LocalFact, UnverifiedCertificate,
    UnverifiedRunItem, UnverifiedRunOrder, UnverifiedRunSummary, Verification, VerificationForm,
    VerificationReview, VerificationRunOrder, VerificationRunSummary, VerificationState,
};
use law::Month;
use time::Date;
use time::macros::{date, datetime};

use crate::collection::{Books, with_collection, without_audit};
use crate::exchange::{differences, receive, send_persons, told_of, working};
use crate::support::*;
use calls::*;

// Art. 17
#[tokio::test]
async fn a_round_calls_those_whose_certificate_has_not_been_verified_for_a_year() {
    let (service, _collection) = with_collection().await;
    let (one, other) = (register(&service, 1).await, register(&service, 2).await);
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    register(&service, 3).await;

    let order = VerificationRunOrder {
        opens_on: on(ROUND),
    };
    let early = service.preview(&handler(), &order).await.unwrap_err();
    assert_eq!(reason(&early), "VERIFICATION_NOT_DUE");
    service.clock().set(datetime!(2027-11-02 09:00 +8));
    let run = run(&service, &order).await;
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

// Art. 17
#[tokio::test]
async fn nobody_is_called_whose_term_is_over_when_the_round_is_signed() {
    let service = registration().await;
    register(&service, 1).await;
    service.clock().set(datetime!(2027-11-02 09:00 +8));
    let order = VerificationRunOrder {
        opens_on: on(ROUND),
    };
    let round = service.preview(&handler(), &order).await.unwrap().run_id;
    sign(&service, &round, Duty::Reviewer).await.unwrap();
    service.clock().set(datetime!(2028-02-01 09:00 +8));
    let refused = sign(&service, &round, Duty::Leader).await.unwrap_err();
    assert_eq!(reason(&refused), "VERIFICATION_TERM_OVER");
    assert_eq!(verifications(&service, &round).await, []);
    // On the last day of the term they can still come.
    service.clock().set(datetime!(2028-01-31 09:00 +8));
    sign(&service, &round, Duty::Leader).await.unwrap();
    service.run_done(&handler(), &round).await.unwrap();
    assert_eq!(verifications(&service, &round).await.len(), 1);
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
