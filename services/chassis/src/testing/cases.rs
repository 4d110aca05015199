//! Cases, as tests submit them and have them signed.

use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{
    Case as CaseMessage, CaseState, Evidence, EvidenceKind, GetCaseRequest, SignCaseRequest,
    SubmitCaseRequest,
};
use contracts::form::{FormMessage, form};
use contracts::options::v1::{Department, Duty};
use tonic::Status;

use super::{AREA, TestService, clerk};
use crate::{Actor, wire};

impl TestService {
    /// Submits `application` as `applicant` with all `evidence`, and has it signed by everybody whose
    /// signature is awaited. Answers the case as it ends.
    ///
    /// # Errors
    /// The first status that is not well.
    pub async fn approve<F: FormMessage>(
        &self,
        applicant: &Actor,
        application: &F,
        evidence: &[EvidenceKind],
    ) -> Result<CaseMessage, Status> {
        let case = self.submit(applicant, application, evidence).await?;
        self.sign_off(&case).await
    }

    /// Submits `application` as `applicant`.
    ///
    /// # Errors
    /// The status, when it is not well.
    pub async fn submit<F: FormMessage>(
        &self,
        applicant: &Actor,
        application: &F,
        evidence: &[EvidenceKind],
    ) -> Result<CaseMessage, Status> {
        let request = SubmitCaseRequest {
            pooling_area: AREA.to_owned(),
            application: Some(wire::any(application)),
            evidence: evidence
                .iter()
                .map(|kind| Evidence {
                    kind: *kind as i32,
                    ..Evidence::default()
                })
                .collect(),
            ..SubmitCaseRequest::default()
        };
        let mut cases = CaseServiceClient::new(self.connect(applicant).await);
        Ok(cases
            .submit_case(request)
            .await?
            .into_inner()
            .case
            .unwrap_or_default())
    }

    /// The decision of a case as whoever may sign it sees it now.
    ///
    /// # Errors
    /// The status, when the case cannot be had; a case that cannot be decided answers why.
    pub async fn decision<D: FormMessage>(&self, case: &CaseMessage) -> Result<D, Status> {
        let department = form(&case.kind).map_or(Department::Unspecified, |f| f.department());
        let reviewer = clerk(department, Duty::Reviewer);
        let mut cases = CaseServiceClient::new(self.connect(&reviewer).await);
        let request = GetCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: case.case_id.clone(),
        };
        let seen = cases.get_case(request).await?.into_inner().case;
        let seen = seen.unwrap_or_default();
        let decision = seen
            .decision
            .ok_or_else(|| Status::failed_precondition(format!("{:?}", seen.reasons)))?;
        Ok(wire::from_any(&decision)?)
    }

    /// Has a case signed by everybody whose signature is awaited.
    ///
    /// # Errors
    /// The first status that is not well; a case that cannot be approved as it stands answers the
    /// refusal that stands in its way.
    pub async fn sign_off(&self, case: &CaseMessage) -> Result<CaseMessage, Status> {
        let mut case = case.clone();
        while !matches!(case.state(), CaseState::Approved) {
            case = self.sign_next(&case).await?;
        }
        Ok(case)
    }

    /// Has a case signed by the one whose signature is awaited.
    ///
    /// # Errors
    /// The status, when it is not well.
    pub async fn sign_next(&self, case: &CaseMessage) -> Result<CaseMessage, Status> {
        let department = form(&case.kind).map_or(Department::Unspecified, |f| f.department());
        let signer = clerk(department, case.awaited());
        let mut cases = CaseServiceClient::new(self.connect(&signer).await);
        let seen = cases
            .get_case(GetCaseRequest {
                pooling_area: AREA.to_owned(),
                case_id: case.case_id.clone(),
            })
            .await?
            .into_inner()
            .case
            .unwrap_or_default();
        let signed = cases.sign_case(SignCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: seen.case_id.clone(),
            // A case with nothing to sign is refused for the reason that stands in its way.
            decision_digest: if seen.decision_digest.is_empty() {
                "0".repeat(64)
            } else {
                seen.decision_digest
            },
            ..SignCaseRequest::default()
        });
        Ok(signed.await?.into_inner().case.unwrap_or_default())
    }
}
