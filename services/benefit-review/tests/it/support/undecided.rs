//! What becomes of a case before its last signature.

use chassis::testing::{AREA, clerk};
use chassis::{Actor, wire};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{
    Case, CaseState, Evidence, EvidenceKind, ReturnCaseRequest, ReviseCaseRequest,
    WithdrawCaseRequest,
};
use contracts::form::FormMessage;
use contracts::options::v1::{Department, Duty};
use tonic::Status;

use super::Town;

impl Town {
    /// The reviewer sends a case back for correction.
    pub async fn send_back(&self, case: &Case) {
        let request = ReturnCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: case.case_id.clone(),
            reason: "请核对后更正".to_owned(),
            ..ReturnCaseRequest::default()
        };
        let reviewer = clerk(Department::Business, Duty::Reviewer);
        let mut cases = CaseServiceClient::new(self.service.connect(&reviewer).await);
        let returned = cases.return_case(request).await.unwrap().into_inner();
        assert_eq!(returned.case.unwrap().state(), CaseState::Returned);
    }

    /// The applicant answers with the form as it should be.
    pub async fn revise<F: FormMessage>(
        &self,
        applicant: &Actor,
        case: &Case,
        form: &F,
        papers: &[EvidenceKind],
    ) -> Result<Case, Status> {
        let paper = |kind: &EvidenceKind| Evidence {
            kind: *kind as i32,
            ..Evidence::default()
        };
        let request = ReviseCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: case.case_id.clone(),
            application: Some(wire::any(form)),
            evidence: papers.iter().map(paper).collect(),
            ..ReviseCaseRequest::default()
        };
        let mut cases = CaseServiceClient::new(self.service.connect(applicant).await);
        let revised = cases.revise_case(request).await?.into_inner();
        Ok(revised.case.unwrap())
    }

    /// The applicant takes it back.
    pub async fn withdraw(&self, applicant: &Actor, case: &Case) {
        let request = WithdrawCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: case.case_id.clone(),
            ..WithdrawCaseRequest::default()
        };
        let mut cases = CaseServiceClient::new(self.service.connect(applicant).await);
        let withdrawn = cases.withdraw_case(request).await.unwrap().into_inner();
        assert_eq!(withdrawn.case.unwrap().state(), CaseState::Withdrawn);
    }
}
