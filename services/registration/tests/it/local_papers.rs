//! The papers that a province adds: the last item of articles 7, 8, 12, 15 and 17.

use chassis::testing::{AREA, TestService, clerk, reason};
use chassis::wire;
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{Evidence, EvidenceKind, ParameterChangeForm, SubmitCaseRequest};
use contracts::options::v1::{Department, Duty};
use time::macros::date;
use tonic::Status;

use crate::support::*;

async fn submit(service: &TestService, titles: &[&str]) -> Result<(), Status> {
    let licence = Evidence {
        kind: EvidenceKind::BusinessLicence as i32,
        ..Evidence::default()
    };
    let others = titles.iter().map(|title| Evidence {
        kind: EvidenceKind::Other as i32,
        title: (*title).to_owned(),
        ..Evidence::default()
    });
    let request = SubmitCaseRequest {
        pooling_area: AREA.to_owned(),
        application: Some(wire::any(&registration_form(1))),
        evidence: std::iter::once(licence).chain(others).collect(),
        ..SubmitCaseRequest::default()
    };
    let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
    cases.submit_case(request).await.map(|_| ())
}

// Art. 7, Art. 151
#[tokio::test]
async fn papers_that_the_province_adds_are_asked_for_from_its_date_on() {
    let service = registration().await;
    let added = ParameterChangeForm {
        name: "extra_evidence.2_1".to_owned(),
        value: "经营场所证明、开户许可证".to_owned(),
        from: on(date!(2026 - 11 - 02)),
        source: "粤社保〔2026〕1号第三条".to_owned(),
    };
    let information = clerk(Department::Information, Duty::Handler);
    service
        .approve(&information, &added, &[EvidenceKind::LocalRule])
        .await
        .unwrap();
    let missing = submit(&service, &["开户许可证"]).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    assert!(missing.message().contains("经营场所证明"), "{missing:?}");
    assert!(!missing.message().contains("开户许可证"), "{missing:?}");
    submit(&service, &["开户许可证", "经营场所证明"])
        .await
        .unwrap();
    // Another form of the same service asks for nothing besides.
    let change = contracts::registration::v1::CertificateReplacementForm {
        employer_id: credit_code(1),
        reason: contracts::registration::v1::CertificateReason::Loss as i32,
        happened_on: on(date!(2026 - 11 - 01)),
        statement: "遗失".to_owned(),
    };
    let loss = &[EvidenceKind::LossProof];
    service.submit(&handler(), &change, loss).await.unwrap();
}
