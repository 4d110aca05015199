//! The papers that a province adds: article 22, item 4.

use chassis::testing::{AREA, clerk, reason};
use chassis::wire;
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{Evidence, EvidenceKind, ParameterChangeForm, SubmitCaseRequest};
use contracts::options::v1::{Department, Duty};
use time::macros::date;

use crate::support::*;

// Art. 22, Art. 151
#[tokio::test]
async fn papers_that_the_province_adds_to_a_declaration_are_asked_for() {
    let service = collection().await;
    coal_mine(&service).await;
    let added = ParameterChangeForm {
        name: "extra_evidence.3_1".to_owned(),
        value: "劳动情况表".to_owned(),
        from: Some(date!(2026 - 10 - 01).into()),
        source: "粤社保〔2026〕1号第四条".to_owned(),
    };
    let information = clerk(Department::Information, Duty::Handler);
    service
        .approve(&information, &added, &[EvidenceKind::LocalRule])
        .await
        .unwrap();
    let form = declaration(month(10), month(10), vec![wage(1, "6000"), wage(2, "4000")]);
    let missing = service.submit(&handler(), &form, PAPERS).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    assert!(missing.message().contains("劳动情况表"), "{missing:?}");

    let own = PAPERS.iter().map(|kind| Evidence {
        kind: *kind as i32,
        ..Evidence::default()
    });
    let local = Evidence {
        kind: EvidenceKind::Other as i32,
        title: added.value,
        ..Evidence::default()
    };
    let request = SubmitCaseRequest {
        pooling_area: AREA.to_owned(),
        application: Some(wire::any(&form)),
        evidence: own.chain([local]).collect(),
        ..SubmitCaseRequest::default()
    };
    let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
    cases.submit_case(request).await.unwrap();
}
