//! The gRPC service of the section.

mod admission;
mod arrival;
mod lists;
mod review;
mod settlement;
mod visit;

use chassis::{Platform, Result};
use contracts::benefit_review::v1::medical_service_server::MedicalService;
use contracts::benefit_review::v1::{
    AdmitPatientRequest, AdmitPatientResponse, DischargePatientRequest, DischargePatientResponse,
    GetDayTotalsRequest, GetDayTotalsResponse, ListBenefitsRequest, ListBenefitsResponse,
    ListBillLinesRequest, ListBillLinesResponse, ListCourseRecordsRequest,
    ListCourseRecordsResponse, ListEncountersRequest, ListEncountersResponse, ListFlagsRequest,
    ListFlagsResponse, ListSettlementsRequest, ListSettlementsResponse, ReviewLinesRequest,
    ReviewLinesResponse, SettleEncounterRequest, SettleEncounterResponse, SettleVisitRequest,
    SettleVisitResponse, UploadBillLinesRequest, UploadBillLinesResponse,
    UploadCourseRecordsRequest, UploadCourseRecordsResponse, VoidBillLinesRequest,
    VoidBillLinesResponse, VoidCourseRecordsRequest, VoidCourseRecordsResponse,
    WithdrawEncounterRequest, WithdrawEncounterResponse,
};
use tonic::{Request, Response, Status, Streaming};

use super::batches::{BillLines, CourseRecords};
use visit::Visit;

/// Section 2 over gRPC.
pub struct Medical(pub Platform);

#[chassis::async_trait]
impl MedicalService for Medical {
    async fn admit_patient(
        &self,
        request: Request<AdmitPatientRequest>,
    ) -> Result<Response<AdmitPatientResponse>, Status> {
        let admit = self.0.change_knowing(
            request,
            |platform, actor, asked| {
                let of = (asked.pooling_area.as_str(), asked.admission.as_ref());
                Box::pin(admission::arrived(platform, actor, of, &[]))
            },
            |unit, asked, arrived| {
                Box::pin(async move {
                    let encounter = Some(admission::admit(unit, asked, arrived).await?);
                    Ok(AdmitPatientResponse { encounter })
                })
            },
        );
        admit.await
    }

    async fn upload_bill_lines(
        &self,
        request: Request<Streaming<UploadBillLinesRequest>>,
    ) -> Result<Response<UploadBillLinesResponse>, Status> {
        let batch = Some(self.0.upload(request, BillLines).await?);
        Ok(Response::new(UploadBillLinesResponse { batch }))
    }

    async fn void_bill_lines(
        &self,
        request: Request<VoidBillLinesRequest>,
    ) -> Result<Response<VoidBillLinesResponse>, Status> {
        let void = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let encounter = Some(admission::void(unit, &asked).await?);
                Ok(VoidBillLinesResponse { encounter })
            })
        });
        void.await
    }

    async fn upload_course_records(
        &self,
        request: Request<Streaming<UploadCourseRecordsRequest>>,
    ) -> Result<Response<UploadCourseRecordsResponse>, Status> {
        let batch = Some(self.0.upload(request, CourseRecords).await?);
        Ok(Response::new(UploadCourseRecordsResponse { batch }))
    }

    async fn void_course_records(
        &self,
        request: Request<VoidCourseRecordsRequest>,
    ) -> Result<Response<VoidCourseRecordsResponse>, Status> {
        let void = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let encounter = Some(admission::void_records(unit, &asked).await?);
                Ok(VoidCourseRecordsResponse { encounter })
            })
        });
        void.await
    }

    async fn discharge_patient(
        &self,
        request: Request<DischargePatientRequest>,
    ) -> Result<Response<DischargePatientResponse>, Status> {
        let discharge = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let encounter = Some(admission::discharge(unit, &asked).await?);
                Ok(DischargePatientResponse { encounter })
            })
        });
        discharge.await
    }

    async fn settle_encounter(
        &self,
        request: Request<SettleEncounterRequest>,
    ) -> Result<Response<SettleEncounterResponse>, Status> {
        if request.get_ref().validate_only {
            let preview = self.0.read(request, |unit, asked| {
                Box::pin(async move {
                    let settlement = Some(settlement::preview(unit, &asked).await?);
                    Ok(SettleEncounterResponse { settlement })
                })
            });
            return preview.await;
        }
        let settle = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let settlement = Some(settlement::settle(unit, &asked).await?);
                Ok(SettleEncounterResponse { settlement })
            })
        });
        settle.await
    }

    async fn settle_visit(
        &self,
        request: Request<SettleVisitRequest>,
    ) -> Result<Response<SettleVisitResponse>, Status> {
        if request.get_ref().validate_only {
            let preview = self.0.read(request, |unit, asked| {
                Box::pin(async move {
                    let (platform, actor) = (unit.platform().clone(), unit.actor().clone());
                    let visit = Visit::of(&platform, &actor, asked).await?;
                    visit.foreseen(unit).await
                })
            });
            return preview.await;
        }
        let settle = self.0.change_together(request, |platform, actor, asked| {
            Box::pin(Visit::of(platform, actor, asked))
        });
        settle.await
    }

    async fn withdraw_encounter(
        &self,
        request: Request<WithdrawEncounterRequest>,
    ) -> Result<Response<WithdrawEncounterResponse>, Status> {
        let withdraw = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let encounter = Some(admission::withdraw(unit, &asked).await?);
                Ok(WithdrawEncounterResponse { encounter })
            })
        });
        withdraw.await
    }

    async fn review_lines(
        &self,
        request: Request<ReviewLinesRequest>,
    ) -> Result<Response<ReviewLinesResponse>, Status> {
        let review = self.0.change(request, |unit, asked| {
            Box::pin(async move {
                let settlement = Some(review::review(unit, &asked).await?);
                Ok(ReviewLinesResponse { settlement })
            })
        });
        review.await
    }

    async fn list_encounters(
        &self,
        request: Request<ListEncountersRequest>,
    ) -> Result<Response<ListEncountersResponse>, Status> {
        let list = self.0.read(request, |unit, asked| {
            Box::pin(async move { lists::encounters(unit, &asked).await })
        });
        list.await
    }

    async fn list_bill_lines(
        &self,
        request: Request<ListBillLinesRequest>,
    ) -> Result<Response<ListBillLinesResponse>, Status> {
        let list = self.0.read(request, |unit, asked| {
            Box::pin(async move { lists::lines(unit, &asked).await })
        });
        list.await
    }

    async fn list_course_records(
        &self,
        request: Request<ListCourseRecordsRequest>,
    ) -> Result<Response<ListCourseRecordsResponse>, Status> {
        let list = self.0.read(request, |unit, asked| {
            Box::pin(async move { lists::records(unit, &asked).await })
        });
        list.await
    }

    async fn list_settlements(
        &self,
        request: Request<ListSettlementsRequest>,
    ) -> Result<Response<ListSettlementsResponse>, Status> {
        let list = self.0.read(request, |unit, asked| {
            Box::pin(async move { lists::settlements(unit, &asked).await })
        });
        list.await
    }

    async fn get_day_totals(
        &self,
        request: Request<GetDayTotalsRequest>,
    ) -> Result<Response<GetDayTotalsResponse>, Status> {
        let get = self.0.read(request, |unit, asked| {
            Box::pin(async move { lists::day_totals(unit, &asked).await })
        });
        get.await
    }

    async fn list_flags(
        &self,
        request: Request<ListFlagsRequest>,
    ) -> Result<Response<ListFlagsResponse>, Status> {
        let list = self.0.read(request, |unit, asked| {
            Box::pin(async move { lists::flags(unit, &asked).await })
        });
        list.await
    }

    async fn list_benefits(
        &self,
        request: Request<ListBenefitsRequest>,
    ) -> Result<Response<ListBenefitsResponse>, Status> {
        let list = self.0.read(request, |unit, asked| {
            Box::pin(async move { lists::benefits(unit, &asked).await })
        });
        list.await
    }
}
