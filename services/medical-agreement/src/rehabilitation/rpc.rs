//! The gRPC service of the section.

mod candidates;
mod draws;
mod stays;

use chassis::{Platform, Result};
use contracts::medical_agreement::v1::rehabilitation_service_server::RehabilitationService;
use contracts::medical_agreement::v1::{
    DeclineCandidateRequest, DeclineCandidateResponse, DrawExpertsRequest, DrawExpertsResponse,
    GetDrawRequest, GetDrawResponse, InviteCandidatesRequest, InviteCandidatesResponse,
    ListCandidatesRequest, ListCandidatesResponse, ListExpertsRequest, ListExpertsResponse,
    ListRehabilitationsRequest, ListRehabilitationsResponse, RecordFollowUpRequest,
    RecordFollowUpResponse, RecordOpinionsRequest, RecordOpinionsResponse, ReplaceExpertRequest,
    ReplaceExpertResponse, UploadCandidatesRequest, UploadCandidatesResponse,
};
use tonic::{Request, Response, Status, Streaming};

use super::batches::CandidateList;

/// Section 3 over gRPC.
pub struct Rehabilitations(pub Platform);

#[chassis::async_trait]
impl RehabilitationService for Rehabilitations {
    async fn upload_candidates(
        &self,
        request: Request<Streaming<UploadCandidatesRequest>>,
    ) -> Result<Response<UploadCandidatesResponse>, Status> {
        let batch = self.0.upload(request, CandidateList).await?;
        Ok(Response::new(UploadCandidatesResponse {
            batch: Some(batch),
        }))
    }

    async fn list_candidates(
        &self,
        request: Request<ListCandidatesRequest>,
    ) -> Result<Response<ListCandidatesResponse>, Status> {
        let list = self.0.read(request, |unit, asked| {
            Box::pin(async move { candidates::list(unit, &asked).await })
        });
        list.await
    }

    async fn invite_candidates(
        &self,
        request: Request<InviteCandidatesRequest>,
    ) -> Result<Response<InviteCandidatesResponse>, Status> {
        let invite = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let candidates = candidates::invite(unit, &asked).await?;
                Ok(InviteCandidatesResponse { candidates })
            })
        });
        invite.await
    }

    async fn decline_candidate(
        &self,
        request: Request<DeclineCandidateRequest>,
    ) -> Result<Response<DeclineCandidateResponse>, Status> {
        let decline = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let candidate = candidates::decline(unit, &asked).await?;
                Ok(DeclineCandidateResponse { candidate })
            })
        });
        decline.await
    }

    async fn list_rehabilitations(
        &self,
        request: Request<ListRehabilitationsRequest>,
    ) -> Result<Response<ListRehabilitationsResponse>, Status> {
        let list = self.0.read(request, |unit, asked| {
            Box::pin(async move { stays::list(unit, &asked).await })
        });
        list.await
    }

    async fn record_follow_up(
        &self,
        request: Request<RecordFollowUpRequest>,
    ) -> Result<Response<RecordFollowUpResponse>, Status> {
        let record = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let rehabilitation = Some(stays::record_follow_up(unit, &asked).await?);
                Ok(RecordFollowUpResponse { rehabilitation })
            })
        });
        record.await
    }

    async fn list_experts(
        &self,
        request: Request<ListExpertsRequest>,
    ) -> Result<Response<ListExpertsResponse>, Status> {
        let list = self.0.read(request, |unit, asked| {
            Box::pin(async move { draws::list_experts(unit, &asked).await })
        });
        list.await
    }

    async fn draw_experts(
        &self,
        request: Request<DrawExpertsRequest>,
    ) -> Result<Response<DrawExpertsResponse>, Status> {
        let draw = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let draw = Some(draws::draw(unit, &asked).await?);
                Ok(DrawExpertsResponse { draw })
            })
        });
        draw.await
    }

    async fn get_draw(
        &self,
        request: Request<GetDrawRequest>,
    ) -> Result<Response<GetDrawResponse>, Status> {
        let get = self.0.read(request, |unit, asked| {
            Box::pin(async move {
                let case_id = chassis::wire::uuid(&asked.case_id)?;
                let draw = Some(draws::repeated(unit, case_id).await?);
                Ok(GetDrawResponse { draw })
            })
        });
        get.await
    }

    async fn replace_expert(
        &self,
        request: Request<ReplaceExpertRequest>,
    ) -> Result<Response<ReplaceExpertResponse>, Status> {
        let replace = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let draw = Some(draws::replace(unit, &asked).await?);
                Ok(ReplaceExpertResponse { draw })
            })
        });
        replace.await
    }

    async fn record_opinions(
        &self,
        request: Request<RecordOpinionsRequest>,
    ) -> Result<Response<RecordOpinionsResponse>, Status> {
        let record = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let draw = Some(draws::record_opinions(unit, &asked).await?);
                Ok(RecordOpinionsResponse { draw })
            })
        });
        record.await
    }
}
