//! What becomes of a case before its last signature.

use chassis::testing::{AREA, clerk};
use chassis::{Actor, wire};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{
    Case, CaseState, Evidence, EvidenceKind, GetCaseRequest, ReturnCaseRequest, ReviseCaseRequest,
    SignCaseRequest, WithdrawCaseRequest,
};
use contracts::form::FormMessage;
use contracts::options::v1::{Department, Duty};
use tonic::Status;
use uuid::Uuid;

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

    /// The last signature, which its clerk gives four times at once under two numbers, and once more when it is done: it
    /// counts once.
    pub async fn sign_again_and_again(&self, case: &Case) -> Case {
        let signer = clerk(Department::Business, case.awaited());
        let cases = CaseServiceClient::new(self.service.connect(&signer).await);
        let request = GetCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: case.case_id.clone(),
        };
        let seen = cases.clone().get_case(request).await.unwrap().into_inner();
        let numbers = [Uuid::now_v7(), Uuid::now_v7()];
        let sign = |number: Uuid| {
            let mut cases = cases.clone();
            let request = SignCaseRequest {
                pooling_area: AREA.to_owned(),
                request_id: number.to_string(),
                case_id: case.case_id.clone(),
                decision_digest: seen.case.as_ref().unwrap().decision_digest.clone(),
                ..SignCaseRequest::default()
            };
            async move { (number, cases.sign_case(request).await) }
        };
        let [one, other] = numbers;
        let all = futures::future::join_all([one, other, one, other].map(sign)).await;
        let signed = all.iter().find(|(_, answer)| answer.is_ok());
        let (won, first) = signed.expect("somebody's call is the first");
        let first = first.as_ref().unwrap().get_ref();
        for (number, answer) in &all {
            match answer {
                Ok(answer) => assert_eq!((number, answer.get_ref()), (won, first)),
                Err(_) => assert_ne!(number, won),
            }
        }
        assert_eq!(sign(*won).await.1.unwrap().get_ref(), first);
        let signed = first.case.clone().unwrap();
        assert_eq!(signed.state(), CaseState::Approved);
        signed
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
