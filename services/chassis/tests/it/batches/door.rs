//! The one RPC of a real service through which the test's rows come in.

use chassis::Platform;
use contracts::collection::v1::settlement_service_server::{
    SettlementService, SettlementServiceServer,
};
use contracts::collection::v1::*;
use tonic::{Request, Response, Status, Streaming};

use super::Rows;

pub struct Door(Platform);

pub fn server(platform: Platform) -> SettlementServiceServer<Door> {
    SettlementServiceServer::new(Door(platform))
}

macro_rules! closed {
    ($($rpc:ident: $request:ty => $response:ty),* $(,)?) => {
        #[tonic::async_trait]
        impl SettlementService for Door {
            async fn upload_paid_list(
                &self,
                request: Request<Streaming<UploadPaidListRequest>>,
            ) -> Result<Response<UploadPaidListResponse>, Status> {
                let batch = self.0.upload(request, Rows).await?;
                Ok(Response::new(UploadPaidListResponse { batch: Some(batch) }))
            }
            $(async fn $rpc(&self, _: Request<$request>) -> Result<Response<$response>, Status> {
                Err(Status::unimplemented("not a part of this test"))
            })*
        }
    };
}

closed! {
    get_month_summary: GetMonthSummaryRequest => GetMonthSummaryResponse,
    list_month_details: ListMonthDetailsRequest => ListMonthDetailsResponse,
    get_paid_list: GetPaidListRequest => GetPaidListResponse,
    list_receipts: ListReceiptsRequest => ListReceiptsResponse,
    list_awaited_receipts: ListAwaitedReceiptsRequest => ListAwaitedReceiptsResponse,
    list_dunning_notices: ListDunningNoticesRequest => ListDunningNoticesResponse,
    deliver_dunning_notices: DeliverDunningNoticesRequest => DeliverDunningNoticesResponse,
    open_arrears: OpenArrearsRequest => OpenArrearsResponse,
}
